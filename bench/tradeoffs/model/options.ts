import { parseArgs } from 'node:util'
import { LARGEST, type Load, type Prices, USUAL } from './model.js'

type Takes = readonly [what: string, fits: (value: number) => boolean]
const ABOVE_ZERO: Takes = ['a number above 0', (value) => value > 0]
const SHARE: Takes = ['a share from 0 to 1', (value) => value >= 0 && value <= 1]
const PRICE: Takes = ['a number of 0 or more', (value) => value >= 0]
const FACTOR: Takes = ['a number of 1 or more', (value) => value >= 1]

/** What each option takes, and is where it is not given. Sessions and requests have to be. */
const OPTIONS: Readonly<Record<keyof Load | keyof Prices, readonly [takes: Takes, usual?: number]>> = {
  sessions: [ABOVE_ZERO],
  requests: [ABOVE_ZERO],
  bytes: [ABOVE_ZERO, USUAL.bytes],
  'per-connection': [ABOVE_ZERO, USUAL['per-connection']],
  read: [SHARE, USUAL.read],
  write: [SHARE, USUAL.write],
  'core-hour': [PRICE, 0],
  'gb-month': [PRICE, 0],
  'gb-transfer': [PRICE, 0],
  'gb-received': [PRICE, 0],
  'store-month': [PRICE, 0],
  copies: [FACTOR, 2],
  headroom: [FACTOR, 1],
}

export interface Given {
  readonly case: Load & Prices
  /** Prices that were not given: what they are for is not counted. */
  readonly uncounted: readonly string[]
  /** Whether there is anything to say about money. */
  readonly hasPrices: boolean
}

/** From the command line; undefined without options. @throws with what to write instead */
export function givenFrom(args: readonly string[]): Given | undefined {
  const all = Object.entries(OPTIONS)
  const options = Object.fromEntries(all.map(([name]) => [name, { type: 'string' as const }]))
  const texts = parseArgs({ args: [...args], options }).values
  if (Object.keys(texts).length === 0) return undefined
  const numbers = all.map(([name, [[what, fits], usual]]) => {
    const text = texts[name] ?? usual?.toString()
    if (text === undefined) throw new Error('give --sessions and --requests, such as --sessions 50000 --requests 500')
    const value = text.trim() === '' ? Number.NaN : Number(text)
    if (!Number.isFinite(value) || !fits(value)) throw new Error(`--${name} takes ${what}, not ${text}`)
    return [name, value]
  })
  const given: Load & Prices = Object.fromEntries(numbers)
  if (given.bytes > LARGEST) throw new Error(`--bytes is more than the ${LARGEST} that fit in a cookie`)
  if (given.read + given.write > 1) {
    throw new Error('--read and --write must be at most 1 together, such as --read 0.7 --write 0.1')
  }
  const prices = all.flatMap(([name, [takes]]) => (takes === PRICE ? name : []))
  const uncounted = prices.filter((name) => texts[name] === undefined)
  return { case: given, uncounted, hasPrices: uncounted.length < prices.length }
}
