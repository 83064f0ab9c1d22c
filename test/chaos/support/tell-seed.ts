import { chaosSeed } from './chance.ts';

/** Says before anything else with which seed the run can be repeated. */
export default function setup(): void {
  process.stdout.write(`\nCHAOS_SEED=${chaosSeed}\n`);
}
