import { CHARTS } from './charts.js'
import { COLOURS } from './colours.js'
import { PRINT } from './print.js'
import { TABLES } from './tables.js'
import { TEXT } from './text.js'

/** The style sheet, which stands in the page. */
export const STYLE: string = `${COLOURS}${TEXT}${TABLES}${CHARTS}${PRINT}`
