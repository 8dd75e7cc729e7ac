import type { SessionSize } from '../../../lib/index.js'
import { type Html, html } from './html.js'
import { bytes, count } from './words.js'

/** So many keys have a colour of their own; the rest share one. */
const COLOURS = 6

interface Segment {
  readonly key: string
  readonly from: number
  readonly bytes: number
  readonly colour: string
}

/** What the cookie has beside the data: its name, the header, the id and the times, and the tag. */
export function envelopeOf({ bytes, largest }: SessionSize): number {
  return bytes - largest.reduce((sum, share) => sum + share.bytes, 0)
}

/** The class of the colour that a key has in the bar and in the table, by its place in `largest`. */
export function colourOf(index: number): string {
  return index < COLOURS ? `share-${index + 1}` : 'share-rest'
}

/** The cookie against its limit, key by key; what is beyond the limit is hatched. */
export function bar(size: SessionSize, nginxAt: number): Html {
  const full = Math.max(size.limit, size.bytes)
  const place = (at: number) => `${((100 * at) / full).toFixed(3)}%`
  const over = size.bytes - size.limit
  return html`<div class="bar" role="img" aria-label="${inWords(size, nginxAt)}">
<svg class="mark" height="22"><text x="${place(nginxAt)}" dx="-6" y="14" text-anchor="end">nginx: 502 from ${count(nginxAt)}</text>
<rect class="tick" x="${place(nginxAt)}" y="3" width="2" height="19"></rect></svg>
<svg class="track" height="30">
${segmentsOf(size).map(
  ({ key, from, bytes, colour }) =>
    html`<rect class="${colour}" data-key="${key}" x="${place(from)}" width="${place(bytes)}" height="30"></rect>`,
)}
${over > 0 && html`<rect class="over" x="${place(size.limit)}" width="${place(over)}" height="30" fill="url(#hatching)"></rect>`}
<rect class="tick" x="${place(nginxAt)}" width="2" height="30"></rect>
${over > 0 && html`<rect class="edge" x="${place(size.limit)}" width="3" height="30"></rect>`}
</svg>
<svg class="mark" height="20"><text x="${place(size.limit)}" y="15" text-anchor="end">the limit: ${count(size.limit)}</text></svg>
</div>`
}

function segmentsOf(size: SessionSize): Segment[] {
  let from = 0
  const shares = size.largest.map(({ key, bytes }, index) => ({ key: `data ${key}`, bytes, colour: colourOf(index) }))
  return [{ key: 'envelope', bytes: envelopeOf(size), colour: 'share-envelope' }, ...shares].map((share) => {
    const segment = { ...share, from }
    from += share.bytes
    return segment
  })
}

function inWords({ bytes: used, limit, largest }: SessionSize, nginxAt: number): string {
  const first = largest[0] && `, of which ${largest[0].key} has ${count(largest[0].bytes)}`
  const nginx = used >= nginxAt ? 'above' : 'below'
  return `${count(used)} of ${bytes(limit)}${first ?? ''}; ${nginx} the ${count(nginxAt)} at which default nginx fails`
}

/** The pattern of what does not fit. It stands once in the page. */
export const hatching: Html = html`<svg class="unseen" aria-hidden="true" width="0" height="0"><defs>
<pattern id="hatching" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
<rect class="hatch" width="8" height="8"></rect><rect class="hatch-line" width="4" height="8"></rect>
</pattern></defs></svg>`
