import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'migrations/**/*.test.ts'],
    globalSetup: './test/support/global-setup.ts',
    pool: 'forks',
    // Sources are evaluated anew for each file; what lies in node_modules once a worker, which saves four seconds a file.
    isolate: false,
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    reporters: ['default', './test/support/counting-reporter.ts'],
  },
});
