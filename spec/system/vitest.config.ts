import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// Real proxies and real processes: apart from `npm test`, which needs nothing but Node.
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['spec/system/**/*.system.ts'],
    globalSetup: ['spec/system/support/requirements.ts'],
    setupFiles: ['spec/system/support/ending.ts'],
    reporters: process.env['CI'] ? ['verbose'] : ['tree'],
    // One file after another: each has three processes and two proxies of its own.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 30_000,
  },
})
