import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { Recording } from '../../bench/measure/recording.js'
import { type Origin, type Recorded, recorded } from './recording.js'

export interface Fuzz extends Recorded {
  readonly seed: number
  readonly minutes: number
  readonly cases: number
  /** What the cases came to, by what was fed. */
  readonly outcomes: Readonly<Record<string, Readonly<Record<string, number>>>>
}

export interface Score {
  readonly mutants: number
  readonly killed: number
  readonly timedOut: number
  readonly survived: number
  /** Of those that were not noticed: with a reason in the list of survivors. */
  readonly listed: number
}

export interface Mutation extends Recorded {
  readonly folders: Readonly<Record<string, Origin & Score>>
}

/** The runs that are too long for `npm test`, as they were recorded last. */
export interface Runs {
  readonly fuzz: Fuzz
  readonly mutation: Mutation
  readonly timing: Recording
  readonly flood: Recording
  readonly soak: Recording
}

export function recordedRuns(): Runs {
  return {
    fuzz: recorded('fuzz') as Fuzz,
    mutation: recorded('mutation') as Mutation,
    timing: measured('timing'),
    flood: measured('flood'),
    soak: measured('soak'),
  }
}

/** The newest recording, with whatever Node it was made. */
function measured(name: string): Recording {
  const results = new URL('../../bench/results/', import.meta.url)
  const files = readdirSync(results).map((folder) => new URL(`${folder}/${name}.json`, results))
  const recordings: Recording[] = files
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')))
  const [newest] = recordings.sort((a, b) => b.date.localeCompare(a.date))
  if (newest === undefined) throw new Error(`${name} is not recorded: see spec/guide/benchmarks.md`)
  return newest
}
