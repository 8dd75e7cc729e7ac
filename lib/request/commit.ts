import { type CookieLine, clearCookie } from '../cookie/write.js'
import { SessionError } from '../errors.js'
import type { Settings } from '../options/options.js'
import { isDue } from '../session/lifetime.js'
import { changeOf, type SessionRecord } from '../session/record.js'
import { serialize } from '../session/serialize.js'
import { LiveSession, withoutReserved } from '../session/session.js'
import { hashSessionId } from '../token/session-id.js'
import type { Loaded } from './load.js'
import { guardAgainst, NONE_ENDED, type PreviousSession } from './logout-guard.js'
import type { RequestCookie } from './request-cookie.js'
import { type Sealable, type SealedSession, sealSession } from './seal-session.js'

/** What the commit of a session is decided from. */
export interface CommitFacts {
  /** The cookie that the request brought: none, none that could be accepted, or a valid one. */
  readonly incoming: 'none' | 'rejected' | 'valid'
  /** The app ended the session that it had: assigned null, destroyed or regenerated it. */
  readonly ended: boolean
  /** There are no data. */
  readonly empty: boolean
  /** The data, or the session's own timeout or identity, are not what the cookie brought. */
  readonly changed: boolean
  /** It slides: more than half of the idle time has passed, or the app touched it; or `validate` was asked. */
  readonly due: boolean
  /** It was opened with a key that no longer seals, or does not yet. */
  readonly inactiveKey: boolean
}

export type Decision = 'keep' | 'write' | 'clear'

/**
 * What to do with the cookie. A session that the app ended is cleared even where no cookie came in: the browser may
 * hold one that it did not send with this request (`SameSite=Strict`). A rejected cookie is left alone, as a neighbour
 * may be able to read it.
 */
export function decide({ incoming, ended, empty, changed, due, inactiveKey }: CommitFacts): Decision {
  switch (incoming) {
    case 'valid':
      if (empty) return ended || changed ? 'clear' : 'keep'
      return changed || due || inactiveKey ? 'write' : 'keep'
    case 'none':
    case 'rejected':
      if (empty) return ended ? 'clear' : 'keep'
      return 'write'
  }
}

/** The session of a request when the headers are about to leave. */
export interface SessionState {
  readonly loaded: Loaded
  /** The record of a session that moved in from another package's cookie. */
  readonly migrated: SessionRecord | undefined
  /** The app ended the session that came in. */
  readonly ended: boolean
  /** null or undefined if the app has begun none since. */
  readonly session: LiveSession | null | undefined
}

/** What a commit needs to know: what to decide from, and what to seal if the session is written. */
export interface CommitInput {
  readonly facts: CommitFacts
  /** undefined where the session has ended, and where it can be kept without serializing it. */
  readonly sealable: Sealable | undefined
  /** The session with data that the cookie brought, if there was one. */
  readonly previous: PreviousSession | undefined
  /** Why it would be written: the app changed or touched it; it slides or changes its key; or it was only validated. */
  readonly cause: 'app' | 'renewal' | 'check'
}

/**
 * Finds out what has become of a session.
 *
 * @param now seconds since the epoch
 * @throws {SessionError} `ERR_SESSION_UNSERIALIZABLE`, or `ERR_SESSION_RESERVED` for data that got past assignment
 */
export function inspectSession(
  { loaded, migrated, ended, session }: SessionState,
  { timeouts, keys }: Pick<Settings, 'timeouts' | 'keys'>,
  now: number,
): CommitInput {
  const incoming = migrated ? 'valid' : loaded.status
  const previous = migrated
    ? { sid: migrated.sid, sat: migrated.sat, src: migrated.src, ended: NONE_ENDED }
    : previousOf(loaded)
  if (!session) {
    const facts = { incoming, ended: true, empty: true, changed: true, due: false, inactiveKey: false }
    return { facts, sealable: undefined, previous, cause: 'app' }
  }
  const record = LiveSession.recordOf(session)
  const { received, touched, checked } = record
  const change = changeOf(record, withoutReserved(session))
  const slides = received !== undefined && isDue(received.claims, timeouts, now)
  const due = touched || slides || checked !== received?.claims.chk
  const inactiveKey = received !== undefined && (keys.active(now)?.kid ?? received.kid) !== received.kid
  const json = change.json ?? (change.changed || due || inactiveKey ? serialize(session) : undefined)
  const empty = json === undefined ? !session.isPopulated : json === '{}'
  const cause = change.changed || touched ? 'app' : slides || inactiveKey ? 'renewal' : 'check'
  return {
    facts: { incoming, ended, empty, changed: change.changed, due, inactiveKey },
    sealable: json === undefined ? undefined : { record, json },
    previous,
    cause,
  }
}

function previousOf(loaded: Loaded): PreviousSession | undefined {
  if (loaded.status !== 'valid' || Object.keys(loaded.data).length === 0) return undefined
  const { claims, ended } = loaded
  return { sid: claims.sid, sat: claims.sat, src: claims.src, ended }
}

/** What a commit came to, and the cookies that it sets. */
export type Committed =
  | {
      readonly decision: 'keep'
      readonly lines: readonly CookieLine[]
      /** Why a session stays as it came that was to slide, or to be sealed under another key. */
      readonly obstacle?: SessionError
    }
  | { readonly decision: 'clear'; readonly lines: readonly CookieLine[] }
  | { readonly decision: 'write'; readonly lines: readonly CookieLine[]; readonly kid: string; readonly bytes: number }

const KEPT: Extract<Committed, { decision: 'keep' }> = { decision: 'keep', lines: [] }

/**
 * The way out: decide -> seal -> `Set-Cookie` lines.
 *
 * @param now seconds since the epoch
 * @throws {SessionError} `ERR_SESSION_OVERFLOW`, `ERR_SESSION_INSECURE` or `ERR_SESSION_KEYS`
 */
export function commit(input: CommitInput, cookie: RequestCookie, settings: Settings, now: number): Committed {
  const { facts, sealable, cause } = input
  const decision = decide(facts)
  if (decision === 'clear') {
    const removed = cookie.held.map((profile) => ({ name: profile.name, line: clearCookie(profile) }))
    return { decision, lines: [...removed, ...guardLines(input, cookie, settings, now)] }
  }
  if (decision === 'keep' || sealable === undefined) return KEPT
  const sealed =
    cause === 'app' ? sealSession(sealable, cookie, settings, now) : renew(sealable, cause, cookie, settings, now)
  if (sealed instanceof SessionError) return cause === 'renewal' ? { ...KEPT, obstacle: sealed } : KEPT
  const { line, kid, bytes } = sealed
  const lines = [{ name: cookie.profile.name, line }, ...guardLines(input, cookie, settings, now)]
  return { decision, lines, kid, bytes }
}

/** A session that was merely emptied, as by its last flash message, has not ended: a late response may fill it again. */
function guardLines(
  { previous, sealable }: CommitInput,
  cookie: RequestCookie,
  settings: Settings,
  now: number,
): CookieLine[] {
  if (previous === undefined || previous.sid === sealable?.record.sid) return []
  const guard = guardAgainst(previous, cookie, settings, now)
  return guard ? [guard] : []
}

/**
 * Seals a session that the app has not changed. What only the package wants is not worth an error: a session that
 * cannot be sealed now stays as it came, and one that slides goes without the time of its last check if it must.
 */
function renew(
  sealable: Sealable,
  cause: 'renewal' | 'check',
  ...circumstances: [RequestCookie, Settings, now: number]
): SealedSession | SessionError {
  const sealed = sealedOrError(sealable, ...circumstances)
  if (cause === 'check' || !(sealed instanceof SessionError)) return sealed
  const { record, json } = sealable
  return sealedOrError({ record: { ...record, checked: record.received?.claims.chk }, json }, ...circumstances)
}

function sealedOrError(...sealing: Parameters<typeof sealSession>): SealedSession | SessionError {
  try {
    return sealSession(...sealing)
  } catch (error) {
    if (error instanceof SessionError) return error
    throw error
  }
}

/** Tells listeners what a commit came to. */
export function reportCommit(settings: Settings, loaded: Loaded, input: CommitInput, committed: Committed): void {
  const { report, name } = settings
  const { sealable } = input
  if (committed.decision === 'keep' && committed.obstacle) reportOverflow(settings, input, committed.obstacle)
  if (committed.decision === 'clear') {
    const sid = loaded.status === 'valid' ? loaded.claims.sid : undefined
    report(() => ({ type: 'cleared', name, session: sid === undefined ? null : hashSessionId(sid) }))
  }
  if (committed.decision !== 'write' || sealable === undefined) return
  const { kid, bytes } = committed
  const { sid, received } = sealable.record
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
