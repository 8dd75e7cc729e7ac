import { labelOf } from '../report/results.js'
import { type Http, type Load, type Measured, memoryOf, requestOf, VERSIONS } from './resources.js'
import { digits, type Table } from './tables.js'

/** What the reader pays, in any currency. There are no prices of others: what is not given is not counted. */
export interface Prices {
  /** Of a CPU core for an hour. */
  readonly coreHour: number
  /** Of a GB of memory for a month. */
  readonly gbMonth: number
  /** Of a GB that leaves for browsers. */
  readonly gbTransfer: number
  /** Of a GB that comes from browsers, where that is charged. */
  readonly gbReceived: number
  /** What a store costs a month before it does anything, such as its smallest servers. */
  readonly storeMonth: number
  /** Servers that hold each session, so that one may fail. */
  readonly copies: number
  /** Cores that are paid for, for each one that is busy on average. */
  readonly headroom: number
}

const HOURS_OF_MONTH = 730
const SECONDS_OF_MONTH = HOURS_OF_MONTH * 3600

interface Cost {
  /** Whatever the rate is. */
  readonly fixed: number
  /** For each request per second. */
  readonly perRate: number
}

/** A month. */
export function costOf(of: Measured, load: Load, prices: Prices, http: Http): Cost {
  const { appCpu, storeCpu, up, down } = requestOf(of, load)
  const isStore = of.place === 'store'
  const gigabytes = (memoryOf(of, load.sessions, load.bytes) / 1e9) * (isStore ? prices.copies : 1)
  const cores = ((appCpu + storeCpu) / 1e6) * prices.headroom
  const traffic = (down[http] * prices.gbTransfer + up[http] * prices.gbReceived) / 1e9
  return {
    fixed: gigabytes * prices.gbMonth + (isStore ? prices.storeMonth : 0),
    perRate: cores * prices.coreHour * HOURS_OF_MONTH + traffic * SECONDS_OF_MONTH,
  }
}

export function totalOf({ fixed, perRate }: Cost, requests: number): number {
  return fixed + perRate * requests
}

/** Requests per second up to which the cookie costs less: without an end, or none. */
export function breakEven(cookie: Cost, store: Cost): number {
  const [ahead, behind] = [store.fixed - cookie.fixed, cookie.perRate - store.perRate]
  if (behind <= 0) return ahead >= 0 ? Number.POSITIVE_INFINITY : 0
  return Math.max(0, ahead / behind)
}

/** What a load costs a month with each, and up to which rate ours costs less. */
export function costTables(ours: Measured, all: readonly Measured[], load: Load, prices: Prices): Table[] {
  return VERSIONS.map((http) => {
    const cookie = costOf(ours, load, prices, http)
    const rows = all.map((of) => {
      const cost = costOf(of, load, prices, http)
      const cheaper = of === ours ? '' : told(breakEven(cookie, cost))
      return [labelOf(of.name), digits(totalOf(cost, load.requests)), digits(cost.fixed), cheaper]
    })
    const head = ['', 'your load', 'of it, whatever the rate', `${labelOf(ours.name)} costs less`]
    return { caption: `A month over ${http}, at your prices`, head, rows }
  })
}

function told(requests: number): string {
  if (requests === 0) return 'at no rate'
  return Number.isFinite(requests) ? `below ${digits(requests)} requests per second` : 'at any rate'
}
