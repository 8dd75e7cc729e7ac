/** Markup that may be sent as it is. Only `html` and constants of this folder make it. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export type Value = string | number | Html | readonly Html[] | false | null | undefined

/** A template whose every value is escaped, unless it is markup already. false, null and undefined are nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(strings.reduce((text, string, index) => text + markup(values[index - 1]) + string))
}

function markup(value: Value): string {
  if (value === null || value === undefined || value === false) return ''
  if (value instanceof Html) return value.text
  if (typeof value === 'object') return value.map(({ text }) => text).join('')
  return escaped(String(value))
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Safe as text and in a quoted attribute. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}

/** `4,093` */
export function count(number: number): string {
  return number.toLocaleString('en')
}

/** `1 byte`, `4,093 bytes` */
export function bytes(number: number): string {
  return counted(number, 'byte')
}

/** `1 key`, `2 keys` */
export function counted(number: number, noun: string): string {
  return `${count(number)} ${noun}${number === 1 ? '' : 's'}`
}

const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const

/** `6 d 23 h`, `12 min 30 s`: the two largest units that are not zero. */
function duration(milliseconds: number): string {
  let rest = Math.round(Math.abs(milliseconds) / 1000)
  const largest = UNITS.findIndex(([, length]) => rest >= length)
  const parts = UNITS.slice(largest, largest + 2).map(([unit, length]) => {
    const amount = Math.floor(rest / length)
    rest %= length
    return amount > 0 ? `${amount} ${unit}` : ''
  })
  return parts.join(' ').trim()
}

/** `in 23 h 59 min`, `3 min ago`, `just now` */
export function relative(time: number, now: number): Html {
  const away = time - now
  const words = Math.abs(away) < 2000 ? 'just now' : away > 0 ? `in ${duration(away)}` : `${duration(away)} ago`
  return html`<time datetime="${new Date(time).toISOString()}">${words}</time>`
}

const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })

/** `14:03:59`, in the time zone of the server, which is the visitor's own machine. */
export function timeOfDay(time: number): Html {
  return html`<time datetime="${new Date(time).toISOString()}">${clock.format(time)}</time>`
}
