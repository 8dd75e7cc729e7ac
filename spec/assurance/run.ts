/**
 * Makes the page from the runs that were recorded. With `--check` it changes nothing, and fails if one of them was
 * recorded on another lib than the one that is here: for a release.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { ageOf, keepAge } from './age.js'
import { page } from './page.js'
import { recordedRuns } from './runs.js'

const { check } = parseArgs({ options: { check: { type: 'boolean' } } }).values
const runs = recordedRuns()
const age = ageOf(runs)
if (check) {
  for (const name of age.stale) console.error(`${name}: lib has changed since it was recorded`)
  process.exitCode = age.stale.length > 0 ? 1 : 0
} else {
  keepAge(age)
  writeFileSync(new URL('../assurance.md', import.meta.url), page(runs, age))
}
