import { beginAt, beginAtCaller, callerOf, onBehalfOf } from './caller.js'
import { nextTick } from './clock.js'
import { SessionError } from './errors.js'
import { send } from './http/own-answer.js'
import { commitWithHeaders } from './http/response-hook.js'
import { type Settings, settingsFrom } from './options/options.js'
import type { SessionOptions } from './options/session-options.js'
import { isOutside } from './request/cookie-scope.js'
import { answerDeviceRequest } from './request/device.js'
import { RequestSession } from './request/request-session.js'
import { openFrom, type SealOptions, sealStandalone } from './request/standalone.js'
import { errorForNext } from './request/validate.js'
import type {
  OpenableRequest,
  OpenResult,
  SealedCookie,
  SessionData,
  SessionNext,
  SessionRequest,
  SessionResponse,
} from './types.js'

/** The middleware that `session()` returns, with `open` and `seal` for code that has no response. */
export interface SessionHandler<Data extends object = SessionData> {
  (req: SessionRequest, res: SessionResponse, next: SessionNext): void
  /**
   * Reads the session of a request without a response to write to. It does not ask `validate`.
   *
   * @param req a request of Node's (HTTP/1, HTTP/2, the upgrade to a WebSocket), a Fetch `Request`, its `Headers`,
   *   `{ headers: { cookie } }`, or the event of a serverless function
   * @returns the session, frozen all the way down; or null, with the reason if a cookie was rejected
   * @throws {SessionError} `ERR_SESSION_OPTIONS` if `req` has no headers
   * @example
   * ```js
   * import session from 'sealed-session'
   *
   * const sessions = session({ keys: process.env.SESSION_KEYS })
   * const found = sessions.open({ headers: { cookie: 'session=made.up' } })
   * console.log(found.session, found.rejected) // null malformed
   * ```
   */
  open(req: OpenableRequest): OpenResult<Data>
  /**
   * Makes a session's cookie without a response, as for tests that need a user who is signed in.
   *
   * @param data the data of the session: a plain object that JSON can hold
   * @returns the cookie's name and value, and the values of the headers `Cookie` and `Set-Cookie`
   * @throws {SessionError} what a commit would throw: `ERR_SESSION_OVERFLOW`, `ERR_SESSION_UNSERIALIZABLE`, ...
   * @example
   * ```js
   * import session from 'sealed-session'
   *
   * const sessions = session({ keys: process.env.SESSION_KEYS })
   * const { cookie } = sessions.seal({ user: 'Ada' })
   * console.log(sessions.open({ headers: { cookie } }).session.user) // Ada
   * ```
   */
  seal(data: Partial<Data>, how?: SealOptions): SealedCookie
}

/** Where a request keeps the session of the last middleware, which links to those of earlier ones. */
const SESSION = Symbol('sealed-session.session')
type Mounted = SessionRequest & { [SESSION]?: RequestSession }

/**
 * Makes the middleware. Options are checked here, once.
 *
 * @throws {SessionError} `ERR_SESSION_OPTIONS` or `ERR_SESSION_KEYS`, with the fix in the message
 * @example
 * ```js
 * import express from 'express'
 * import session from 'sealed-session'
 *
 * const app = express()
 * app.use(session({ keys: process.env.SESSION_KEYS }))
 * app.get('/', (req, res) => {
 *   req.session.views = (req.session.views ?? 0) + 1
 *   res.json({ views: req.session.views })
 * })
 * app.listen(3000)
 * ```
 */
export function session<Data extends object = SessionData>(options?: SessionOptions<Data>): SessionHandler<Data> {
  const settings = onBehalfOf(session, () => settingsFrom(options))
  const caller = callerOf(session)
  const accessors = accessorsFor(settings)

  function sealedSession(req: SessionRequest, response: SessionResponse, next: SessionNext): void {
    // After the handshake of a WebSocket, there is no response.
    const res = response ?? ({} as SessionResponse)
    // The same middleware may be mounted in an app and in its router. The first call has done all the work.
    const before = sessionOf(req, settings)
    if (before) {
      next(before.refusal)
      return
    }
    if (isOutside(req, settings.path, settings.production)) {
      next()
      return
    }
    const conflict = conflictOf(req, settings)
    if (conflict) {
      next(beginAt(conflict, caller))
      return
    }
    if (settings.device && isAnsweredAlone(req, res, next)) return
    const session = mount(req, res, next)
    let admission: Promise<void> | undefined
    try {
      const bounce = settings.device && session.bounce()
      if (bounce) {
        send(res, bounce)
        return
      }
      admission = session.admit()
    } catch (error) {
      next(refuse(session, beginAt(error, caller)))
      return
    }
    if (admission === undefined) next()
    // `next` runs in a turn of its own, so that an error of the app does not become a rejection of this promise.
    else
      admission.then(
        () => nextTick(next),
        (error) => nextTick(next, refuse(session, beginAt(error, caller))),
      )
  }

  /** Whether it was a request of the browser itself, for the key of its device. */
  function isAnsweredAlone(req: SessionRequest, res: SessionResponse, next: SessionNext): boolean {
    try {
      const answer = answerDeviceRequest(req, settings)
      if (answer) send(res, answer)
      return answer !== undefined
    } catch (error) {
      next(beginAt(error, caller))
      return true
    }
  }

  function mount(req: Mounted, res: SessionResponse, next: SessionNext): RequestSession {
    const session = new RequestSession(settings, req, res, req[SESSION])
    req[SESSION] = session
    for (const [name, accessor] of accessors) Object.defineProperty(req, name, accessor)
    commitWithHeaders(req, res, { committer: session, next, onError: settings.onError })
    return session
  }

  function open(req: OpenableRequest): OpenResult<Data> {
    return onBehalfOf(open, () => openFrom(req, settings) as OpenResult<Data>)
  }

  function seal(data: Partial<Data>, how?: SealOptions): SealedCookie {
    return onBehalfOf(seal, () => sealStandalone(data, how, settings))
  }

  return Object.assign(sealedSession, { open, seal })
}

/** Keeps the error for a second call of the same middleware, which must not let the request pass either. */
function refuse(session: RequestSession, thrown: unknown): unknown {
  session.refusal = errorForNext(thrown)
  return session.refusal
}

function sessionOf(req: Mounted, settings: Settings): RequestSession | undefined {
  let session = req[SESSION]
  while (session !== undefined && session.settings !== settings) session = session.earlier
  return session
}

/** Makes the properties of requests, once for all of them: they find the session by `this`. */
function accessorsFor(settings: Settings): [name: string, accessor: PropertyDescriptor][] {
  const session = {
    configurable: true,
    enumerable: true,
    get(this: Mounted) {
      return sessionOf(this, settings)?.session
    },
    set: function assign(this: Mounted, value: unknown) {
      const session = sessionOf(this, settings)
      if (session === undefined) return
      onBehalfOf(assign, () => {
        session.session = value as never
      })
    },
  }
  const sessionID = {
    configurable: true,
    get(this: Mounted) {
      return sessionOf(this, settings)?.session?.id
    },
    set: function assign() {
      throw beginAtCaller(fixedId(), assign)
    },
  }
  const own: [string, PropertyDescriptor] = [settings.property, session]
  return settings.property === 'session' ? [own, ['sessionID', sessionID]] : [own]
}

function conflictOf(req: Mounted, { names, property }: Settings): SessionError | undefined {
  for (let other = req[SESSION]; other !== undefined; other = other.earlier) {
    const used = other.settings.names
    const name = names.find((one) => used.includes(one))
    if (name !== undefined) return duplicate(`the cookie "${name}"`, 'name')
  }
  return property in req ? duplicate(`req.${property}`, 'property') : undefined
}

function fixedId(): SessionError {
  return new SessionError(
    'ERR_SESSION_RESERVED',
    'req.sessionID cannot be set, as ids are drawn at random: for a new one, call session.regenerate()',
  )
}

function duplicate(what: string, option: string): SessionError {
  return new SessionError(
    'ERR_SESSION_DUPLICATE',
    `${what} is already used by another middleware: remove one of them, or set a different "${option}" here`,
  )
}
