import { SessionError } from '../errors.js'
import { nearest } from '../suggest.js'

/** Options of other session packages, and what stands in their place. */
const ELSEWHERE: Record<string, string> = {
  secret: 'it is called "keys"',
  secrets: 'it is called "keys"',
  password: 'it is called "keys"',
  key: 'secrets are "keys", the cookie\'s name is "name"',
  cookieName: 'it is called "name"',
  store: 'a cookie-only session has no store, the whole session is in the cookie: leave it out',
  resave: 'a cookie-only session is written when it changed or slides: leave it out',
  saveUninitialized: 'a session without data is never written: leave it out',
  genid: 'every session has 16 random bytes as its id: leave it out',
  unset: 'assigning null, like destroy(), ends a session and removes its cookie: leave it out',
  rolling: 'a session slides when more than half of idleTimeout has passed: set "idleTimeout"',
  proxy: 'Express knows: app.set("trust proxy", 1)',
  signed: 'every session is encrypted and authenticated: leave it out',
  overwrite: 'the cookie appears once in a response: leave it out',
  ttl: 'it is called "idleTimeout"',
  duration: 'it is called "absoluteTimeout"',
  activeDuration: 'it is called "idleTimeout"',
  expires: 'a session ends after "idleTimeout" or "absoluteTimeout"',
  encode: 'the cookie is a JWE (RFC 7516), which any JOSE library reads: leave it out',
  decode: 'the cookie is a JWE (RFC 7516), which any JOSE library reads: leave it out',
}

/**
 * Refuses names that are no options, because an option that is ignored is a setting that is not in force.
 *
 * @param given the object that was passed
 * @param known the names that this object takes
 * @param others the names of the other object, into which one may have slipped, with the prefix `cookie.` or none
 * @throws {SessionError} `ERR_SESSION_OPTIONS` with the name that was probably meant
 */
export function checkNames(given: object, known: readonly string[], others: readonly string[], where: string): void {
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue
    throw new SessionError(
      'ERR_SESSION_OPTIONS',
      `unknown option "${where}${name}": ${advice(name, known, others, where)}`,
    )
  }
}

function advice(name: string, known: readonly string[], others: readonly string[], where: string): string {
  const sameName = (other: string) => other.split('.').at(-1)?.toLowerCase() === name.toLowerCase()
  const moved = others.find(sameName)
  if (moved) return `did you mean "${moved}"?`
  const replacement = Object.keys(ELSEWHERE).find(sameName)
  if (replacement) return ELSEWHERE[replacement] as string
  const suggestion = nearest(name, known)
  if (suggestion) return `did you mean "${where}${suggestion}"?`
  return `there are ${known.map((option) => `"${where}${option}"`).join(', ')}`
}
