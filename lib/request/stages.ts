import { epochSeconds } from '../clock.js'
import { overflow } from '../cookie/budget.js'
import { hasHeadLeft } from '../http/patch.js'
import { placeOf, type Security, securityOf } from '../http/request.js'
import type { Settings } from '../options/options.js'
import { CookieView } from '../session/cookie-view.js'
import type { Timeouts } from '../session/lifetime.js'
import type { SessionRecord } from '../session/record.js'
import { serialize } from '../session/serialize.js'
import { withoutReserved } from '../session/session.js'
import type { SessionCookie, SessionRequest, SessionResponse, SessionSize } from '../types.js'
import { warnOfScope } from './cookie-scope.js'
import { receive } from './load.js'
import type { ContextPort, Incoming } from './port.js'
import { type RequestCookie, requestCookie } from './request-cookie.js'
import { measure, mint } from './seal-session.js'

/** The stages around the session of one request, with the cookie that is theirs. */
export class Stages implements ContextPort {
  readonly #settings: Settings
  readonly #req: SessionRequest
  readonly #res: SessionResponse
  readonly #security: Security
  #cookie: RequestCookie | undefined
  /** `save()` failed, and its caller was told. */
  told = false

  constructor(settings: Settings, req: SessionRequest, res: SessionResponse) {
    this.#settings = settings
    this.#req = req
    this.#res = res
    // Now, because of a client that goes away nothing can be told any more.
    this.#security = securityOf(req)
  }

  get cookie(): RequestCookie {
    const { cookie } = this.#req.headers
    this.#cookie ??= requestCookie(this.#settings.cookieFor(this.#req), this.#security, this.#settings, cookie)
    return this.#cookie
  }

  get timeouts(): Timeouts {
    return this.#settings.timeouts
  }

  get development(): boolean {
    return !this.#settings.production
  }

  readonly now: () => number = epochSeconds

  /** Warns of a cookie that cannot come back. */
  checkScope(): void {
    const { security, profile } = this.cookie
    warnOfScope({ req: this.#req, security, profile })
  }

  receive(): Incoming {
    return receive(this.#req.headers.cookie, this.cookie.names, this.#settings, this.now())
  }

  activeKid(now: number): string | undefined {
    return this.#settings.keys.active(now)?.kid
  }

  cookieOf(record: SessionRecord): SessionCookie {
    const where = this.development ? () => this.where() : undefined
    return new CookieView(record, this.#settings, this.cookie.profile.attributes, this.now, where)
  }

  measure(record: SessionRecord, data: object): SessionSize {
    return measure({ record, json: serialize(data) }, this.cookie.profile, this.#settings, this.now())
  }

  checkFits(record: SessionRecord, data: object): void {
    const size = this.measure(record, data)
    if (size.remaining < 0) throw overflow(size)
  }

  rehearse(record: SessionRecord, data: object): void {
    this.told = true
    mint({ record, json: serialize(withoutReserved(data)) }, this.cookie, this.#settings, this.now())
    this.told = false
  }

  headersSent(): boolean {
    return hasHeadLeft(this.#res)
  }

  where(): string {
    return placeOf(this.#req)
  }
}
