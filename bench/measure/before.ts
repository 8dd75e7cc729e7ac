import { pathToFileURL } from 'node:url'

/**
 * `--before <file>` of the command line, as a URL: the entry of another build of ours, as of an earlier commit, which takes
 * its turns with the others. It is for comparing only, and recorded with nothing.
 */
export function beforeFrom(args: readonly string[]): string | undefined {
  const at = args.indexOf('--before')
  if (at === -1) return undefined
  const file = args[at + 1]
  if (file === undefined) throw new Error('--before takes the file that an app imports, such as dist/index.mjs')
  if (args.includes('--record')) throw new Error('--before compares builds on one machine, and is not recorded')
  return pathToFileURL(file).href
}
