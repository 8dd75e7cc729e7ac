import type { CookieLine } from '../cookie/write.js'
import { forbidStoring, keepPrivate, varyByCookie } from '../http/cache.js'
import { onEnd } from '../http/commit-with-headers.js'
import type { Committer } from '../http/committer.js'
import { type Head, putCookies, takeCookiesBack } from '../http/head.js'
import { carriesOneCookie } from '../http/request.js'
import type { Settings } from '../options/options.js'
import type { LiveSession } from '../session/session.js'
import type { SessionRequest, SessionResponse } from '../types.js'
import { clearedByApp, warnAboutAlterations, warnAboutHead, warnOfClearCookie } from './clear-cookie.js'
import { commit, type Outcome, removals } from './commit.js'
import { Settlement } from './commit-memo.js'
import { SessionContext } from './context.js'
import { decide } from './decide.js'
import { warnOfLateChangeOnce } from './late.js'
import { Losses } from './lost-changes.js'
import type { Assessment, SessionWatch } from './port.js'
import { reportFailure, reportOutcome } from './report.js'
import { Stages } from './stages.js'
import { admit, needsAdmission } from './validate.js'

/** One request and its response: connects the session that the app sees with the way in and the way out. */
export class Exchange implements Committer, SessionWatch {
  readonly settings: Settings
  readonly #req: SessionRequest
  readonly #res: SessionResponse
  readonly #stages: Stages
  #context: SessionContext | undefined
  #settlement: Settlement | undefined
  /** What is to be put into the head that leaves. */
  #outcome: Outcome | undefined
  /** What was put into a head, which may have been refused by Node. */
  #put: readonly CookieLine[] = []
  /** The property was taken off the request. */
  #deleted = false
  /** In development. */
  #losses: Losses | undefined
  /** In production. */
  #watched = false
  #looking = false
  /** What kept the request from the app's handlers. */
  refusal: unknown
  /** A commit failed, and the app was told. */
  #reported = false

  constructor(settings: Settings, req: SessionRequest, res: SessionResponse) {
    this.settings = settings
    this.#req = req
    this.#res = res
    this.#stages = new Stages(settings, req, res)
  }

  /** Made for a request that has to do with its session, as most have not. */
  get context(): SessionContext {
    this.#context ??= new SessionContext(this.#stages, this)
    return this.#context
  }

  /**
   * What has to happen before the app sees the request: see `admit`. Most apps ask for nothing of the kind.
   *
   * @throws what the app's `validate` throws
   */
  admit(): Promise<void> | undefined {
    if (!needsAdmission(this.settings)) return undefined
    const { cookie, now } = this.#stages
    return admit(this.context, this.#req, this.settings, { names: cookie.names, refused: cookie.refused, now })
  }

  /** Decides what becomes of the session, and seals it. May throw a `SessionError`. */
  settle(head: Head): void {
    try {
      this.#noticeDeletion()
      if (!this.#context?.accessed) return
      this.#settlement ??= new Settlement()
      const assessment = this.#context.assess()
      this.#outcome = this.#settlement.of(assessment, () => this.#settle(assessment))
    } catch (error) {
      this.#reported = true
      // An error page for what save() reported is the answer to it, and leaves without the cookie.
      if (!(this.#stages.told && head.status >= 400)) throw error
      this.withdraw(head)
    }
  }

  /** Puts the session's cookie into the head, if it is to be written or cleared. */
  put(head: Head): void {
    if (this.#outcome?.decision !== 'clear') this.#checkRemovals(head)
    if (!this.#context?.accessed) return
    const { cacheControl, warnAt } = this.settings
    if (cacheControl) varyByCookie(head)
    const { lines = [], decision } = this.#outcome ?? {}
    // The headers nearly left before, and what was to be sent then may not be any more.
    if (this.#put !== lines) takeCookiesBack(head, this.#put)
    this.#put = lines
    if (decision === 'write' || decision === 'clear') {
      putCookies(head, lines)
      if (cacheControl) forbidStoring(head)
      if (decision === 'write') warnAboutHead(head.bytes(), warnAt)
    }
    if (cacheControl && decision === 'keep' && this.#context.brought !== undefined) keepPrivate(head)
    if (decision && this.#stages.development) this.#watchLosses().left(this.#context.current)
  }

  /** `res.clearCookie('session')` is how apps of express-session log out; here it reaches the session by chance only. */
  #checkRemovals(head: Head): void {
    const header = this.#req.headers.cookie
    if (!header) return
    const lines = head.get('Set-Cookie')
    if (lines === undefined) return
    // It has ended in a better way already, as by regenerate().
    if (this.#outcome?.lines.some(({ name }) => name.endsWith('.ended'))) return
    const { cookie, now } = this.#stages
    const cleared = clearedByApp({ setCookie: [lines].flat().map(String), header }, cookie, this.settings.name, now())
    if (cleared === undefined || this.context.incoming.status !== 'valid') return
    warnOfClearCookie(cleared, cookie, this.settings)
  }

  /** The headers nearly left before, and now nothing of this session may: an error page brings no half of it along. */
  withdraw(head: Head): void {
    this.#outcome = undefined
    takeCookiesBack(head, this.#put)
    this.#put = []
  }

  /** `delete req.session` is how some apps written for express-session end it; what they assign next is a plain value. */
  #noticeDeletion(): void {
    const own = Object.getOwnPropertyDescriptor(this.#req, this.settings.property)
    if (own !== undefined && !('value' in own)) return
    // What was assigned behind it is another session, as it is behind null.
    if (!this.#deleted && (own === undefined || own.value !== this.context.current)) this.context.session = null
    this.#deleted = true
    if (own !== undefined) this.context.session = own.value
  }

  #settle(assessment: Assessment): Outcome {
    try {
      const committed = commit(assessment, this.#stages.cookie, this.settings, this.#stages.now())
      const outcome = withOthers(
        committed,
        removals(this.context.adopted, this.#stages.cookie.profile),
        this.settings.oneCookie || carriesOneCookie(this.#req),
      )
      reportOutcome(this.settings, this.context.incoming, assessment, outcome)
      if (outcome.decision === 'write' && this.#stages.development) {
        this.#stages.checkScope()
        warnAboutAlterations(this.context.current ?? {}, this.settings.property)
      }
      return outcome
    } catch (error) {
      reportFailure(this.settings, assessment, error)
      throw error
    }
  }

  /** The session was asked for behind the headers: to be read, as by a logger, or to be changed in vain. */
  usedLate(current: LiveSession | null | undefined): void {
    // To look runs getters and toJSON of the session, which may ask for it: that is no use to look again for.
    if (this.#looking) return
    if (this.#stages.development) {
      this.#watchLosses().used(current)
    } else if (!this.#watched || this.#res.writableEnded) {
      this.#watched = true
      onEnd(this.#res, () => {
        this.#looking = true
        warnOfLateChangeOnce(
          () => this.#isChangedTooLate(),
          () => this.#stages.where(),
        )
        this.#looking = false
      })
    }
  }

  replaced(session: LiveSession, by: string): void {
    if (this.#stages.development) this.#watchLosses().replaced(session, by)
  }

  savedReplaced(session: LiveSession, current: LiveSession | null | undefined): void {
    this.#losses?.saved(session, current)
  }

  #watchLosses(): Losses {
    this.#losses ??= new Losses({
      property: this.settings.property,
      where: () => this.#stages.where(),
      headersSent: () => this.#stages.headersSent(),
      isReported: () => this.#reported,
      isTakenAway: () => isTakenAway(this.#req, this.settings.property),
      onEnd: (look) => onEnd(this.#res, look),
    })
    return this.#losses
  }

  /** Whether the session differs from what left, and nobody was told of it. */
  #isChangedTooLate(): boolean {
    if (this.#reported || !this.#context?.accessed) return false
    try {
      const assessment = this.#context.assess()
      if (this.#settlement?.outcome) return !this.#settlement.isStill(assessment)
      // A session that is due to slide was not changed by being read.
      return decide({ ...assessment.facts, due: false, inactiveKey: false }) !== 'keep'
    } catch {
      return true
    }
  }
}

/** `delete req.session`, or a plain value that was assigned behind it. */
function isTakenAway(req: SessionRequest, property: string): boolean {
  return Object.getOwnPropertyDescriptor(req, property)?.get === undefined
}

/** Adds the removal of other cookies to what is sent; where one cookie is all that can be, it is the session's. */
function withOthers(outcome: Outcome, removals: readonly CookieLine[], oneCookie: boolean): Outcome {
  if (outcome.decision === 'keep') return outcome
  const lines = [...outcome.lines, ...removals]
  return { ...outcome, lines: oneCookie ? lines.slice(0, 1) : lines }
}
