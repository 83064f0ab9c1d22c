import { defineConfig } from 'vitest/config';
import tests from './vitest.config.ts';

/** `npm run fuzz`: as many requests and sequences as asked for (`FUZZ_REQUESTS`, `FUZZ_SEQUENCES`, `FUZZ_SEED`). */
export default defineConfig({
  ...tests,
  test: { ...tests.test, include: ['test/fuzz/**/*.fuzz.ts'] },
});
