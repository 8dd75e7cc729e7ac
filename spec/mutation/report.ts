import { type Code, type Named, type Place, type Sources, spelled } from './places.js'

/** What is read of Stryker's report (mutation-testing-report-schema 2.0). */
export interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>
}

interface Mutant {
  readonly status: string
  readonly replacement: string
  readonly location: { readonly start: Position; readonly end: Position }
}

interface Position {
  readonly line: number
  readonly column: number
}

/** What deciphers, decides and answers. */
export const MUTATED: readonly string[] = ['cookie', 'http', 'keys', 'request', 'session', 'token']

/** The specs of the folder that is changed; all others that take no time; what takes long, or a worker of its own. */
export const PASSES = ['own', 'quick', 'rest'] as const
export type Pass = (typeof PASSES)[number]

/** Per cent of the mutants of every folder that a spec has to notice. */
export const PROMISED = 90

interface Score {
  readonly mutants: number
  readonly killed: number
  readonly timedOut: number
  readonly survived: number
  /** Per cent of all mutants that could be run, as it is told. */
  readonly score: number
}

/** The figures of a run: of every folder of lib that was in it, and of all. */
interface Scores {
  readonly folders: Readonly<Record<string, Score>>
  readonly total: Score
}

interface Survivor extends Place {
  readonly line: number
  readonly original: string
  readonly replacement: string
}

/** Why no spec can, or should, tell mutants from the original: an entry of the list of survivors. */
export interface Reason extends Named {
  readonly replacements: readonly string[]
  readonly reason: string
}

/** One report of several, of other files each. */
export function merged(reports: readonly Report[]): Report {
  return { files: Object.assign({}, ...reports.map(({ files }) => files)) }
}

/** Where the mutants of a pass are that no spec noticed, as Stryker takes it: `lib/a.ts:3:0-3:12`. */
export function rangesOf({ files }: Report): string[] {
  const ranges = Object.entries(files).flatMap(([file, { mutants }]) =>
    mutants.filter(hasSurvived).map(({ location: { start, end } }) => {
      return `${file}:${start.line}:${start.column - 1}-${end.line}:${end.column}`
    }),
  )
  return [...new Set(ranges)]
}

/** A pass, and what a later one has found of those that survived it. */
export function settled(report: Report, later: Report): Report {
  const settle = (file: string, mutant: Mutant) => {
    const found = later.files[file]?.mutants.find((one) => isSameMutant(one, mutant))
    return hasSurvived(mutant) && found ? { ...mutant, status: found.status } : mutant
  }
  const files = Object.entries(report.files).map(([file, { source, mutants }]) => {
    return [file, { source, mutants: mutants.map((mutant) => settle(file, mutant)) }] as const
  })
  return { files: Object.fromEntries(files) }
}

function isSameMutant(one: Mutant, other: Mutant): boolean {
  return one.replacement === other.replacement && JSON.stringify(one.location) === JSON.stringify(other.location)
}

function hasSurvived({ status }: Mutant): boolean {
  return status === 'Survived' || status === 'NoCoverage'
}

/** The code that was changed, which may be another by now. */
export function sourcesOf({ files }: Report): Sources {
  return Object.fromEntries(Object.entries(files).map(([file, { source }]) => [file, source]))
}

/** The share of the mutants that were noticed, for every folder of lib and in all. */
export function scores(report: Report): Scores {
  const folders: Record<string, Mutant[]> = {}
  for (const [file, { mutants }] of Object.entries(report.files)) {
    const folder = folderOf(file)
    folders[folder] = [...(folders[folder] ?? []), ...mutants]
  }
  return {
    folders: Object.fromEntries(Object.entries(folders).map(([folder, mutants]) => [folder, score(mutants)])),
    total: score(Object.values(folders).flat()),
  }
}

export function folderOf(file: string): string {
  return file.split('/')[1] as string
}

function score(mutants: readonly Mutant[]): Score {
  const count = (...statuses: string[]) => mutants.filter((mutant) => statuses.includes(mutant.status)).length
  const killed = count('Killed')
  const timedOut = count('Timeout')
  const survived = count('Survived', 'NoCoverage')
  const figures = { mutants: killed + timedOut + survived, killed, timedOut, survived }
  return { ...figures, score: Number(shareOf(figures).toFixed(1)) }
}

/** Per cent of the mutants that were noticed, to the last digit: 89.96 is not 90. */
export function shareOf({ mutants, killed, timedOut }: Omit<Score, 'score' | 'survived'>): number {
  return (100 * (killed + timedOut)) / mutants
}

/** Why a run was none to be content with, in words. Files that had no mutant that could be run do not count. */
export function failuresOf(
  { folders, total }: Scores,
  unlisted: readonly Survivor[],
  { isRecorded }: { readonly isRecorded: boolean },
): string[] {
  const failures = Object.entries({ ...folders, 'all together': total })
    .filter(([, score]) => score.mutants > 0 && shareOf(score) < PROMISED)
    .map(([folder, score]) => `${folder}: ${shareOf(score).toFixed(2)}% were noticed, and ${PROMISED}% are promised`)
  if (total.mutants === 0) failures.push('no mutant was run')
  if (isRecorded && unlisted.length > 0) failures.push(`${unlisted.length} survived and are not listed with a reason`)
  return failures
}

/** Those that no spec noticed, apart by whether a reason is listed. An entry that is about no single place explains none. */
export function survivorsOf(
  report: Report,
  reasons: readonly Reason[],
  code: Code,
): { listed: Survivor[]; unlisted: Survivor[] } {
  const explained = new Set(reasons.flatMap((reason) => keysOf(reason, code)))
  const survivors = survivorsIn(report)
  return {
    listed: survivors.filter((one) => explained.has(keyOf(one, one.replacement))),
    unlisted: survivors.filter((one) => !explained.has(keyOf(one, one.replacement))),
  }
}

/** Entries that nothing needs any more: their mutants were noticed, or are not made. Of files that were run. */
export function staleReasons(report: Report, reasons: readonly Reason[], code: Code): Reason[] {
  const survivors = new Set(survivorsIn(report).map((one) => keyOf(one, one.replacement)))
  return reasons
    .filter((reason) => Object.hasOwn(report.files, code.placeOf(reason)?.file ?? ''))
    .flatMap((reason) => reason.replacements.map((replacement) => ({ ...reason, replacements: [replacement] })))
    .filter((reason) => !keysOf(reason, code).some((key) => survivors.has(key)))
}

/** The mutants that an entry is about. */
function keysOf(reason: Reason, code: Code): string[] {
  const place = code.placeOf(reason)
  return place === undefined ? [] : reason.replacements.map((replacement) => keyOf(place, replacement))
}

function keyOf({ file, start, end }: Place, replacement: string): string {
  return JSON.stringify([file, start, end, spelled(replacement)])
}

function survivorsIn(report: Report): Survivor[] {
  return Object.entries(report.files).flatMap(([file, { source, mutants }]) =>
    mutants.filter(hasSurvived).map(({ location, replacement }) => {
      const start = offsetOf(location.start, source)
      const end = offsetOf(location.end, source)
      return { file, line: location.start.line, start, end, original: source.slice(start, end), replacement }
    }),
  )
}

/** Lines and columns begin with 1. */
function offsetOf({ line, column }: Position, source: string): number {
  const before = source.split('\n').slice(0, line - 1)
  return before.reduce((sum, { length }) => sum + length + 1, column - 1)
}
