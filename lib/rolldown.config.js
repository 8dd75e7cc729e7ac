/** One file, as a serverless function waits for every file that is loaded before it can answer its first request. */
export default {
  input: 'lib/index.ts',
  platform: 'node',
  external: [/^node:/, 'cookie'],
  output: { file: 'dist/index.js', comments: { legal: false, annotation: false, jsdoc: false } },
}
