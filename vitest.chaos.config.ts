import { defineConfig } from 'vitest/config';

/** `npm run chaos`: what is killed, cut off and lost, two scenarios at a time. Never part of `npm test`. */
export default defineConfig({
  test: {
    include: ['test/chaos/**/*.chaos.ts'],
    globalSetup: ['./test/support/global-setup.ts', './test/chaos/support/tell-seed.ts'],
    pool: 'forks',
    // A scenario waits for processes that start, most of its time.
    maxWorkers: 2,
    testTimeout: 600_000,
    hookTimeout: 120_000,
    reporters: ['verbose', './test/support/counting-reporter.ts'],
  },
});
