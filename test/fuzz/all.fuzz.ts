import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApplication, type TestApplication } from '../support/application.ts';
import { fuzzRequests } from './fuzz-requests.ts';
import { fuzzSequences } from './fuzz-sequences.ts';

const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 10_000);
const SEQUENCES = Number(process.env.FUZZ_SEQUENCES ?? 200);
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_124);
const HOUR_MS = 3_600_000;

let app: TestApplication;

beforeAll(async () => {
  app = await startTestApplication();
});
afterAll(() => app.stop());

it(`answers ${REQUESTS} requests of seed ${SEED} as documented`, { timeout: HOUR_MS }, async () => {
  const tally = await fuzzRequests(app, { requests: REQUESTS, seed: SEED });
  process.stdout.write(`\n${tally.summary()}\n`);
  expect(tally.unreached()).toEqual([]);
});

it(`keeps to the rules in ${SEQUENCES} sequences of seed ${SEED}`, { timeout: HOUR_MS }, async () => {
  const taken = await fuzzSequences(app, { sequences: SEQUENCES, seed: SEED, shrink: true });
  process.stdout.write(`\n${[...taken].map(([name, count]) => `${name}: ${count}`).join('  ')}\n`);
  expect(taken.get('create') ?? 0).toBeGreaterThanOrEqual(SEQUENCES);
});
