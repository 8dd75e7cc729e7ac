import { readdirSync, readFileSync } from 'node:fs'

/** What `/proc/<pid>/stat` says of a process; times in clock ticks, of all its threads. */
export interface Stat {
  readonly parent: number
  readonly ticks: number
  /** Of its children that have ended. */
  readonly ticksOfEnded: number
  readonly isZombie: boolean
}

/** A process and all that it has started, and those have; it alone where there is no `/proc`. */
export function treeOf(root: number): number[] {
  const parents = new Map(allProcesses().map((pid) => [pid, statOf(pid)?.parent]))
  const tree = [root]
  // The array grows while it is walked.
  for (const pid of tree) for (const [child, parent] of parents) if (parent === pid) tree.push(child)
  return tree
}

/** Undefined if there is no such process. */
export function statOf(pid: number): Stat | undefined {
  const line = contentOf(`/proc/${pid}/stat`)
  if (line === undefined) return undefined
  // The second field is the program's name in parentheses, which may contain anything.
  const [state, parent, ...rest] = line.slice(line.lastIndexOf(')') + 2).split(' ')
  const [user, system, userOfEnded, systemOfEnded] = rest.slice(9, 13).map(Number) as [number, number, number, number]
  return {
    parent: Number(parent),
    ticks: user + system,
    ticksOfEnded: userOfEnded + systemOfEnded,
    isZombie: state === 'Z',
  }
}

/** Undefined for what is not there, or not ours to read. */
export function contentOf(file: string): string | undefined {
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
