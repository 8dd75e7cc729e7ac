import { type CookieProfile, type CookieSettings, isSameCookie } from '../cookie/attributes.js'
import { candidates } from '../cookie/read.js'
import type { Security } from '../http/request.js'
import type { CookieKeys, ScopedSettings } from '../options/former.js'
import type { Settings } from '../options/options.js'

/** The cookie of one request: under which names it may come, how it is sent, and what is removed when it ends. */
export interface RequestCookie {
  readonly names: readonly string[]
  readonly profile: CookieProfile
  /** As what the browser holds it; the guard stands beside the first. */
  readonly held: readonly [CookieProfile, ...CookieProfile[]]
  /** It would leave in the clear, where nobody said that it may. */
  readonly refused: boolean
  /** How the request came, or is said to have come. */
  readonly security: Security
  /** As what it was sent before. */
  readonly former: readonly FormerCookie[]
}

/** Our cookie in a scope that it had before. */
export interface FormerCookie {
  readonly profiles: readonly CookieProfile[]
  /** The names that are not looked under anyway. */
  readonly names: readonly string[]
  readonly keys: CookieKeys
  /** How much harder it is to plant than today's; negative where it is easier. */
  readonly strength: number
}

/** @param header of the request's cookies */
export function requestCookie(
  cookie: ScopedSettings,
  came: Security,
  settings: Settings,
  header: string | undefined,
): RequestCookie {
  const security = cookie.secure === 'assume' ? ASSUMED : came
  const read = profilesToRead(cookie, security, settings)
  const profile = security.secure ? cookie.overHttps : cookie.overHttp
  const [first = profile, ...others] = read.length > 1 ? read.filter((one) => hasCome(one, header)) : read
  const taken = new Set(read.map(({ name }) => name))
  return {
    names: read.map(({ name }) => name),
    profile,
    held: [first, ...others],
    refused: settings.production && isInTheClear(cookie, security),
    security,
    // Where today's may not come, no other may.
    former: read.length === 0 ? [] : cookie.former.flatMap(formerCookie),
  }

  function formerCookie(one: ScopedSettings['former'][number]): FormerCookie[] {
    const profiles = profilesToRead(one, security, settings).filter(
      (other) => ![profile, ...read].some((own) => isSameCookie(own, other)),
    )
    const names = profiles.map(({ name }) => name).filter((name) => !taken.has(name) && taken.add(name))
    if (profiles.length === 0) return []
    const weakest = Math.min(...profiles.map(({ name }) => strengthOf(name)))
    return [{ profiles, names, keys: one.keys, strength: weakest - strengthOf(first.name) }]
  }
}

/** What a browser takes only from a host itself, what only over TLS, and what it takes from anybody. */
function strengthOf(name: string): number {
  return ['__Secure-', '__Host-', '__Host-Http-'].findLastIndex((prefix) => name.startsWith(prefix))
}

/** By what the app says where nobody knows better: `true` is believed of what comes without Express only. */
const ASSUMED: Security = { secure: true, known: true }

function isInTheClear({ secure: option }: CookieSettings, { secure, known }: Security): boolean {
  return !secure && (option === 'auto' || (option === true && known))
}

/** Whether a request brings a cookie of this name. */
export function hasCome({ name }: Pick<CookieProfile, 'name'>, header: string | undefined): boolean {
  return candidates(header, name).length > 0
}

/**
 * Over HTTPS a session comes under the prefixed name only. In production nothing that came in the clear is a session, as
 * none was sent so, whether the option says that it is Secure or leaves it to the request. A request without Express does
 * not tell whether a proxy took it in over TLS: there the prefixed cookie is taken, and in development the plain one
 * first, which is what is written.
 */
function profilesToRead(
  { secure: option, overHttps, overHttp }: CookieSettings,
  { secure, known }: Security,
  settings: Settings,
): CookieProfile[] {
  if (secure) return [overHttps]
  if (option === true && known && settings.production) return []
  if (option !== 'auto') return [overHttp]
  if (settings.production) return known ? [] : [overHttps]
  return known || overHttp.name === overHttps.name ? [overHttp] : [overHttp, overHttps]
}
