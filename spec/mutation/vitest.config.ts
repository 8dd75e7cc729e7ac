import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { DearestLast } from './dearest-last.js'

/** The specs that may kill a mutant: of the folders that are mutated, and of the middleware as a whole. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: [
      'spec/*.spec.ts',
      'spec/{token,keys,session,cookie,http,request,device,properties}/**/*.spec.ts',
      'spec/interop/{vectors,malformed}.spec.ts',
      'spec/neighbours/sockets.spec.ts',
      'spec/migrate/cookie-session.spec.ts',
    ],
    exclude: ['spec/{playground,readme,structure,format,security-case,supply-chain}.spec.ts'],
    setupFiles: ['spec/mutation/setup.ts'],
    sequence: { sequencer: DearestLast },
    restoreMocks: true,
    // As many cases as by `npm run test:long`: a mutant may be noticed by one of them alone.
    env: { ROUNDS: '4' },
    // None takes as long. One that hangs by a mutant is over sooner than Stryker would end it.
    testTimeout: 15_000,
    unstubEnvs: true,
  },
})
