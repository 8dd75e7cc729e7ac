import type { ForeignCookie, FoundSession } from '../session-reader.js'
import { dataOf } from '../token/claims.js'
import type { SessionCookie, SessionSize } from '../types.js'
import { assess } from './assess.js'
import { dataFrom } from './data.js'
import { refuseIfLate, warnIfLate } from './late.js'
import type { Assessment, ContextPort, Incoming } from './port.js'
import { newRecord, type SessionRecord } from './record.js'
import { LiveSession, type SessionHost } from './session.js'

/**
 * The session of one request, from the first access to the commit. Nothing is read or opened before the app asks
 * for the session.
 */
export class SessionContext implements SessionHost {
  readonly #port: ContextPort
  #incoming: Incoming | undefined
  #current: LiveSession | null | undefined
  #accessed = false
  #ended = false
  /** The cookies of another package, if the session came from there. */
  #adopted: readonly ForeignCookie[] | undefined

  constructor(port: ContextPort) {
    this.#port = port
  }

  /** Whether the app has read or assigned the session, or what it will find was decided about. */
  get accessed(): boolean {
    return this.#accessed
  }

  /** The session; null or undefined once it has ended. */
  get session(): LiveSession | null | undefined {
    this.#accessed = true
    this.#receive()
    return this.#current
  }

  /** An object replaces the data; null or undefined ends the session. */
  set session(value: unknown) {
    this.#accessed = true
    this.#receive()
    warnIfLate(this.#port, 'was assigned')
    if (value === null || value === undefined) this.#end(value)
    else if (value !== this.#current) this.#replace(dataFrom(value))
  }

  /** Cookies of another package, which go when its session has become one of ours. */
  get adopted(): readonly ForeignCookie[] {
    return this.#adopted ?? []
  }

  /** What the request brought. */
  get incoming(): Incoming {
    return this.#receive()
  }

  /** The session that a request brought, or that was adopted for it, as long as it has data. */
  get brought(): LiveSession | undefined {
    const { status } = this.#receive()
    if (status !== 'valid' && this.#adopted === undefined) return undefined
    return this.#current?.isPopulated ? this.#current : undefined
  }

  /** Takes over the session of another package. @throws {SessionError} for data that none of ours can hold */
  adopt({ data, began, cookies }: FoundSession): LiveSession {
    this.#receive()
    const now = this.#port.now()
    const session = new LiveSession(this, newRecord(Math.min(began ?? now, now)), dataFrom(data))
    this.#port.checkFits(LiveSession.recordOf(session), session)
    this.#accessed = true
    this.#adopted = cookies
    this.#current = session
    return session
  }

  /** Puts an empty session in the place of one that may not go on. */
  invalidate(): void {
    this.#accessed = true
    this.#ended = true
    this.#current = this.#begin({})
  }

  regenerate(): void {
    refuseIfLate(this.#port, 'regenerate')
    this.invalidate()
  }

  destroy(): void {
    refuseIfLate(this.#port, 'destroy')
    this.#end(undefined)
  }

  reload(): void {
    refuseIfLate(this.#port, 'reload')
    const incoming = this.#receive()
    this.#ended = wasEnded(incoming)
    // The data that came in were handed to the app, which may have changed what is nested in them.
    this.#current =
      incoming.status === 'valid' ? this.#resume({ ...incoming, data: dataOf(incoming.text) }) : this.#begin({})
  }

  save(session: LiveSession): void {
    refuseIfLate(this.#port, 'save')
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
    const incoming = this.#receive()
    const state = { incoming, adopted: this.#adopted !== undefined, ended: this.#ended, session: this.#current }
    return assess(state, this.#port)
  }

  #receive(): Incoming {
    if (this.#incoming === undefined) {
      const incoming = this.#port.receive()
      this.#incoming = incoming
      this.#ended = wasEnded(incoming)
      this.#current = incoming.status === 'valid' ? this.#resume(incoming) : this.#begin({})
    }
    return this.#incoming
  }

  #resume({ kid, claims, data, text }: Extract<Incoming, { status: 'valid' }>): LiveSession {
    const received = { kid, claims, data, text }
    const { sid, sat, ttl, chk } = claims
    return new LiveSession(this, { sid, sat, ttl, touched: false, checked: chk, received }, data)
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
}

/** The browser holds a cookie that is to go, though the app has not said so in this request. */
function wasEnded(incoming: Incoming): boolean {
  return incoming.status === 'rejected' && incoming.reason === 'ended'
}
