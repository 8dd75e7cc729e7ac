import { type Html, html } from './html.js'

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
  const parts = UNITS.map(([unit, length]) => {
    const amount = Math.floor(rest / length)
    rest %= length
    return amount > 0 ? `${amount} ${unit}` : ''
  })
  const first = parts.findIndex((part) => part !== '')
  return parts
    .slice(first, first + 2)
    .join(' ')
    .trim()
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
