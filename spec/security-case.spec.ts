import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { testsIn } from './support/titles.js'

const root = new URL('../', import.meta.url)
const page = readFileSync(new URL('.github/SECURITY.md', root), 'utf8')
/** The last cell of a row: a test's file and its title, once or more. */
const NAMED = /`(spec\/[^`]+\.ts)` (.+?)(?=<br>|$)/g

/** The rows of the table below a heading, as cells. */
function tableOf(heading: string): string[][] {
  const [, section = ''] = page.split(`## ${heading}\n`)
  const lines = section.slice(0, section.indexOf('\n## ')).split('\n')
  const rows = lines.filter((line) => line.startsWith('| ') && !line.startsWith('| |') && !line.startsWith('| item'))
  return rows.map((row) => row.slice(2, -2).split(' | '))
}

const guarantees = tableOf('What is guaranteed')
const asvs = tableOf('OWASP ASVS 5.0')
const tests = [...guarantees, ...asvs].flatMap((cells) =>
  [...(cells.at(-1) ?? '').matchAll(NAMED)].map(([, file, title]) => [file as string, title as string] as const),
)

describe('the security case', () => {
  it('has a promise in every row, how it is kept, and a test that shows it', () => {
    expect(guarantees.length).toBeGreaterThan(20)
    for (const cells of guarantees) expect(cells).toEqual(Array(3).fill(expect.stringMatching(/./)))
  })

  it('has in every row of ASVS its number, what it asks, how it is met, and a test', () => {
    expect(asvs.length).toBeGreaterThan(20)
    for (const cells of asvs)
      expect(cells).toEqual([expect.stringMatching(/^[379]\.\d\.\d$/), ...Array(3).fill(expect.stringMatching(/./))])
  })

  it('names nothing in its last column but tests', () => {
    for (const cells of [...guarantees, ...asvs]) {
      for (const one of (cells.at(-1) ?? '').split('<br>')) expect(one).toMatch(/^`spec\/[^`]+\.ts` .+$/)
    }
  })

  it.each([...new Set(tests.map((test) => test.join(': ')))])('names a test that is there: %s', (named) => {
    const [path = '', ...title] = named.split(': ')
    const file = new URL(path, root)
    expect(existsSync(file)).toBe(true)
    expect(testsIn(file).map((test) => test.title)).toContain(title.join(': '))
  })
})
