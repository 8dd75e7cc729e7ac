/**
 * One file, `cookie` included, as a serverless function waits for every file that is loaded before it can answer its
 * first request.
 */
export default {
  input: 'lib/index.ts',
  platform: 'node',
  output: {
    file: 'dist/index.js',
    comments: { legal: false, annotation: false, jsdoc: false },
    postBanner:
      '// With jshttp/cookie: MIT, (c) 2012-2014 Roman Shtylman, (c) 2015 Douglas Christopher Wilson. See LICENSE.',
  },
}
