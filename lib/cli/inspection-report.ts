import type { JWK } from 'jose'
import type { RootKey } from '../keys/root.js'
import type { Timeouts } from '../session/lifetime.js'
import { decodeClaims } from '../token/claims.js'
import { withoutPrefix } from './base-name.js'
import { bytesRow, claimRows, keyLines, type Row, timeRows } from './content-report.js'
import type { Found } from './cookie-input.js'
import { openForeign } from './foreign.js'
import { jsonObject, type Members } from './json-object.js'
import { describeHeader, headerOf } from './jwe-header.js'
import { printable } from './printable.js'
import { REASONS } from './rejections.js'
import { columns } from './table.js'
import { contentRejection, type Verdict, verdictOn } from './verdict.js'

/** With what tokens are looked at. Times in seconds. */
export interface Circumstances {
  /** Of a token that came without its cookie's name. */
  readonly defaultName: string
  readonly keys: readonly RootKey[] | undefined
  readonly jwks: readonly JWK[] | undefined
  readonly timeouts: Timeouts
  readonly now: number
}

/** What is to be said of a token. */
export interface Report {
  readonly lines: readonly string[]
  readonly accepted: boolean
}

interface Part {
  readonly rows: readonly Row[]
  readonly accepted: boolean
  readonly data?: object
}

export async function reportOn({ name, token }: Found, circumstances: Circumstances): Promise<Report> {
  const fullName = name ?? circumstances.defaultName
  const header = headerOf(token)
  const { rows, accepted, data } = await judge(token, header, withoutPrefix(fullName), circumstances)
  const all: Row[] = [
    ['cookie', printable(fullName)],
    bytesRow(fullName, token),
    ['header', header ? describeHeader(header) : 'none that can be read'],
    ...rows,
  ]
  return { lines: [...columns(all), ...(data ? keyLines(fullName, token, data) : [])], accepted }
}

async function judge(token: string, header: Members | undefined, name: string, given: Circumstances): Promise<Part> {
  const { keys, jwks } = given
  if (token === '') return { rows: [['verdict', 'empty, which removes the cookie']], accepted: false }
  const isOurs = keys?.some(({ kid }) => kid === header?.['kid'])
  if (jwks !== undefined && header !== undefined && !isOurs) return foreignPart(token, header, jwks, given)
  if (keys === undefined) {
    const how = 'no keys: set SESSION_KEYS, or give --keys-file or --jwk-file'
    return { rows: [['verdict', `not opened, ${how}`]], accepted: false }
  }
  return ownPart(verdictOn(token, { ...given, keys, name }))
}

function ownPart({ rejected, state, content }: Verdict): Part {
  const rows: Row[] = [
    ...(state ? ([['key', state]] satisfies Row[]) : []),
    ['opens', content ? 'yes' : 'no'],
    ['verdict', rejected ? `rejected as ${rejected}: ${REASONS[rejected]}` : 'accepted'],
    ...(content ? claimRows(content.claims) : []),
  ]
  return { rows, accepted: rejected === undefined, ...(content ? { data: content.data } : {}) }
}

async function foreignPart(token: string, header: Members, jwks: readonly JWK[], given: Circumstances): Promise<Part> {
  const outcome = await openForeign(token, header, jwks)
  if ('refused' in outcome) return { rows: [['opens', `no: ${outcome.refused}`]], accepted: false }
  const own = decodeClaims(outcome.plaintext)
  if (own === undefined) return strangersPart(outcome.plaintext)
  const rejected = contentRejection(own, given.timeouts, given.now)
  const rows: Row[] = [
    ['opens', 'yes'],
    ['verdict', rejected ? `rejected as ${rejected}: ${REASONS[rejected]}` : 'accepted'],
    ...claimRows(own.claims),
  ]
  return { rows, accepted: rejected === undefined, data: own.data }
}

function strangersPart(plaintext: Buffer): Part {
  const payload = jsonObject(plaintext.toString('utf8'))
  if (payload) return { rows: [['opens', 'yes'], ...timeRows(payload)], accepted: true, data: payload }
  return { rows: [['opens', `yes: ${plaintext.length} bytes that are no JSON object`]], accepted: true }
}
