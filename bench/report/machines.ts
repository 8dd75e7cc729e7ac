import type { Recording } from '../measure/recording.js'
import type { Recordings } from './recordings.js'

/** Where the parts were recorded: one machine, unless somebody did them on several. */
export function machinesOf(recordings: Recordings): string[] {
  return [...new Set(Object.values(recordings).map(({ machine }) => machineOf(machine)))]
}

function machineOf({ cpu, cores, memoryGiB, platform }: Recording['machine']): string {
  return [cpu, cores && `${cores} cores`, memoryGiB && `${memoryGiB} GiB of memory`, platform]
    .filter(Boolean)
    .join(', ')
}
