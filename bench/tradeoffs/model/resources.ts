import { STEPS, type Step } from '../../contenders/servers.js'
import type { Measurement, Recording } from '../../measure/recording.js'
import { all, find, quantile, value } from '../../measure/samples.js'
import { type Place, placeOf, sorted } from '../../report/backends.js'
import { BACKENDS, type BackendName } from '../outcome.js'

/** Bytes of JSON in the sessions whose memory was measured. */
const USUAL_SIZE = 1024

export const VERSIONS = ['HTTP/1.1', 'HTTP/2'] as const
export type Http = (typeof VERSIONS)[number]

/** What an app asks of its sessions. */
export interface Mix {
  /** Of a session's JSON. */
  readonly bytes: number
  /** Shares of the requests that read and that change the session; the rest does not use it. */
  readonly read: number
  readonly write: number
  /** Requests on one connection of HTTP/2, of which the first is not compressed. */
  readonly perConnection: number
}

/** What a usual app does: most requests read who is there, few change anything. */
export const USUAL: Mix = { bytes: USUAL_SIZE, read: 0.7, write: 0.1, perConnection: 20 }

/** The largest session that a cookie holds for certain, as JSON: `npm run bench:capacity`. */
export const LARGEST = 2890

export interface Load extends Mix {
  /** That are alive at a time. */
  readonly sessions: number
  /** Per second, on average. */
  readonly requests: number
}

const BYTES = { 'HTTP/1.1': ['bytesUp', 'bytesDown'], 'HTTP/2': ['h2Up', 'h2Down'] } as const
type PerRequest = 'cpuApp' | 'cpuStore' | (typeof BYTES)[Http][number]

/** What was measured of one participant. */
export interface Measured {
  readonly name: BackendName
  readonly place: Place
  /** Of one request: microseconds or bytes. Of the samples, the median, unless another part of them is asked for. */
  figure(metric: PerRequest, step: Step, bytes: number, part?: number): number
  /** Bytes of memory that one more session takes on servers, for the size that was measured; none in a cookie. */
  readonly memoryOfSession: number
}

/** Of each participant of whom all of it was measured; no figure is guessed. */
export function measuredIn(recording: Recording): Measured[] {
  return BACKENDS.flatMap((name) => measuredOf(recording, name) ?? [])
}

function measuredOf(recording: Recording, name: BackendName): Measured | undefined {
  const place = placeOf(name)
  const samples = (metric: string, step: Step) => all(recording, { contender: name, metric, step })
  const needed = ['cpuApp', ...BYTES['HTTP/1.1'], ...BYTES['HTTP/2'], ...(place === 'store' ? ['cpuStore'] : [])]
  const isMeasured = needed.every((metric) => STEPS.every((step) => samples(metric, step).length > 0))
  const memoryOfSession = place === 'cookie' ? 0 : slope(recording, name, place === 'app' ? 'memoryApp' : 'memoryStore')
  if (!isMeasured || memoryOfSession === undefined) return undefined
  const figure: Measured['figure'] = (metric, step, bytes, part = 0.5) =>
    interpolated(pointsOf(samples(metric, step), part), bytes)
  return { name, place, figure, memoryOfSession }
}

export interface Point {
  readonly x: number
  readonly y: number
}

function pointsOf(measurements: readonly Measurement[], part: number): Point[] {
  return measurements
    .map(({ size, samples }) => ({ x: Number(size), y: quantile(samples, part) }))
    .sort((a, b) => a.x - b.x)
}

/** On the straight line through the two measured points next to it; beyond the last, on that of the last two. */
export function interpolated(points: readonly Point[], x: number): number {
  const exact = points.find((point) => point.x === x)
  if (exact !== undefined) return exact.y
  const next = points.findIndex((point) => point.x > x)
  const last = points.length - 1
  const at = Math.min(last, Math.max(1, next === -1 ? last : next))
  const [below, above] = [points[at - 1], points[at]]
  if (above === undefined) throw new Error('nothing was measured to compute with')
  if (below === undefined) return above.y
  return Math.max(0, below.y + ((x - below.x) / (above.x - below.x)) * (above.y - below.y))
}

/** What a session takes: the difference between many and few, as what a server takes by itself is in both. */
function slope(recording: Recording, contender: BackendName, metric: string): number | undefined {
  const amounts = sorted(recording, 'sessions').filter((sessions) => find(recording, { contender, metric, sessions }))
  const [few, many] = [amounts[0], amounts.at(-1)]
  if (few === undefined || many === undefined || few === many) return undefined
  const [least, most] = [few, many].map((sessions) => value(recording, { contender, metric, sessions }))
  return least === undefined || most === undefined ? undefined : Math.max(0, (most - least) / (many - few))
}

/** What one request takes, on average. */
export interface Resources {
  /** Microseconds. */
  readonly appCpu: number
  readonly storeCpu: number
  /** Bytes on the wire. */
  readonly up: Readonly<Record<Http, number>>
  readonly down: Readonly<Record<Http, number>>
  /** Of the store. */
  readonly operations: number
  /** Bytes between app and store, at least: the session itself, without keys, commands and what a store adds. */
  readonly exchanged: number
}

/** `part` is of the samples of CPU: 0.5 is the median, between 0.25 and 0.75 lies half of them. */
export function requestOf(of: Measured, { bytes, read, write, perConnection }: Mix, part = 0.5): Resources {
  const shares = { untouched: Math.max(0, 1 - read - write), read, write }
  const mean = (metric: PerRequest) =>
    STEPS.reduce((sum, step) => sum + shares[step] * of.figure(metric, step, bytes, part), 0)
  // What was measured is a connection that knows the headers; a new one does not, and takes about what HTTP/1.1 does.
  const first = 1 / Math.max(1, perConnection)
  const carried = (way: 0 | 1) => {
    const [plain, compressed] = [mean(BYTES['HTTP/1.1'][way]), mean(BYTES['HTTP/2'][way])]
    return { 'HTTP/1.1': plain, 'HTTP/2': first * plain + (1 - first) * compressed }
  }
  const isStore = of.place === 'store'
  return {
    appCpu: mean('cpuApp'),
    storeCpu: isStore ? mean('cpuStore') : 0,
    up: carried(0),
    down: carried(1),
    // express-session reads with every request, touches the session with those that do not change it, and else writes.
    operations: isStore ? 2 : 0,
    exchanged: isStore ? bytes * (1 + write) : 0,
  }
}

/** Bytes of memory on servers, in one copy. Sessions were measured with one size; what is beside the data stays. */
export function memoryOf({ memoryOfSession }: Measured, sessions: number, bytes: number): number {
  return memoryOfSession === 0 ? 0 : sessions * Math.max(0, memoryOfSession + bytes - USUAL_SIZE)
}
