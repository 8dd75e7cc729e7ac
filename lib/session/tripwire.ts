import { LiveSession } from './session.js'

/** A session of more keys than a cookie can hold is not worth it. */
const MOST_KEYS = 500

const alarms = new WeakMap<object, () => void>()

/** Stands behind the sessions that have one, and hears of keys that are new. */
const PROTOTYPE: object = new Proxy(Object.create(LiveSession.prototype) as object, {
  set(target, key, value, receiver) {
    const done = Reflect.set(target, key, value, receiver)
    alarms.get(receiver as object)?.()
    return done
  },
})

/**
 * Calls `alarm` whenever a key at the top of a session is read or set from here on, whoever holds the session: what
 * is nested is reached through such a key. Its keys, its JSON and copies of it stay as they are. What was added since
 * the last call is included when it is called again.
 */
export function putTripwire(session: LiveSession, alarm: () => void): void {
  alarms.set(session, alarm)
  // One that the app has frozen stays as it is: nothing can be added to it either.
  if (Object.getPrototypeOf(session) !== PROTOTYPE) Reflect.setPrototypeOf(session, PROTOTYPE)
  const keys = Object.keys(session)
  if (keys.length > MOST_KEYS) return
  for (const key of keys) wire(session, key)
}

function wire(session: object, key: string): void {
  const { value, writable, configurable } = Object.getOwnPropertyDescriptor(session, key) ?? {}
  if (!writable || !configurable) return
  let current: unknown = value
  Object.defineProperty(session, key, {
    configurable: true,
    enumerable: true,
    get() {
      alarms.get(session)?.()
      return current
    },
    set(this: object, next: unknown) {
      // As where it is no accessor: what inherits from a session gets a key of its own.
      if (this !== session) {
        Object.defineProperty(this, key, { value: next, writable: true, enumerable: true, configurable: true })
        return
      }
      current = next
      alarms.get(session)?.()
    },
  })
}
