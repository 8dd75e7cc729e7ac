import { withoutPrefix } from '../cookie-name.js'

/** A token in the input, and the name of its cookie if the input has one. */
export interface Found {
  readonly name?: string
  readonly token: string
}

/** A header field; curl -v marks it with > or <. */
const FIELD = /^[<>]?\s*(set-cookie|cookie)\s*:\s*(.*)$/i
/** RFC 6265bis, section 4.1.2, and the additions of browsers. */
const ATTRIBUTE = /^(?:domain|expires|httponly|max-age|partitioned|path|priority|samesite|secure)$/i
/** Text with the five parts of a JWE. */
export const FOUR_DOTS: RegExp = /^[^=.]*(?:\.[^=.]*){4}/

/**
 * Finds the tokens in the input: `name=value`, a `Cookie` or `Set-Cookie` field with or without its name, the head of a
 * request or response, or a bare token.
 *
 * @param name the base name to look for. Without it, every JWE counts; if there is none, cookies named `session` do
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

/** How to get input for `inspect`. */
const WITH_HEAD = 'show the head as well, with curl -si'

/** The first line of a response; curl -v marks it with <. */
const STATUS = /^[<*]?\s*HTTP\/[\d.]+ \d{3}/m
const COOKIE_FIELD = /^[<>]?\s*(?:set-cookie|cookie)\s*:/im
const HEAD_FIELD = /^[<]?\s*(?:content-type|date|server|etag|cache-control|x-powered-by)\s*:/im
/** A JWS in compact serialization (RFC 7515, section 3.1). */
const JWT = /^(?:bearer\s+)?eyJ[\w-]+\.[\w-]*\.[\w-]*$/i
const ENV_LINE = /^\s*(?:export\s+)?[A-Z][A-Z0-9_]{3,}=/m

/** Kinds of input without a cookie, and what to pipe in instead. */
const KINDS: readonly (readonly [pattern: RegExp, sentence: string])[] = [
  [JWT, 'that is a JWT, which is signed and not sealed: pipe in a session cookie, which has five parts'],
  [
    /^\s*<(?:!doctype|html|\?xml|head|body|!--)/i,
    `that is the page of a response, and cookies are in its head: ${WITH_HEAD}`,
  ],
  [/^\s*[{[]/, `that is JSON, such as the body of a response, and cookies are in its head: ${WITH_HEAD}`],
  [ENV_LINE, 'that is a .env file: give it with --keys-file, and pipe in a cookie'],
]

/**
 * Why the input has no cookie, without any part of it; undefined if it may have one.
 *
 * @param hasToken whether a part of it looks like a JWE
 */
export function whyNoCookie(text: string, hasToken: boolean): string | undefined {
  if (hasToken || COOKIE_FIELD.test(text)) return undefined
  if (STATUS.test(text) || HEAD_FIELD.test(text)) {
    return 'that response sets no cookie: ask for a page that changes the session, or pipe in the Cookie line of a request'
  }
  return KINDS.find(([pattern]) => pattern.test(text.trim()))?.[1]
}
