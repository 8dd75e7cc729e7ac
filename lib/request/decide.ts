import { type Binding, mayBind } from '../device/binding.js'
import type { Settings } from '../options/options.js'
import { endOf, isDue, isFresh } from '../session/lifetime.js'
import { changeOf, difference, type SessionRecord } from '../session/record.js'
import { jsonOf, LiveSession } from '../session/session.js'
import type { Activity } from './activity.js'
import { deviceKeyOf } from './device.js'
import type { Loaded, RejectedSessions } from './load.js'
import { NONE_ENDED, type PreviousSession } from './logout-guard.js'
import type { Sealable } from './seal-session.js'

/** What the commit of a session is decided from. */
export interface CommitFacts {
  /** What the request brought: no cookie, only cookies that were rejected, or a valid one. */
  readonly incoming: 'none' | 'rejected' | 'valid'
  /** The app ended the session that it had: assigned null, destroyed or regenerated it. */
  readonly ended: boolean
  /** The session has no data. */
  readonly empty: boolean
  /** The data, or the session's own timeout or identity, are not what the cookie brought. */
  readonly changed: boolean
  /** It slides, or the app touched it; or the time of a check by `validate` is to be kept. */
  readonly due: boolean
  /** Its device's key is to be named from now on. */
  readonly binds?: boolean
}

export type Decision = 'keep' | 'renew' | 'write' | 'clear'

/**
 * Decides what to do with the cookie. Only what the app changed is written, because browsers keep the last `Set-Cookie`
 * that arrives, and a slow response that only read must not undo what another one did. A session that the app ended is
 * cleared even if no cookie came: the browser may hold one that it did not send with this request (`SameSite=Strict`).
 */
export function decide({ incoming, ended, empty, changed, due, binds = false }: CommitFacts): Decision {
  switch (incoming) {
    case 'valid':
      if (empty) return ended || changed ? 'clear' : 'keep'
      return changed || binds ? 'write' : due ? 'renew' : 'keep'
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
  /** Whether the request counts as use. */
  readonly slides: () => boolean
  /** The response can set one cookie only, so that a session is renewed in its own. */
  readonly oneCookie: boolean
  /** How the session that came stands to its device; undefined without `deviceBound`. */
  readonly binding?: Binding | undefined
  /** Whether the request loads a page. */
  readonly isPage?: boolean
}

/** What a commit needs to know: what to decide from, and what to seal if the session is written. */
export interface CommitInput {
  readonly facts: CommitFacts
  /** undefined if the session has ended, or can be kept without serializing it. */
  readonly sealable: Sealable | undefined
  /** undefined if the session has ended. */
  readonly record: SessionRecord | undefined
  /** The session with data that the cookie brought, if there was one. */
  readonly previous: PreviousSession | undefined
  /** What its cookie or its companion is to keep, if one is set. */
  readonly activity: Activity
  /** The app asked for it to be renewed. */
  readonly touched: boolean
}

const NO_ACTIVITY: Activity = { lastUse: 0, lastCheck: undefined }

/**
 * Finds out what has become of a session.
 *
 * @param now seconds since the epoch
 * @throws {SessionError} `ERR_SESSION_UNSERIALIZABLE`, or `ERR_SESSION_RESERVED` for data that got past assignment
 */
export function inspectSession(
  { loaded, migrated, ended, session, slides, oneCookie, binding, isPage = false }: SessionState,
  { timeouts }: Pick<Settings, 'timeouts'>,
  now: number,
): CommitInput {
  const incoming = migrated ? 'valid' : loaded.status
  const previous = () =>
    migrated
      ? { sid: migrated.sid, sat: migrated.sat, src: migrated.src, ended: NONE_ENDED }
      : previousOf(loaded, ended || !session)
  if (!session) {
    const facts = { incoming, ended: true, empty: true, changed: true, due: false }
    const gone = { sealable: undefined, record: undefined, touched: false }
    return { facts, ...gone, previous: previous(), activity: NO_ACTIVITY }
  }
  const record = LiveSession.recordOf(session)
  const { received, touched, checked } = record
  const { changed, json: compared } = changeOf(record, session, jsonOf)
  const isUsed =
    touched || (received !== undefined && isDue(received.claims, timeouts, received.lastUse, now) && slides())
  // A time of a check that is no longer needed stays in the token until the app next writes it.
  const due = isUsed || (checked !== undefined && checked !== received?.lastCheck)
  const isKnown = received !== undefined && received.claims.dev === undefined
  const binds = !changed && isKnown && binding !== undefined && mayBind(binding, isPage, now)
  const json = compared ?? (changed || binds || (due && oneCookie) ? jsonOf(session) : undefined)
  const empty = json === undefined ? !session.isPopulated : json === '{}'
  return {
    facts: { incoming, ended, empty, changed, due, ...(binds && { binds }) },
    sealable: json === undefined ? undefined : { record, json, dev: deviceKeyOf(record, binding) },
    record,
    // A session that is kept as it is needs none.
    previous: ended || json !== undefined ? previous() : undefined,
    activity: { lastUse: isUsed || changed || received === undefined ? now : received.lastUse, lastCheck: checked },
    touched,
  }
}

/**
 * Whether a session is certainly as its cookie brought it, and fresh, so that the cookie is kept. It makes nothing that
 * has to be kept in memory. Where it says no, `inspectSession` finds out.
 *
 * @param now seconds since the epoch
 */
export function isAsItCame(session: LiveSession, { timeouts }: Pick<Settings, 'timeouts'>, now: number): boolean {
  const { received, ttl, touched, checked } = LiveSession.recordOf(session)
  if (received === undefined || touched || ttl !== received.claims.ttl || checked !== received.lastCheck) return false
  // What a schema has made of the data need not be what JSON can hold.
  if (received.json !== undefined || !isFresh(received.claims, timeouts, received.lastUse, now)) return false
  return difference(session, received.data) === 'none'
}

/**
 * When a session ends unless a later request uses it, in seconds since the epoch. What is not sealed again never lives
 * longer than what was sealed into it.
 *
 * @param lastUse by what becomes of it, in seconds since the epoch
 * @param decision what becomes of its cookie
 */
export function endAfter(
  record: SessionRecord,
  lastUse: number,
  decision: Decision,
  { timeouts }: Pick<Settings, 'timeouts'>,
  oneCookie: boolean,
): number {
  const { sat, ttl, received } = record
  if (received === undefined) return endOf({ sat, ttl }, timeouts, lastUse)
  const isRenewed = decision === 'renew'
  const isSealed = decision === 'write' || (isRenewed && oneCookie)
  const exp = isSealed ? undefined : received.claims.exp
  return endOf({ sat, ttl, exp }, timeouts, isSealed || isRenewed ? lastUse : received.lastUse)
}

/** @param isEnded the app ended the session. Only then do sessions matter that were rejected here */
function previousOf(loaded: Loaded, isEnded: boolean): PreviousSession | undefined {
  if (loaded.status === 'rejected' && isEnded) return leftBehind(loaded)
  if (loaded.status !== 'valid') return undefined
  const { claims, data, json, ended, others } = loaded
  // A schema may have dropped all data.
  if (json === undefined && Object.keys(data).length === 0) return undefined
  return { sid: claims.sid, sat: claims.sat, src: claims.src, ended, others }
}

function leftBehind({ others = [], ended = NONE_ENDED }: RejectedSessions): PreviousSession | undefined {
  const [first, ...more] = others
  return first && { sid: first.sid, sat: first.sat, src: first.src, ended, others: more }
}

/** Whether the session is the one that came. */
export function goesOn({ previous, sealable }: CommitInput): boolean {
  return previous !== undefined && previous.sid === sealable?.record.sid
}
