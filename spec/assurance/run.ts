/**
 * Makes the page from the runs that were recorded. With `--check` it changes nothing, and fails if one of them was
 * recorded on another lib than the one that is here, or an entry of the list of survivors is about none of its code any
 * more: for a release.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Code, sourcesOfLib } from '../mutation/places.js'
import survivors from '../mutation/survivors.json' with { type: 'json' }
import { ageOf, keepAge } from './age.js'
import { page } from './page.js'
import { recordedRuns } from './runs.js'

const { check } = parseArgs({ options: { check: { type: 'boolean' } } }).values
const runs = recordedRuns()
const age = ageOf(runs)
if (check) {
  for (const name of age.stale) console.error(`${name}: lib has changed since it was recorded`)
  const code = new Code(sourcesOfLib())
  const faults = survivors.flatMap((one) => code.faultOf(one) ?? [])
  for (const fault of faults) console.error(`survivors.json: ${fault}`)
  process.exitCode = age.stale.length + faults.length > 0 ? 1 : 0
} else {
  keepAge(age)
  writeFileSync(new URL('../assurance.md', import.meta.url), page(runs, age))
}
