import { existsSync } from 'node:fs'
import { NAMES, type Name } from '../http/contenders.js'

/** Our own as users get it. */
const BUILT = new URL('../../../../dist/index.mjs', import.meta.url)
/** Our own before it was made into one file, in which the files of a package could no longer be told apart. */
export const UNBUNDLED: string = new URL('../../lib/index.js', import.meta.url).href
const NOTHING: string = new URL('nothing.cjs', import.meta.url).href

/** What has no Express in front, and shows what sealing with a JOSE library would cost. */
const LIBRARIES = ['jose', '@auth/core/jwt']

/** What has a start: the floor is no package. */
export const STARTING: readonly Name[] = NAMES.filter((name) => name !== 'floor')

/** What an app imports for a contender. */
export function moduleOf(name: Name | 'nothing'): string {
  if (name === 'nothing') return NOTHING
  return name === 'sealed-session' ? BUILT.href : name
}

/** Everything whose import is timed, by name. */
export const MODULES: ReadonlyMap<string, string> = new Map([
  ...STARTING.map((name) => [name, moduleOf(name)] as const),
  ...LIBRARIES.map((name) => [name, name] as const),
])

export function checkBuilt(): void {
  if (!existsSync(BUILT)) throw new Error('dist/ is missing, and users get nothing else: npm run build')
}
