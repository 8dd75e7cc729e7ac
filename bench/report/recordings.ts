import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { digestOfLib, type Recording } from '../measure/recording.js'
import type { TradeoffResults } from '../tradeoffs/outcome.js'

/** The parts of the report about costs, with what takes their figures again. */
export const PARTS = {
  'seal-open': { title: 'Sealing and opening', command: 'micro' },
  middleware: { title: 'A request through the middleware', command: 'micro' },
  http: { title: 'Over HTTP', command: 'http' },
  cold: { title: 'Cold start', command: 'cold' },
  capacity: { title: 'How much a session holds', command: 'capacity' },
  growth: { title: 'How the cost grows', command: 'growth' },
} as const
export type Part = keyof typeof PARTS
export const PART_NAMES = Object.keys(PARTS) as Part[]

/** The raw results, as far as they were recorded. */
export type Recordings = Readonly<Partial<Record<Part, Recording>>>

/** What was recorded with one line of Node. */
export interface OfNode {
  /** `Node 24` */
  readonly node: string
  readonly recordings: Recordings
}

/** All that was recorded about the trade-offs, and where it is kept. */
export interface Results extends Recording, TradeoffResults {
  /** `bench/results/node-24/tradeoffs.json`: what every figure of the report refers to. */
  readonly source: string
  /** The same with other lines of Node. */
  readonly others?: readonly Results[]
}

/** Lines of Node of which there is anything in a folder, the newest first. */
function linesIn(folder: string): string[] {
  const lines = readdirSync(folder).flatMap((name) => /^node-(\d+)$/.exec(name)?.[1] ?? [])
  return lines.sort((a, b) => Number(b) - Number(a))
}

/** What was recorded of the costs, the newest line of Node first. */
export function costsIn(folder: string): OfNode[] {
  const read = (line: string, part: Part) => {
    const file = join(folder, `node-${line}`, `${part}.json`)
    return existsSync(file) ? [[part, JSON.parse(readFileSync(file, 'utf8'))] as const] : []
  }
  return linesIn(folder)
    .map((line) => {
      const recordings: Recordings = Object.fromEntries(PART_NAMES.flatMap((part) => read(line, part)))
      return { node: `Node ${line}`, recordings }
    })
    .filter(({ recordings }) => Object.keys(recordings).length > 0)
}

/** The trade-offs of the newest line of Node, and of the others beside them. */
export function tradeoffsIn(folder: string): Results {
  const files = linesIn(folder).map((line) => join(folder, `node-${line}`, 'tradeoffs.json'))
  const [newest, ...others] = files.filter((file) => existsSync(file)).map(readResults)
  if (newest === undefined) throw new Error(`nothing is recorded in ${folder}: run npm run bench:tradeoffs -- --record`)
  return { ...newest, others }
}

/** `file` is in the project, from whose root npm runs everything. */
export function readResults(file: string): Results {
  const results = JSON.parse(readFileSync(file, 'utf8')) as Recording & TradeoffResults
  return { ...results, source: relative('', file).replaceAll('\\', '/') }
}

export function dayOf({ date }: Recording): string {
  return date.slice(0, 10)
}

/** Where they were recorded: one machine, unless somebody did them on several. */
export function machinesOf(recordings: readonly Recording[]): string[] {
  const machines = recordings.map(({ machine }) => machine)
  return distinct(
    machines.map(
      ({ cpu, cores, memoryGiB, platform }) => `${cpu}, ${cores} cores, ${memoryGiB} GiB of memory, ${platform}`,
    ),
  )
}

export function distinct<One>(values: readonly One[]): One[] {
  return [...new Set(values)]
}

const AGE = /(?<=<!-- age -->)[\s\S]*?(?=<!-- \/age -->)/g

/** Whether lib has changed since, in a place of its own: it becomes another sentence without any new recording. */
export function ageOf(recordings: Readonly<Record<string, Recording | undefined>>): string {
  const now = digestOfLib()
  const older = Object.entries(recordings).flatMap(([name, one]) => (one && one.lib !== now ? [name] : []))
  const since =
    older.length === 0
      ? 'The code in lib/ is the code that was measured.'
      : `The code in lib/ has changed since these were recorded: ${older.join(', ')}.`
  return `<!-- age -->${since}<!-- /age -->`
}

/** A page without what it says of its age, to be compared with one that was made of other code. */
export function withoutAge(page: string): string {
  return page.replace(AGE, '')
}

/**
 * A page that a person has written, with `{{name}}` where something is computed. What is empty leaves no empty lines.
 *
 * @throws if a name is not known, or one is not used
 */
export function filled(template: string, values: Readonly<Record<string, string>>): string {
  const unused = new Set(Object.keys(values))
  const page = template.replace(/\{\{([\w-]+)\}\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`the page wants {{${name}}}, which nobody computes`)
    unused.delete(name)
    return value
  })
  if (unused.size > 0) throw new Error(`the page has no place for ${[...unused].join(', ')}`)
  return page.replace(/\n{3,}/g, '\n\n')
}

/** The text between two marks of a page, with other text there. */
export function withBlock(page: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`]
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from === -1 || to < from) throw new Error(`the page has no place for the figures: put ${begin} and ${end} there`)
  return `${page.slice(0, from + begin.length)}\n${text}\n${page.slice(to)}`
}
