import { ASSUMED, type Assumed, HOURS_OF_MONTH, SECONDS_OF_MONTH } from './assumptions.js'
import type { Calibration } from './calibration.js'
import { type Demand, demandOf, type Load } from './demand.js'

/** US dollars a month. */
export interface Cost {
  readonly traffic: number
  readonly app: number
  readonly store: number
  readonly total: number
}

/** How a store is run. */
export const HOSTINGS = {
  own: 'servers of its own',
  managed: 'managed by the cloud',
  anyway: 'runs for other things anyway',
} as const
export type Hosting = keyof typeof HOSTINGS

const GIGABYTE = 1e9

export function costOf(of: Calibration, load: Load, hosting: Hosting = 'own', assumed: Assumed = ASSUMED): Cost {
  const demand = demandOf(of, load, assumed)
  const traffic = trafficOf(demand, hosting, assumed)
  const app = coresFor(demand.appCores, assumed) * coreMonth(assumed)
  const store = of.hasStore ? storeOf(demand, hosting, assumed) : 0
  return { traffic, app, store, total: traffic + app + store }
}

function trafficOf({ up, down, exchanged }: Demand, hosting: Hosting, assumed: Assumed): number {
  const { balancedGigabyte, zoneGigabyte, managedZoneGigabyte, otherZone } = assumed
  const zone = hosting === 'managed' ? managedZoneGigabyte : zoneGigabyte
  const gigabytes = (bytes: number) => (bytes / GIGABYTE) * SECONDS_OF_MONTH
  return (
    gigabytes(up + down) * balancedGigabyte +
    sentFor(gigabytes(down), assumed) +
    gigabytes(exchanged) * otherZone * zone
  )
}

/** What goes down to the internet becomes cheaper, the more it is. */
export function sentFor(gigabytes: number, { sentFirst, sentSecond, sentThird, sentBeyond }: Assumed): number {
  const tiers = [
    { from: 0, to: 10_000, price: sentFirst },
    { from: 10_000, to: 50_000, price: sentSecond },
    { from: 50_000, to: 150_000, price: sentThird },
    { from: 150_000, to: Number.POSITIVE_INFINITY, price: sentBeyond },
  ]
  return tiers.reduce((sum, { from, to, price }) => sum + Math.max(0, Math.min(gigabytes, to) - from) * price, 0)
}

/**
 * As many servers as there are copies, each with all of the sessions and a share of the work, and none too small: unless
 * they run anyway, where sessions only take their part of them.
 */
function storeOf({ storeCores, memory }: Demand, hosting: Hosting, assumed: Assumed): number {
  const { copies, smallestCores, smallestMemory, fullMemory, memoryHour, managed } = assumed
  const [leastCores, leastMemory] = hosting === 'anyway' ? [0, 0] : [smallestCores, smallestMemory]
  const cores = Math.max(copies * leastCores, coresFor(storeCores, assumed))
  const gigabytes = copies * Math.max(leastMemory, memory / GIGABYTE / fullMemory)
  const dollars = cores * coreMonth(assumed) + gigabytes * memoryHour * HOURS_OF_MONTH
  return hosting === 'managed' ? dollars * managed : dollars
}

/** For the busiest second. */
function coresFor(cores: number, { peak, busy }: Assumed): number {
  return (cores * peak) / busy
}

function coreMonth({ coreHour }: Assumed): number {
  return coreHour * HOURS_OF_MONTH
}
