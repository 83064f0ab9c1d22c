import { afterAll, beforeAll, expect, it } from 'vitest';
import { fuzzRequests } from '../fuzz/fuzz-requests.ts';
import { fuzzSequences } from '../fuzz/fuzz-sequences.ts';
import { startTestApplication, type TestApplication } from '../support/application.ts';

/** The short run of `npm run fuzz`: no 5xx, every answer as its schema says, every sequence by the rules. */

const SEED = Number(process.env.FUZZ_SEED ?? 20_261_124);

let app: TestApplication;

beforeAll(async () => {
  app = await startTestApplication();
});
afterAll(() => app.stop());

it('answers twelve hundred fuzzed requests as documented, on every operation', {
  timeout: 120_000,
}, async () => {
  const tally = await fuzzRequests(app, { requests: 1_200, seed: SEED });
  expect(tally.unreached(), tally.summary()).toEqual([]);
});

it('keeps to the rules in ten fuzzed sequences', { timeout: 120_000 }, async () => {
  const taken = await fuzzSequences(app, { sequences: 10, seed: SEED, shrink: false });
  expect([...taken.keys()]).toEqual(
    expect.arrayContaining(['create', 'patch', 'checkout', 'pay', 'cancel', 'wait']),
  );
});
