import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { machine } from '../../bench/measure/recording.js'

/** What one long run has shown, and what it was run on. */
export interface Recorded {
  readonly date: string
  readonly commit: string
  readonly machine: ReturnType<typeof machine>
  readonly [figure: string]: unknown
}

/** Keeps the figures of a run in `spec/assurance/recorded/`, from which the page is made. */
export function record(name: string, figures: Readonly<Record<string, unknown>>): void {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  const recorded: Recorded = { date: new Date().toISOString(), commit, machine: machine(), ...figures }
  const file = fileOf(name)
  mkdirSync(new URL('.', file), { recursive: true })
  writeFileSync(file, `${JSON.stringify(recorded, null, 2)}\n`)
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
