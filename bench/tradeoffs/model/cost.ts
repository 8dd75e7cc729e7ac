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

const GIGABYTE = 1e9

export function costOf(of: Calibration, load: Load, assumed: Assumed = ASSUMED): Cost {
  const demand = demandOf(of, load)
  const traffic = trafficOf(demand, assumed)
  const app = coresFor(demand.appCores, assumed) * coreMonth(assumed) + (of.hasStore ? 0 : appMemory(demand, assumed))
  const store = of.hasStore ? storeOf(demand, assumed) : 0
  return { traffic, app, store, total: traffic + app + store }
}

function trafficOf({ up, down, exchanged }: Demand, assumed: Assumed): number {
  const { balancedGigabyte, sentGigabyte, zoneGigabyte, otherZone } = assumed
  const dollars = (up + down) * balancedGigabyte + down * sentGigabyte + exchanged * otherZone * zoneGigabyte
  return (dollars / GIGABYTE) * SECONDS_OF_MONTH
}

/** As many servers as there are copies, each with all of the sessions and a share of the work, and none too small. */
function storeOf({ storeCores, memory }: Demand, assumed: Assumed): number {
  const { copies, smallestCores, smallestMemory, fullMemory, memoryHour } = assumed
  const cores = Math.max(copies * smallestCores, coresFor(storeCores, assumed))
  const gigabytes = copies * Math.max(smallestMemory, memory / GIGABYTE / fullMemory)
  return cores * coreMonth(assumed) + gigabytes * memoryHour * HOURS_OF_MONTH
}

function appMemory({ memory }: Demand, { memoryHour, fullMemory }: Assumed): number {
  return (memory / GIGABYTE / fullMemory) * memoryHour * HOURS_OF_MONTH
}

/** For the busiest second. */
function coresFor(cores: number, { peak, busy }: Assumed): number {
  return (cores * peak) / busy
}

function coreMonth({ coreHour }: Assumed): number {
  return coreHour * HOURS_OF_MONTH
}
