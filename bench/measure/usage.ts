import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Microseconds of all threads: `user` in the program, `system` in the kernel for it. */
export interface Cpu {
  readonly user: number
  readonly system: number
}

type Collect = (options?: object) => void

/** Lets V8 collect garbage when it is told to. */
export function collector(): Collect {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as Collect
}

/** MiB of heap in use, after garbage collection. */
export function heapOf(collect: Collect): number {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 2 ** 20
}

/**
 * Resident bytes of this process, without the garbage.
 *
 * @param rest seconds to give memory back to the system, which V8 does in the background
 */
export async function residentMemory(rest: number): Promise<number> {
  const collect = collector()
  for (let times = 0; times < 3; times++) collect()
  // Also the young generation, which has grown with the number of requests and not of sessions.
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
  await sleep(rest * 1000)
  collect()
  return process.memoryUsage.rss()
}

/** Linux counts in ticks of 10 ms for programs, whatever it counts in for itself. */
const TICK = 10_000

/** CPU of another process and all that it has started, those that have ended, too. Undefined where there is no `/proc`. */
export function cpuOf(pid: number): Cpu | undefined {
  const stats = treeOf(pid).flatMap((one) => statOf(one) ?? [])
  if (stats.length === 0) return undefined
  const sum = (which: 'user' | 'system') => stats.reduce((sum, stat) => sum + stat[which], 0) * TICK
  return { user: sum('user'), system: sum('system') }
}

/**
 * Resident bytes of another process and all that it has started. Where processes share pages, as those of PostgreSQL do,
 * each has its part of them, so that they are counted once.
 */
export function memoryOf(pid: number): number | undefined {
  const parts = treeOf(pid).flatMap((one) => {
    const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(contentOf(`/proc/${one}/smaps_rollup`) ?? '')?.[1]
    return kilobytes === undefined ? [] : Number(kilobytes) * 1024
  })
  return parts.length === 0 ? undefined : parts.reduce((sum, part) => sum + part, 0)
}

/** A process and all that it has started, and those have; it alone where there is no `/proc`. */
export function treeOf(root: number): number[] {
  const parents = new Map(allProcesses().map((pid) => [pid, statOf(pid)?.parent]))
  const tree = [root]
  // The array grows while it is walked.
  for (const pid of tree) for (const [child, parent] of parents) if (parent === pid) tree.push(child)
  return tree
}

/** Whether a process is there and has not ended. */
export function isAlive(pid: number): boolean {
  return statOf(pid)?.isZombie === false
}

/** What `/proc/<pid>/stat` says: times in ticks, of all threads and of children that have ended. */
function statOf(pid: number): (Cpu & { readonly parent: number; readonly isZombie: boolean }) | undefined {
  const line = contentOf(`/proc/${pid}/stat`)
  if (line === undefined) return undefined
  // The second field is the program's name in parentheses, which may contain anything.
  const [state, parent, ...rest] = line.slice(line.lastIndexOf(')') + 2).split(' ')
  const [user, system, userOfEnded, systemOfEnded] = rest.slice(9, 13).map(Number) as [number, number, number, number]
  return { parent: Number(parent), user: user + userOfEnded, system: system + systemOfEnded, isZombie: state === 'Z' }
}

/** Undefined for what is not there, or not ours to read. */
function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function allProcesses(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger)
  } catch {
    return []
  }
}
