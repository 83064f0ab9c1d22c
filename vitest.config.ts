import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'migrations/**/*.test.ts'],
    globalSetup: './test/support/global-setup.ts',
    pool: 'forks',
    // Files of a worker share what they import: a quarter of the time. What a module remembers is by database or address.
    isolate: false,
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    reporters: ['default', './test/support/counting-reporter.ts'],
  },
});
