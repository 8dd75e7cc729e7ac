import { SessionError } from '../errors.js'
import { dataOf } from '../token/claims.js'
import type { SessionCookie, SessionSize } from '../types.js'
import { warnOnce } from '../warnings.js'
import { dataFrom } from './data.js'
import { isDue } from './lifetime.js'
import type { Assessment, ContextPort, Incoming } from './port.js'
import { changeOf, newRecord, type SessionRecord } from './record.js'
import { serialize } from './serialize.js'
import { LiveSession, type SessionHost, withoutReserved } from './session.js'

/**
 * The session of one request, from the first access to the commit. Nothing is read or opened before the app asks
 * for the session.
 */
export class SessionContext implements SessionHost {
  readonly #port: ContextPort
  #incoming: Incoming | undefined
  #current: LiveSession | null | undefined
  #ended = false

  constructor(port: ContextPort) {
    this.#port = port
  }

  /** Whether the app has read or assigned the session. */
  get accessed(): boolean {
    return this.#incoming !== undefined
  }

  /** The session; null or undefined once it has ended. */
  get session(): LiveSession | null | undefined {
    this.#receive()
    return this.#current
  }

  /** An object replaces the data; null or undefined ends the session. */
  set session(value: unknown) {
    this.#receive()
    this.#warnIfLate('was assigned')
    if (value === null || value === undefined) this.#end(value)
    else if (value !== this.#current) this.#replace(dataFrom(value))
  }

  /** What the request brought. */
  get incoming(): Incoming {
    return this.#receive()
  }

  regenerate(): void {
    this.#refuseIfLate('regenerate')
    this.#ended = true
    this.#current = this.#begin({})
  }

  destroy(): void {
    this.#refuseIfLate('destroy')
    this.#end(undefined)
  }

  reload(): void {
    this.#refuseIfLate('reload')
    this.#ended = false
    const incoming = this.#receive()
    // The data that came in were handed to the app, which may have changed what is nested in them.
    this.#current =
      incoming.status === 'valid' ? this.#resume({ ...incoming, data: dataOf(incoming.text) }) : this.#begin({})
  }

  save(session: LiveSession): void {
    this.#refuseIfLate('save')
    this.#port.rehearse(LiveSession.recordOf(session), session)
  }

  measure(session: LiveSession): SessionSize {
    return this.#port.measure(LiveSession.recordOf(session), session)
  }

  cookieOf(record: SessionRecord): SessionCookie {
    return this.#port.cookieOf(record)
  }

  /** @throws {SessionError} `ERR_SESSION_UNSERIALIZABLE`, or `ERR_SESSION_RESERVED` for data that got past assignment */
  assess(): Assessment {
    const { status } = this.#receive()
    const session = this.#current
    if (!session) {
      const facts = { incoming: status, ended: true, empty: true, changed: true, due: false, inactiveKey: false }
      return { facts, sealable: undefined }
    }
    const record = LiveSession.recordOf(session)
    const { received } = record
    const change = changeOf(record, withoutReserved(session))
    const now = this.#port.now()
    const due = record.touched || (received !== undefined && isDue(received.claims, this.#port.timeouts, now))
    const inactiveKey = received !== undefined && ![received.kid, undefined].includes(this.#port.activeKid(now))
    const json = change.json ?? (change.changed || due || inactiveKey ? serialize(session) : undefined)
    const facts = {
      incoming: status,
      ended: this.#ended,
      empty: json === undefined ? !session.isPopulated : json === '{}',
      changed: change.changed,
      due,
      inactiveKey,
    }
    return { facts, sealable: json === undefined ? undefined : { record, json } }
  }

  #receive(): Incoming {
    if (this.#incoming === undefined) {
      const incoming = this.#port.receive()
      this.#incoming = incoming
      this.#current = incoming.status === 'valid' ? this.#resume(incoming) : this.#begin({})
    }
    return this.#incoming
  }

  #resume({ kid, claims, data, text }: Extract<Incoming, { status: 'valid' }>): LiveSession {
    const received = { kid, claims, data, text }
    const { sid, sat, ttl } = claims
    return new LiveSession(this, { sid, sat, ttl, touched: false, received }, data)
  }

  #begin(data: object): LiveSession {
    return new LiveSession(this, newRecord(this.#port.now()), data)
  }

  #replace(data: object): void {
    const record = this.#current && LiveSession.recordOf(this.#current)
    this.#current = record ? new LiveSession(this, { ...record }, data) : this.#begin(data)
  }

  #end(value: null | undefined): void {
    this.#ended = true
    this.#current = value
  }

  #refuseIfLate(method: string): void {
    if (!this.#port.headersSent()) return
    const message = `session.${method}() came after the headers had left: call it before the response is sent`
    // Also as a warning, because a session that was to end, and did not, must not depend on who awaits the promise.
    warnOnce('SESSION_WARN_LATE', message, method)
    throw new SessionError('ERR_SESSION_HEADERS_SENT', message)
  }

  #warnIfLate(what: string): void {
    if (!this.#port.development || !this.#port.headersSent()) return
    warnOnce(
      'SESSION_WARN_LATE',
      `the session ${what} after the headers had left, so it is lost: do it before the response is sent`,
      what,
    )
  }
}
