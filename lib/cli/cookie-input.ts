import type { JWK } from 'jose'
import { withoutPrefix } from '../checks.js'
import { isObject, jsonObject, type Members } from '../values.js'
import { UsageError } from './command.js'

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

/** The plaintext of another library's token, or why it did not open. */
export type ForeignOutcome = { readonly plaintext: Buffer } | { readonly refused: string }

/**
 * Reads a JWK, or the keys of a JWK Set.
 *
 * @throws {UsageError} if the text is neither
 */
export function readJwks(text: string): JWK[] {
  const value = jsonObject(text)
  const jwks: unknown[] = Array.isArray(value?.['keys']) ? value['keys'] : [value]
  if (jwks.length > 0 && jwks.every(isJwk)) return jwks
  throw new UsageError(
    'the file of --jwk-file holds neither a JWK nor a JWK Set: give one, such as {"kty":"oct","k":"..."}',
  )
}

/**
 * Opens a JWE with jose, and with the keys that its kid allows. It refuses a key that is derived from a password,
 * because the token chooses how long that takes.
 */
export async function openForeign(token: string, header: Members, jwks: readonly JWK[]): Promise<ForeignOutcome> {
  const { alg, kid } = header
  if (String(alg).startsWith('PBES2')) {
    return {
      refused:
        'it asks for a key made of a password (PBES2), which is refused: open it with the library that sealed it',
    }
  }
  const fitting = jwks.filter((jwk) => jwk.kid === undefined || kid === undefined || jwk.kid === kid)
  if (fitting.length === 0) return { refused: 'no key in --jwk-file has its kid: give the key that sealed it' }
  const { compactDecrypt } = await importJose()
  const codes = new Set<unknown>()
  for (const jwk of fitting) {
    try {
      return { plaintext: Buffer.from((await compactDecrypt(token, jwk)).plaintext) }
    } catch (error) {
      codes.add((error as { code?: unknown }).code)
    }
  }
  return { refused: reasonOf(codes) }
}

/** Loads jose where a token needs it: loading is slow, and others need not install it. */
async function importJose(): Promise<typeof import('jose')> {
  try {
    return await import('jose')
  } catch {
    throw new UsageError('tokens of other libraries are opened by the package jose: npm install jose')
  }
}

function reasonOf(codes: ReadonlySet<unknown>): string {
  if (codes.has('ERR_JWE_DECRYPTION_FAILED'))
    return 'its tag does not verify: it was changed, or sealed by another key than those in --jwk-file'
  if (codes.has('ERR_JWE_INVALID'))
    return 'it is malformed, inflates to too much, or needs a key of another length: compare its header with the keys'
  if (codes.has('ERR_JOSE_NOT_SUPPORTED'))
    return 'the package jose does not know its algorithms: open it with the library that sealed it'
  return 'no key in --jwk-file is for its algorithms: give the key that sealed it'
}

function isJwk(value: unknown): value is JWK {
  return isObject(value) && typeof value['kty'] === 'string'
}
