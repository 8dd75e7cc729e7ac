import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { NamedTests, testFiles } from './assurance/named-tests.js'
import { switchedOff } from './support/titles.js'

const page = readFileSync(new URL('../.github/SECURITY.md', import.meta.url), 'utf8')
const files = testFiles()
/** So that none can go without a word: what is promised less is a change of the contract. */
const PROMISES = [
  'Nobody without a key reads a session',
  'Nobody without a key makes or changes one',
  'No IV is used twice',
  'Opening A256CBC-HS512 tells nothing about padding',
  'A cookie is good for its own name only',
  'A token cannot choose how it is opened',
  'A token has one spelling',
  'A session ends on time, whatever the browser does',
  'A cookie cannot cause an error or a slow path',
  'What is hostile comes to a value or an error with a code',
  "A refused token's answer does not tell why it was refused, except to whoever has a genuine token",
  'A session never leaves in the clear in production',
  'A planted cookie that was made up does not become a session, nor hide one behind up to three',
  'Where `__Host-` is in force, no other host can plant a cookie: no other name is accepted',
  'A session that cannot be sent is not lost without a word',
  'A response that was under way does not undo a log-out in the same browser',
  'A session that may not go on reaches no handler, nor one that could not be asked about',
  'Keys are rotated and taken away without a restart',
  'Only a session that the old package would accept moves in',
  'A shared cache does not hand a session to somebody else',
  'No key, token or session value is in an error, a warning, an event, or what `console.log` and `util.inspect` show by default',
  'Data cannot pollute prototypes, nor does pollution by others become a claim or an option',
  'Nothing is run on installation, nothing else is brought along, and the library is ASCII, makes no network call and writes no file',
  'A release is what was tested, built where everybody can look',
  'Weak secrets are refused',
]
const ITEMS = [
  ...['3.3.1', '3.3.2', '3.3.3', '3.3.4', '3.3.5', '3.5.1'],
  ...['7.1.1', '7.2.1', '7.2.2', '7.2.3', '7.2.4', '7.3.1', '7.3.2', '7.4.1', '7.4.2', '7.4.3', '7.4.5'],
  ...['9.1.1', '9.1.2', '9.1.3', '9.2.1', '9.2.2', '9.2.3', '9.2.4'],
]

/** The rows of the table below a heading, as cells. */
function tableOf(heading: string): string[][] {
  const [, section = ''] = page.split(`## ${heading}\n`)
  const lines = section.slice(0, section.indexOf('\n## ')).split('\n')
  const rows = lines.filter((line) => line.startsWith('| ') && !line.startsWith('| |') && !line.startsWith('| item'))
  return rows.map((row) => row.slice(2, -2).split(' | '))
}

const guarantees = tableOf('What is guaranteed')
const asvs = tableOf('OWASP ASVS 5.0')
/** The last cell of a row: the names of one test or more, without the backslashes of Markdown. */
const named = [...guarantees, ...asvs].map((cells) => (cells.at(-1) ?? '').split('<br>'))
const names = [...new Set(named.flat())].map((name) => name.replaceAll('\\', ''))

describe('the security case', () => {
  it('promises this, no less and no more', () => {
    expect(guarantees.map(([promise]) => promise)).toEqual(PROMISES)
  })

  it('has in every row how the promise is kept, and a test that shows it', () => {
    for (const cells of guarantees) expect(cells).toEqual(Array(3).fill(expect.stringMatching(/./)))
  })

  it('goes through these items of ASVS, no fewer and no more', () => {
    expect(asvs.map(([item]) => item)).toEqual(ITEMS)
  })

  it('has in every row of ASVS what it asks, how it is met, and a test', () => {
    for (const cells of asvs) expect(cells).toEqual(Array(4).fill(expect.stringMatching(/./)))
  })

  const tests = new NamedTests(files)

  it.each(names)('names nothing in its last column but tests that are there: %s', (name) => {
    expect(tests.faultOf(name)).toBeUndefined()
  })
})

describe('the tests', () => {
  it('are all switched on, but for those of programs that a machine may not have', () => {
    expect(files.length).toBeGreaterThan(100)
    for (const { path, text } of files) {
      const conditions = path.endsWith('.spec.ts') ? 'refused' : 'accepted'
      expect(switchedOff(text, conditions), path).toEqual([])
    }
  })
})
