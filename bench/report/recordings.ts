import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Recording } from '../measure/recording.js'
import { type Benchmark, PARTS } from './parts.js'

/** The raw results, as far as they were recorded. */
export type Recordings = Readonly<Partial<Record<Benchmark, Recording>>>

/** What was recorded with one line of Node. */
export interface OfNode {
  /** `Node 24` */
  readonly node: string
  readonly recordings: Recordings
}

/** Everything in `node-24`, `node-20` and so on, the newest first. */
export function readEverything(results: string): OfNode[] {
  const lines = readdirSync(results).flatMap((folder) => /^node-(\d+)$/.exec(folder)?.[1] ?? [])
  return lines
    .sort((a, b) => Number(b) - Number(a))
    .map((line) => ({ node: `Node ${line}`, recordings: readRecordings(join(results, `node-${line}`)) }))
}

function readRecordings(folder: string): Recordings {
  const present = PARTS.map(({ benchmark }) => [benchmark, join(folder, `${benchmark}.json`)] as const).filter(
    ([, file]) => existsSync(file),
  )
  return Object.fromEntries(present.map(([benchmark, file]) => [benchmark, JSON.parse(readFileSync(file, 'utf8'))]))
}
