import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// JOSE libraries of other languages: apart from `npm test`, which needs nothing but Node.
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['spec/interop/**/*.interop.ts'],
    globalSetup: ['spec/interop/requirements.ts'],
    reporters: process.env['CI'] ? ['verbose'] : ['tree'],
    testTimeout: 30_000,
    // Compiling takes most of it.
    hookTimeout: 300_000,
  },
})
