import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = new URL('../', import.meta.url)
const page = readFileSync(new URL('.github/SECURITY.md', root), 'utf8')
const guarantees = page.slice(page.indexOf('## What is guaranteed'), page.indexOf('## What is your job'))
const rows = guarantees.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| |'))
const named = [...new Set([...guarantees.matchAll(/`(spec\/[^`]+)`/g)].map(([, path]) => path as string))]

describe('the table of what is guaranteed', () => {
  it('has a promise in every row, how it is kept, and a test that shows it', () => {
    expect(rows.length).toBeGreaterThan(10)
    for (const row of rows) expect(row).toMatch(/^\| [^|]+ \| [^|]+ \| [^|]*`spec\/[^|]+\|$/)
  })

  it.each(named)('names tests that are there: %s', (path) => {
    const file = new URL(path, root)
    expect(existsSync(file)).toBe(true)
    expect(testsIn(fileURLToPath(file))).toBeGreaterThan(0)
  })
})

/** How many calls of `it` a file has, or all files of a folder. */
function testsIn(path: string): number {
  if (!statSync(path).isDirectory()) return [...readFileSync(path, 'utf8').matchAll(/\bit(?:\.each)?\(/g)].length
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  return files.reduce((sum, name) => sum + testsIn(`${path}/${name}`), 0)
}
