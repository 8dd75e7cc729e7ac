import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { allPages, destination, localLinks, nameOf, type Page, pageAt, README } from '../support/pages.js'
import { REPOSITORY } from '../support/script.js'

const pages = allPages()
const format = pageAt('spec/format.md')
const policy = pageAt('.github/SECURITY.md')
const byPath = (of: readonly Page[]) => of.map((page) => [page.path, page] as const)

/** Long enough to be a sentence of its own rather than a row of a table that looks like another. */
const LONG = 60

describe.each(byPath([...pages, format, policy]))('%s', (_path, page) => {
  it('links to files and headings that exist', () => {
    const broken = localLinks(page).filter((link) => {
      const { file, anchor } = destination(page, link)
      const place = join(REPOSITORY, file)
      if (!existsSync(place)) return true
      if (anchor === undefined) return false
      return statSync(place).isDirectory() || !pageAt(file).anchors.has(anchor)
    })
    expect(broken).toEqual([])
  })

  it('has a heading of the first level, and no two that are the same', () => {
    const headings = page.prose.match(/^#+ .*$/gm) ?? []
    expect(headings[0]).toMatch(/^# /)
    expect(headings.filter((heading) => heading.startsWith('# '))).toHaveLength(1)
    expect(new Set(headings).size).toBe(headings.length)
  })
})

describe('the pages', () => {
  const guide = pages.filter(({ path }) => path !== README)
  const index = pageAt('spec/guide/README.md')

  it('are all in the index, and in the README', () => {
    const others = guide.filter(({ path }) => path !== index.path).map(({ path }) => path)
    expect(others.length).toBeGreaterThan(8)
    for (const from of [index, pageAt(README)]) {
      const linked = new Set(localLinks(from).map((link) => destination(from, link).file))
      expect(
        others.filter((path) => !linked.has(path)),
        from.path,
      ).toEqual([])
    }
  })

  it.each(byPath(guide.filter(({ blocks }) => blocks.length > 0)))(
    '%s has a spec that executes its blocks',
    (path, page) => {
      const spec = readFileSync(join(REPOSITORY, `spec/guide/${nameOf(page)}.spec.ts`), 'utf8')
      const [, examples] = new RegExp(`^const (\\w+) = examplesOf\\('${path}'\\)$`, 'm').exec(spec) ?? []
      expect(spec).toMatch(new RegExp(`^everyBlockRan\\(${examples}\\)$`, 'm'))
    },
  )

  it('say nothing twice', () => {
    const seen = new Map<string, string>()
    const twice: string[] = []
    for (const { path, prose } of pages) {
      for (const line of new Set(prose.split('\n').filter(({ length }) => length > LONG))) {
        if (seen.has(line)) twice.push(`${seen.get(line)} and ${path}: ${line}`)
        seen.set(line, path)
      }
    }
    expect(twice).toEqual([])
  })
})
