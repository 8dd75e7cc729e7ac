import { type CookieProfile, sameDomain } from '../cookie/attributes.js'
import { type CookieLine, candidates } from '../cookie/header.js'
import { SessionError } from '../errors.js'
import type { Head } from '../http/head.js'
import { placeOf } from '../http/request.js'
import type { Settings } from '../options/options.js'
import { warnAboutAlterations } from '../session/altered.js'
import { readAgain } from '../session/schema.js'
import { serialize, whileSerializing } from '../session/serialize.js'
import { hashSessionId } from '../token/claims.js'
import type { SessionRequest } from '../types.js'
import { warnOnce } from '../warnings.js'
import type { Committed } from './commit.js'
import { warnOfScope } from './cookie-scope.js'
import { type CommitInput, goesOn } from './decide.js'
import type { Loaded } from './load.js'
import { isGuard } from './logout-guard.js'
import type { RequestCookie } from './request-cookie.js'

/** Tells listeners the result of a commit. */
export function reportCommit(
  settings: Settings,
  loaded: Loaded,
  input: CommitInput,
  committed: Committed,
  now: number,
): void {
  const { report, name } = settings
  const { sealable } = input
  if (committed.decision === 'keep' && committed.obstacle) reportOverflow(settings, input, committed.obstacle)
  if (committed.decision === 'clear') {
    const sid = loaded.status === 'valid' ? loaded.claims.sid : undefined
    report(() => ({ type: 'cleared', name, session: sid === undefined ? null : hashSessionId(sid) }))
  }
  if (committed.decision === 'renew' && input.record) {
    const { sid } = input.record
    const kid = settings.activityKeys.active(now)?.kid ?? ''
    report(() => ({ type: 'renewed', name, kid, session: hashSessionId(sid) }))
  }
  if (committed.decision !== 'write' || sealable === undefined) return
  const { kid, bytes } = committed
  const { sid, received } = sealable.record
  if (loaded.status === 'valid' && loaded.from && goesOn(input))
    report(() => ({ type: 'migrated', name, from: 'sealed-session', session: hashSessionId(sid) }))
  if (committed.offer !== undefined) report(() => ({ type: 'offered', name, session: hashSessionId(sid) }))
  if (sealable.dev !== undefined && sealable.dev !== received?.claims.dev)
    report(() => ({ type: 'bound', name, session: hashSessionId(sid) }))
  report(() => ({ type: 'sealed', name, kid, session: hashSessionId(sid), bytes }))
  if (received === undefined || received.kid === kid) return
  report(() => ({ type: 'resealed', name, kid, oldKid: received.kid, session: hashSessionId(sid) }))
}

/** Tells listeners of a session that was too large; other failures are programmers' mistakes. */
export function reportOverflow({ report, name }: Settings, { sealable }: CommitInput, error: unknown): void {
  if (!(error instanceof SessionError) || error.code !== 'ERR_SESSION_OVERFLOW' || sealable === undefined) return
  const { bytes = 0, limit = 0 } = error
  report(() => ({ type: 'overflow', name, session: hashSessionId(sealable.record.sid), bytes, limit }))
}

/**
 * Warns of what will be missing from a session that was written, or that was not because all that was changed is missing; and
 * of a cookie that the browser drops. For development.
 */
export function warnOfCommit(
  { decision }: Committed,
  { sealable }: CommitInput,
  session: object,
  {
    req,
    cookie,
    settings,
  }: { readonly req: SessionRequest; readonly cookie: RequestCookie; readonly settings: Settings },
): void {
  const { schema, device } = settings
  if (decision === 'write') {
    warnOfScope({ req, security: cookie.security, profile: cookie.profile })
    if (device && !cookie.security.secure) warnOfPlainHttp()
  }
  const restored = schema && readAgain(sealable?.json ?? serialize(session), settings)
  whileSerializing(() => warnAboutAlterations(session, settings.property, placeOf(req), restored))
}

function warnOfPlainHttp(): void {
  warnOnce(
    'SESSION_WARN_DEVICE',
    'deviceBound is on, but browsers bind no session over plain HTTP: use HTTPS, or leave deviceBound out in development',
  )
}

/** The session of a request. What it brought is asked for only if the app removes a cookie. */
interface Concerned {
  readonly settings: Settings
  readonly cookie: RequestCookie
  readonly loaded: Loaded
}

/**
 * Warns, once per process, of an app that removes the cookie of a session that goes on. `res.clearCookie('session')` is how
 * apps of express-session log out; here it reaches the session by chance only. On HTTPS the browser does not even remove the
 * cookie, as its name has a prefix there.
 *
 * @param header the request's `Cookie` header
 * @param ours lines that are in the head already: the headers may nearly have left before, with leftovers that we removed
 * @param now seconds since the epoch
 */
export function checkClearCookie(
  session: Concerned,
  head: Head,
  header: string | undefined,
  ours: readonly CookieLine[],
  now: number,
): void {
  const lines = header && head.get('Set-Cookie')
  if (!header || lines === undefined) return
  const cookie = cookieOf(session)
  if (cookie === undefined) return
  const setCookie = [lines].flat().map(String)
  const others = setCookie.filter((line) => !ours.some((own) => own.line === line))
  // A service behind a proxy in this app has ended it well.
  if (others.some((line) => isGuard(line.slice(0, line.indexOf('='))))) return
  const { name, property } = session.settings
  const cleared = clearedByApp({ setCookie: others, header }, cookie, name, now)
  if (cleared === undefined || session.loaded.status !== 'valid') return
  warnOnce(
    'SESSION_WARN_CLEAR_COOKIE',
    `res.clearCookie(${JSON.stringify(cleared)}) does not end the session` +
      `${cookie.profile.name === name ? '' : `, whose cookie is named ${cookie.profile.name}`}: ` +
      `call ${property}.destroy(), or set req.${property} = null`,
  )
}

/** The app may not have asked for the session. Then what its `cookie` function throws is nothing to it. */
function cookieOf(session: Concerned): RequestCookie | undefined {
  try {
    return session.cookie
  } catch {
    return undefined
  }
}

/** The head of a response as far as another's `Set-Cookie` goes, and the request's cookies. */
interface Cookies {
  readonly setCookie: readonly string[]
  readonly header: string
}

/**
 * The name under which the app removes the session's cookie itself; undefined if it does not. The app may remove a cookie
 * of another package whose name is ours without the prefix.
 *
 * @param name the base name
 * @param now seconds since the epoch
 */
export function clearedByApp(
  { setCookie, header }: Cookies,
  { names, profile }: RequestCookie,
  name: string,
  now: number,
): string | undefined {
  const cleared = [name, ...names].find((one) => setCookie.some((line) => isRemoval(line, one, profile, now)))
  if (cleared === undefined || names.includes(cleared)) return cleared
  return candidates(header, cleared).length > 0 ? undefined : cleared
}

/** With the default path, or with the path and domain of our cookie. Others belong to a cookie that was set earlier. */
function isRemoval(line: string, name: string, { attributes }: CookieProfile, now: number): boolean {
  if (!line.startsWith(`${name}=`) || !isPast(line, now)) return false
  const [, path = '/'] = /;\s*path=([^;]*)/i.exec(line) ?? []
  const [, domain] = /;\s*domain=([^;]*)/i.exec(line) ?? []
  return ['/', attributes.path].includes(path) && (domain === undefined || sameDomain(domain, attributes.domain))
}

/** Max-Age has precedence over Expires (RFC 6265, section 5.3, step 3). */
function isPast(line: string, now: number): boolean {
  const [, maxAge] = /;\s*max-age=\s*(-?\d+)/i.exec(line) ?? []
  if (maxAge !== undefined) return Number(maxAge) <= 0
  const [, expires = ''] = /;\s*expires=([^;]*)/i.exec(line) ?? []
  return Date.parse(expires) <= now * 1000
}
