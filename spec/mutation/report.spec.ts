import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Report, scores, survivorsOf } from './report.js'
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

describe('the score of mutation testing', () => {
  it('is the share of mutants that were noticed, for every folder and in all, without those that could not run', () => {
    const { folders, total } = scores(report)
    expect(folders['token']).toMatchObject({ mutants: 2, killed: 1, survived: 1, score: 50 })
    expect(folders['keys']).toMatchObject({ mutants: 1, timedOut: 1, score: 100 })
    expect(total).toMatchObject({ mutants: 3, score: 66.7 })
  })
})

describe('a mutant that survives', () => {
  const survivor = {
    file: 'lib/token/a.ts',
    line: 2,
    context: 'export const b = a > 0 ? a : 2',
    original: 'a > 0',
    replacement: 'a >= 0',
  }

  it('is told with its place', () => {
    expect(survivorsOf(report, [])).toEqual({ listed: [], unlisted: [survivor] })
  })

  it('is listed if its line and its replacement have a reason, wherever the line stands', () => {
    const reason = { file: survivor.file, context: survivor.context, replacements: ['a >= 0'], reason: 'never 0' }
    expect(survivorsOf(report, [reason])).toEqual({ listed: [survivor], unlisted: [] })
    expect(survivorsOf(report, [{ ...reason, replacements: ['true'] }]).listed).toEqual([])
  })
})

describe('the list of survivors', () => {
  it.each(reasons)('is about a line that is there: $file, $context', ({ file, context, reason }) => {
    const lines = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8').split('\n')
    expect(lines.map((line) => line.trim())).toContain(context)
    expect(reason).toMatch(/\.$/)
  })
})
