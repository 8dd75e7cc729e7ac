import { SessionError } from '../errors.js'
import type { Settings } from '../options/options.js'
import { isPromise } from '../promise.js'
import { SKEW } from '../session/lifetime.js'
import { LiveSession } from '../session/session.js'
import type { Session, SessionRequest } from '../types.js'
import type { SessionContext } from './context.js'
import { type Arrival, migrate } from './migrate.js'

/** Whether a request has to be looked at before the app's handler runs. */
export function needsAdmission({ validate, migrateFrom }: Settings): boolean {
  return validate !== undefined || migrateFrom.length > 0
}

/**
 * What happens between the arrival of a request and the app: a session of another package moves in, and whether a
 * session may go on is asked. Returns a promise only if something has to be waited for.
 *
 * @throws whatever `validate` throws, so that nothing is served by a session that could not be asked about
 */
export function admit(
  context: SessionContext,
  req: SessionRequest,
  settings: Settings,
  arrival: Arrival,
): Promise<void> | undefined {
  const moved = migrate(context, req, settings, arrival)
  const { now } = arrival
  return moved ? moved.then(() => validate(context, req, settings, now)) : validate(context, req, settings, now)
}

function validate(
  context: SessionContext,
  req: SessionRequest,
  settings: Settings,
  now: () => number,
): Promise<void> | undefined {
  if (settings.validate === undefined) return undefined
  const { brought } = context
  if (brought === undefined) return undefined
  const record = LiveSession.recordOf(brought)
  if (!isDueForCheck(record.checked, settings.validateEvery, now())) return undefined
  // The answer may change the session, so from here on it counts as used.
  const answer = settings.validate(context.session as unknown as Session, req)
  return isPromise(answer) ? Promise.resolve(answer).then(heed) : heed(answer)

  function heed(valid: boolean): undefined {
    if (typeof valid !== 'boolean') throw notAnAnswer()
    if (valid) record.checked = settings.validateEvery > 0 ? now() : undefined
    else reject()
  }

  function reject(): void {
    const kid = record.received?.kid
    context.refuse()
    settings.report(() => ({
      type: 'rejected',
      name: settings.name,
      reason: 'invalidated',
      ...(kid === undefined ? {} : { kid }),
    }))
  }
}

/**
 * A check counts for as long as it is said to. One that is a little in the future, by another instance's clock, counts
 * as new; one that is farther away would turn checking off, and counts as none.
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
export function refusal(thrown: unknown): unknown {
  if (thrown && thrown !== 'route' && thrown !== 'router') return thrown
  return new SessionError(
    'ERR_SESSION_OPTIONS',
    'validate threw a value that is not an error: throw an Error, or return false to end the session',
  )
}
