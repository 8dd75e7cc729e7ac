import type { Asked } from '../deeds/deed.js'
import type { Compared } from './compared.js'

/** What JSON does not hold as it is. */
const NAMES: Readonly<Record<string, string>> = {
  date: 'the Date',
  map: 'the Map',
  bigint: 'the BigInt',
  undefined: 'undefined',
  function: 'the function',
}

/** What became of a value that JSON does not hold, as it was found again. */
export function fate({ ours, theirs, about: { asked } }: Compared): string[] {
  const name = asked && NAMES[asked.kind]
  if (name === undefined || (ours.side.error !== undefined && theirs.side.error !== undefined)) return []
  const [here, there] = [ours, theirs].map(({ after }) => became(found(after.data, asked?.path ?? [])))
  if (here === there) return [`On both sides ${name} ${here}: JSON has no such thing.`]
  const said = ours.side.error === undefined ? [`With sealed-session ${name} ${here}.`] : []
  return theirs.side.error === undefined ? [...said, `With express-session ${name} ${there}.`] : said
}

function became(value: unknown): string {
  if (value === undefined) return 'was lost'
  if (value === null) return 'became null'
  if (typeof value === 'object') return Object.keys(value).length === 0 ? 'came back as {}' : 'came back as an object'
  return `came back as ${typeof value === 'string' ? 'text' : `a ${typeof value}`}`
}

function found(data: unknown, path: Asked['path']): unknown {
  return path.reduce<unknown>((inside, key) => {
    if (typeof inside !== 'object' || inside === null) return undefined
    return Object.getOwnPropertyDescriptor(inside, key)?.value
  }, data)
}
