import { withoutPrefix } from './base-name.js'

/** A token as it was found, and under which cookie name if one was there. */
export interface Found {
  readonly name?: string
  readonly token: string
}

/** A line of a head, also as curl -v marks it. */
const FIELD = /^[<>]?\s*(set-cookie|cookie)\s*:\s*(.*)$/i
/** RFC 6265bis, section 4.1.2, and what browsers know beside it. */
const ATTRIBUTE = /^(?:domain|expires|httponly|max-age|partitioned|path|priority|samesite|secure)$/i
/** Of the five parts of a JWE. */
export const FOUR_DOTS: RegExp = /^[^=.]*(?:\.[^=.]*){4}/

/**
 * The tokens in what somebody copied: `name=value`, a `Cookie` or a `Set-Cookie` field with or without its name, the
 * head of a request or response, or a bare token.
 *
 * @param name the base name to look for; without it whatever looks like a JWE, or else is named `session`
 */
export function tokensIn(text: string, name: string | undefined): Found[] {
  const all = cookiesIn(text)
  if (name !== undefined) return all.filter((found) => isNamed(found, name))
  const encrypted = all.filter(({ token }) => FOUR_DOTS.test(token))
  return encrypted.length > 0 ? encrypted : all.filter((found) => isNamed(found, 'session'))
}

function cookiesIn(text: string): Found[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  const fields = lines.map((line) => FIELD.exec(line)).filter((field) => field !== null)
  if (fields.length === 0) return lines.flatMap((line) => line.split(';')).flatMap(cookieOf)
  return fields.flatMap(([, field = '', value = '']) => {
    const pairs = value.split(';')
    return (field.toLowerCase() === 'cookie' ? pairs : pairs.slice(0, 1)).flatMap(cookieOf)
  })
}

function cookieOf(pair: string): Found[] {
  const text = pair.trim()
  const equals = text.indexOf('=')
  if (equals === -1 || FOUR_DOTS.test(text)) return text === '' || ATTRIBUTE.test(text) ? [] : [{ token: text }]
  const name = text.slice(0, equals).trim()
  return ATTRIBUTE.test(name) ? [] : [{ name, token: text.slice(equals + 1).trim() }]
}

function isNamed({ name }: Found, wanted: string): boolean {
  return name === undefined || withoutPrefix(name) === wanted
}
