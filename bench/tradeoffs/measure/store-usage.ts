import { contentOf, statOf, treeOf } from './process-tree.js'

/** Linux counts in ticks of 10 ms for programs, whatever it counts in for itself. */
const TICK = 10_000

/** Microseconds of CPU of a server: of all its threads and processes, those that have ended, too. */
export function cpuOf(pid: number): number | undefined {
  const stats = treeOf(pid).flatMap((one) => statOf(one) ?? [])
  if (stats.length === 0) return undefined
  return stats.reduce((sum, { ticks, ticksOfEnded }) => sum + ticks + ticksOfEnded, 0) * TICK
}

/**
 * Resident bytes of a server. Where processes share pages, as those of PostgreSQL do, each has its part of them, so that
 * they are counted once.
 */
export function memoryOf(pid: number): number | undefined {
  const parts = treeOf(pid).flatMap((one) => {
    const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(contentOf(`/proc/${one}/smaps_rollup`) ?? '')?.[1]
    return kilobytes === undefined ? [] : Number(kilobytes) * 1024
  })
  return parts.length === 0 ? undefined : parts.reduce((sum, part) => sum + part, 0)
}
