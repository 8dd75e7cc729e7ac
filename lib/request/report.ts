import { SessionError } from '../errors.js'
import type { Settings } from '../options/options.js'
import { hashSessionId } from '../token/session-id.js'
import type { Outcome } from './commit.js'
import type { Assessment, Incoming } from './port.js'

/** Tells listeners what a commit came to. */
export function reportOutcome(settings: Settings, incoming: Incoming, assessment: Assessment, outcome: Outcome): void {
  const { report, name } = settings
  const { sealable } = assessment
  if (outcome.decision === 'keep' && outcome.obstacle) reportFailure(settings, assessment, outcome.obstacle)
  if (outcome.decision === 'clear') {
    const sid = incoming.status === 'valid' ? incoming.claims.sid : undefined
    report(() => ({ type: 'cleared', name, session: sid === undefined ? null : hashSessionId(sid) }))
  }
  if (outcome.decision !== 'write' || sealable === undefined) return
  const { kid, bytes } = outcome
  const { sid, received } = sealable.record
  report(() => ({ type: 'sealed', name, kid, session: hashSessionId(sid), bytes }))
  if (received === undefined || received.kid === kid) return
  report(() => ({ type: 'resealed', name, kid, oldKid: received.kid, session: hashSessionId(sid) }))
}

/** Tells listeners of a session that was too large; other failures are programmers' mistakes. */
export function reportFailure({ report, name }: Settings, { sealable }: Assessment, error: unknown): void {
  if (!(error instanceof SessionError) || error.code !== 'ERR_SESSION_OVERFLOW' || sealable === undefined) return
  const { bytes = 0, limit = 0 } = error
  const { sid } = sealable.record
  report(() => ({ type: 'overflow', name, session: hashSessionId(sid), bytes, limit }))
}
