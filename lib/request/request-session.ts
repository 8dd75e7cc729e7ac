import { epochSeconds } from '../clock.js'
import { overflow } from '../cookie/budget.js'
import type { CookieLine } from '../cookie/write.js'
import { invalid, SessionError } from '../errors.js'
import { forbidStoring, keepPrivate, varyByCookie } from '../http/cache.js'
import type { Committer } from '../http/committer.js'
import { type Head, putCookies, takeCookiesBack, warnAboutHead } from '../http/head.js'
import { hasHeadLeft } from '../http/patch.js'
import { carriesOneCookie, placeOf, type Security, securityOf } from '../http/request.js'
import type { Settings } from '../options/options.js'
import { warnAboutAlterations } from '../session/altered.js'
import { CookieView } from '../session/cookie-view.js'
import { endOfRecord, newRecord, recordOf, type SessionRecord } from '../session/record.js'
import { copyOf, fit, readAgain } from '../session/schema.js'
import { dataFrom, refuseWhileSerializing, serialize } from '../session/serialize.js'
import { LiveSession, type SessionHost, withoutReserved } from '../session/session.js'
import type { ForeignCookie, FoundSession } from '../session-reader.js'
import { dataOf } from '../token/claims.js'
import type { SessionCookie, SessionRequest, SessionResponse, SessionSize } from '../types.js'
import { isPromise, onFailure } from '../values.js'
import { clearedByApp, warnOfClearCookie } from './clear-cookie.js'
import {
  type CommitInput,
  type Committed,
  commit,
  decide,
  inspectSession,
  reportCommit,
  reportOverflow,
} from './commit.js'
import { CommitMemo } from './commit-memo.js'
import { hostOf, warnOfScope } from './cookie-scope.js'
import { tooLate, warnOfLateAssignment } from './late.js'
import { type Loaded, type LoadedSession, load } from './load.js'
import { LateUse, LostChanges } from './lost-changes.js'
import { migrate, removals, warnOfOneCookie } from './migrate.js'
import { type RequestCookie, requestCookie } from './request-cookie.js'
import { measure, sealSession } from './seal-session.js'
import { isDueForCheck, validate } from './validate.js'

/** A session of another package, turned into one of ours. */
interface Migrated {
  readonly record: SessionRecord
  /** Its data as they were found, as JSON. */
  readonly json: string
  /** What the app's schema made of them. */
  readonly data: object | undefined
  /** The other package's cookies, which are removed when its session is written as ours. */
  readonly cookies: readonly ForeignCookie[]
}

const NO_LINES: readonly CookieLine[] = []

/**
 * The session of one request, from its `Cookie` header to its `Set-Cookie`. It reads the cookie when the app first asks
 * for the session, hands the session out as `req.session`, and commits it once, when the headers are about to leave.
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
  #cookie: RequestCookie | undefined
  #loaded: Loaded | undefined
  /** null or undefined once the session has ended. */
  #current: LiveSession | null | undefined
  #migrated: Migrated | undefined
  /** The app has read or assigned the session, or it was migrated or refused before the app could. */
  #isUsed = false
  /** The app ended the session that came in. */
  #isEnded = false
  /** The app took the property off the request. */
  #isDeleted = false
  /** The app's `cookie` function has thrown: there is no session in this request, not even for the error page. */
  #isUnusable = false
  #saveFailed = false
  #commitFailed = false
  #memo: CommitMemo | undefined
  /** What is to be put into the head that leaves. */
  #committed: Committed | undefined
  /** The lines that were put into a head, which Node may have refused. */
  #linesInHead = NO_LINES
  /** In development. */
  #lostChanges: LostChanges | undefined
  /** In production. */
  #lateUse: LateUse | undefined

  constructor(settings: Settings, req: SessionRequest, res: SessionResponse, earlier?: RequestSession) {
    this.settings = settings
    this.earlier = earlier
    this.#req = req
    this.#res = res
    // Read now, because a request whose client has gone away can no longer tell.
    this.#security = securityOf(req)
  }

  /** How the request's cookie is named, read and sent. @throws what the app's `cookie` function throws */
  get cookie(): RequestCookie {
    this.#cookie ??= this.#requestCookie()
    return this.#cookie
  }

  /** What the request's cookies brought. */
  get loaded(): Loaded {
    return this.#loaded ?? this.#load()
  }

  /** The session that the request brought, or that was migrated, as long as it has data. */
  get incomingSession(): LiveSession | undefined {
    if (this.loaded.status !== 'valid' && this.#migrated === undefined) return undefined
    return this.#current?.isPopulated ? this.#current : undefined
  }

  /** `req.session`; null or undefined once the session has ended. @throws what the app's `cookie` function throws, once */
  get session(): LiveSession | null | undefined {
    if (this.#isUnusable) return undefined
    this.#isUsed = true
    if (this.#loaded === undefined) this.#load()
    this.used()
    return this.#current
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
    if (hasHeadLeft(this.#res)) warnOfLateAssignment(placeOf(this.#req))
    if (value === null || value === undefined) this.#end(value, 'an assignment has ended')
    else this.#replace(withoutReserved(dataFrom(value)))
    this.used()
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

  regenerate(data: object): void {
    this.#refuseIfLate('regenerate')
    this.#leave('regenerate() has replaced')
    this.#isUsed = true
    this.#isEnded = true
    this.#current = this.#begin(data)
  }

  destroy(): void {
    this.#refuseIfLate('destroy')
    this.#end(undefined, 'destroy() has ended')
  }

  /** Works also after the headers have left, as over a WebSocket, where each event may begin with it. It writes nothing. */
  reload(): void {
    refuseWhileSerializing()
    const { loaded } = this
    this.#leave('reload() has replaced')
    this.#isEnded = false
    this.#current = this.#loadedAgain(loaded) ?? this.#beginRejected(loaded)
  }

  /** A dry run of the commit. It throws what the commit would throw. */
  save(session: LiveSession): void {
    this.#refuseIfLate('save')
    if (session !== this.#current) this.#lostChanges?.saved(session, this.#current)
    this.#saveFailed = true
    const sealable = { record: LiveSession.recordOf(session), json: serialize(withoutReserved(session)) }
    sealSession(sealable, this.cookie, this.settings, epochSeconds())
    this.#saveFailed = false
    readAgain(sealable.json, this.settings)
  }

  measure(session: LiveSession): SessionSize {
    const sealable = { record: LiveSession.recordOf(session), json: serialize(session) }
    return measure(sealable, this.cookie.profile, this.settings, epochSeconds())
  }

  endOf(record: SessionRecord): Date {
    return new Date(endOfRecord(record, this.settings.timeouts, epochSeconds()) * 1000)
  }

  cookieOf(record: SessionRecord): SessionCookie {
    const where = this.settings.production ? undefined : () => placeOf(this.#req)
    return new CookieView(record, this.settings, this.cookie.profile.attributes, epochSeconds, where)
  }

  /** The session, or a part of it, was asked for. After the headers have left, that may be a change that is lost. */
  used(): void {
    if (!hasHeadLeft(this.#res)) return
    if (!this.settings.production) {
      this.#watchChanges().used(this.#current)
      return
    }
    this.#lateUse ??= new LateUse(this.#req, this.#res, () => this.#isChangedTooLate())
    this.#lateUse.used()
  }

  /**
   * Decides what becomes of the session, and seals it.
   *
   * @throws {SessionError} if it cannot be sealed, unless the head belongs to the error page for a failed `save()`
   */
  commit(head: Head): void {
    if (this.#isUnusable) return
    try {
      this.#noticeDeletion()
      if (!this.#isUsed) return
      const now = epochSeconds()
      const input = this.#inspect(now)
      this.#memo ??= new CommitMemo()
      this.#committed = this.#memo.find(input) ?? this.#commit(input, this.#memo, now)
    } catch (error) {
      this.#commitFailed = true
      if (this.#lostChanges) this.#lostChanges.isReported = true
      if (!(this.#saveFailed && head.status >= 400)) throw error
      this.withdraw(head)
    }
  }

  /** Puts what was committed into the head that leaves now. */
  apply(head: Head): void {
    if (this.#isUnusable) return
    if (this.#committed?.decision !== 'clear') this.#checkClearCookie(head)
    if (!this.#isUsed) return
    const { cacheControl, warnAt } = this.settings
    if (cacheControl) varyByCookie(head)
    const { lines = NO_LINES, decision } = this.#committed ?? {}
    // The headers nearly left before, with lines that may not be sent any more.
    if (this.#linesInHead !== lines) takeCookiesBack(head, this.#linesInHead)
    this.#linesInHead = lines
    if (decision !== undefined && decision !== 'keep') {
      putCookies(head, lines)
      if (cacheControl) forbidStoring(head)
      if (decision === 'write') warnAboutHead(head.bytes(), warnAt)
    } else if (cacheControl && this.incomingSession) {
      // Also an error page after a failed commit, which may show the session.
      keepPrivate(head)
    }
    if (decision && !this.settings.production) this.#watchChanges().left(this.#current)
  }

  /** Takes back what was put into a head that has not left: an error page brings no half of the session along. */
  withdraw(head: Head): void {
    this.#committed = undefined
    takeCookiesBack(head, this.#linesInHead)
    this.#linesInHead = NO_LINES
  }

  #requestCookie(): RequestCookie {
    const { settings } = this
    try {
      let cookie = settings.cookieFor(this.#req)
      if (cookie.former.length > 0 && this.#isAlone()) {
        warnOfOneCookie()
        cookie = { ...cookie, former: [] }
      }
      return requestCookie(cookie, this.#security, settings, this.#req.headers.cookie)
    } catch (error) {
      this.#isUnusable = true
      throw error
    }
  }

  #load(): Loaded {
    const { names, former } = this.cookie
    const loaded = load(this.#req.headers.cookie, names, this.settings, epochSeconds(), former)
    this.#loaded = loaded
    this.#current = loaded.status === 'valid' ? this.#resume(loaded) : this.#beginRejected(loaded)
    return loaded
  }

  #migrate(): Promise<void> | undefined {
    const { loaded, cookie } = this
    const adopt = (found: FoundSession, src: string | undefined) => this.#adopt(found, src)
    return migrate({ req: this.#req, loaded, cookie, now: epochSeconds, adopt }, this.settings)
  }

  #adopt({ data, createdAt, cookies }: FoundSession, src: string | undefined): LiveSession | undefined {
    const now = epochSeconds()
    const json = serialize(dataFrom(data))
    const { schema } = this.settings
    const fitted = schema && fit(JSON.parse(json), schema)
    if (fitted && 'misfits' in fitted) throw doesNotFit()
    if (fitted?.json === '{}') return undefined
    // A reader in JavaScript may leave the cookies out.
    const migrated = {
      record: newRecord(Math.min(startOf(createdAt ?? now), now), src),
      json,
      data: fitted?.data,
      cookies: cookies ?? [],
    }
    const session = this.#resumeMigrated(migrated)
    const size = this.measure(session)
    if (size.remaining < 0) throw overflow(size)
    this.#isUsed = true
    this.#migrated = migrated
    this.#current = session
    return session
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
      this.#migrated = undefined
      this.#loaded = { status: 'rejected', reason: 'invalidated' }
      this.#current = this.#beginRejected(this.#loaded)
    }
    return validate(session, this.#req, this.settings, { refuse, now: epochSeconds })
  }

  #resume(loaded: LoadedSession, parsed = loaded.data): LiveSession {
    const data = loaded.json === undefined ? parsed : copyOf(loaded.data)
    return new LiveSession(this, recordOf({ ...loaded, data }), data)
  }

  #resumeMigrated({ record, json, data }: Migrated): LiveSession {
    return new LiveSession(this, record, data ? copyOf(data) : withoutReserved(JSON.parse(json)))
  }

  /** The session as it came, with new data: the app may have changed what is nested in those that it was given. */
  #loadedAgain(loaded: Loaded): LiveSession | undefined {
    if (this.#migrated) return this.#resumeMigrated(this.#migrated)
    return loaded.status === 'valid' ? this.#resume(loaded, dataOf(loaded.text)) : undefined
  }

  #begin(data: object): LiveSession {
    return new LiveSession(this, newRecord(epochSeconds()), data)
  }

  /** An empty session in the place of one that was not accepted, or that did not come. */
  #beginRejected(loaded: Loaded): LiveSession {
    const reason = loaded.status === 'rejected' ? loaded.reason : undefined
    return new LiveSession(this, newRecord(epochSeconds(), undefined, reason), {})
  }

  #replace(data: object): void {
    this.#leave('an assignment has replaced')
    const record = this.#current && LiveSession.recordOf(this.#current)
    this.#current = record ? new LiveSession(this, { ...record }, data) : this.#begin(data)
  }

  #end(value: null | undefined, by: string): void {
    this.#leave(by)
    this.#isEnded = true
    this.#current = value
  }

  /** Whoever has kept the session object goes on with one that no cookie is made of. */
  #leave(by: string): void {
    if (this.#current && !this.settings.production) this.#watchChanges().replaced(this.#current, by)
  }

  #refuseIfLate(method: string): void {
    refuseWhileSerializing()
    if (hasHeadLeft(this.#res)) throw tooLate(method, placeOf(this.#req))
  }

  /** `delete req.session` is how some apps written for express-session end it; what they assign next is a plain value. */
  #noticeDeletion(): void {
    const own = Object.getOwnPropertyDescriptor(this.#req, this.settings.property)
    if (own !== undefined && !('value' in own)) return
    // What was assigned behind it is another session, as it is behind null.
    if (!this.#isDeleted && (own === undefined || own.value !== this.#current)) this.session = null
    this.#isDeleted = true
    if (own !== undefined) this.session = own.value
  }

  #inspect(now: number): CommitInput {
    const state = {
      loaded: this.#loaded ?? this.#load(),
      migrated: this.#migrated?.record,
      ended: this.#isEnded,
      session: this.#current,
      slides: () => slides(this.settings.slide, this.#req),
      oneCookie: this.#isAlone(),
    }
    return inspectSession(state, this.settings, now)
  }

  #commit(input: CommitInput, memo: CommitMemo, now: number): Committed {
    const { settings, cookie } = this
    try {
      const circumstances = {
        ...{ cookie, settings, now },
        header: this.#req.headers.cookie,
        host: () => hostOf(this.#req),
        oneCookie: this.#isAlone(),
      }
      const committed = this.#withRemovals(commit(input, circumstances))
      reportCommit(settings, this.loaded, input, committed, now)
      if (committed.decision === 'write' && !settings.production) {
        warnOfScope({ req: this.#req, security: cookie.security, profile: cookie.profile })
        const restored = input.sealable && readAgain(input.sealable.json, settings)
        warnAboutAlterations(this.#current ?? {}, settings.property, restored)
      }
      return memo.keep(committed)
    } catch (error) {
      reportOverflow(settings, input, error)
      memo.fail(error)
      throw error
    }
  }

  /** The response can set one cookie only. */
  #isAlone(): boolean {
    return this.settings.oneCookie || carriesOneCookie(this.#req)
  }

  /** With the cookies of a session that moved in removed. */
  #withRemovals(committed: Committed): Committed {
    if (committed.decision === 'keep' || committed.decision === 'renew') return committed
    if (this.#migrated === undefined || this.#isAlone()) return committed
    return { ...committed, lines: [...committed.lines, ...removals(this.#migrated.cookies, this.cookie.profile)] }
  }

  /** `res.clearCookie('session')` is how apps of express-session log out; here it reaches the session by chance only. */
  #checkClearCookie(head: Head): void {
    const header = this.#req.headers.cookie
    if (!header) return
    const lines = head.get('Set-Cookie')
    if (lines === undefined) return
    // It has ended in a better way already, as by regenerate().
    if (this.#committed?.lines.some(({ name }) => name.endsWith('.ended'))) return
    // The headers may nearly have left before, with leftovers that we removed.
    const ours = this.#linesInHead.map(({ line }) => line)
    const setCookie = [lines]
      .flat()
      .map(String)
      .filter((line) => !ours.includes(line))
    try {
      const cleared = clearedByApp({ setCookie, header }, this.cookie, this.settings.name, epochSeconds())
      if (cleared === undefined || this.loaded.status !== 'valid') return
      warnOfClearCookie(cleared, this.cookie, this.settings)
    } catch (error) {
      // The app did not ask for the session, so what its `cookie` function throws is nothing to it.
      if (!this.#isUnusable) throw error
    }
  }

  #watchChanges(): LostChanges {
    this.#lostChanges ??= new LostChanges(this.#req, this.#res, this.settings.property)
    this.#lostChanges.isReported = this.#commitFailed
    return this.#lostChanges
  }

  /** Whether the session differs from what left, and the app was not told. */
  #isChangedTooLate(): boolean {
    if (this.#commitFailed || !this.#isUsed) return false
    try {
      const input = this.#inspect(epochSeconds())
      if (this.#memo?.last) return !this.#memo.isStill(input)
      // A session that is due to slide was not changed by being read.
      return decide({ ...input.facts, due: false }) !== 'keep'
    } catch {
      return true
    }
  }
}

/**
 * Whether a request counts as use.
 *
 * @throws {SessionError} `ERR_SESSION_OPTIONS` if the function returns anything but a boolean, such as a promise
 */
function slides(slide: Settings['slide'], req: SessionRequest): boolean {
  const answer: unknown = typeof slide === 'function' ? slide(req) : slide
  if (typeof answer === 'boolean') return answer
  if (isPromise(answer)) onFailure(answer)
  throw invalid('slide returned neither true nor false: return one of them at once, not a promise')
}

function doesNotFit(): SessionError {
  return new SessionError(
    'ERR_SESSION_SCHEMA',
    'the session of another package does not fit the schema: give its reader a "transform"',
  )
}

function startOf(createdAt: number): number {
  const start = Math.floor(createdAt)
  if (start >= 0) return start
  throw new SessionError(
    'ERR_SESSION_OPTIONS',
    'a reader returned a "createdAt" that is not a time: return seconds since 1970',
  )
}
