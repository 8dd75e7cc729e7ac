import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** The specs that may kill a mutant: of the folders that are mutated, and of the middleware as a whole. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: [
      'spec/*.spec.ts',
      'spec/{token,keys,session,cookie,http,migrate,neighbours,properties,serverless}/**/*.spec.ts',
      'spec/cli/{export-keys,keys,rotate}.spec.ts',
      'spec/interop/{vectors,malformed}.spec.ts',
    ],
    exclude: [
      'spec/{playground,readme,structure,format,security-case,supply-chain}.spec.ts',
      // Sends files, which send refuses under a folder with a dot, such as Stryker's.
      'spec/serverless/responses.spec.ts',
      // Takes longer than a test may, in Stryker's runner.
      'spec/neighbours/proxy.spec.ts',
    ],
    setupFiles: ['spec/mutation/setup.ts'],
    restoreMocks: true,
    unstubEnvs: true,
  },
})
