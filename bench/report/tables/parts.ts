import { list } from '../markdown.js'
import { ABSENT } from '../numbers.js'
import { PARTS } from '../parts.js'
import type { OfNode } from '../recordings.js'

/** When, where and at which commit each part was recorded, and how to do it again. */
export function partsTable(everything: readonly OfNode[]): string {
  const rows = PARTS.flatMap((part) => everything.map(({ recordings }) => [part, recordings[part.benchmark]] as const))
  const cells = rows.map(([{ title, command }, recording]) => {
    const { date, commit, machine } = recording ?? {}
    const recorded = date === undefined ? 'not recorded' : dayOf(date)
    const node = machine?.['node']
    return [title, recorded, commit ? `\`${commit}\`` : ABSENT, node ? `${node}` : ABSENT, `\`${command}\``]
  })
  return list(['Part', 'Recorded', 'Commit', 'Node', 'Command'], cells)
}

export function dayOf(date: string): string {
  return date.slice(0, 10)
}
