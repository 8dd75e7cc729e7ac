import { channel } from 'node:diagnostics_channel'
import type { Rejection } from './types.js'
import { isPromise, onFailure } from './values.js'
import { warnOnce } from './warnings.js'

/**
 * What happened to a session. No event holds data, a token or a key.
 *
 * - `name`: the cookie's base name
 * - `session`: a hash of the session's id, by which the events of one session belong together
 * - `kid`: the key that opened or sealed it
 */
export type SessionEvent =
  | DeviceEvent
  /** A request brought a session, and the app asked for it. */
  | { readonly type: 'opened'; readonly name: string; readonly kid: string; readonly session: string }
  /** A session was not accepted. It has a `kid` if the ring has the key that the token names. */
  | {
      readonly type: 'rejected'
      readonly name: string
      readonly reason: Rejection
      readonly kid?: string
      /** With the reason `schema`: where the data do not fit, such as `user.id`; at most 10, none if unknown. */
      readonly paths?: readonly string[]
      /** With the reason `unproven`: why the browser has sent no proof, if it says so. Anyone can forge it. */
      readonly skipped?: 'server_error' | 'unreachable' | 'quota_exceeded'
      /** With `unproven` and `unbound`: the session went on, as `deviceBound.enforce` is false. */
      readonly enforced?: false
    }
  /** A session was written. */
  | {
      readonly type: 'sealed'
      readonly name: string
      readonly kid: string
      readonly session: string
      /** Of the cookie's name and value. */
      readonly bytes: number
    }
  /** A session was written under another key. */
  | {
      readonly type: 'resealed'
      readonly name: string
      readonly kid: string
      /** The key that had opened it. */
      readonly oldKid: string
      readonly session: string
    }
  /** The last use or check of a session was kept in its companion; the session itself was not written. */
  | { readonly type: 'renewed'; readonly name: string; readonly kid: string; readonly session: string }
  /** A session of another package, or of a former name, moved in; `from` names its reader. */
  | { readonly type: 'migrated'; readonly name: string; readonly from: string; readonly session: string }
  /** A reader failed; `code` is that of its error, or null. */
  | { readonly type: 'migration-failed'; readonly name: string; readonly from: string; readonly code: string | null }
  /** A cookie was removed; `session` is null if the request brought no session. */
  | { readonly type: 'cleared'; readonly name: string; readonly session: string | null }
  /** A session was larger than `sizeLimit`. */
  | {
      readonly type: 'overflow'
      readonly name: string
      readonly session: string
      /** Of the cookie's name and value. */
      readonly bytes: number
      /** `sizeLimit`. */
      readonly limit: number
    }

/** What happened to the key of a device. No event holds a key, a proof, a token or a session identifier. */
export type DeviceEvent =
  /** A response offered to bind its session, a key was registered or proved, a proof was asked for. */
  | {
      readonly type: 'offered' | 'registered' | 'challenged' | 'proved'
      readonly name: string
      readonly session: string
    }
  /** A session was sealed with its device's key for the first time. */
  | { readonly type: 'bound'; readonly name: string; readonly session: string }
  /** Registering or refreshing failed. */
  | {
      readonly type: 'device-refused'
      readonly name: string
      readonly step: 'register' | 'refresh'
      readonly reason: 'malformed' | 'challenge' | 'signature' | 'session' | 'identifier'
    }

const events = channel('sealed-session')

/** Reports the event that `describe` returns. Without a listener, it does not call `describe`. */
export type Report = (describe: () => SessionEvent) => void

/** Makes a reporter for the diagnostics channel and the app's `onEvent`. */
export function reporter(onEvent: ((event: SessionEvent) => void) | undefined): Report {
  return function report(describe) {
    if (onEvent === undefined && !events.hasSubscribers) return
    const event = Object.freeze(describe())
    events.publish(event)
    if (onEvent !== undefined) notify(onEvent, event)
  }
}

// A listener that throws must not lose a session.
function notify(onEvent: (event: SessionEvent) => void, event: SessionEvent): void {
  const warn = () =>
    warnOnce('SESSION_WARN_LISTENER', `onEvent failed at "${event.type}": catch its errors in the listener`, event.type)
  try {
    const returned: unknown = onEvent(event)
    if (isPromise(returned)) onFailure(returned, warn)
  } catch {
    warn()
  }
}
