import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { ALONE } from '../support/alone.js'
import type { Pass } from './report.js'

/** The specs that may kill a mutant: of the folders that are mutated, and of the middleware as a whole. */
const SPECS = [
  'spec/*.spec.ts',
  'spec/{token,keys,session,cookie,http,request,device}/**/*.spec.ts',
  'spec/interop/{vectors,malformed}.spec.ts',
  'spec/neighbours/sockets.spec.ts',
  'spec/migrate/cookie-session.spec.ts',
]

/** None of them is about what lib does. */
const OTHERS = ['spec/{playground,readme,structure,format,security-case,supply-chain}.spec.ts']

/** Those that take a second or more where others take milliseconds: random ones, and all the ways to answer. */
const DEAR = ['spec/http/matrix.spec.ts', 'spec/device/thief.spec.ts', 'spec/properties/**/*.spec.ts']

/** Of the folders whose code is changed. */
const OWN = (process.env['OWN_SPECS']?.split(',') ?? []).map((folder) => `spec/${folder}/**/*.spec.ts`)

const PASSES: Readonly<Record<Pass, { include: string[]; exclude: readonly string[]; isolate: boolean }>> = {
  own: { include: OWN, exclude: DEAR, isolate: true },
  // They share a worker, and what they load.
  quick: { include: SPECS, exclude: [...OWN, ...DEAR, ...ALONE], isolate: false },
  rest: { include: [...DEAR, ...ALONE], exclude: ['spec/{cli,serverless}/**'], isolate: true },
}

const { include, exclude, isolate } = PASSES[(process.env['PASS'] ?? 'own') as Pass]

export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include,
    exclude: [...OTHERS, ...exclude],
    isolate,
    setupFiles: ['spec/mutation/setup.ts', 'spec/support/each-file.ts'],
    restoreMocks: true,
    // As many cases as by `npm run test:long`: a mutant may be noticed by one of them alone.
    env: { ROUNDS: '4' },
    // None takes as long. One that hangs by a mutant is over sooner than Stryker would end it.
    testTimeout: 15_000,
    unstubEnvs: true,
  },
})
