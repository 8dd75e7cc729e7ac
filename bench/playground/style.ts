import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** The style sheet, which stands in every page. */
export const STYLE: string = readFileSync(new URL('./style.css', import.meta.url), 'utf8')

/** What lets exactly this style sheet through the Content-Security-Policy. */
export const STYLE_HASH: string = `sha256-${createHash('sha256').update(STYLE).digest('base64')}`
