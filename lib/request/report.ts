import { SessionError } from '../errors.js'
import type { Settings } from '../options/options.js'
import { warnAboutAlterations } from '../session/altered.js'
import { readAgain } from '../session/schema.js'
import { serialize, whileSerializing } from '../session/serialize.js'
import { hashSessionId } from '../token/claims.js'
import type { SessionRequest } from '../types.js'
import { warnOnce } from '../warnings.js'
import { type CommitInput, type Committed, goesOn } from './commit.js'
import { warnOfScope } from './cookie-scope.js'
import type { Loaded } from './load.js'
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
  if (goesOn(input) && loaded.status === 'valid' && loaded.from)
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
  whileSerializing(() => warnAboutAlterations(session, settings.property, restored))
}

function warnOfPlainHttp(): void {
  warnOnce(
    'SESSION_WARN_DEVICE',
    'deviceBound is on, but browsers bind no session over plain HTTP: use HTTPS, or leave deviceBound out in development',
  )
}
