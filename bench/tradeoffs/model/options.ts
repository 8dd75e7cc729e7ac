import { parseArgs } from 'node:util'
import { LARGEST, type Load, type Prices, USUAL } from './model.js'

/** Options of the command by what they set. Of the load, sessions and requests have no usual value. */
const LOAD = {
  sessions: undefined,
  requests: undefined,
  bytes: USUAL.bytes,
  'per-connection': USUAL.perConnection,
} as const
const SHARES = { read: USUAL.read, write: USUAL.write } as const
const PRICES = ['core-hour', 'gb-month', 'gb-transfer', 'gb-received', 'store-month'] as const
const FACTORS = { copies: 2, headroom: 1 } as const
const NAMES = ['results', ...[LOAD, SHARES, FACTORS].flatMap(Object.keys), ...PRICES]

export interface Given {
  /** undefined: a million requests, and rates up to a million a second. */
  readonly load: Load | undefined
  /** undefined: none was given, so nothing is said about money. */
  readonly prices: Prices | undefined
  /** Prices that were not given: what they are for is not counted. */
  readonly uncounted: readonly string[]
  readonly results: string | undefined
}

/** From the command line. @throws with what to write instead */
export function givenFrom(args: readonly string[]): Given {
  const options = Object.fromEntries(NAMES.map((name) => [name, { type: 'string' as const }]))
  const { results, ...texts } = parseArgs({ args: [...args], options }).values as Record<string, string | undefined>
  const uncounted = PRICES.filter((name) => texts[name] === undefined)
  if (Object.keys(texts).length === 0) return { load: undefined, prices: undefined, uncounted, results }
  const number = (name: string, usual: number | undefined, fits: (value: number) => boolean, what: string) => {
    const text = texts[name] ?? usual?.toString()
    if (text === undefined) throw new Error('give --sessions and --requests, such as --sessions 50000 --requests 500')
    const value = text.trim() === '' ? Number.NaN : Number(text)
    if (!Number.isFinite(value) || !fits(value)) throw new Error(`--${name} takes ${what}, not ${text}`)
    return value
  }
  const above = (name: keyof typeof LOAD) => number(name, LOAD[name], (value) => value > 0, 'a number above 0')
  const share = (name: keyof typeof SHARES) =>
    number(name, SHARES[name], (value) => value >= 0 && value <= 1, 'a share from 0 to 1')
  const price = (name: (typeof PRICES)[number]) => number(name, 0, (value) => value >= 0, 'a number of 0 or more')
  const factor = (name: keyof typeof FACTORS) =>
    number(name, FACTORS[name], (value) => value >= 1, 'a number of 1 or more')
  const load = {
    sessions: above('sessions'),
    requests: above('requests'),
    bytes: above('bytes'),
    perConnection: above('per-connection'),
    read: share('read'),
    write: share('write'),
  }
  if (load.bytes > LARGEST) throw new Error(`--bytes is more than the ${LARGEST} that fit in a cookie`)
  if (load.read + load.write > 1) {
    throw new Error('--read and --write must be at most 1 together, such as --read 0.7 --write 0.1')
  }
  const prices = {
    coreHour: price('core-hour'),
    gbMonth: price('gb-month'),
    gbTransfer: price('gb-transfer'),
    gbReceived: price('gb-received'),
    storeMonth: price('store-month'),
    copies: factor('copies'),
    headroom: factor('headroom'),
  }
  return { load, prices: uncounted.length < PRICES.length ? prices : undefined, uncounted, results }
}
