import type { Measurement, Recording } from '../measure/recording.js'
import { type Facts, value, variants } from '../measure/samples.js'

export const OURS = 'sealed-session'

/** In the order of every table and plot, with a colour of Okabe and Ito's palette, which the colour-blind tell apart, too. */
const COLOURS: Readonly<Record<string, string>> = {
  nothing: '#999999',
  floor: '#000000',
  'sealed-session': '#0072b2',
  'cookie-session': '#e69f00',
  'express-session': '#009e73',
  'iron-session': '#d55e00',
  'client-sessions': '#cc79a7',
  jose: '#56b4e9',
  keygrip: '#e69f00',
  '@auth/core': '#56b4e9',
  '@hono/session': '#56b4e9',
  secretbox: '#56b4e9',
}

const ORDER = Object.keys(COLOURS)

export function colourOf(contender: string): string {
  return COLOURS[contender] ?? '#56b4e9'
}

/** Who took part, in the order of the report: `jose, in another way` beside `jose`. */
export function contendersOf(measurements: readonly Measurement[]): string[] {
  const place = (name: string) => {
    const [contender = name] = name.split(',')
    return ORDER.includes(contender) ? ORDER.indexOf(contender) : ORDER.length
  }
  return variants(measurements, 'contender').sort((a, b) => place(a) - place(b))
}

/** CPU of a request through the middleware, in microseconds: all of it, and what the contender adds to it. */
export function requestCost(
  recording: Pick<Recording, 'measurements'> | undefined,
  contender: string,
  facts: Facts,
): { readonly request: number | undefined; readonly added: number | undefined } {
  const request = value(recording, { contender, metric: 'cpu', ...facts })
  // Only our own requests have more cookies, and without a middleware they cost what every request does.
  const bare = (step: Facts) => value(recording, { contender: 'nothing', metric: 'cpu', ...facts, ...step })
  const nothing = bare({}) ?? bare({ step: 'read' })
  return { request, added: request === undefined || nothing === undefined ? undefined : request - nothing }
}

/** CPU of sealing and opening, in microseconds. */
export function sealAndOpen(recording: Recording | undefined, contender: string, size: number): number | undefined {
  const [seal, open] = ['seal', 'open'].map((step) => value(recording, { contender, size, step, metric: 'cpu' }))
  return seal === undefined || open === undefined ? undefined : seal + open
}

/** What an app does with its session; every other step of the benchmark is a cookie that is rejected. */
export function isRejection(step: unknown): boolean {
  return String(step).startsWith('rejected')
}

/** Something that grows, and what is measured while it does. */
export const GROWTHS = [
  { by: 'size', title: 'Cost against the size of the session', axis: 'bytes of session JSON' },
  { by: 'cookies', title: 'Cost against the number of other cookies', axis: 'other cookies of the request' },
  { by: 'keys', title: 'Cost against the number of keys in the ring', axis: 'keys in the ring' },
  { by: 'requests', title: 'Heap after many requests', axis: 'requests answered', unit: 'heap in use, MiB' },
].map((one) => ({ unit: 'CPU of a request, µs', ...one }))

/** Lines of a plot, columns of a table: each contender, and what it does. */
export function seriesOf(measured: readonly Measurement[]): { readonly label: string; readonly facts: Facts }[] {
  return contendersOf(measured).flatMap((contender) => {
    const steps = variants(
      measured.filter((one) => one.contender === contender),
      'step',
    )
    if (steps.length === 0) return [{ label: contender, facts: { contender } }]
    return steps.map((step) => ({ label: `${contender}, ${step}`, facts: { contender, step } }))
  })
}
