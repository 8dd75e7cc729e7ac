import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { printMeasured } from './print.js'

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

/** What a benchmark knows of itself. */
type Result = Pick<Recording, 'benchmark' | 'versions' | 'method' | 'measurements'>

const BENCH = new URL('../../../', import.meta.url)

/** Prints what was measured, and keeps it if the benchmark was asked to. */
export function finish(title: string, result: Result): void {
  printMeasured(title, result.measurements)
  record(result)
}

/** Keeps the raw results in `bench/results/`, apart for every line of Node, if the benchmark was asked to with `--record`. */
export function record(result: Result): void {
  if (process.argv.includes('--record')) save(recordingOf(result), resultsOf(result.benchmark))
}

/** The result with when, where and on which code it was measured. */
export function recordingOf<One extends Result>({ benchmark, measurements, ...result }: One): One & Recording {
  return {
    benchmark,
    date: new Date().toISOString(),
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
    lib: digestOfLib(),
    machine: machine(),
    ...result,
    measurements: measurements.map((one) => ({ ...one, samples: one.samples.map(rounded) })),
  } as unknown as One & Recording
}

/** With a line for each item of a list, so that a change of the file can be read. */
export function save(recording: Recording, file: URL): void {
  const properties = Object.entries(recording).map(([name, value]) => {
    if (!Array.isArray(value)) return `${JSON.stringify({ [name]: value }, null, 2).slice(2, -2)}`
    return `  "${name}": [${value.map((one) => `\n    ${JSON.stringify(one)}`).join(',')}\n  ]`
  })
  mkdirSync(new URL('.', file), { recursive: true })
  writeFileSync(file, `{\n${properties.join(',\n')}\n}\n`)
}

/** The file of a benchmark's raw results with the Node that runs this. */
export function resultsOf(benchmark: string): URL {
  return new URL(`results/node-${process.versions.node.split('.')[0]}/${benchmark}.json`, BENCH)
}

/** Versions of packages as they are installed for the benchmarks, by name. */
export function versionsOf(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries([...new Set(names)].map((name) => [name, versionOf(name)]))
}

function versionOf(name: string): string {
  for (const folder of ['', '../']) {
    try {
      return JSON.parse(readFileSync(new URL(`${folder}node_modules/${name}/package.json`, BENCH), 'utf8')).version
    } catch {}
  }
  throw new Error(`${name} is not installed: npm ci --prefix bench`)
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
function rounded(value: number): number {
  return Number(value.toPrecision(5))
}

/**
 * Tells one state of lib, or of a folder in it, from every other, as a figure holds for the code that it was taken on.
 * To be called where npm runs everything, at the root of the project.
 */
export function digestOfLib(folder = ''): string {
  return digestOf(join('lib', folder))
}

/** Of names and contents of all source files in a folder: 48 bits, as nobody wants to deceive anybody here. */
export function digestOf(folder: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
  const digests = files.sort().map((file) => `${file} ${sha256(readFileSync(join(folder, file)))}`)
  return sha256(digests.join('\n')).slice(0, 12)
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}
