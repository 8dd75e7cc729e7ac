import { epochSeconds } from '../clock.js'
import { type Binding, isProved, unboundEndOf } from '../device/binding.js'
import { isPage } from '../device/navigation.js'
import { forbidStoring, keepPrivate, varyByCookie } from '../http/cache.js'
import { Head, putCookies, putElement, takeCookiesBack, takeElementBack, warnAboutHead } from '../http/head.js'
import type { OwnAnswer } from '../http/own-answer.js'
import { type Committer, hasHeadLeft } from '../http/patch.js'
import {
  carriesOneCookie,
  fetchMetadataOf,
  headerOf,
  mountOf,
  placeOf,
  type Security,
  securityOf,
} from '../http/request.js'
import type { Settings } from '../options/options.js'
import { CookieView } from '../session/cookie-view.js'
import { newRecord, recordOf, type SessionRecord } from '../session/record.js'
import { copyOf, readAgain } from '../session/schema.js'
import { dataFrom, refuseWhileSerializing, serialize } from '../session/serialize.js'
import { jsonOf, LiveSession, type SessionHost, withoutReserved } from '../session/session.js'
import { dataOf } from '../token/claims.js'
import type { SessionCookie, SessionRequest, SessionResponse, SessionSize } from '../types.js'
import { type Circumstances, type Committed, commit, KEPT, NO_LINES } from './commit.js'
import { CommitMemo } from './commit-memo.js'
import { hostOf } from './cookie-scope.js'
import { type CommitInput, decide, endAfter, inspectSession, isAsItCame } from './decide.js'
import { bounceOf, deviceKeyOf, endpointOf, warnOfInitiator } from './device.js'
import { isTakenAway, tooLate, type Watch, warnOfLateAssignment } from './late-use.js'
import { type Loaded, load } from './load.js'
import { isGuard } from './logout-guard.js'
import { watchOver } from './lost-changes.js'
import { type MovedSession, migrate } from './migrate.js'
import { checkClearCookie, reportCommit, reportOverflow, warnOfCommit } from './report.js'
import { type RequestCookie, requestCookie } from './request-cookie.js'
import { measure, sealSession } from './seal-session.js'
import { isDueForCheck, validate } from './validate.js'

const OFFER = 'Secure-Session-Registration'

/**
 * The session of one request, from its `Cookie` header to its `Set-Cookie`. It reads the cookie when the app first asks
 * for the session, hands the session out as `req.session`, and commits it once, when the headers are about to leave. It
 * holds what the request is about; what decides is elsewhere, a function of values.
 */
export class RequestSession implements Committer, SessionHost {
  readonly settings: Settings
  /** The session of another middleware that got the request before. */
  readonly earlier: RequestSession | undefined
  /** The error that kept the request from the app's handlers. */
  refusal: unknown
  readonly #req: SessionRequest
  readonly #res: SessionResponse
  readonly #security: Security
  readonly #mount: string
  #cookie: RequestCookie | undefined
  #loaded: Loaded | undefined
  /** The session of another package that has moved in. */
  #moved: MovedSession | undefined
  /** null or undefined once the session has ended. */
  #current: LiveSession | null | undefined
  /** The app has read or assigned the session, or it was migrated or refused before the app could. */
  #isUsed = false
  /** The app ended the session that came in. */
  #isEnded = false
  /** The app took the property off the request. */
  #isDeleted = false
  /** The app's `cookie` function has thrown: there is no session in this request, not even for the error page. */
  #isUnusable = false
  #saveFailed = false
  /** What the app's `slide` has said. */
  #isUse: boolean | undefined
  /** It is being asked. */
  #isAsking = false
  #memo: CommitMemo | undefined
  /** What is to be put into the head that leaves. */
  #committed: Committed | undefined
  #committedAt: number | undefined
  /** The head has what it gets, and leaves. */
  #isApplied = false
  /** The lines that were put into a head, which Node may have refused. */
  #linesInHead = NO_LINES
  #offerInHead: string | undefined
  #watching: Watch | undefined

  constructor(settings: Settings, req: SessionRequest, res: SessionResponse, earlier?: RequestSession) {
    this.settings = settings
    this.earlier = earlier
    this.#req = req
    this.#res = res
    // Read now, because a request whose client has gone away can no longer tell.
    this.#security = securityOf(req)
    // Read now, as Express changes it on the way into other routers.
    this.#mount = settings.device ? mountOf(req) : ''
  }

  /** `req.session`; null or undefined once the session has ended. @throws what the app's `cookie` function throws, once */
  get session(): LiveSession | null | undefined {
    if (this.#isUnusable || this.#isRefused) return undefined
    const isLate = this.#isApplied && !this.#isUsed
    this.#isUsed = true
    if (this.#loaded === undefined) this.#load()
    // By a listener that runs while the head leaves, which has got no word about caches yet.
    if (isLate && this.settings.cacheControl && !hasHeadLeft(this.#res)) this.#keepFromCaches(new Head(this.#res))
    this.used()
    return this.#current
  }

  /** What could not be asked about is no session, until the app begins another or ends it. */
  get #isRefused(): boolean {
    return this.refusal !== undefined && !this.#isEnded
  }

  #keepFromCaches(head: Head): void {
    varyByCookie(head)
    // Also an error page after a failed commit, which may show the session.
    if (this.incomingSession) keepPrivate(head)
  }

  /**
   * An object replaces the data; null or undefined ends the session.
   *
   * @throws {SessionError} `ERR_SESSION_OPTIONS` for anything else, `ERR_SESSION_RESERVED` for a name of a member
   */
  set session(value: unknown) {
    this.#isUsed = true
    if (this.#loaded === undefined) this.#load()
    if (value === this.#current) return
    refuseWhileSerializing()
    if (hasHeadLeft(this.#res)) {
      warnOfLateAssignment(`req.${this.settings.property} was assigned`, placeOf(this.#req))
    }
    if (value === null || value === undefined) this.#end(value, 'an assignment has ended')
    // It must not go on under the id of one that could not be asked about.
    else if (this.#isRefused) this.#renew(withoutReserved(dataFrom(value)))
    else this.#replace(withoutReserved(dataFrom(value)))
    this.used()
  }

  #replace(data: object): void {
    this.#leave('an assignment has replaced')
    const record = this.#current && LiveSession.recordOf(this.#current)
    this.#current = new LiveSession(this, record ? { ...record } : newRecord(epochSeconds()), data)
  }

  #end(value: null | undefined, by: string): void {
    this.#leave(by)
    this.#isEnded = true
    this.#current = value
  }

  /** Whoever has kept the session object goes on with one that no cookie is made of. */
  #leave(by: string): void {
    if (this.#current && !this.settings.production) this.#watch().replaced(this.#current, by)
  }

  /** How the request's cookie is named, read and sent. @throws what the app's `cookie` function throws */
  get cookie(): RequestCookie {
    this.#cookie ??= this.#requestCookie()
    return this.#cookie
  }

  #requestCookie(): RequestCookie {
    const { settings } = this
    try {
      const isAlone = settings.oneCookie || carriesOneCookie(this.#req)
      return requestCookie(settings.cookieFor(this.#req), this.#security, settings, this.#req.headers.cookie, isAlone)
    } catch (error) {
      this.#isUnusable = true
      throw error
    }
  }

  /** What the request's cookies brought. */
  get loaded(): Loaded {
    return this.#loaded ?? this.#load()
  }

  #load(): Loaded {
    const { names, former } = this.cookie
    const skipped = this.settings.device && headerOf(this.#req, 'secure-session-skipped')
    const loaded = load(this.#req.headers.cookie, names, this.settings, epochSeconds(), former, skipped)
    this.#loaded = loaded
    if (this.settings.device) warnOfInitiator(this.#req, loaded, this.settings)
    this.#current = this.#begin(loaded)
    return loaded
  }

  /** The session that was loaded; an empty one in the place of one that was not accepted, or that did not come. */
  #begin(loaded: Loaded, data?: Record<string, unknown>): LiveSession {
    if (loaded.status !== 'valid') {
      const reason = loaded.status === 'rejected' ? loaded.reason : undefined
      return new LiveSession(this, newRecord(epochSeconds(), undefined, reason), {})
    }
    // What a schema gives to every session must not be shared by them.
    const own = data ?? (loaded.json === undefined ? loaded.data : copyOf(loaded.data))
    return new LiveSession(this, recordOf(loaded), own)
  }

  /** How the session that came stands to its device. One that was refused has no say any more. */
  get #binding(): Binding | undefined {
    return this.#loaded && 'binding' in this.#loaded ? this.#loaded.binding : undefined
  }

  get isBound(): boolean {
    return isProved(this.#binding)
  }

  /** A page that loads itself again, where the browser could not prove its device. @throws as `session` does */
  bounce(): OwnAnswer | undefined {
    return bounceOf(this.#req, () => this.loaded, this.settings)
  }

  /** The session that the request brought, or that was migrated, as long as it has data. */
  get incomingSession(): LiveSession | undefined {
    if (this.loaded.status !== 'valid' && this.#moved === undefined) return undefined
    return this.#current?.isPopulated ? this.#current : undefined
  }

  /**
   * Does what has to happen before the app gets the request: migrates a session of another package, and calls `validate`.
   * Returns a promise only if it has to wait for something.
   *
   * @throws what the app's `validate` throws
   */
  admit(): Promise<void> | undefined {
    const { migrateFrom, validate } = this.settings
    const migration = migrateFrom.length > 0 ? this.#migrate() : undefined
    if (validate === undefined) return migration
    return migration ? migration.then(() => this.#validate()) : this.#validate()
  }

  #migrate(): Promise<void> | undefined {
    const { loaded, cookie } = this
    const adopt = (moved: MovedSession) => {
      this.#current = this.#resumeMoved(moved)
      this.#moved = moved
      this.#isUsed = true
    }
    return migrate({ req: this.#req, loaded, cookie, now: epochSeconds, adopt }, this.settings)
  }

  #resumeMoved({ record, json, data }: MovedSession): LiveSession {
    return new LiveSession(this, { ...record }, data ? copyOf(data) : JSON.parse(json))
  }

  #validate(): Promise<void> | undefined {
    const session = this.incomingSession
    if (session === undefined) return undefined
    const { checked } = LiveSession.recordOf(session)
    if (!isDueForCheck(checked, this.settings.validateEvery, epochSeconds())) return undefined
    // The answer may change the session.
    this.#isUsed = true
    // It is left where it is, as a response that does not change the session must not clear one that another response
    // has written. It is asked about again with the next request.
    const refuse = () => {
      this.#moved = undefined
      this.#loaded = { status: 'rejected', reason: 'invalidated' }
      this.#current = this.#begin(this.#loaded)
    }
    return validate(session, this.#req, this.settings, { refuse, now: epochSeconds })
  }

  /** A dry run of the commit. It throws what the commit would throw. */
  save(session: LiveSession): void {
    this.#refuseIfLate('save')
    if (session !== this.#current) this.#watching?.saved(session, this.#current)
    this.#saveFailed = true
    const sealable = { record: LiveSession.recordOf(session), json: jsonOf(session) }
    sealSession(sealable, this.cookie, this.settings, epochSeconds())
    this.#saveFailed = false
    readAgain(sealable.json, this.settings)
  }

  regenerate(data: object): void {
    this.#refuseIfLate('regenerate')
    this.#leave('regenerate() has replaced')
    this.#isUsed = true
    this.#renew(data)
  }

  #renew(data: object): void {
    this.#isEnded = true
    this.#current = new LiveSession(this, newRecord(epochSeconds()), data)
  }

  destroy(): void {
    this.#refuseIfLate('destroy')
    this.#end(undefined, 'destroy() has ended')
  }

  #refuseIfLate(method: string): void {
    refuseWhileSerializing()
    if (hasHeadLeft(this.#res)) throw tooLate(`${this.settings.property}.${method}()`, placeOf(this.#req))
  }

  /** Works also after the headers have left, as over a WebSocket, where each event may begin with it. It writes nothing. */
  reload(): void {
    refuseWhileSerializing()
    const { loaded } = this
    this.#leave('reload() has replaced')
    this.#isEnded = false
    // With new data: the app may have changed what is nested in those that it was given.
    const isParsed = loaded.status === 'valid' && loaded.json === undefined
    this.#current = this.#moved
      ? this.#resumeMoved(this.#moved)
      : this.#begin(loaded, isParsed ? dataOf(loaded.text) : undefined)
  }

  measure(session: LiveSession): SessionSize {
    const sealable = { record: LiveSession.recordOf(session), json: serialize(session) }
    return measure(sealable, this.cookie.profile, this.settings, epochSeconds())
  }

  cookieOf(session: LiveSession): SessionCookie {
    const where = this.settings.production ? undefined : () => placeOf(this.#req)
    const end = () => this.endOf(session)
    const record = LiveSession.recordOf(session)
    return new CookieView(record, this.settings, this.cookie.profile.attributes, epochSeconds, end, where)
  }

  /** Foresees the commit, or remembers it once the headers have left. */
  endOf(session: LiveSession): number {
    const record = LiveSession.recordOf(session)
    const unboundEnd = unboundEndOf(record.sat, deviceKeyOf(record, this.#binding), this.settings.device)
    return Math.min(this.#endAfter(session, record), unboundEnd)
  }

  #endAfter(session: LiveSession, record: SessionRecord): number {
    const { settings } = this
    const isLate = hasHeadLeft(this.#res)
    const now = (isLate ? this.#committedAt : undefined) ?? epochSeconds()
    try {
      const { facts, activity } = this.#inspect(now, session)
      const decision = isLate ? (this.#committed?.decision ?? 'keep') : decide(facts)
      return endAfter(record, activity.lastUse, decision, settings, this.cookie.alone)
    } catch {
      // Nothing is sent of what fails here.
      return endAfter(record, now, 'keep', settings, this.cookie.alone)
    }
  }

  /** The session, or a part of it, was asked for. After the headers have left, that may be a change that is lost. */
  used(): void {
    if (hasHeadLeft(this.#res)) this.#watch().used(this.#current)
  }

  /**
   * Decides what becomes of the session, and seals it.
   *
   * @throws {SessionError} if it cannot be sealed, unless the head belongs to the error page for a failed `save()`
   */
  commit(head: Head): void {
    if (this.#isUnusable) return
    try {
      if (isTakenAway(this.#req, this.settings.property)) this.#followAway()
      if (!this.#isUsed || this.#isRefused) return
      if (!this.settings.slideIsTried()) this.#trySlide()
      const now = epochSeconds()
      this.#committedAt = now
      this.#committed = this.#isAsItCame(now) ? KEPT : this.#commitOnce(now)
    } catch (error) {
      this.#watch().isReported = true
      if (!(this.#saveFailed && head.status >= 400)) throw error
      this.withdraw(head)
    }
  }

  #commitOnce(now: number): Committed {
    const input = this.#inspect(now, this.#current, true)
    this.#memo ??= new CommitMemo()
    return this.#memo.find(input) ?? this.#commit(input, this.#memo, now)
  }

  /** So most responses leave it. They need no more than this. */
  #isAsItCame(now: number): boolean {
    const { settings } = this
    if (!this.#current || this.#memo || this.#moved || this.#isEnded || settings.device) return false
    return isAsItCame(this.#current, settings, now)
  }

  /** `delete req.session` is how some apps written for express-session end it; what they assign next is a plain value. */
  #followAway(): void {
    const own = Object.getOwnPropertyDescriptor(this.#req, this.settings.property)
    // What was assigned behind it is another session, as it is behind null.
    if (!this.#isDeleted && (own === undefined || own.value !== this.#current)) this.session = null
    this.#isDeleted = true
    if (own !== undefined) this.session = own.value
  }

  #inspect(now: number, session = this.#current, isFinal = false): CommitInput {
    const state = {
      loaded: this.#loaded ?? this.#load(),
      migrated: this.#moved?.record,
      ended: this.#isEnded,
      session,
      slides: () => this.#slides(isFinal),
      oneCookie: this.cookie.alone,
      binding: this.#binding,
      isPage: this.settings.device !== undefined && isPage(fetchMetadataOf(this.#req)),
    }
    return inspectSession(state, this.settings, now)
  }

  /** With a session that came, as only of such a one it will be asked. */
  #trySlide(): void {
    if (this.#current && LiveSession.recordOf(this.#current).received) this.#slides(true)
  }

  /** Keeps the answer of the commit only: what the app goes by may change until then. For the app's function, it is no. */
  #slides(isFinal: boolean): boolean {
    if (this.#isUse !== undefined) return this.#isUse
    if (this.#isAsking) return false
    this.#isAsking = true
    try {
      const answer = this.settings.slides(this.#req)
      if (isFinal) this.#isUse = answer
      return answer
    } finally {
      this.#isAsking = false
    }
  }

  #commit(input: CommitInput, memo: CommitMemo, now: number): Committed {
    const { settings, cookie } = this
    try {
      // What is kept needs no circumstances.
      const isKept = this.#binding?.state !== 'stray' && decide(input.facts) === 'keep'
      const committed = isKept ? KEPT : commit(input, this.#circumstances(now))
      if (committed !== KEPT) reportCommit(settings, this.loaded, input, committed, now)
      if (!settings.production && this.#current) {
        warnOfCommit(committed, input, this.#current, { req: this.#req, cookie, settings })
      }
      return memo.keep(committed)
    } catch (error) {
      reportOverflow(settings, input, error)
      memo.fail(error)
      throw error
    }
  }

  #circumstances(now: number): Circumstances {
    const { settings, cookie } = this
    return {
      cookie,
      settings,
      header: this.#req.headers.cookie,
      host: () => hostOf(this.#req),
      migrated: this.#moved?.cookies,
      binding: this.#binding,
      device: settings.device && {
        request: fetchMetadataOf(this.#req),
        url: endpointOf(this.#mount, cookie.profile.attributes.path, settings),
      },
      now,
    }
  }

  /** Puts what was committed into the head that leaves now. */
  apply(head: Head): void {
    if (this.#isUnusable) return
    const { lines = NO_LINES, decision } = this.#committed ?? {}
    // With a logout guard, the session has ended in a better way already, as by regenerate().
    if (head.get('Set-Cookie') !== undefined && decision !== 'clear' && !lines.some(({ name }) => isGuard(name))) {
      checkClearCookie(this, head, this.#req.headers.cookie, this.#linesInHead, epochSeconds())
    }
    this.#isApplied = true
    if (!this.#isUsed) return
    const { cacheControl, warnAt } = this.settings
    // The headers nearly left before, with lines that may not be sent any more.
    if (this.#linesInHead !== lines) takeCookiesBack(head, this.#linesInHead)
    this.#linesInHead = lines
    if (this.settings.device) this.#applyOffer(head)
    if (lines.length > 0) {
      putCookies(head, lines)
      if (cacheControl) {
        varyByCookie(head)
        forbidStoring(head)
      }
      if (decision === 'write') warnAboutHead(head.bytes(), warnAt)
    } else if (cacheControl) this.#keepFromCaches(head)
    if (decision && !this.settings.production) this.#watch().left(this.#current)
  }

  /** The error page for a failed commit makes no offer, nor does a head that has nearly left before with another one. */
  #applyOffer(head: Head): void {
    const offer = this.#committed && 'offer' in this.#committed ? this.#committed.offer : undefined
    if (offer === this.#offerInHead) return
    if (this.#offerInHead !== undefined) takeElementBack(head, OFFER, this.#offerInHead)
    if (offer !== undefined) putElement(head, OFFER, offer)
    this.#offerInHead = offer
  }

  /** Takes back what was put into a head that has not left: an error page brings no half of the session along. */
  withdraw(head: Head): void {
    this.#committed = undefined
    this.#applyOffer(head)
    takeCookiesBack(head, this.#linesInHead)
    this.#linesInHead = NO_LINES
  }

  /** In production there is one only where something is wrong: the session is used late, or cannot be sealed. */
  #watch(): Watch {
    this.#watching ??= watchOver(this.#req, this.#res, this.settings, () => this.#differs())
    return this.#watching
  }

  /** Whether the session differs from what has left. @throws what the commit would throw */
  #differs(): boolean {
    if (!this.#isUsed) return false
    const input = this.#inspect(epochSeconds(), this.#current, true)
    if (this.#memo?.last) return !this.#memo.isStill(input)
    // A session that is due to slide was not changed by being read.
    return input.touched || decide({ ...input.facts, due: false, binds: false }) !== 'keep'
  }
}
