import type { Recording } from '../measure/recording.js'
import type { OfNode } from './recordings.js'

/** Where the parts were recorded: one machine, unless somebody did them on several. */
export function machinesOf(everything: readonly OfNode[]): string[] {
  const recordings = everything.flatMap(({ recordings }) => Object.values(recordings))
  return [...new Set(recordings.map(({ machine }) => machineOf(machine)))]
}

function machineOf({ cpu, cores, memoryGiB, platform }: Recording['machine']): string {
  return [cpu, cores && `${cores} cores`, memoryGiB && `${memoryGiB} GiB of memory`, platform]
    .filter(Boolean)
    .join(', ')
}
