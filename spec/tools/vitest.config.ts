import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// Other people's tools: apart from `npm test`, as they are many and have a lock file of their own.
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['spec/tools/**/*.tools.ts'],
    globalSetup: ['spec/tools/pack.ts'],
    reporters: process.env['CI'] ? ['verbose'] : ['tree'],
    // Every test starts processes of its own, and as many as there are cores run at a time.
    maxConcurrency: 2,
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
