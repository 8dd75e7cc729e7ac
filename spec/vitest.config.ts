import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { configDefaults, defineConfig } from 'vitest/config'
import { LONG } from './long/files.js'
import { ALONE } from './support/alone.js'

// Type tests are compiled incrementally, and TypeScript 7 then misses what changed in a global declaration.
rmSync(new URL('../node_modules/vitest/dist/tsconfig.tmp.tsbuildinfo', import.meta.url), { force: true })

/** What is covered is told of all. */
const EXCLUDED = [...configDefaults.exclude, ...(process.argv.includes('--coverage') ? [] : LONG)]

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    // What is here is added to what a project has: none is to have files of another.
    include: [],
    projects: [
      {
        extends: true,
        // They load express, vitest and lib once for each worker, which is a quarter of the time of all.
        test: {
          name: 'together',
          isolate: false,
          include: ['spec/**/*.spec.ts'],
          exclude: [...EXCLUDED, ...ALONE],
        },
      },
      // After the others, as a worker that is shared ends where a file comes that needs one of its own.
      { extends: true, test: { name: 'apart', include: [...ALONE], exclude: EXCLUDED, sequence: { groupOrder: 1 } } },
      {
        extends: true,
        test: {
          name: 'types',
          // Of their own: `npm run typecheck` compiles everything else.
          typecheck: {
            enabled: true,
            only: true,
            include: ['spec/types/**/*.test-d.ts'],
            tsconfig: './spec/types/tsconfig.json',
          },
        },
      },
    ],
    // The contract, as sentences.
    reporters: process.env['CI'] ? ['verbose'] : ['tree'],
    setupFiles: ['spec/support/each-file.ts'],
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
