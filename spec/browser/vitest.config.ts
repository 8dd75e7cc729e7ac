import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// Real browsers: apart from `npm test`, which needs nothing but Node.
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['spec/browser/**/*.browser.ts'],
    globalSetup: ['spec/browser/support/requirements.ts'],
    setupFiles: ['spec/system/support/ending.ts'],
    reporters: process.env['CI'] ? ['verbose'] : ['tree'],
    // One browser at a time is enough for a small machine.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
