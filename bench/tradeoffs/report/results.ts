import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Recording } from '../../measure/recording.js'
import { BACKENDS, type BackendName } from '../backend.js'
import type { TradeoffResults } from '../outcome.js'

/** All that was recorded about the trade-offs, and where it is kept. */
export interface Results extends Recording, TradeoffResults {
  /** `bench/results/node-24/tradeoffs.json`: what every figure of the report refers to. */
  readonly source: string
}

const PROJECT = fileURLToPath(new URL('../../../../../', import.meta.url))

/** The results of the newest line of Node with which they were recorded. */
export function newest(folder: string): string {
  const lines = readdirSync(folder).flatMap((name) => /^node-(\d+)$/.exec(name)?.[1] ?? [])
  const files = lines
    .sort((a, b) => Number(b) - Number(a))
    .map((line) => join(folder, `node-${line}`, 'tradeoffs.json'))
  const file = files.find((one) => existsSync(one))
  if (file === undefined) throw new Error(`nothing is recorded in ${folder}: run npm run bench:tradeoffs -- --record`)
  return file
}

export function readResults(file: string): Results {
  const results = JSON.parse(readFileSync(file, 'utf8')) as Recording & TradeoffResults
  for (const list of ['measurements', 'experiments', 'absent'] as const) {
    if (!Array.isArray(results[list])) throw new Error(`${file} has no ${list}: is it of npm run bench:tradeoffs?`)
  }
  return { ...results, source: sourceOf(file) }
}

/** The same wherever the report is made: within the project, or the file's name alone. */
function sourceOf(file: string): string {
  const path = relative(PROJECT, resolve(file)).replaceAll('\\', '/')
  return path.startsWith('..') ? basename(file) : path
}

/** Who was measured or tried, in the order of every table. */
export function present({ measurements, experiments }: Results): BackendName[] {
  const names = new Set<string>([...measurements, ...experiments].map(({ contender }) => contender))
  return BACKENDS.filter((name) => names.has(name))
}

export interface Missing {
  readonly contender: BackendName
  /** What to do about it. */
  readonly why: string
}

export function missing(results: Results): Missing[] {
  const there = present(results)
  const reasons = new Map(results.absent.map(({ contender, why }) => [contender, why]))
  return BACKENDS.filter((name) => !there.includes(name)).map((contender) => ({
    contender,
    why: (reasons.get(contender) ?? 'run npm run bench:tradeoffs -- --record').replace(/^not measured here: /, ''),
  }))
}
