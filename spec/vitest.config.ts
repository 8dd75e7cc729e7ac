import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { configDefaults, defineConfig } from 'vitest/config'
import { LONG } from './long/files.js'

// Type tests are compiled incrementally, and TypeScript 7 then misses what changed in a global declaration.
rmSync(new URL('../node_modules/vitest/dist/tsconfig.tmp.tsbuildinfo', import.meta.url), { force: true })

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['spec/**/*.spec.ts'],
    // What is covered is told of all.
    exclude: [...configDefaults.exclude, ...(process.argv.includes('--coverage') ? [] : LONG)],
    // Of their own: `npm run typecheck` compiles everything else.
    typecheck: { enabled: true, include: ['spec/types/**/*.test-d.ts'], tsconfig: './spec/types/tsconfig.json' },
    // The contract, as sentences.
    reporters: process.env['CI'] ? ['verbose'] : ['tree'],
    setupFiles: ['spec/support/hurry.ts'],
    restoreMocks: true,
    // One for each core: by default one core is left to vitest itself, which is half of a machine with two.
    maxWorkers: '100%',
    // Starting one takes less than starting a process, 140 times.
    pool: 'threads',
    // How long a spec may hang. None is about time, and a machine may be busy.
    testTimeout: 30_000,
    unstubEnvs: true,
    coverage: {
      provider: 'v8',
      include: ['lib/**/*.ts'],
      reporter: ['text', 'json-summary'],
      thresholds: { lines: 95, branches: 95 },
    },
  },
})
