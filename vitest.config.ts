import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    pool: 'forks',
    maxWorkers: 2,
    // Many tests start real processes and browsers side by side; a stall of the machine is told as flaky, a fault fails twice.
    retry: 1,
  },
});
