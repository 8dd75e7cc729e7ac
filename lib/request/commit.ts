import type { CookieProfile } from '../cookie/attributes.js'
import { type CookieLine, clearCookie } from '../cookie/header.js'
import type { Binding } from '../device/binding.js'
import type { FetchMetadata } from '../device/navigation.js'
import { SessionError } from '../errors.js'
import type { Settings } from '../options/options.js'
import type { ForeignCookie } from '../types.js'
import { type Activity, companionLine, companionOf } from './activity.js'
import { leftovers } from './cookie-scope.js'
import { type CommitInput, decide, goesOn } from './decide.js'
import { offerOf, proofRemovals } from './device.js'
import { guardAgainst, guardOf } from './logout-guard.js'
import { removals } from './migrate.js'
import { hasCome, type RequestCookie } from './request-cookie.js'
import { type Sealable, type SealedSession, sealSession } from './seal-session.js'

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

/** Removes the companions of a session that was removed or replaced. */
function companionRemovals({ cookie, header }: Circumstances): CookieLine[] {
  return cookie.held
    .map(({ name, suffix }) => ({ name: companionOf(name), suffix }))
    .filter((one) => hasCome(one, header))
    .map(removalOf)
}
