import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Recording } from '../measure/recording.js'
import { type Benchmark, PARTS } from './parts.js'

/** The raw results, as far as they were recorded. */
export type Recordings = Readonly<Partial<Record<Benchmark, Recording>>>

export function readRecordings(folder: string): Recordings {
  const present = PARTS.map(({ benchmark }) => [benchmark, join(folder, `${benchmark}.json`)] as const).filter(
    ([, file]) => existsSync(file),
  )
  return Object.fromEntries(present.map(([benchmark, file]) => [benchmark, JSON.parse(readFileSync(file, 'utf8'))]))
}
