/** How to get what `inspect` reads. */
const WITH_HEAD = 'show the head as well: curl -si'

/** The first line of a response, also as curl -v marks it. */
const STATUS = /^[<*]?\s*HTTP\/[\d.]+ \d{3}/m
const COOKIE_FIELD = /^[<>]?\s*(?:set-cookie|cookie)\s*:/im
const HEAD_FIELD = /^[<]?\s*(?:content-type|date|server|etag|cache-control|x-powered-by)\s*:/im
/** A JWS in its compact form (RFC 7515, section 3.1). */
const JWT = /^(?:bearer\s+)?eyJ[\w-]+\.[\w-]*\.[\w-]*$/i
const ENV_LINE = /^\s*(?:export\s+)?[A-Z][A-Z0-9_]{3,}=/m

/** Kinds of input that hold no cookie, and what to pipe in instead. */
const KINDS: readonly (readonly [pattern: RegExp, sentence: string])[] = [
  [JWT, 'that is a JWT, which is signed and not sealed: a session cookie has five parts'],
  [
    /^\s*<(?:!doctype|html|\?xml|head|body|!--)/i,
    `that is the page of a response, and cookies are in its head: ${WITH_HEAD}`,
  ],
  [/^\s*[{[]/, `that is JSON, such as the body of a response, and cookies are in its head: ${WITH_HEAD}`],
  [ENV_LINE, 'that is a .env file: give it with --keys-file, and pipe in a cookie'],
]

/**
 * What was piped in where a cookie was to be, or undefined if it may hold one. Without anything of the text.
 *
 * @param hasToken whether something in it has the five parts of a JWE
 */
export function whyNoCookie(text: string, hasToken: boolean): string | undefined {
  if (hasToken || COOKIE_FIELD.test(text)) return undefined
  if (STATUS.test(text) || HEAD_FIELD.test(text)) {
    return 'that response sets no cookie: ask for a page that uses the session, or send the cookie along (curl -si --cookie)'
  }
  return KINDS.find(([pattern]) => pattern.test(text.trim()))?.[1]
}
