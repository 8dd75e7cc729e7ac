import { epochSeconds } from './clock.js'
import { commit, measure, mint, type Outcome } from './commit.js'
import { forbidStoring, varyByCookie } from './http/cache.js'
import type { Head } from './http/head.js'
import { watchForLateChange } from './http/late-change.js'
import { type Security, securityOf } from './http/secure.js'
import { putCookie, takeCookieBack } from './http/set-cookie.js'
import type { Settings } from './options.js'
import { receive } from './receive.js'
import { reportFailure, reportOutcome } from './report.js'
import { type RequestCookie, requestCookie } from './request-cookie.js'
import { SessionContext } from './session/context.js'
import { CookieView } from './session/cookie-view.js'
import { decide } from './session/decide.js'
import type { Timeouts } from './session/lifetime.js'
import type { Assessment, ContextPort, Incoming } from './session/port.js'
import type { SessionRecord } from './session/record.js'
import { serialize } from './session/serialize.js'
import { withoutReserved } from './session/session.js'
import { Settlement } from './settlement.js'
import type { SessionCookie, SessionRequest, SessionResponse, SessionSize } from './types.js'
import { warnAboutAlterations, warnAboutHead } from './warn.js'

/** One request and its response: connects the session that the app sees with the way in and the way out. */
export class Exchange implements ContextPort {
  readonly context: SessionContext = new SessionContext(this)
  readonly #settings: Settings
  readonly #req: SessionRequest
  readonly #res: SessionResponse
  readonly #security: Security
  #requestCookie: RequestCookie | undefined
  readonly #settlement: Settlement = new Settlement()
  #watched = false
  /** A commit has been put into a head. */
  #left = false
  /** `save()` failed, and its caller was told. */
  #told = false
  /** A commit failed, and the app was told. */
  #reported = false

  constructor(settings: Settings, req: SessionRequest, res: SessionResponse) {
    this.#settings = settings
    this.#req = req
    this.#res = res
    // Now, because of a client that goes away nothing can be told any more.
    this.#security = securityOf(req)
  }

  get timeouts(): Timeouts {
    return this.#settings.timeouts
  }

  get development(): boolean {
    return !this.#settings.production
  }

  now(): number {
    return epochSeconds()
  }

  receive(): Incoming {
    return receive(this.#req.headers.cookie, this.#cookie.names, this.#settings, this.now())
  }

  activeKid(): string | undefined {
    return this.#settings.keys.active(this.now())?.kid
  }

  cookieOf(record: SessionRecord): SessionCookie {
    return new CookieView(record, this.timeouts, this.#cookie.profile.attributes, this.now)
  }

  measure(record: SessionRecord, data: object): SessionSize {
    return measure({ record, json: serialize(data) }, this.#cookie.profile, this.#settings, this.now())
  }

  rehearse(record: SessionRecord, data: object): void {
    this.#told = true
    mint({ record, json: serialize(withoutReserved(data)) }, this.#cookie, this.#settings, this.now())
    this.#told = false
  }

  headersSent(): boolean {
    // An upgrade's response does not tell.
    return this.#res.headersSent ?? this.#left
  }

  /** Puts the session's cookie into the head, if it is to be written or cleared. May throw a `SessionError`. */
  commit(head: Head): void {
    if (this.development && !this.#watched) {
      this.#watched = true
      watchForLateChange(this.#res, () => this.#isChangedTooLate())
    }
    try {
      this.#commitTo(head)
      this.#left = true
    } catch (error) {
      this.#reported = true
      // An error page for what save() reported is the answer to it, and leaves without the cookie.
      if (this.#told && head.status >= 400) return
      throw error
    }
  }

  #commitTo(head: Head): void {
    this.#noticeDeletion()
    if (!this.context.accessed) return
    const { cacheControl, warnAt } = this.#settings
    if (cacheControl) varyByCookie(head)
    const before = this.#settlement.outcome?.decision ?? 'keep'
    const assessment = this.context.assess()
    const outcome = this.#settlement.of(assessment, () => this.#settle(assessment))
    const { name } = this.#cookie.profile
    if (outcome.decision === 'keep') {
      // The headers nearly left before, and what was to be sent then was taken back.
      if (before !== 'keep') takeCookieBack(head, name)
      return
    }
    putCookie(head, name, outcome.line)
    if (cacheControl) forbidStoring(head)
    if (outcome.decision === 'write') warnAboutHead(head.bytes(), warnAt)
  }

  /** `delete req.session` is how some apps written for express-session end it; what they assign next is a plain value. */
  #noticeDeletion(): void {
    const own = Object.getOwnPropertyDescriptor(this.#req, this.#settings.property)
    if (own === undefined) this.context.session = null
    else if ('value' in own) this.context.session = own.value
  }

  get #cookie(): RequestCookie {
    this.#requestCookie ??= requestCookie(this.#settings.cookieFor(this.#req), this.#security, this.#settings)
    return this.#requestCookie
  }

  #settle(assessment: Assessment): Outcome {
    try {
      const outcome = commit(assessment, this.#cookie, this.#settings, this.now())
      reportOutcome(this.#settings, this.context.incoming, assessment, outcome)
      if (this.development && outcome.decision === 'write') {
        warnAboutAlterations(this.context.session ?? {}, this.#settings.property)
      }
      return outcome
    } catch (error) {
      reportFailure(this.#settings, assessment, error)
      throw error
    }
  }

  /** Whether the session differs from what left, and nobody was told of it. */
  #isChangedTooLate(): boolean {
    if (this.#reported || !this.context.accessed) return false
    try {
      const assessment = this.context.assess()
      if (this.#settlement.outcome) return !this.#settlement.isStill(assessment)
      // A session that is due to slide was not changed by being read.
      return decide({ ...assessment.facts, due: false, inactiveKey: false }) !== 'keep'
    } catch {
      return true
    }
  }
}
