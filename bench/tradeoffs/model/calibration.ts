import type { Recording } from '../../measure/recording.js'
import { all, value, variants } from '../../report/select.js'
import { BACKENDS, type BackendName } from '../backend.js'
import { DESCRIPTIONS } from '../report/backends.js'

export const STEPS = ['untouched', 'read', 'write'] as const
export type Step = (typeof STEPS)[number]
export type Http = 1 | 2

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
  /** Bytes of memory that one more session takes, in the store or else in the app, for the size that was measured. */
  readonly memoryOfSession: number
}

/** Of everybody who was measured; nobody else is guessed. */
export function calibrate(recording: Recording): Calibration[] {
  return BACKENDS.flatMap((name) => {
    const isMeasured = all(recording, { contender: name, metric: 'cpuApp' }).length > 0
    return isMeasured ? [calibrationOf(recording, name)] : []
  })
}

function calibrationOf(recording: Recording, name: BackendName): Calibration {
  const between = (metric: string) => (step: Step, bytes: number) =>
    interpolated(pointsOf(recording, { contender: name, metric, step }), bytes)
  const [h1Up, h1Down, h2Up, h2Down] = [between('bytesUp'), between('bytesDown'), between('h2Up'), between('h2Down')]
  return {
    name,
    hasStore: all(recording, { contender: name, metric: 'memoryStore' }).length > 0,
    cpuApp: between('cpuApp'),
    cpuStore: between('cpuStore'),
    up: (step, bytes, http) => (http === 1 ? h1Up : h2Up)(step, bytes),
    down: (step, bytes, http) => (http === 1 ? h1Down : h2Down)(step, bytes),
    // What is in a cookie is in no server's memory; what was measured there is noise.
    memoryOfSession: DESCRIPTIONS[name].place === 'cookie' ? 0 : slope(recording, name),
  }
}

export interface Point {
  readonly x: number
  readonly y: number
}

function pointsOf(recording: Recording, facts: Record<string, unknown>): Point[] {
  const measured = all(recording, facts)
  const sizes = variants<number>(measured, 'size').sort((a, b) => a - b)
  return sizes.map((x) => ({ x, y: value(recording, { ...facts, size: x }) ?? 0 }))
}

/** On the straight line through the two measured points next to it; beyond the last, on that of the last two. */
export function interpolated(points: readonly Point[], x: number): number {
  const [first] = points
  if (first === undefined) return 0
  const next = Math.max(
    1,
    points.findIndex((point) => point.x >= x),
  )
  const above = x > (points.at(-1)?.x ?? 0) ? points.at(-1) : points[next]
  const below = points[points.indexOf(above ?? first) - 1]
  if (above === undefined || below === undefined) return first.y
  const y = below.y + ((x - below.x) / (above.x - below.x)) * (above.y - below.y)
  return Math.max(0, y)
}

/** What a session takes: the difference between many and few, as what a server takes by itself is in both. */
function slope(recording: Recording, contender: BackendName): number {
  for (const metric of ['memoryStore', 'memoryApp']) {
    const measured = all(recording, { contender, metric })
    const [few, many] = variants<number>(measured, 'sessions').sort((a, b) => a - b)
    if (few === undefined || many === undefined) continue
    const taken = (sessions: number) => value(recording, { contender, metric, sessions }) ?? 0
    return Math.max(0, (taken(many) - taken(few)) / (many - few))
  }
  return 0
}
