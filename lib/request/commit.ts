import type { CookieProfile } from '../cookie/attributes.js'
import { type CookieLine, clearCookie } from '../cookie/header.js'
import { type Binding, mayBind } from '../device/binding.js'
import type { FetchMetadata } from '../device/navigation.js'
import { SessionError } from '../errors.js'
import type { Settings } from '../options/options.js'
import { endOf, isDue } from '../session/lifetime.js'
import { changeOf, type SessionRecord } from '../session/record.js'
import { jsonOf, LiveSession } from '../session/session.js'
import type { ForeignCookie } from '../types.js'
import { type Activity, companionLine, companionOf } from './activity.js'
import { leftovers } from './cookie-scope.js'
import { deviceKeyOf, offerOf, proofRemovals } from './device.js'
import type { Loaded, RejectedSessions } from './load.js'
import { guardAgainst, guardOf, NONE_ENDED, type PreviousSession } from './logout-guard.js'
import { removals } from './migrate.js'
import { hasCome, type RequestCookie } from './request-cookie.js'
import { type Sealable, type SealedSession, sealSession } from './seal-session.js'

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

/** The result of a commit, and the cookies that it sets. */
export type Committed =
  | {
      readonly decision: 'keep'
      readonly lines: readonly CookieLine[]
      /** Why a session was not renewed. */
      readonly obstacle?: SessionError
    }
  | { readonly decision: 'renew' | 'clear'; readonly lines: readonly CookieLine[] }
  | {
      readonly decision: 'write'
      readonly lines: readonly CookieLine[]
      readonly kid: string
      readonly bytes: number
      /** The header that offers to bind the session. */
      readonly offer?: string
    }

export const NO_LINES: readonly CookieLine[] = []
export const KEPT: Extract<Committed, { decision: 'keep' }> = { decision: 'keep', lines: NO_LINES }

/** Where a commit takes place. */
export interface Circumstances {
  readonly cookie: RequestCookie
  readonly settings: Settings
  /** The `Cookie` header of the request. */
  readonly header: string | undefined
  /** The host that the browser asked, if that is known. */
  readonly host: () => string | undefined
  /** The cookies of another package whose session has moved in: they go when it is written as ours, or ends. */
  readonly migrated?: readonly ForeignCookie[] | undefined
  /** With `deviceBound`: what the request is for, and the path of the endpoint, as the browser sees it. */
  readonly device?: { readonly request: FetchMetadata; readonly url: string } | undefined
  /** How the session that came stands to its device. */
  readonly binding?: Binding | undefined
  /** Seconds since the epoch. */
  readonly now: number
}

/**
 * The way out: decide -> seal -> `Set-Cookie` lines.
 *
 * @throws {SessionError} `ERR_SESSION_OVERFLOW`, `ERR_SESSION_INSECURE` or `ERR_SESSION_KEYS`
 */
export function commit(input: CommitInput, circumstances: Circumstances): Committed {
  const committed = commitSession(input, circumstances)
  const { cookie, settings, device, header, binding, now } = circumstances
  if (settings.device === undefined) return committed
  const { decision } = committed
  const isOffered = decision === 'write' && device !== undefined && input.sealable !== undefined
  const offer = isOffered ? offerOf(input.sealable, cookie, settings.device, device, now) : undefined
  // As long as the browser has a proof, it does not refresh. Where one line is all that can be set, the session's own comes first.
  const isStale = decision === 'clear' || offer !== undefined || binding?.state === 'stray'
  const lines = isStale && (!cookie.alone || decision === 'keep') ? proofRemovals(cookie, header) : []
  if (lines.length === 0 && offer === undefined) return committed
  return { ...committed, lines: [...committed.lines, ...lines], ...(offer !== undefined && { offer }) }
}

function commitSession(input: CommitInput, circumstances: Circumstances): Committed {
  const { cookie, migrated = [] } = circumstances
  const { sealable } = input
  const decision = decide(input.facts)
  if (decision === 'clear') {
    const removed = cookie.held.map(removalOf)
    if (cookie.alone) return { decision, lines: removed.slice(0, 1) }
    // An emptied session (its last flash message was read) has not ended: a late response may fill it again.
    const guard = goesOn(input) ? [] : guardLines(input, circumstances)
    const left = leftoverRemovals(circumstances, guard, true)
    const beside = [...companionRemovals(circumstances), ...removals(migrated, cookie.profile)]
    return { decision, lines: [...left, ...removed, ...guard, ...beside] }
  }
  if (decision === 'renew') return cookie.alone ? renewInPlace(input, circumstances) : renew(input, circumstances)
  if (decision === 'keep' || sealable === undefined) return KEPT
  const sealed = written(input, sealable, circumstances)
  if (sealed instanceof SessionError) return unbound(sealed, input, circumstances)
  const { line, kid, bytes } = sealed
  const own = { name: cookie.profile.name, line }
  if (cookie.alone) return { decision, lines: [own], kid, bytes }
  const isAnother = !goesOn(input)
  const guard = isAnother ? guardLines(input, circumstances) : []
  const left = leftoverRemovals(circumstances, guard)
  const companions = isAnother ? companionRemovals(circumstances) : []
  const lines = [...left, own, ...guard, ...companions, ...removals(migrated, cookie.profile)]
  return { decision, lines, kid, bytes }
}

/** An error only where nothing but the device's key would have been written: that can wait. */
function written(input: CommitInput, sealable: Sealable, circumstances: Circumstances): SealedSession | SessionError {
  const { facts, activity } = input
  const { cookie, settings, now } = circumstances
  if (!facts.binds || facts.changed) return sealSession(sealable, cookie, settings, now, activity.lastUse)
  const sealed = attemptToSeal(sealable, activity, circumstances)
  if (!(sealed instanceof SessionError)) return sealed
  // The time of a check may be what does not fit. Without it, the next request is checked again.
  const { record } = sealable
  return attemptToSeal(
    { ...sealable, record: { ...record, checked: record.received?.claims.chk } },
    activity,
    circumstances,
  )
}

function attemptToSeal(
  sealable: Sealable,
  { lastUse }: Activity,
  { cookie, settings, now }: Circumstances,
): SealedSession | SessionError {
  try {
    return sealSession(sealable, cookie, settings, now, lastUse)
  } catch (error) {
    if (error instanceof SessionError) return error
    throw error
  }
}

/** Goes on without the device's key, which did not fit. */
function unbound(obstacle: SessionError, input: CommitInput, circumstances: Circumstances): Committed {
  if (!input.facts.due) return { ...KEPT, obstacle }
  const sealable = input.sealable && { ...input.sealable, dev: undefined }
  return circumstances.cookie.alone ? renewInPlace({ ...input, sealable }, circumstances) : renew(input, circumstances)
}

/**
 * Removes cookies that the browser may hold in other scopes, before the same name is set in this one. A guard there stays
 * until a new one takes over its entries.
 */
function leftoverRemovals(
  { cookie, header, host }: Circumstances,
  guard: readonly CookieLine[],
  all = false,
): CookieLine[] {
  const namesBeside = (name: string) => [companionOf(name), ...(guard.length > 0 ? [guardOf(name)] : [])]
  return leftovers(cookie, header, host, all)
    .flatMap(({ name, suffix }) => [
      { name, suffix },
      ...namesBeside(name)
        .map((each) => ({ name: each, suffix }))
        .filter((each) => hasCome(each, header)),
    ])
    .map(removalOf)
}

function removalOf(profile: Pick<CookieProfile, 'name' | 'suffix'>): CookieLine {
  return { name: profile.name, line: clearCookie(profile) }
}

/** Sets the companion. If that fails and the app did not ask for it, nothing is set: it is not worth an error. */
function renew({ record, activity, touched }: CommitInput, { cookie, settings, now }: Circumstances): Committed {
  if (record === undefined) return KEPT
  try {
    return { decision: 'renew', lines: [companionLine(record, activity, cookie, settings, now)] }
  } catch (error) {
    if (touched || !(error instanceof SessionError)) throw error
    return { ...KEPT, obstacle: error }
  }
}

/**
 * Seals the session again if no other cookie can keep its last use. If it does not fit, the time of its last check is left
 * out, and the next request is checked again.
 */
function renewInPlace({ sealable, activity, touched }: CommitInput, circumstances: Circumstances): Committed {
  if (sealable === undefined) return KEPT
  const { record } = sealable
  const { received } = record
  const sealed = resealed(sealable, activity, circumstances)
  if (!(sealed instanceof SessionError)) return sealed
  if (touched) throw sealed
  if (activity.lastUse === received?.lastUse) return KEPT
  const unchecked = { ...sealable, record: { ...record, checked: received?.claims.chk } }
  const slid = resealed(unchecked, activity, circumstances)
  return slid instanceof SessionError ? { ...KEPT, obstacle: slid } : slid
}

function resealed(sealable: Sealable, activity: Activity, circumstances: Circumstances): Committed | SessionError {
  const sealed = attemptToSeal(sealable, activity, circumstances)
  if (sealed instanceof SessionError) return sealed
  const { line, kid, bytes } = sealed
  return { decision: 'write', lines: [{ name: circumstances.cookie.profile.name, line }], kid, bytes }
}

function guardLines({ previous }: CommitInput, { cookie, settings, now }: Circumstances): CookieLine[] {
  if (previous === undefined) return []
  const guard = guardAgainst(previous, cookie, settings, now)
  return guard ? [guard] : []
}

/** Whether the session is the one that came. */
export function goesOn({ previous, sealable }: CommitInput): boolean {
  return previous !== undefined && previous.sid === sealable?.record.sid
}

/** Removes the companions of a session that was removed or replaced. */
function companionRemovals({ cookie, header }: Circumstances): CookieLine[] {
  return cookie.held
    .map(({ name, suffix }) => ({ name: companionOf(name), suffix }))
    .filter((one) => hasCome(one, header))
    .map(removalOf)
}
