import { type CookieProfile, type CookieSettings, isSameCookie } from '../cookie/attributes.js'
import { candidates } from '../cookie/header.js'
import type { Security } from '../http/request.js'
import type { CookieKeys, ScopedSettings } from '../options/former.js'
import type { Settings } from '../options/options.js'
import { warnOnce } from '../warnings.js'

/** The cookie of one request: the names it may come under, how it is sent, and what is removed when the session ends. */
export interface RequestCookie {
  readonly names: readonly string[]
  readonly profile: CookieProfile
  /** The cookies that the browser may hold. The guard gets the name and attributes of the first. */
  readonly held: readonly [CookieProfile, ...CookieProfile[]]
  /** It would leave over plain HTTP, which the app has not allowed. */
  readonly refused: boolean
  /** Whether the request came over TLS, and whether that is known. */
  readonly security: Security
  /** Our cookie in scopes that it had before. */
  readonly former: readonly FormerCookie[]
  /** The response can set no other: neither a companion nor a logout guard, nor the removal of a former one. */
  readonly alone: boolean
}

/** Our cookie in a scope that it had before. */
export interface FormerCookie {
  readonly profiles: readonly CookieProfile[]
  /** Its names, without those that are read already. */
  readonly names: readonly string[]
  readonly keys: CookieKeys
  /** How much harder it is to plant than today's; negative where it is easier. */
  readonly strength: number
}

/** What was made of settings that are the same for every request, by whether it is secure, and whether that is known. */
const made = new WeakMap<ScopedSettings, RequestCookie[]>()

/**
 * @param header of the request's cookies
 * @param alone whether the response can set one cookie only
 */
export function requestCookie(
  cookie: ScopedSettings,
  came: Security,
  settings: Settings,
  header: string | undefined,
  alone = false,
): RequestCookie {
  const isUsual = !cookie.varies && !alone && cookie.former.length === 0
  const kind = Number(came.secure) * 2 + Number(came.known)
  const usual = isUsual ? made.get(cookie)?.[kind] : undefined
  if (usual !== undefined) return usual
  const security = cookie.secure === 'assume' ? ASSUMED : came
  const read = profilesToRead(cookie, security, settings)
  const profile = security.secure ? cookie.overHttps : cookie.overHttp
  const refused = settings.production && isInTheClear(cookie, security)
  // That it came says that the browser is on HTTPS, whatever the proxy says: a log-out must not leave it behind.
  const isHidden = refused && hasCome(cookie.overHttps, header)
  const [first = profile, ...others] = isHidden
    ? [cookie.overHttps]
    : read.length > 1
      ? read.filter((one) => hasCome(one, header))
      : read
  const names = read.map(({ name }) => name)
  if (alone && cookie.former.length > 0) warnOfOneCookie()
  const requested: RequestCookie = {
    names,
    profile,
    held: [first, ...others],
    refused,
    // Only the error of a refused one looks at the request. What is kept for later requests must not hold this one.
    security: refused ? security : { secure: security.secure, known: security.known },
    // If today's cookie may not be read, no former one may.
    former: alone || read.length === 0 || cookie.former.length === 0 ? [] : formerCookies(),
    alone,
  }
  // With several, it depends on the header which of them the browser holds.
  if (isUsual && read.length <= 1 && !refused) {
    const kinds = made.get(cookie) ?? []
    kinds[kind] = requested
    made.set(cookie, kinds)
  }
  return requested

  function formerCookies(): FormerCookie[] {
    const taken = new Set(names)
    return cookie.former.flatMap((one) => formerCookie(one, taken))
  }

  function formerCookie(one: ScopedSettings['former'][number], taken: Set<string>): FormerCookie[] {
    const profiles = profilesToRead(one, security, settings).filter(
      (other) => ![profile, ...read].some((own) => isSameCookie(own, other)),
    )
    const free = profiles.map(({ name }) => name).filter((name) => !taken.has(name) && taken.add(name))
    if (profiles.length === 0) return []
    const weakest = Math.min(...profiles.map(({ name }) => strengthOf(name)))
    return [{ profiles, names: free, keys: one.keys, strength: weakest - strengthOf(first.name) }]
  }
}

/** By its prefix: how hard it is for other hosts and for scripts to set a cookie of this name. */
function strengthOf(name: string): number {
  return ['__Secure-', '__Host-', '__Host-Http-'].findLastIndex((prefix) => name.startsWith(prefix))
}

/** What the app says counts if nothing else is known: `true` is believed only without Express. */
const ASSUMED: Security = { secure: true, known: true }

function isInTheClear({ secure: option }: CookieSettings, { secure, known }: Security): boolean {
  return !secure && (option === 'auto' || (option === true && known))
}

/** The old cookie would stay, and bring the user back after every log-out. */
export function warnOfOneCookie(): undefined {
  warnOnce(
    'SESSION_WARN_MIGRATION',
    'no session is migrated behind a load balancer that passes on only one cookie, as the old one could not be removed: ' +
      'turn on multi-value headers (lambda.multi_value_headers.enabled)',
  )
}

/** Whether a request brings a cookie of this name. */
export function hasCome({ name }: Pick<CookieProfile, 'name'>, header: string | undefined): boolean {
  return candidates(header, name).length > 0
}

/**
 * Over HTTPS a session comes under the prefixed name only. In production a cookie that came over plain HTTP is no session,
 * because none was sent that way. A request without Express does not tell whether a proxy ended TLS: then the prefixed
 * cookie is read, and in development the plain one before it, which is the one that is written.
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
