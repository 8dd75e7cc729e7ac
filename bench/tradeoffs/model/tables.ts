import { short, whole } from '../../report/numbers.js'
import { BACKENDS } from '../backend.js'
import { labelOf } from '../report/results.js'
import { type Load, type Measured, type Mix, memoryOf, type Resources, requestOf, VERSIONS } from './resources.js'

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
const NOT_MEASURED = 'not measured here'

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
