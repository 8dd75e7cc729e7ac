import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { LONG } from './files.js'

// Too long for `npm test`, and needs no more than that: Node.
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: [...LONG, 'spec/properties/{hostile,journey}.spec.ts', 'spec/keys/random-keys.spec.ts'],
    // What is drawn, four times as often as by `npm test`.
    env: { ROUNDS: '4' },
    setupFiles: ['spec/support/each-file.ts'],
    reporters: process.env['CI'] ? ['verbose'] : ['tree'],
    restoreMocks: true,
    maxWorkers: '100%',
    pool: 'threads',
    testTimeout: 120_000,
  },
})
