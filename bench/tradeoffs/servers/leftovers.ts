import { rmSync } from 'node:fs'
import { treeOf } from '../measure/process-tree.js'

interface Leftover {
  readonly folder: string
  /** Of the server's process; undefined while it does not run. */
  readonly runningPid: number | undefined
}

const leftovers = new Set<Leftover>()

/** However this process ends, other than by being killed itself: no server is left running, and no data lie around. */
export function endWithThisProcess(server: Leftover): void {
  if (leftovers.size === 0) process.on('exit', endAll)
  leftovers.add(server)
}

export function forget(server: Leftover): void {
  leftovers.delete(server)
  if (leftovers.size === 0) process.off('exit', endAll)
}

export function killTree(pid: number): number[] {
  const pids = treeOf(pid)
  for (const one of pids) {
    try {
      process.kill(one, 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
  }
  return pids
}

/** As one that was killed a moment ago may still write into its folder. */
export function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
}

function endAll(): void {
  // Not the servers alone, but also what is still preparing one.
  for (const child of treeOf(process.pid).slice(1)) killTree(child)
  for (const { runningPid } of leftovers) if (runningPid !== undefined) killTree(runningPid)
  for (const { folder } of leftovers) remove(folder)
}
