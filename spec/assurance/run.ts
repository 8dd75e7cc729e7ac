/** Makes the page anew, from the runs that were recorded. */
import { writeFileSync } from 'node:fs'
import { page } from './page.js'

writeFileSync(new URL('../assurance.md', import.meta.url), page())
