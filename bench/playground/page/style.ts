import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

const FILES = [
  'colours',
  'base',
  'layout',
  'panels',
  'controls',
  'session',
  'token',
  'budget',
  'comparison',
  'wire',
  'status',
]

/** The style sheet, which stands in every page. */
export const STYLE: string = FILES.map((name) =>
  readFileSync(new URL(`./style/${name}.css`, import.meta.url), 'utf8'),
).join('\n')

/** What lets exactly this style sheet through the Content-Security-Policy. */
export const STYLE_HASH: string = `sha256-${createHash('sha256').update(STYLE).digest('base64')}`
