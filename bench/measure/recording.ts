import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { digestOfLib } from './lib-digest.js'

/** A figure, with everything that tells it from the others of the same benchmark. */
export interface Measurement {
  readonly contender: string
  /** What was measured: `cpu`, `wall`, `requests`, `p99`, `bytes`, ... */
  readonly metric: string
  /** `us`, `ms`, `1/s`, `bytes`, ... */
  readonly unit: string
  /** One for every round, in the order in which they were taken. */
  readonly samples: readonly number[]
  /** What was varied: `size`, `step`, `express`, `keys`, ... */
  readonly [variable: string]: unknown
}

/** The raw results of one run of one benchmark. */
export interface Recording {
  readonly benchmark: string
  readonly date: string
  readonly commit: string
  /** The digest of lib: absent in recordings of before it was taken. */
  readonly lib?: string
  readonly machine: Readonly<Record<string, string | number>>
  /** Of the packages that were compared, as they were installed. */
  readonly versions: Readonly<Record<string, string>>
  /** Rounds, durations, connections: what somebody needs to do the same. */
  readonly method: Readonly<Record<string, string | number>>
  readonly measurements: readonly Measurement[]
}

const BENCH = new URL('../../../', import.meta.url)

/** Keeps the raw results in `bench/results/`, apart for every line of Node, if the benchmark was asked to with `--record`. */
export function record(result: Pick<Recording, 'benchmark' | 'versions' | 'method' | 'measurements'>): void {
  if (!process.argv.includes('--record')) return
  const { benchmark, versions, method, measurements } = result
  const recording: Recording = {
    benchmark,
    date: new Date().toISOString(),
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
    lib: digestOfLib(),
    machine: machine(),
    versions,
    method,
    measurements: measurements.map((one) => ({ ...one, samples: one.samples.map(rounded) })),
  }
  const file = resultsOf(benchmark)
  mkdirSync(new URL('.', file), { recursive: true })
  writeFileSync(file, `${asLines(recording)}\n`)
}

/** The file of a benchmark's raw results with the Node that runs this. */
export function resultsOf(benchmark: string): URL {
  return new URL(`results/node-${process.versions.node.split('.')[0]}/${benchmark}.json`, BENCH)
}

/** The version of a package as it is installed for the benchmarks. */
export function versionOf(name: string): string {
  for (const folder of ['', '../']) {
    try {
      const manifest = readFileSync(new URL(`${folder}node_modules/${name}/package.json`, BENCH), 'utf8')
      return JSON.parse(manifest).version
    } catch {}
  }
  throw new Error(`${name} is not installed: npm ci --prefix bench`)
}

/** Versions by package. */
export function versionsOf(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, versionOf(name)]))
}

/** What the figures were taken on. */
export function machine(): Recording['machine'] {
  const { node, v8, openssl } = process.versions
  return {
    node,
    v8,
    openssl: openssl ?? '',
    platform: `${process.platform}-${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
  }
}

/** Five digits are more than any benchmark here can tell. */
export function rounded(value: number): number {
  return Number(value.toPrecision(5))
}

/** A line for each measurement, so that a change of the file can be read. */
function asLines({ measurements, ...head }: Recording): string {
  const lines = measurements.map((one) => `    ${JSON.stringify(one)}`).join(',\n')
  return `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "measurements": [\n${lines}\n  ]\n}`
}
