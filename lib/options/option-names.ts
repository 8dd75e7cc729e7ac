import { Readable } from 'node:stream'
import { nearest } from '../checks.js'
import { invalid } from '../errors.js'

/** Options of other session packages, and what to use instead. */
const ELSEWHERE: Record<string, string> = {
  secret: 'set "keys"',
  secrets: 'set "keys"',
  password: 'set "keys"',
  key: 'set "keys" for secrets, or "name" for the name of the cookie',
  cookieName: 'set "name"',
  store: 'there is no store, as the whole session is in the cookie. Leave it out',
  resave: 'a session is written when it changes. Leave it out',
  saveUninitialized: 'a session without data is never written. Leave it out',
  genid: 'the id of a session is 16 random bytes. Leave it out',
  unset: 'assigning null always ends a session and removes its cookie. Leave it out',
  rolling: 'each request that reads it extends a session by "idleTimeout". Leave it out, or set "slide" to false',
  secureProxy: 'set "cookie": { "secure": "assume" }',
  proxy: 'tell Express instead, with app.set("trust proxy", 1)',
  signed: 'every session is encrypted and authenticated. Leave it out',
  overwrite: 'a response sets the cookie only once. Leave it out',
  ttl: 'set "idleTimeout", which takes milliseconds or text such as "30m"',
  duration: 'set "absoluteTimeout"',
  activeDuration: 'set "idleTimeout"',
  rollingDuration: 'set "idleTimeout"',
  absoluteDuration: 'set "absoluteTimeout"',
  requestKey: 'set "property"',
  cookieOptions: 'set "cookie"',
  encrypt: 'every session is encrypted. Leave it out',
  chunk: 'a session is one cookie, as several can be torn apart. Leave it out, and keep less in the session',
  compress: 'a session is not compressed, as its length would tell what is in it. Leave it out',
  parse: 'set "schema"',
  validateSchema: 'set "schema"',
  expires: 'a session ends after "idleTimeout" or "absoluteTimeout". Set these',
  onUnsealError: 'set "onEvent"',
  signSessionStoreCookie: 'every session is encrypted and authenticated. Leave it out',
  transient: 'set "cookie": { "maxAge": null }',
  encode: 'the cookie is a JWE (RFC 7516), which any JOSE library reads. Leave it out',
  decode: 'the cookie is a JWE (RFC 7516), which any JOSE library reads. Leave it out',
}

/**
 * Refuses unknown options, because an option that is ignored has no effect.
 *
 * @param known the options that belong in this object
 * @param others the options that belong in the other one, to find one in the wrong place
 * @param where `cookie.` or `deviceBound.`, or the function that takes them, such as `seal()`; empty for `session()`
 * @throws {SessionError} `ERR_SESSION_OPTIONS` with the name that was probably meant
 */
export function checkNames(given: object, known: readonly string[], others: readonly string[], where: string): void {
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue
    throw invalid(`unknown option ${named(name, where)}: ${advice(name, known, others, where)}`)
  }
}

function named(name: string, where: string): string {
  return where.endsWith('()') ? `"${name}" of ${where}` : `"${where}${name}"`
}

function advice(name: string, known: readonly string[], others: readonly string[], where: string): string {
  const sameName = (other: string) => other.split('.').at(-1)?.toLowerCase() === name.toLowerCase()
  const moved = others.find(sameName)
  if (moved) return `did you mean "${moved}"?`
  // It is about the options of `session()` and its cookie.
  const replacement = where === '' || where === 'cookie.' ? Object.keys(ELSEWHERE).find(sameName) : undefined
  if (replacement) return ELSEWHERE[replacement] as string
  const suggestion = nearest(name, known)
  const before = where.endsWith('()') ? '' : where
  if (suggestion) return `did you mean "${before}${suggestion}"?`
  return `the options are ${known.map((option) => `"${before}${option}"`).join(', ')}`
}

/** The properties of a request that other streams lack. A list, because importing `node:http` would load undici. */
const OF_REQUESTS = new Set([
  ...'socket connection client httpVersion httpVersionMajor httpVersionMinor complete upgrade method url'.split(' '),
  ...'statusCode statusMessage headers headersDistinct rawHeaders joinDuplicateHeaders trailers'.split(' '),
  ...'trailersDistinct rawTrailers aborted signal setTimeout _consuming _dumped _addHeaderLines'.split(' '),
  ...'_addHeaderLine _addHeaderLineDistinct _dumpAndCloseReadable _dump'.split(' '),
  // Of Express.
  ...'accepts acceptsCharset acceptsCharsets acceptsEncoding acceptsEncodings acceptsLanguage'.split(' '),
  ...'acceptsLanguages param app baseUrl body fresh host hostname ip ips next originalUrl params path'.split(' '),
  ...'protocol query range res route secure stale subdomains xhr get header is'.split(' '),
])

/** Whether every request has this property, which a session would hide. */
export function isOfEveryRequest(property: string): boolean {
  return OF_REQUESTS.has(property) || property in new Readable()
}
