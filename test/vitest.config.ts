import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'

/** Where real processes meet a machine that may stall for seconds, CI asks twice; what fails twice is a defect. */
const retryInCi = process.env['CI'] ? 1 : 0

const room = (name: string, include: string[], timeoutMs: number, parallel: boolean) => ({
  extends: true as const,
  test: {
    name,
    include,
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
    fileParallelism: parallel,
    retry: parallel ? 0 : retryInCi,
  },
})

export default defineConfig({
  root: resolve(import.meta.dirname, '..'),
  test: {
    allowOnly: false,
    passWithNoTests: false,
    pool: 'forks',
    setupFiles: ['test/hold-type-stripper.ts'],
    // A second is short on a loaded machine; what comes is seen at once all the same.
    expect: { poll: { timeout: 15_000 } },
    maxWorkers: 2,
    projects: [
      room('fast', ['test/{unit,contract,model,architecture}/**/*.test.ts'], 30_000, true),
      // Real servers, brokers and processes: one file at a time, so that they do not steal each other's time.
      room('scenario', ['test/scenario/**/*.test.ts'], 180_000, false),
      // Short forms; `npm run proof -- GROUP --nightly` runs the long ones.
      room('proof', ['test/proof/**/*.test.ts'], 180_000, false),
      room('e2e', ['test/e2e/**/*.test.ts'], 180_000, false),
    ],
  },
})
