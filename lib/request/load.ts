import { candidates, MOST_CANDIDATES } from '../cookie/read.js'
import type { Settings } from '../options/options.js'
import { endedBy } from '../session/lifetime.js'
import { isReserved } from '../session/session.js'
import { type Opened, open, type Rejected } from '../token/open.js'
import { hashSessionId } from '../token/session-id.js'
import { endedSessions } from './logout-guard.js'
import type { EndedSessions, Incoming } from './port.js'

/** No browser sends a longer one. Not `sizeLimit`: lowering that must not end the sessions that are larger. */
const LONGEST_TOKEN = 4096

/**
 * The way in: `Cookie` header -> candidates -> open -> lifetime. The first candidate that is accepted wins; if none
 * is, the first rejection stands for all.
 *
 * @param names cookie names to look under, in this order
 * @param now seconds since the epoch
 */
export function receive(
  header: string | undefined,
  names: readonly string[],
  settings: Settings,
  now: number,
): Incoming {
  let rejection: Rejected | undefined
  let ended: EndedSessions | undefined
  for (const token of tokensIn(header, names)) {
    const outcome = accept(token, settings, now)
    if ('rejected' in outcome) {
      rejection ??= outcome
      continue
    }
    const { kid, claims } = outcome
    // Once for all of them: several that have ended must not have the guards opened again and again.
    ended ??= endedSessions(header, names, settings, now)
    // A session that was ended, and whose cookie a late response brought back, has not come back to life.
    if (ended.has(claims.sid) || (claims.src !== undefined && ended.has(claims.src))) {
      rejection ??= { rejected: 'ended', kid }
      continue
    }
    settings.report(() => ({ type: 'opened', name: settings.name, kid, session: hashSessionId(claims.sid) }))
    return { status: 'valid', ...outcome, ended }
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
  const outcome = open(token, settings.keys, now, LONGEST_TOKEN)
  if ('rejected' in outcome) return outcome
  const { kid, claims, data } = outcome
  // Whoever minted these data did not know the names of a session's members, which they would hide.
  if (Object.keys(data).some(isReserved)) return { rejected: 'malformed', kid }
  const rejected = endedBy(claims, settings.timeouts, now)
  return rejected ? { rejected, kid } : outcome
}
