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

interface Score {
  readonly mutants: number
  readonly killed: number
  readonly timedOut: number
  readonly survived: number
  /** Per cent of all mutants that could be run. */
  readonly score: number
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

/** The share of the mutants that were noticed, for every folder of lib and in all. */
export function scores(report: Report): { folders: Record<string, Score>; total: Score } {
  const folders: Record<string, Mutant[]> = {}
  for (const [file, { mutants }] of Object.entries(report.files)) {
    const folder = file.split('/')[1] as string
    folders[folder] = [...(folders[folder] ?? []), ...mutants]
  }
  return {
    folders: Object.fromEntries(Object.entries(folders).map(([folder, mutants]) => [folder, score(mutants)])),
    total: score(Object.values(folders).flat()),
  }
}

function score(mutants: readonly Mutant[]): Score {
  const count = (...statuses: string[]) => mutants.filter((mutant) => statuses.includes(mutant.status)).length
  const killed = count('Killed')
  const timedOut = count('Timeout')
  const survived = count('Survived', 'NoCoverage')
  const valid = killed + timedOut + survived
  return { mutants: valid, killed, timedOut, survived, score: Number(((100 * (killed + timedOut)) / valid).toFixed(1)) }
}

/** Those that no spec noticed, apart by whether a reason is listed. */
export function survivorsOf(report: Report, reasons: readonly Reason[]): { listed: Survivor[]; unlisted: Survivor[] } {
  const explained = (one: Survivor) =>
    reasons.some(
      ({ file, context, replacements }) =>
        file === one.file && context === one.context && replacements.includes(one.replacement),
    )
  const survivors = Object.entries(report.files).flatMap(([file, { source, mutants }]) =>
    mutants
      .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
      .map((mutant) => survivor(file, source.split('\n'), mutant)),
  )
  return {
    listed: survivors.filter(explained),
    unlisted: survivors.filter((one) => !explained(one)),
  }
}

function survivor(file: string, lines: readonly string[], { location, replacement }: Mutant): Survivor {
  const { start, end } = location
  const first = lines[start.line - 1] ?? ''
  const original =
    start.line === end.line ? first.slice(start.column - 1, end.column - 1) : first.slice(start.column - 1)
  return { file, line: start.line, context: first.trim(), original, replacement: replacement.replace(/\s+/g, ' ') }
}
