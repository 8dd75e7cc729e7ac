import { describe, expect, it } from 'vitest'
import { Code } from './places.js'
import {
  failuresOf,
  merged,
  type Reason,
  type Report,
  rangesOf,
  scores,
  settled,
  shareOf,
  sourcesOf,
  staleReasons,
  survivorsOf,
} from './report.js'
import reasons from './survivors.json' with { type: 'json' }

const source = 'export const a = 1\nexport const b = a > 0 ? a : 2\n'
const at = (line: number, from: number, to: number) => ({ start: { line, column: from }, end: { line, column: to } })
const report: Report = {
  files: {
    'lib/token/a.ts': {
      source,
      mutants: [
        { status: 'Killed', replacement: '2', location: at(1, 18, 19) },
        { status: 'Survived', replacement: 'a >= 0', location: at(2, 18, 23) },
        { status: 'RuntimeError', replacement: '', location: at(2, 18, 23) },
      ],
    },
    'lib/keys/b.ts': { source, mutants: [{ status: 'Timeout', replacement: '2', location: at(1, 18, 19) }] },
  },
}
/** Of the first file alone: the second one has the same code. */
const one: Report = { files: { 'lib/token/a.ts': report.files['lib/token/a.ts'] as Report['files'][string] } }

describe('the score of mutation testing', () => {
  it('is the share of mutants that were noticed, for every folder and in all, without those that could not run', () => {
    const { folders, total } = scores(report)
    expect(folders['token']).toMatchObject({ mutants: 2, killed: 1, survived: 1, score: 50 })
    expect(folders['keys']).toMatchObject({ mutants: 1, timedOut: 1, score: 100 })
    expect(total).toMatchObject({ mutants: 3, score: 66.7 })
  })

  it('is that of several runs together, each of other files', () => {
    const { 'lib/token/a.ts': token, 'lib/keys/b.ts': keys } = report.files as Required<Record<string, any>>
    expect(merged([{ files: { 'lib/token/a.ts': token } }, { files: { 'lib/keys/b.ts': keys } }])).toEqual(report)
  })
})

describe('a pass', () => {
  const mutants = (...statuses: string[]): Report => {
    const mutants = statuses.map((status, index) => ({ status, replacement: `${index}`, location: at(1, 18, 19) }))
    return { files: { 'lib/token/a.ts': { source, mutants } } }
  }
  const statuses = ({ files }: Report) => files['lib/token/a.ts']?.mutants.map(({ status }) => status)

  it('names the places where none noticed a mutant, each once, in columns that begin with 0', () => {
    expect(rangesOf(mutants('Killed', 'Survived', 'NoCoverage', 'Timeout'))).toEqual(['lib/token/a.ts:1:17-1:19'])
    expect(rangesOf(mutants('Killed', 'Timeout', 'RuntimeError'))).toEqual([])
  })

  it('is settled by a later one, for the mutants that survived it', () => {
    const shared = mutants('Killed', 'Survived', 'NoCoverage', 'Survived')
    expect(statuses(settled(shared, mutants('Survived', 'Killed', 'Timeout', 'Survived')))).toEqual([
      'Killed',
      'Killed',
      'Timeout',
      'Survived',
    ])
  })

  it('is left as it is where a later one has not looked', () => {
    expect(settled(mutants('Survived'), { files: {} })).toEqual(mutants('Survived'))
  })
})

describe('a mutant that survives', () => {
  const code = new Code(sourcesOf(report))
  const survivor = expect.objectContaining({
    file: 'lib/token/a.ts',
    line: 2,
    original: 'a > 0',
    replacement: 'a >= 0',
  })
  const reason = { in: 'b', original: 'a > 0', replacements: ['a >= 0'], reason: 'never 0' }
  const listed = (...reasons: Reason[]) => survivorsOf(one, reasons, new Code(sourcesOf(one))).listed

  it('is reported with its place', () => {
    expect(survivorsOf(report, [], code)).toEqual({ listed: [], unlisted: [survivor] })
  })

  it('is listed if its code and its replacement have a reason', () => {
    expect(survivorsOf(one, [reason], new Code(sourcesOf(one)))).toEqual({ listed: [survivor], unlisted: [] })
    expect(listed({ ...reason, replacements: ['true'] })).toEqual([])
  })

  it('is listed whatever file it is in', () => {
    const moved = { files: { 'lib/other/c.ts': one.files['lib/token/a.ts'] as Report['files'][string] } }
    expect(survivorsOf(moved, [reason], new Code(sourcesOf(moved))).listed).toHaveLength(1)
  })

  it('is not listed by a reason for the same code in another function or constant', () => {
    expect(listed({ ...reason, in: 'a' })).toEqual([])
  })

  it('is not listed by a reason that two places answer to', () => {
    expect(survivorsOf(report, [reason], code)).toEqual({ listed: [], unlisted: [survivor] })
  })

  it('is not listed if lib has the same code once more, in a file that was not run', () => {
    const code = new Code({ ...sourcesOf(one), 'lib/keys/b.ts': source })
    expect(survivorsOf(one, [reason], code).listed).toEqual([])
  })
})

describe('a run of mutation testing', () => {
  const figures = (killed: number, survived: number) => {
    const score = { mutants: killed + survived, killed, timedOut: 0, survived }
    return { ...score, score: shareOf(score) }
  }
  const unlisted = survivorsOf(report, [], new Code(sourcesOf(report))).unlisted

  it('is fine if enough were noticed in every folder', () => {
    const found = { folders: { token: figures(90, 10), keys: figures(0, 0) }, total: figures(90, 10) }
    expect(failuresOf(found, unlisted, { isRecorded: false })).toEqual([])
  })

  it('fails for a folder in which too few were noticed, though they are enough in all', () => {
    const found = { folders: { token: figures(89, 11), keys: figures(900, 0) }, total: figures(989, 11) }
    expect(failuresOf(found, [], { isRecorded: false })).toEqual(['token: 89.00% were noticed, and 90% are promised'])
  })

  it('fails by what was noticed, and not by what it is rounded to', () => {
    const found = { folders: { token: figures(8996, 1004) }, total: figures(8996, 1004) }
    expect(failuresOf(found, [], { isRecorded: false })).toHaveLength(2)
  })

  it('fails if no mutant was run', () => {
    expect(failuresOf({ folders: {}, total: figures(0, 0) }, [], { isRecorded: false })).toEqual(['no mutant was run'])
  })

  it('fails with a survivor without a reason if it is recorded', () => {
    const found = { folders: { token: figures(99, 1) }, total: figures(99, 1) }
    expect(failuresOf(found, unlisted, { isRecorded: true })).toEqual(['1 survived and are not listed with a reason'])
    expect(failuresOf(found, [], { isRecorded: true })).toEqual([])
  })
})

describe('a reason', () => {
  const reason = { in: 'b', original: 'a > 0', replacements: ['a >= 0'], reason: 'never 0' }
  const code = new Code(sourcesOf(one))
  const stale = (reason: Reason) => staleReasons(one, [reason], code)

  it('is stale if its mutant was run and did not survive, or is not made any more', () => {
    expect(stale({ ...reason, replacements: ['a >= 0', 'true'] })).toEqual([{ ...reason, replacements: ['true'] }])
    const killed = { ...reason, in: 'a', original: '1', replacements: ['2'] }
    expect(stale(killed)).toEqual([killed])
  })

  it('is not stale if its mutant survived, or its file was not run', () => {
    expect(stale(reason)).toEqual([])
    const notRun = new Code({ 'lib/token/c.ts': source })
    expect(staleReasons(one, [{ ...reason, replacements: ['true'] }], notRun)).toEqual([])
  })
})

describe('the list of survivors', () => {
  it.each(reasons)('gives a reason, as a sentence: $in, $original', ({ in: name, original, replacements, reason }) => {
    expect(name).toMatch(/^[\w$#.]+$/)
    expect(original).not.toBe('')
    expect(replacements.length).toBeGreaterThan(0)
    expect(reason).toMatch(/^[A-Z].*\.$/)
  })

  it('has no entry twice', () => {
    const named = (reasons as Reason[]).map((one) => JSON.stringify([one.in, one.within, one.original]))
    expect(new Set(named).size).toBe(named.length)
  })
})
