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
export const MUTATED: readonly string[] = ['cookie', 'exchange', 'http', 'keys', 'session', 'token']

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

interface Survivor {
  readonly file: string
  readonly line: number
  /** The whole line where the change is, so that a survivor can be found again when lines have moved. */
  readonly context: string
  readonly original: string
  readonly replacement: string
}

/** Why no spec can, or should, tell a mutant from the original. */
export interface Reason {
  readonly file: string
  readonly context: string
  readonly replacements: readonly string[]
  readonly reason: string
}

/** A replacement that has a reason, and was noticed all the same or is not made any more. */
interface Stale {
  readonly file: string
  readonly context: string
  readonly replacement: string
}

/** One report of several, of other files each. */
export function merged(reports: readonly Report[]): Report {
  return { files: Object.assign({}, ...reports.map(({ files }) => files)) }
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

/** Those that no spec noticed, apart by whether a reason is listed. */
export function survivorsOf(report: Report, reasons: readonly Reason[]): { listed: Survivor[]; unlisted: Survivor[] } {
  const explained = (one: Survivor) => reasons.some((reason) => isFor(reason, one))
  const survivors = survivorsIn(report)
  return {
    listed: survivors.filter(explained),
    unlisted: survivors.filter((one) => !explained(one)),
  }
}

/** Reasons that nothing needs any more, of the files that were run: the others may be right. */
export function staleReasons(report: Report, reasons: readonly Reason[]): Stale[] {
  const survivors = survivorsIn(report)
  return reasons
    .filter(({ file }) => Object.hasOwn(report.files, file))
    .flatMap((reason) => reason.replacements.map((replacement) => ({ ...reason, replacements: [replacement] })))
    .filter((reason) => !survivors.some((one) => isFor(reason, one)))
    .map(({ file, context, replacements: [replacement] }) => ({ file, context, replacement: String(replacement) }))
}

function isFor({ file, context, replacements }: Reason, one: Survivor): boolean {
  return file === one.file && context === one.context && replacements.includes(one.replacement)
}

function survivorsIn(report: Report): Survivor[] {
  return Object.entries(report.files).flatMap(([file, { source, mutants }]) =>
    mutants
      .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
      .map((mutant) => survivor(file, source.split('\n'), mutant)),
  )
}

function survivor(file: string, lines: readonly string[], { location, replacement }: Mutant): Survivor {
  const { start, end } = location
  const first = lines[start.line - 1] ?? ''
  const original =
    start.line === end.line ? first.slice(start.column - 1, end.column - 1) : first.slice(start.column - 1)
  return { file, line: start.line, context: first.trim(), original, replacement: replacement.replace(/\s+/g, ' ') }
}
