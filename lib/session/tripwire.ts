import { LiveSession } from './session.js'

/** A cookie can hardly hold more, and wiring takes time. */
const MAX_KEYS = 500

const alarms = new WeakMap<object, () => void>()

/** The prototype of wired sessions, which notices new keys. */
const PROTOTYPE: object = new Proxy(Object.create(LiveSession.prototype) as object, {
  set(target, key, value, receiver) {
    const done = Reflect.set(target, key, value, receiver)
    alarms.get(receiver as object)?.()
    return done
  },
})

/**
 * Calls `alarm` whenever a top-level key of a session is read or set, through which nested values are reached. Keys,
 * JSON and copies of the session stay the same. Call it again to include keys added since.
 */
export function putTripwire(session: LiveSession, alarm: () => void): void {
  alarms.set(session, alarm)
  // A session that the app has frozen keeps its prototype. Nothing can be added to it either.
  if (Object.getPrototypeOf(session) !== PROTOTYPE) Reflect.setPrototypeOf(session, PROTOTYPE)
  const keys = Object.keys(session)
  if (keys.length > MAX_KEYS) return
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
      // An object that inherits from the session gets a key of its own, as with a data property.
      if (this !== session) {
        Object.defineProperty(this, key, { value: next, writable: true, enumerable: true, configurable: true })
        return
      }
      current = next
      alarms.get(session)?.()
    },
  })
}
