import { readdirSync, readFileSync } from 'node:fs'
import { type Titled, testsOf } from '../support/titles.js'

/** Files of tests, by what runs them: `npm test`, `test:long`, `test:system`, `test:browser`, `test:interop`, `test:tools`. */
const TESTS = /\.(?:spec|system|browser|interop|tools)\.ts$/

/** A file with tests, wherever it is. */
interface TestFile {
  readonly path: string
  readonly text: string
}

export function testFiles(): TestFile[] {
  const root = new URL('../../', import.meta.url)
  return readdirSync(new URL('spec', root), { recursive: true, encoding: 'utf8' })
    .filter((path) => TESTS.test(path) && !path.includes('node_modules/'))
    .map((path) => ({ path: `spec/${path}`, text: readFileSync(new URL(`spec/${path}`, root), 'utf8') }))
}

/** Finds tests by their names, so that a file of tests may move without a change of what names one. */
export class NamedTests {
  readonly #tests: readonly (Titled & { readonly path: string })[]

  constructor(files: readonly TestFile[]) {
    this.#tests = files.flatMap(({ path, text }) => testsOf(text).map((test) => ({ ...test, path })))
  }

  /**
   * Why a name is not that of exactly one test, in words; undefined if it is.
   *
   * @param name the title of a test, or `group > title` with that of the `describe` around it
   */
  faultOf(name: string): string | undefined {
    const found = this.#tests.filter(({ describe, title }) => name === title || name === `${describe} > ${title}`)
    if (found.length === 1) return undefined
    if (found.length === 0) return `no test has the title "${name}"`
    const groups = found.map(({ describe, path }) => `"${describe}" in ${path}`).join(', ')
    return `${found.length} tests have the title "${name}": put one of these groups before it, with " > ": ${groups}`
  }
}
