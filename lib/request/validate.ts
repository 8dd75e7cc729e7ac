import { SessionError } from '../errors.js'
import type { Settings } from '../options/options.js'
import { SKEW } from '../session/lifetime.js'
import { LiveSession } from '../session/session.js'
import type { Session, SessionRequest } from '../types.js'
import { isPromise } from '../values.js'

/**
 * Asks the app's `validate` whether a session that a request brought may go on. Returns a promise only if `validate`
 * does.
 *
 * @param refuse is called if the session may not go on
 * @param now seconds since the epoch
 * @throws whatever `validate` throws, so that no request is served by a session that could not be asked about
 */
export function validate(
  session: LiveSession,
  req: SessionRequest,
  settings: Settings,
  { refuse, now }: { readonly refuse: () => void; readonly now: () => number },
): Promise<void> | undefined {
  const record = LiveSession.recordOf(session)
  const answer = settings.validate?.(session as unknown as Session, req)
  return isPromise(answer) ? Promise.resolve(answer).then(heed) : heed(answer)

  function heed(isValid: boolean | undefined): undefined {
    if (typeof isValid !== 'boolean') throw notAnAnswer()
    if (isValid) record.checked = settings.validateEvery > 0 ? now() : undefined
    else reject()
  }

  function reject(): void {
    refuse()
    const { name } = settings
    const kid = record.received?.kid
    settings.report(() => ({ type: 'rejected', name, reason: 'invalidated', ...(kid === undefined ? {} : { kid }) }))
  }
}

/**
 * A check counts for as long as `every` says. One that lies a little in the future, by another instance's clock, counts
 * as made now; one that lies further ahead would turn checking off, and counts as none.
 *
 * @param checked when the session was last checked, in seconds since the epoch
 * @param every seconds; 0: with every request
 * @param now seconds since the epoch
 */
export function isDueForCheck(checked: number | undefined, every: number, now: number): boolean {
  return every === 0 || checked === undefined || checked > now + SKEW || now - checked >= every
}

function notAnAnswer(): SessionError {
  return new SessionError(
    'ERR_SESSION_OPTIONS',
    'validate returned neither true nor false: return true if the session may go on, or false to end it',
  )
}

/**
 * What goes to `next` for what `validate` threw. For Express nothing that is falsy is an error, and two words are
 * commands: each of them would let a handler run.
 */
export function errorForNext(thrown: unknown): unknown {
  if (thrown && thrown !== 'route' && thrown !== 'router') return thrown
  return new SessionError(
    'ERR_SESSION_OPTIONS',
    'validate threw a value that is not an error: throw an Error, or return false to end the session',
  )
}
