import { channel } from 'node:diagnostics_channel'
import { isPromise } from './promise.js'
import type { Rejection } from './types.js'
import { warnOnce } from './warnings.js'

/**
 * What happened to a session. `name` is the cookie's base name and `session` a hash of the session's id, so that
 * the events of one session can be told from another's; no event holds data, a token or a key. `migrated`: a session
 * of another package has become one of ours; `migration-failed`: it could not, and `code` is the error's, if it has one.
 */
export type SessionEvent =
  | { readonly type: 'opened'; readonly name: string; readonly kid: string; readonly session: string }
  | { readonly type: 'rejected'; readonly name: string; readonly reason: Rejection; readonly kid?: string }
  | {
      readonly type: 'sealed'
      readonly name: string
      readonly kid: string
      readonly session: string
      readonly bytes: number
    }
  | {
      readonly type: 'resealed'
      readonly name: string
      readonly kid: string
      readonly oldKid: string
      readonly session: string
    }
  | { readonly type: 'migrated'; readonly name: string; readonly from: string; readonly session: string }
  | { readonly type: 'migration-failed'; readonly name: string; readonly from: string; readonly code: string | null }
  | { readonly type: 'cleared'; readonly name: string; readonly session: string | null }
  | {
      readonly type: 'overflow'
      readonly name: string
      readonly session: string
      readonly bytes: number
      readonly limit: number
    }

/** Subscribe with `diagnostics_channel.subscribe('sealed-session', listener)`; the messages are `SessionEvent`s. */
const events = channel('sealed-session')

/** Reports what `describe` returns, which is called only if somebody listens. */
export type Report = (describe: () => SessionEvent) => void

/** A reporter for the diagnostics channel and, where the app gave one, its `onEvent`. */
export function reporter(onEvent: ((event: SessionEvent) => void) | undefined): Report {
  return function report(describe) {
    if (onEvent === undefined && !events.hasSubscribers) return
    const event = Object.freeze(describe())
    events.publish(event)
    if (onEvent !== undefined) notify(onEvent, event)
  }
}

// A listener watches sessions; it must not be able to lose one by throwing.
function notify(onEvent: (event: SessionEvent) => void, event: SessionEvent): void {
  const warn = () =>
    warnOnce('SESSION_WARN_LISTENER', `onEvent threw at "${event.type}": catch its errors in the listener`, event.type)
  try {
    const returned: unknown = onEvent(event)
    if (isPromise(returned)) returned.then(undefined, warn)
  } catch {
    warn()
  }
}
