import { STEPS, type Step } from '../../contenders/servers.js'
import { short, whole } from '../../measure/print.js'
import type { Recording } from '../../measure/recording.js'
import { all, find, quantile, value } from '../../measure/samples.js'
import { labelOf, NOT_MEASURED, placeOf, sorted } from '../../report/backends.js'
import { BACKENDS, type BackendName, type Place } from '../outcome.js'

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
  readonly 'per-connection': number
}

/** What a usual app does: most requests read who is there, few change anything. */
export const USUAL: Mix = { bytes: USUAL_SIZE, read: 0.7, write: 0.1, 'per-connection': 20 }

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
    interpolated(
      samples(metric, step)
        .map((one) => [Number(one['size']), quantile(one.samples, part)] as const)
        .sort(([one], [other]) => one - other),
      bytes,
    )
  return { name, place, figure, memoryOfSession }
}

type Point = readonly [x: number, y: number]

/** On the straight line through the two measured points next to it; beyond the last, on that of the last two. */
export function interpolated(points: readonly Point[], x: number): number {
  const exact = points.find(([measured]) => measured === x)
  if (exact !== undefined) return exact[1]
  const last = points.length - 1
  const next = points.findIndex(([measured]) => measured > x)
  const at = Math.min(last, Math.max(1, next === -1 ? last : next))
  const [below, above] = [points[at - 1], points[at]]
  if (above === undefined) throw new Error('nothing was measured to compute with')
  if (below === undefined) return above[1]
  return Math.max(0, below[1] + ((x - below[0]) / (above[0] - below[0])) * (above[1] - below[1]))
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
export function requestOf(
  of: Measured,
  { bytes, read, write, 'per-connection': perConnection }: Mix,
  part = 0.5,
): Resources {
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

/** A shorter row says of one participant that there is nothing. */
export interface Table {
  readonly caption: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** Three digits: `0.50`, `12.3`, `1,240` */
export function digits(value: number): string {
  return value >= 99.95 ? whole(Number(value.toPrecision(3))) : short(value)
}

export function gigabytes(bytes: number): string {
  return bytes >= 1e9 ? `${digits(bytes / 1e9)} GB` : `${digits(bytes / 1e6)} MB`
}

/** `12.3 Mbit/s`, of bytes per second. */
function bandwidth(bytes: number): string {
  const bits = bytes * 8
  return bits >= 1e9 ? `${digits(bits / 1e9)} Gbit/s` : `${digits(bits / 1e6)} Mbit/s`
}

const RATES = [1_000, 10_000, 100_000, 1_000_000]
const SESSIONS = [100_000, 1_000_000, 10_000_000, 100_000_000]
const NONE = 'none'

/** A row for each participant, also for those of whom there are no figures. */
function table(
  caption: string,
  head: readonly string[],
  all: readonly Measured[],
  cells: (of: Measured) => string[],
): Table {
  const rows = BACKENDS.map((name) => {
    const of = all.find((one) => one.name === name)
    return [labelOf(name), ...(of === undefined ? [NOT_MEASURED] : cells(of))]
  })
  return { caption, head: ['', ...head], rows }
}

/** Everything about a mix of requests: for a million of them, at rates up to a million a second, and by sessions. */
export function tablesFor(all: readonly Measured[], mix: Mix): Table[] {
  const byRate = (caption: string, cell: (of: Measured, one: Resources, rate: number) => string) =>
    table(
      `${caption}, by requests per second`,
      RATES.map((rate) => `${whole(rate)}/s`),
      all,
      (of) => {
        const one = requestOf(of, mix)
        return RATES.map((rate) => cell(of, one, rate))
      },
    )
  const bySessions = SESSIONS.map((sessions) => `${whole(sessions)} sessions`)
  return [
    perMillion(all, mix),
    byRate('CPU cores that are busy, of app + store', cores),
    ...VERSIONS.map((http) =>
      byRate(`Bits up, down over ${http}`, (_, { up, down }, rate) =>
        [up, down].map((way) => bandwidth(way[http] * rate)).join(', '),
      ),
    ),
    table('Memory on servers, by sessions that are alive; of a store, one copy', bySessions, all, (of) =>
      of.place === 'cookie' ? [NONE] : SESSIONS.map((sessions) => gigabytes(memoryOf(of, sessions, mix.bytes))),
    ),
  ]
}

function perMillion(all: readonly Measured[], mix: Mix): Table {
  const caption = 'A million requests; of CPU, the median and between which values half of the samples lie'
  const wires = VERSIONS.flatMap((http) => [`up, ${http}`, `down, ${http}`])
  const stores = ['operations of the store', 'between app and store, at least']
  return table(caption, ['CPU of the app', 'CPU of the store', ...wires, ...stores], all, (of) => {
    const { up, down, operations, exchanged } = requestOf(of, mix)
    const cpu = (which: 'appCpu' | 'storeCpu') => {
      const [least, middle, most] = [0.25, 0.5, 0.75].map((part) => digits(requestOf(of, mix, part)[which]))
      return `${middle} s (${least}–${most})`
    }
    const isStore = of.place === 'store'
    return [
      cpu('appCpu'),
      isStore ? cpu('storeCpu') : NONE,
      ...VERSIONS.flatMap((http) => [up, down].map((way) => gigabytes(way[http] * 1e6))),
      ...(isStore ? [`${whole(operations)} million`, gigabytes(exchanged * 1e6)] : [NONE, NONE]),
    ]
  })
}

/** One process cannot use more than about one core, and no other knows its sessions. */
function cores({ place }: Measured, { appCpu, storeCpu }: Resources, rate: number): string {
  const [app, store] = [appCpu, storeCpu].map((cpu) => (cpu * rate) / 1e6) as [number, number]
  if (place === 'app' && app > 1) return 'beyond one process'
  return place === 'store' ? `${digits(app)} + ${digits(store)}` : digits(app)
}

/** What one load takes with each. */
export function loadTable(all: readonly Measured[], load: Load): Table {
  const head = [...VERSIONS.flatMap((http) => [`up, ${http}`, 'down']), 'cores, app + store', 'memory', 'operations']
  return table(`Your load: ${inWords(load)}`, head, all, (of) => {
    const { requests, sessions, bytes } = load
    const one = requestOf(of, load)
    return [
      ...VERSIONS.flatMap((http) => [one.up, one.down].map((way) => bandwidth(way[http] * requests))),
      cores(of, one, requests),
      of.place === 'cookie' ? NONE : gigabytes(memoryOf(of, sessions, bytes)),
      of.place === 'store' ? `${digits(one.operations * requests)}/s` : NONE,
    ]
  })
}

/** `50,000 sessions of 1,024 bytes, 500 requests a second, 70% of them reading the session and 10% changing it` */
function inWords({ sessions, requests, bytes, read, write }: Load): string {
  const percent = (value: number) => `${Number((value * 100).toFixed(1))}%`
  return `${whole(sessions)} sessions of ${whole(bytes)} bytes, ${digits(requests)} requests a second, ${percent(read)} of them reading the session and ${percent(write)} changing it`
}

/** What the reader pays, in any currency, by the options of the command. There are no prices of others. */
export type Prices = Readonly<
  Record<'core-hour' | 'gb-month' | 'gb-transfer' | 'gb-received' | 'store-month' | 'copies' | 'headroom', number>
>

const HOURS_OF_MONTH = 730

/** A month: whatever the rate is, and for each request per second. */
export function costOf(of: Measured, load: Load, prices: Prices, http: Http): { fixed: number; perRate: number } {
  const { appCpu, storeCpu, up, down } = requestOf(of, load)
  const copies = of.place === 'store' ? prices.copies : 1
  const memory = (memoryOf(of, load.sessions, load.bytes) / 1e9) * copies * prices['gb-month']
  const cores = ((appCpu + storeCpu) / 1e6) * prices.headroom * prices['core-hour']
  const traffic = (down[http] * prices['gb-transfer'] + up[http] * prices['gb-received']) / 1e9
  return {
    fixed: memory + (of.place === 'store' ? prices['store-month'] : 0),
    perRate: (cores + traffic * 3600) * HOURS_OF_MONTH,
  }
}

/** What a load costs a month with each, and up to which rate ours costs less. */
export function costTables(ours: Measured, all: readonly Measured[], load: Load & Prices): Table[] {
  return VERSIONS.map((http) => {
    const cookie = costOf(ours, load, load, http)
    const rows = all.map((of) => {
      const { fixed, perRate } = costOf(of, load, load, http)
      const month = digits(fixed + perRate * load.requests)
      const less = of === ours ? '' : cheaper(fixed - cookie.fixed, cookie.perRate - perRate)
      return [labelOf(of.name), month, digits(fixed), less]
    })
    const head = ['', 'your load', 'of it, whatever the rate', `${labelOf(ours.name)} costs less`]
    return { caption: `A month over ${http}, at your prices`, head, rows }
  })
}

/** Up to which rate that is which begins ahead and falls behind with each request per second. */
export function cheaper(ahead: number, behind: number): string {
  if (behind <= 0) return ahead >= 0 ? 'at any rate' : 'at no rate'
  return ahead <= 0 ? 'at no rate' : `below ${digits(ahead / behind)} requests per second`
}
