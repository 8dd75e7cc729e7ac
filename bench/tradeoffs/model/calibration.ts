import type { Recording } from '../../measure/recording.js'
import { all, value, variants } from '../../report/select.js'
import { BACKENDS, type BackendName } from '../backend.js'
import { DESCRIPTIONS } from '../report/backends.js'

export const STEPS = ['untouched', 'read', 'write'] as const
export type Step = (typeof STEPS)[number]
export type Http = 1 | 2

const EVERYBODY = ['cpuApp', 'bytesUp', 'bytesDown', 'h2Up', 'h2Down'] as const

/** What one request costs, from the measured medians. */
export interface Calibration {
  readonly name: BackendName
  readonly hasStore: boolean
  /** Microseconds of CPU. */
  cpuApp(step: Step, bytes: number): number
  cpuStore(step: Step, bytes: number): number
  /** Bytes on the wire. */
  up(step: Step, bytes: number, http: Http): number
  down(step: Step, bytes: number, http: Http): number
  /** Bytes of memory that one more session takes in the store, for the size that was measured; none in a cookie. */
  readonly memoryOfSession: number
}

/**
 * Of everybody of whom all of it was measured; nobody is guessed. Without the memory of the app, which keeps sessions for
 * one process only, so that there is no scale to compute.
 */
export function calibrate(recording: Recording): Calibration[] {
  const names = BACKENDS.filter((name) => DESCRIPTIONS[name].place !== 'app')
  return names.flatMap((name) => calibrationOf(recording, name) ?? [])
}

function calibrationOf(recording: Recording, name: BackendName): Calibration | undefined {
  const hasStore = DESCRIPTIONS[name].place === 'store'
  const memoryOfSession = hasStore ? slope(recording, name) : 0
  const needed = hasStore ? [...EVERYBODY, 'cpuStore'] : EVERYBODY
  const points = (metric: string, step: Step) => pointsOf(recording, { contender: name, metric, step })
  const isMeasured = needed.every((metric) => STEPS.every((step) => points(metric, step).length > 0))
  if (!isMeasured || memoryOfSession === undefined) return undefined
  const between = (metric: string) => {
    const of = { untouched: points(metric, 'untouched'), read: points(metric, 'read'), write: points(metric, 'write') }
    return (step: Step, bytes: number) => interpolated(of[step], bytes)
  }
  const [h1Up, h1Down, h2Up, h2Down] = [between('bytesUp'), between('bytesDown'), between('h2Up'), between('h2Down')]
  return {
    name,
    hasStore,
    cpuApp: between('cpuApp'),
    cpuStore: between('cpuStore'),
    up: (step, bytes, http) => (http === 1 ? h1Up : h2Up)(step, bytes),
    down: (step, bytes, http) => (http === 1 ? h1Down : h2Down)(step, bytes),
    memoryOfSession,
  }
}

export interface Point {
  readonly x: number
  readonly y: number
}

function pointsOf(recording: Recording, facts: Record<string, unknown>): Point[] {
  const sizes = variants<number>(all(recording, facts), 'size').sort((a, b) => a - b)
  return sizes.flatMap((x) => {
    const y = value(recording, { ...facts, size: x })
    return y === undefined ? [] : [{ x, y }]
  })
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
function slope(recording: Recording, contender: BackendName): number | undefined {
  const facts = { contender, metric: 'memoryStore' }
  const amounts = variants<number>(all(recording, facts), 'sessions').sort((a, b) => a - b)
  const [few, many] = [amounts[0], amounts.at(-1)]
  if (few === undefined || many === undefined || few === many) return undefined
  const [least, most] = [few, many].map((sessions) => value(recording, { ...facts, sessions }))
  if (least === undefined || most === undefined) return undefined
  return Math.max(0, (most - least) / (many - few))
}
