import { list } from '../markdown.js'
import { ABSENT } from '../numbers.js'
import { PARTS } from '../parts.js'
import type { Recordings } from '../recordings.js'

/** When, where and at which commit each part was recorded, and how to do it again. */
export function partsTable(recordings: Recordings): string {
  const rows = PARTS.map(({ benchmark, title, command }) => {
    const { date, commit, machine } = recordings[benchmark] ?? {}
    const recorded = date === undefined ? 'not recorded' : dayOf(date)
    const node = machine?.['node']
    return [title, recorded, commit ? `\`${commit}\`` : ABSENT, node ? `${node}` : ABSENT, `\`${command}\``]
  })
  return list(['Part', 'Recorded', 'Commit', 'Node', 'Command'], rows)
}

export function dayOf(date: string): string {
  return date.slice(0, 10)
}
