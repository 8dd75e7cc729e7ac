import { candidates, MAX_CANDIDATES } from '../cookie/header.js'
import { type Binding, bindingOf, openProofs, type Proofs, refusalOf } from '../device/binding.js'
import { skipReasonIn } from '../device/navigation.js'
import type { DeviceSettings } from '../device/tokens.js'
import type { Settings } from '../options/options.js'
import { endedBy } from '../session/lifetime.js'
import { fit } from '../session/schema.js'
import { reservedKeyOf } from '../session/session.js'
import { type Claims, hashSessionId } from '../token/claims.js'
import { type Opened, open, type Rejected } from '../token/jwe.js'
import type { Rejection } from '../types.js'
import { type Activity, activityOf, openCompanions } from './activity.js'
import { type EndedSessions, endedSessions } from './logout-guard.js'
import type { FormerCookie } from './request-cookie.js'

/** What the cookies of a request brought. */
export type Loaded = { readonly status: 'none' } | RejectedSessions | LoadedSession

/** Cookies came, but none of them brought a session that may go on. */
export interface RejectedSessions {
  readonly status: 'rejected'
  readonly reason: Rejection
  /** Sessions that may still live elsewhere: in a response under way, or in another version of the app. */
  readonly others?: readonly Claims[] | undefined
  readonly ended?: EndedSessions | undefined
  /** With the reasons `unproven` and `unbound`. */
  readonly binding?: Binding | undefined
  /** The former cookie that was refused; undefined for today's. */
  readonly from?: FormerCookie | undefined
}

/** A session that a cookie brought, and that may go on. */
export interface LoadedSession {
  readonly status: 'valid'
  readonly kid: string
  readonly claims: Claims
  readonly data: Record<string, unknown>
  /** The plaintext that the data were parsed from. */
  readonly text: string
  /** As in `Received`. */
  readonly json?: string | undefined
  /** When it was last used and checked, in seconds since the epoch. */
  readonly lastUse: number
  readonly lastCheck: number | undefined
  /** Other sessions that have ended in this browser. */
  readonly ended: EndedSessions
  /**
   * Other sessions that the request brought, and that may still live, here or in another version of the app. A log-out
   * ends them as well.
   */
  readonly others: readonly Claims[]
  /** The former cookie that brought it; undefined for today's. */
  readonly from?: FormerCookie | undefined
  /** How it stands to its device; undefined without `deviceBound`. */
  readonly binding?: Binding | undefined
  /** Why it would not go on if `deviceBound.enforce` were true. */
  readonly refusal?: Rejection | undefined
}

/** No browser sends a longer one. This is not `sizeLimit`, because lowering that must not end larger sessions. */
const MAX_TOKEN_LENGTH = 4096

/**
 * The way in: `Cookie` header -> candidates -> open -> lifetime -> logout guard. If several candidates are accepted, the
 * newest wins; the others are leftovers of another path, domain or partition. If none is accepted, the newest rejection
 * counts. Cookies of former names are tried after today's. One that is easier to plant never replaces one that is harder
 * to plant, not even while that waits for a proof of its device, or does not fit the app's schema. That gets the data of
 * each accepted candidate.
 *
 * @param names cookie names to look under, in this order
 * @param now seconds since the epoch
 * @param skipped why the browser sends no proof of its device (`Secure-Session-Skipped`)
 */
export function load(
  header: string | undefined,
  names: readonly string[],
  settings: Settings,
  now: number,
  former: readonly FormerCookie[] = [],
  skipped?: string,
): Loaded {
  const { device } = settings
  let newest: (Accepted & { readonly from: FormerCookie | undefined }) | undefined
  let rejection: DatedRejection | undefined
  let ended: EndedSessions | undefined
  /** How hard the sessions are to plant that may go on later, or in another version of the app. They keep their place. */
  let held = Number.NEGATIVE_INFINITY
  const others: Claims[] = []
  /** Ids of sessions that have ended, and whose cookies the browser still sends. */
  let returned: Set<string> | undefined
  let seen: readonly Claims[] | undefined
  // Opened once for all candidates, as each stale one needs them.
  const companions = () => {
    seen ??= openCompanions(header, names, settings, now, former)
    return seen
  }
  let proofs: Proofs | undefined
  const bind = (claims: Claims, device: DeviceSettings) => {
    proofs ??= proofsIn(header, names, device, now)
    return bindingOf(claims, proofs)
  }
  for (const { token, from } of tokensIn(header, names, former)) {
    const opened = open(token, (from?.keys ?? settings).keys, now, MAX_TOKEN_LENGTH)
    const outcome: Accepted | DatedRejection =
      'rejected' in opened ? opened : accept(opened, from, companions, settings, now)
    if ('rejected' in outcome) {
      rejection = newerOf(outcome, rejection)
      if (outcome.idle) others.push(outcome.idle)
      continue
    }
    const { kid, claims } = outcome
    // Opened once for all candidates as well.
    ended ??= endedSessions(header, names, settings, now, former)
    // A late response can bring back the cookie of a session that was ended, but not the session.
    if (ended.has(claims.sid) || (claims.src !== undefined && ended.has(claims.src))) {
      rejection = newerOf({ rejected: 'ended', kid, iat: claims.iat }, rejection)
      returned ??= new Set()
      returned.add(claims.sid).add(claims.src ?? claims.sid)
      continue
    }
    const fitted = settings.schema && fit(outcome.data, settings.schema)
    if (fitted && 'misfits' in fitted) {
      rejection = newerOf({ rejected: 'schema', kid, iat: claims.iat, paths: fitted.misfits }, rejection)
      others.push(claims)
      held = Math.max(held, from?.strength ?? 0)
      continue
    }
    const binding = device && bind(claims, device)
    const refusal = binding && device && refusalOf(binding, claims, device, now)
    if (refusal && device.enforce) {
      // Who may have no session, has no key to hand on to another.
      const refused = binding && { ...binding, dev: undefined }
      rejection = newerOf({ rejected: refusal, kid, iat: claims.iat, binding: refused, from }, rejection)
      others.push(claims)
      if (refusal === 'unproven') held = Math.max(held, from?.strength ?? 0)
      continue
    }
    const found: Accepted = fitted || binding ? { ...outcome, ...fitted, binding, refusal } : outcome
    if (newest === undefined) newest = found
    else if (displaces(found, newest)) {
      others.push(newest.claims)
      newest = found
    } else others.push(claims)
  }
  if (newest?.from && newest.from.strength < held) {
    others.push(newest.claims)
    newest = undefined
  }
  if (newest !== undefined && ended !== undefined) {
    const { kid, claims, data, text, json, lastUse, lastCheck, from, binding, refusal } = newest
    if (refusal) reportRejected(settings, { rejected: refusal, kid }, skipped, false)
    settings.report(() => ({ type: 'opened', name: settings.name, kid, session: hashSessionId(claims.sid) }))
    const beside = others.length === 0 ? others : others.filter(({ sid }) => sid !== claims.sid)
    return {
      status: 'valid',
      kid,
      claims,
      data,
      text,
      json,
      lastUse,
      lastCheck,
      ended: firstOf(ended, returned),
      others: beside,
      from,
      binding,
      refusal,
    }
  }
  if (rejection === undefined) return { status: 'none' }
  const { rejected: reason, binding, from } = rejection
  reportRejected(settings, rejection, skipped)
  if (others.length === 0) return { status: 'rejected', reason }
  ended ??= endedSessions(header, names, settings, now, former)
  return { status: 'rejected', reason, others, ended: firstOf(ended, returned), binding, from }
}

function reportRejected(
  { report, name }: Settings,
  { rejected: reason, kid, paths }: DatedRejection,
  skipped: string | undefined,
  enforced = true,
): void {
  report(() => ({
    type: 'rejected',
    name,
    reason,
    ...(kid === undefined ? {} : { kid }),
    ...(paths && { paths: Object.freeze(paths) }),
    ...(reason === 'unproven' && skipReasonIn(skipped)),
    ...(enforced ? {} : { enforced }),
  }))
}

/** What the proof cookies beside all names prove. */
function proofsIn(header: string | undefined, names: readonly string[], device: DeviceSettings, now: number): Proofs {
  const all = names.map((name) => openProofs(header, name, device, now))
  return { came: all.some(({ came }) => came), proved: all.flatMap(({ proved }) => proved) }
}

/** The newest wins, but a former cookie never replaces one that is harder to plant. */
function displaces(one: Accepted, other: Accepted): boolean {
  const [strength, others] = [one.from?.strength ?? 0, other.from?.strength ?? 0]
  if (one.from && strength < others) return false
  if (one.from && other.from && strength > others) return true
  return one.claims.iat > other.claims.iat
}

/** Puts those first that the browser may send again, because a guard has room for the first few only. */
function firstOf(ended: EndedSessions, first: ReadonlySet<string> | undefined): EndedSessions {
  if (first === undefined) return ended
  const entries = [...ended]
  return new Map([...entries.filter(([id]) => first.has(id)), ...entries.filter(([id]) => !first.has(id))])
}

interface Accepted extends Opened, Activity {
  readonly from: FormerCookie | undefined
  readonly json?: string
  readonly binding?: Binding | undefined
  /** Why it would not go on if `deviceBound.enforce` were true. */
  readonly refusal?: Rejection | undefined
}

/** With the time at which its token was sealed, if that could be read. */
interface DatedRejection extends Rejected {
  readonly iat?: number
  /** The session that was idle. A response that is under way may have used it in time. */
  readonly idle?: Claims
  readonly paths?: readonly string[]
  readonly binding?: Binding | undefined
  readonly from?: FormerCookie | undefined
}

function newerOf(one: DatedRejection, other: DatedRejection | undefined): DatedRejection {
  return other === undefined || (one.iat ?? -1) > (other.iat ?? -1) ? one : other
}

/** A cookie's value, and the former cookie that it belongs to; undefined for today's. */
interface Candidate {
  readonly token: string
  readonly from: FormerCookie | undefined
}

function tokensIn(
  header: string | undefined,
  names: readonly string[],
  former: readonly FormerCookie[],
): readonly Candidate[] {
  const found: Candidate[] = []
  if (header === undefined) return found
  for (const name of names) for (const token of candidates(header, name)) found.push({ token, from: undefined })
  for (const from of former) {
    for (const name of from.names) for (const token of candidates(header, name)) found.push({ token, from })
  }
  return found.slice(0, MAX_CANDIDATES)
}

function accept(
  opened: Opened,
  from: FormerCookie | undefined,
  companions: () => readonly Claims[],
  settings: Settings,
  now: number,
): Accepted | DatedRejection {
  const { kid, claims, data, text } = opened
  const { iat } = claims
  // Another program sealed these data, and they would hide members of the session.
  if (reservedKeyOf(data) !== undefined) return { rejected: 'malformed', kid, iat }
  const { lastUse, lastCheck } = activityOf(claims, companions, settings, now)
  const rejected = endedBy(claims, settings.timeouts, lastUse, now)
  if (rejected === 'idle') return { rejected, kid, iat, idle: claims }
  return rejected ? { rejected, kid, iat } : { kid, claims, data, text, lastUse, lastCheck, from }
}
