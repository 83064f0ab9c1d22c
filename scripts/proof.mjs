// Runs a proof that is longer than the tests: `npm run chaos` and `npm run fuzz`, with options in place of variables.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [kind, ...rest] = process.argv.slice(2);
const options = {
  chaos: { seed: 'CHAOS_SEED' },
  fuzz: { seed: 'FUZZ_SEED', requests: 'FUZZ_REQUESTS', sequences: 'FUZZ_SEQUENCES' },
}[kind];
if (!options) throw new Error('say chaos or fuzz');

const { values, positionals } = parseArgs({
  args: rest,
  allowPositionals: true,
  options: Object.fromEntries(Object.keys(options).map((name) => [name, { type: 'string' }])),
});
const environment = {};
for (const [name, value] of Object.entries(values)) {
  if (!/^\d{1,12}$/.test(value)) {
    process.stderr.write(`--${name} is a whole number.\n`);
    process.exit(2);
  }
  environment[options[name]] = value;
}
// What else is said names the scenarios to run alone.
const chosen = positionals.length > 0 ? ['--testNamePattern', positionals.join(' ')] : [];
const run = spawnSync(
  process.execPath,
  [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', `vitest.${kind}.config.ts`, ...chosen],
  { cwd: root, stdio: 'inherit', env: { ...process.env, ...environment } },
);
process.exitCode = run.status ?? 1;
