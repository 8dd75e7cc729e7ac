import { newRecord, type SessionRecord } from '../session/record.js'
import { dataFrom, refuseWhileSerializing } from '../session/serialize.js'
import { LiveSession, type SessionHost } from '../session/session.js'
import type { ForeignCookie, FoundSession } from '../session-reader.js'
import type { SessionCookie, SessionSize } from '../types.js'
import { assess } from './assess.js'
import { refuseIfLate, warnIfLate } from './late.js'
import type { Assessment, ContextPort, Incoming, SessionWatch } from './port.js'
import { type Adopted, adoptedFrom, loadedAgain, resumed, resumedElsewhere, wasEnded } from './resume.js'

/**
 * The session of one request, from the first access to the commit. Nothing is read or opened before the app asks
 * for the session.
 */
export class SessionContext implements SessionHost {
  readonly #port: ContextPort
  readonly #watch: SessionWatch | undefined
  #incoming: Incoming | undefined
  #current: LiveSession | null | undefined
  #accessed = false
  #ended = false
  /** The session may not go on. */
  #refused = false
  /** What came from another package, if the session did. */
  #adopted: Adopted | undefined

  constructor(port: ContextPort, watch?: SessionWatch) {
    this.#port = port
    this.#watch = watch
  }

  /** Whether the app has read or assigned the session, or what it will find was decided about. */
  get accessed(): boolean {
    return this.#accessed
  }

  /** The session; null or undefined once it has ended. */
  get session(): LiveSession | null | undefined {
    this.#accessed = true
    this.#receive()
    this.used()
    return this.#current
  }

  /** An object replaces the data; null or undefined ends the session. */
  set session(value: unknown) {
    this.#accessed = true
    this.#receive()
    if (value === this.#current) return
    refuseWhileSerializing()
    warnIfLate(this.#port)
    if (value === null || value === undefined) this.#end(value, 'an assignment has ended')
    else this.#replace(dataFrom(value))
    this.used()
  }

  /** The session as it is, for whom asking for it is no use of it. */
  get current(): LiveSession | null | undefined {
    return this.#current
  }

  /** Cookies of another package, which go when its session has become one of ours. */
  get adopted(): readonly ForeignCookie[] {
    return this.#adopted?.cookies ?? []
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
  adopt(found: FoundSession, src: string | undefined): LiveSession {
    this.#receive()
    const adopted = adoptedFrom(found, src, this.#port.now())
    const session = resumedElsewhere(this, adopted)
    this.#port.checkFits(adopted.record, session)
    this.#accessed = true
    this.#adopted = adopted
    this.#current = session
    return session
  }

  /** Puts an empty session in the place of one that may not go on, and cannot be loaded again. */
  refuse(): void {
    this.#refused = true
    this.#beginAnew()
  }

  regenerate(): void {
    refuseIfLate(this.#port, 'regenerate')
    this.#leave('regenerate() has replaced')
    this.#beginAnew()
  }

  destroy(): void {
    refuseIfLate(this.#port, 'destroy')
    this.#end(undefined, 'destroy() has ended')
  }

  /** Also when the response has left, as over a WebSocket, where each event may begin with it: it writes nothing. */
  reload(): void {
    refuseWhileSerializing()
    const incoming = this.#receive()
    this.#leave('reload() has replaced')
    this.#ended = this.#refused || wasEnded(incoming)
    const again = this.#refused ? undefined : loadedAgain(this, incoming, this.#adopted)
    this.#current = again ?? this.#begin({})
  }

  save(session: LiveSession): void {
    refuseIfLate(this.#port, 'save')
    if (session !== this.#current) this.#watch?.savedReplaced(session, this.#current)
    this.#port.rehearse(LiveSession.recordOf(session), session)
  }

  measure(session: LiveSession): SessionSize {
    return this.#port.measure(LiveSession.recordOf(session), session)
  }

  cookieOf(record: SessionRecord): SessionCookie {
    return this.#port.cookieOf(record)
  }

  used(): void {
    if (this.#watch && this.#port.headersSent()) this.#watch.usedLate(this.#current)
  }

  /** @throws {SessionError} `ERR_SESSION_UNSERIALIZABLE`, or `ERR_SESSION_RESERVED` for data that got past assignment */
  assess(): Assessment {
    const incoming = this.#receive()
    const state = { incoming, adopted: this.#adopted?.record, ended: this.#ended, session: this.#current }
    return assess(state, this.#port)
  }

  #receive(): Incoming {
    if (this.#incoming === undefined) {
      const incoming = this.#port.receive()
      this.#incoming = incoming
      this.#ended = wasEnded(incoming)
      this.#current = incoming.status === 'valid' ? resumed(this, incoming) : this.#begin({})
    }
    return this.#incoming
  }

  #begin(data: object): LiveSession {
    return new LiveSession(this, newRecord(this.#port.now()), data)
  }

  #replace(data: object): void {
    this.#leave('an assignment has replaced')
    const record = this.#current && LiveSession.recordOf(this.#current)
    this.#current = record ? new LiveSession(this, { ...record }, data) : this.#begin(data)
  }

  #beginAnew(): void {
    this.#accessed = true
    this.#ended = true
    this.#current = this.#begin({})
  }

  #end(value: null | undefined, by: string): void {
    this.#leave(by)
    this.#ended = true
    this.#current = value
  }

  /** Whoever has kept the session object goes on with one that no cookie is made of. */
  #leave(by: string): void {
    if (this.#current) this.#watch?.replaced(this.#current, by)
  }
}
