const LICENSE =
  '// With jshttp/cookie: MIT, (c) 2012-2014 Roman Shtylman, (c) 2015 Douglas Christopher Wilson. See LICENSE.'
const comments = { legal: false, annotation: false, jsdoc: false }

/**
 * One file, `cookie` included, as a serverless function waits for every file that is loaded before it can answer its
 * first request; and one for the command line, which shares nothing with it.
 */
export default [
  {
    input: 'lib/index.ts',
    platform: 'node',
    output: { file: 'dist/index.js', comments, postBanner: LICENSE },
  },
  {
    input: 'lib/cli/bin.ts',
    platform: 'node',
    external: ['jose'],
    output: { file: 'dist/cli.js', comments },
  },
]
