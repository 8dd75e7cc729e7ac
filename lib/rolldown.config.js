import { dts } from 'rolldown-plugin-dts'

const LICENSE =
  '// With jshttp/cookie: MIT, (c) 2012-2014 Roman Shtylman, (c) 2015 Douglas Christopher Wilson. See LICENSE.'
const comments = { legal: false, annotation: false, jsdoc: false }
/** Small, but with the names of functions: a stack trace must say where it leads. */
const keepNames = { function: true, class: true }
const minify = { mangle: { keepNames }, compress: { keepNames }, codegen: { removeWhitespace: true } }

/** There is one class of errors, so that `instanceof` recognizes those of every file. */
const errorsOfIndex = {
  name: 'errors-of-index',
  resolveId: (source) => (source.endsWith('/errors.js') ? { id: './index.js', external: true } : undefined),
}

/**
 * One file, `cookie` included, as a serverless function waits for every file that is loaded before it can answer its
 * first request; one for moving in, which is not needed for ever; and one for the command line, which shares nothing
 * with them. Of the declarations, only what a user can name, with its documentation.
 */
export default [
  {
    input: 'lib/index.ts',
    platform: 'node',
    output: { file: 'dist/index.js', comments, minify, postBanner: LICENSE },
  },
  {
    input: 'lib/migrate/index.ts',
    platform: 'node',
    external: ['jose'],
    plugins: [errorsOfIndex],
    output: { file: 'dist/migrate.js', comments, minify },
  },
  {
    input: 'lib/cli/bin.ts',
    platform: 'node',
    external: ['jose'],
    output: { file: 'dist/cli.js', comments, minify },
  },
  {
    input: { index: 'lib/index.ts', migrate: 'lib/migrate/index.ts' },
    plugins: dts({ emitDtsOnly: true, tsconfig: false, oxc: { stripInternal: true } }),
    output: { dir: 'dist', chunkFileNames: 'types.d.ts' },
  },
]
