import { candidates, MOST_CANDIDATES } from '../cookie/read.js'
import type { Settings } from '../options/options.js'
import { endedBy } from '../session/lifetime.js'
import { hasReserved } from '../session/session.js'
import type { Claims } from '../token/claims.js'
import { type Opened, open, type Rejected } from '../token/open.js'
import { hashSessionId } from '../token/session-id.js'
import type { Rejection } from '../types.js'
import { type EndedSessions, endedSessions } from './logout-guard.js'

/** What the cookies of a request came to. */
export type Loaded =
  | { readonly status: 'none' }
  | { readonly status: 'rejected'; readonly reason: Rejection }
  | LoadedSession

/** A session that a cookie brought, and that may go on. */
export interface LoadedSession {
  readonly status: 'valid'
  readonly kid: string
  readonly claims: Claims
  readonly data: Record<string, unknown>
  /** The plaintext that the data were parsed from. */
  readonly text: string
  /** Other sessions that have ended in this browser. */
  readonly ended: EndedSessions
}

/** No browser sends a longer one. Not `sizeLimit`: lowering that must not end the sessions that are larger. */
const MAX_TOKEN_LENGTH = 4096

/**
 * The way in: `Cookie` header -> candidates -> open -> lifetime -> logout guard. The first candidate that is accepted
 * wins; if none is, the first rejection stands for all.
 *
 * @param names cookie names to look under, in this order
 * @param now seconds since the epoch
 */
export function load(header: string | undefined, names: readonly string[], settings: Settings, now: number): Loaded {
  let rejection: Rejected | undefined
  let ended: EndedSessions | undefined
  for (const token of tokensIn(header, names)) {
    const opened = accept(token, settings, now)
    if ('rejected' in opened) {
      rejection ??= opened
      continue
    }
    const { kid, claims, data, text } = opened
    // Once for all candidates: several that have ended must not have the guards opened again and again.
    ended ??= endedSessions(header, names, settings, now)
    // A late response can bring back the cookie of a session that was ended, but not the session.
    if (ended.has(claims.sid) || (claims.src !== undefined && ended.has(claims.src))) {
      rejection ??= { rejected: 'ended', kid }
      continue
    }
    settings.report(() => ({ type: 'opened', name: settings.name, kid, session: hashSessionId(claims.sid) }))
    return { status: 'valid', kid, claims, data, text, ended }
  }
  if (rejection === undefined) return { status: 'none' }
  const { rejected: reason, kid } = rejection
  settings.report(() => ({ type: 'rejected', name: settings.name, reason, ...(kid === undefined ? {} : { kid }) }))
  return { status: 'rejected', reason }
}

function tokensIn(header: string | undefined, names: readonly string[]): string[] {
  const [name, ...others] = names
  if (name === undefined) return []
  if (others.length === 0) return candidates(header, name)
  return names.flatMap((each) => candidates(header, each)).slice(0, MOST_CANDIDATES)
}

function accept(token: string, settings: Settings, now: number): Opened | Rejected {
  const opened = open(token, settings.keys, now, MAX_TOKEN_LENGTH)
  if ('rejected' in opened) return opened
  const { kid, claims, data } = opened
  // Whoever sealed these data did not know the names of a session's members, which the data would hide.
  if (hasReserved(data)) return { rejected: 'malformed', kid }
  const rejected = endedBy(claims, settings.timeouts, now)
  return rejected ? { rejected, kid } : opened
}
