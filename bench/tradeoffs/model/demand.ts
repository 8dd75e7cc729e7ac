import { ASSUMED, type Assumed } from './assumptions.js'
import type { Calibration, Http, Step } from './calibration.js'

/** What an app asks of its sessions. */
export interface Load {
  /** That are alive at a time. */
  readonly sessions: number
  /** Per second, on average. */
  readonly requests: number
  /** Of a session's JSON. */
  readonly bytes: number
  /** Shares of the requests that read and that change the session; the rest does not touch it. */
  readonly read: number
  readonly write: number
  readonly http: Http
}

/** What it takes, on average. */
export interface Demand {
  /** Bytes per second. */
  readonly up: number
  readonly down: number
  /** CPU cores that are busy. */
  readonly appCores: number
  readonly storeCores: number
  /** Bytes of one copy. */
  readonly memory: number
  /** Operations of the store per second. */
  readonly operations: number
  /** Bytes per second between app and store. */
  readonly exchanged: number
}

/** The memory of sessions was measured with this many bytes of JSON in each; what is beside the data stays. */
export const MEASURED_BYTES = 1024

export function demandOf(of: Calibration, load: Load, assumed: Assumed = ASSUMED): Demand {
  const { sessions, requests, bytes, read, write, http } = load
  const shares = [
    ['untouched', Math.max(0, 1 - read - write)],
    ['read', read],
    ['write', write],
  ] as const
  const sum = (figure: (step: Step) => number) =>
    shares.reduce((total, [step, share]) => total + share * figure(step), 0) * requests
  const carried = (figure: Calibration['up']) =>
    sum((step) => (http === 1 ? figure(step, bytes, 1) : onHttp2(figure, step, bytes, assumed)))
  // express-session reads with every request, touches the session with those that do not change it, and else writes.
  const operations = of.hasStore ? requests * 2 : 0
  return {
    up: carried(of.up),
    down: carried(of.down),
    appCores: sum((step) => of.cpuApp(step, bytes)) / 1e6,
    storeCores: of.hasStore ? sum((step) => of.cpuStore(step, bytes)) / 1e6 : 0,
    memory: sessions * memoryOf(of, bytes),
    operations,
    exchanged: of.hasStore ? requests * bytes * (1 + write) + operations * assumed.operationBytes : 0,
  }
}

/** What was measured is a connection that knows the headers; a new one does not, and takes about what HTTP/1.1 does. */
function onHttp2(figure: Calibration['up'], step: Step, bytes: number, { perConnection }: Assumed): number {
  const first = 1 / Math.max(1, perConnection)
  return first * figure(step, bytes, 1) + (1 - first) * figure(step, bytes, 2)
}

function memoryOf({ memoryOfSession }: Calibration, bytes: number): number {
  return memoryOfSession === 0 ? 0 : Math.max(0, memoryOfSession + bytes - MEASURED_BYTES)
}
