/** Makes the page anew, from the runs that were recorded. */
import { writeFileSync } from 'node:fs'
import { page } from './page.js'
import { recordedRuns } from './runs.js'

writeFileSync(new URL('../assurance.md', import.meta.url), page(recordedRuns()))
