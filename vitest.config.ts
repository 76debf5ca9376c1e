import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/{unit,contract,differential,tidy,integration}/**/*.test.ts'],
    testTimeout: 60_000,
    pool: 'forks',
    // Much of it waits for processes: one worker on two cores would leave both idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    coverage: { provider: 'v8', include: ['src/**/*.ts'], reportsDirectory: 'coverage' },
  },
});
