import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { digestOfLib } from '../../bench/measure/recording.js'
import type { Origin } from './recording.js'
import type { Runs } from './runs.js'

/** What is true of the recorded runs on one state of lib. A later change of lib makes it older, not wrong. */
export interface Age {
  /** The digest of lib. */
  readonly lib: string
  /** The runs that were recorded on another state of lib, or of the folder that they were about. */
  readonly stale: readonly string[]
  /** The folders of lib that no run has mutated. */
  readonly notMutated: readonly string[]
}

const FILE = new URL('recorded/age.json', import.meta.url)

/** The age of the runs on the lib that is here now. */
export function ageOf({ mutation, ...runs }: Runs): Age {
  const { folders } = mutation
  const all: (readonly [name: string, run: Origin, folder?: string])[] = [
    ...Object.entries(runs).map(([name, run]) => [name, run] as const),
    ...Object.entries(folders).map(([folder, run]) => [`mutation of lib/${folder}`, run, folder] as const),
  ]
  const stale = all.filter(([, run, folder]) => isStale(run, folder)).map(([name]) => name)
  return { lib: digestOfLib(), stale, notMutated: foldersOfLib().filter((name) => !(name in folders)) }
}

/** The age of the runs when the page was made. */
export function ageOfPage(): Age {
  return JSON.parse(readFileSync(FILE, 'utf8'))
}

export function keepAge(age: Age): void {
  writeFileSync(FILE, `${JSON.stringify(age, null, 2)}\n`)
}

function isStale({ lib }: Origin, folder = ''): boolean {
  const isGone = folder !== '' && !foldersOfLib().includes(folder)
  return isGone || lib !== digestOfLib(folder)
}

function foldersOfLib(): string[] {
  const entries = readdirSync(new URL('../../lib', import.meta.url), { withFileTypes: true })
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort()
}
