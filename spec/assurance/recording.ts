import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { digestOfLib, machine } from '../../bench/measure/recording.js'

/** When something was run, and on which code. */
export interface Origin {
  readonly date: string
  readonly commit: string
  /** The digest of lib, or of the folder that was run: absent in recordings of before it was taken. */
  readonly lib?: string
}

/** What one long run has shown, and what it was run on. */
export interface Recorded extends Origin {
  readonly machine: ReturnType<typeof machine>
  readonly [figure: string]: unknown
}

/** Keeps the figures of a run in `spec/assurance/recorded/`, from which the page is made. */
export function record(name: string, figures: Readonly<Record<string, unknown>>): void {
  const recorded: Recorded = { ...origin(), machine: machine(), ...figures }
  const file = fileOf(name)
  mkdirSync(new URL('.', file), { recursive: true })
  writeFileSync(file, `${JSON.stringify(recorded, null, 2)}\n`)
}

/** Of a run on a folder of lib, or on all of it, that is over now. */
export function origin(folder = ''): Origin {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  return { date: new Date().toISOString(), commit, lib: digestOfLib(folder) }
}

/** A run's figures, or undefined if it was not recorded. */
export function recorded(name: string): Recorded | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(name), 'utf8'))
  } catch {
    return undefined
  }
}

function fileOf(name: string): URL {
  return new URL(`recorded/${name}.json`, import.meta.url)
}
