/** To be imported by a benchmark that takes no more than this: another option is refused before anything has run. */
import { parseArgs } from 'node:util'

parseArgs({ options: { quick: { type: 'boolean' }, record: { type: 'boolean' } } })
