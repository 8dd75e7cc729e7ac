import { describe, expect, it } from 'vitest'
import { NamedTests, testFiles } from './assurance/named-tests.js'
import { ITEMS, PROMISES } from './security-evidence.js'
import { pageAt } from './support/pages.js'
import { switchedOff } from './support/titles.js'

const promises = pageAt('spec/guide/promises.md').prose
const asvs = pageAt('spec/guide/asvs.md').prose
const files = testFiles()
const tests = new NamedTests(files)

/** The bold sentence that each item of the list begins with. */
const promised = [...promises.matchAll(/^- \*\*(.+?)\*\*/gm)].map(([, promise = '']) => promise)
/** The cells of each row that begins with the number of an item. */
const rows = [...asvs.matchAll(/^\| (\d+\.\d+\.\d+ \|.*) \|$/gm)].map(([, row = '']) => row.split(/ ?\| ?/))

// How many there are is written down, so that none can go from page and table at once without a word.
describe('the promises', () => {
  it('are those that tests show, no fewer and no more', () => {
    expect(promised).toEqual(Object.keys(PROMISES))
    expect(promised).toHaveLength(25)
  })

  it('have a sentence or more about how each is kept', () => {
    for (const part of promises.split(/^- /m).slice(1)) {
      expect(part.replaceAll('\n', ' ')).toMatch(/^\*\*[^*]+\.\*\* [A-Z`].*\. *(?:#|$)/)
    }
  })

  it.each(Object.entries(PROMISES))('are shown by tests that are there: %s', (_promise, names) => {
    expect(names.map((name) => tests.faultOf(name))).toEqual(names.map(() => undefined))
    expect(names).not.toEqual([])
  })
})

describe('the items of ASVS', () => {
  it('are on the page as in the table, with level and how they are met', () => {
    const table = Object.entries(ITEMS).map(([item, [level, met]]) => [item, String(level), met])
    expect(rows.map(([item, , level, met]) => [item, level, met])).toEqual(table)
  })

  it('are all of chapters 7 and 9, and of chapter 3 those that touch a session cookie', () => {
    const counts: Record<string, number> = {}
    for (const item of Object.keys(ITEMS)) {
      const section = item.slice(0, 3)
      counts[section] = (counts[section] ?? 0) + 1
    }
    // As version 5.0.0 has them.
    const whole = { '7.1': 3, '7.2': 4, '7.3': 2, '7.4': 5, '7.5': 3, '7.6': 2, '9.1': 3, '9.2': 4 }
    expect(counts).toEqual({ '3.3': 5, '3.5': 3, ...whole })
  })

  it('say what is asked and, unless it is documents or pages, how it is met', () => {
    const silent = rows.filter(([, asked, , , how]) => asked === '' || how === '').map(([item]) => item)
    expect(silent).toEqual(['7.1.3', '7.4.4'])
    for (const cells of rows) expect(cells).toHaveLength(5)
  })

  it.each(Object.entries(ITEMS))('name tests that are there, and some if the package meets it: %s', (_item, row) => {
    const [, met, ...names] = row
    expect(names.map((name) => tests.faultOf(name))).toEqual(names.map(() => undefined))
    expect(names.length > 0 || met === 'your job').toBe(true)
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
