import { beginAt, beginAtCaller, callerOf, onBehalfOf } from './caller.js'
import { SessionError } from './errors.js'
import { commitWithHeaders } from './http/commit-with-headers.js'
import { type Settings, settingsFrom } from './options/options.js'
import type { SessionOptions } from './options/session-options.js'
import { isOutside } from './request/cookie-scope.js'
import { RequestSession } from './request/request-session.js'
import { openFrom, type SealOptions, sealStandalone } from './request/standalone.js'
import { errorForNext } from './request/validate.js'
import { nextTick } from './turns.js'
import type {
  OpenableRequest,
  OpenResult,
  SealedCookie,
  SessionData,
  SessionNext,
  SessionRequest,
  SessionResponse,
} from './types.js'

/** The middleware that `session()` returns. */
export interface SessionHandler<Data extends object = SessionData> {
  (req: SessionRequest, res: SessionResponse, next: SessionNext): void
  /**
   * Reads the session of any request without a response to write to: one of Node's, a WebSocket upgrade among them, a
   * Fetch `Request`, its `Headers`, or `{ headers: { cookie } }`.
   *
   * @throws {SessionError} `ERR_SESSION_OPTIONS` for anything else
   */
  open(req: OpenableRequest): OpenResult<Data>
  /**
   * Mints a session, for tests and for signing in outside a response.
   *
   * @throws {SessionError} what a commit would throw: `ERR_SESSION_OVERFLOW`, `ERR_SESSION_UNSERIALIZABLE`, ...
   */
  seal(data: Partial<Data>, how?: SealOptions): SealedCookie
}

/** Where a request keeps its sessions: that of the last middleware, which leads to those of earlier ones. */
const SESSION = Symbol('sealed-session.session')
type Mounted = SessionRequest & { [SESSION]?: RequestSession }

/**
 * Makes the middleware: `app.use(session({ keys }))`. Options are checked here, once.
 *
 * @throws {SessionError} `ERR_SESSION_OPTIONS` or `ERR_SESSION_KEYS`, with the fix
 */
export function session<Data extends object = SessionData>(options?: SessionOptions<Data>): SessionHandler<Data> {
  const settings = onBehalfOf(session, () => settingsFrom(options))
  const caller = callerOf(session)
  const accessors = accessorsFor(settings)

  function sealedSession(req: SessionRequest, response: SessionResponse, next: SessionNext): void {
    // Behind the handshake of a WebSocket there is none.
    const res = response ?? ({} as SessionResponse)
    // The same middleware may stand in the app and in a router of it: the first has done it all.
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
    const session = mount(req, res, next)
    let admission: Promise<void> | undefined
    try {
      admission = session.admit()
    } catch (error) {
      next(refuse(session, beginAt(error, caller)))
      return
    }
    if (admission === undefined) next()
    // In a turn of its own, as what the app throws must not be taken for a rejection of the promise.
    else
      admission.then(
        () => nextTick(next),
        (error) => nextTick(next, refuse(session, beginAt(error, caller))),
      )
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

/** Keeps the error: if the middleware stands in another place as well, it must not let the request pass there. */
function refuse(session: RequestSession, thrown: unknown): unknown {
  session.refusal = errorForNext(thrown)
  return session.refusal
}

function sessionOf(req: Mounted, settings: Settings): RequestSession | undefined {
  let session = req[SESSION]
  while (session !== undefined && session.settings !== settings) session = session.earlier
  return session
}

/** The properties of a request, made once: they find the session through the request that they are read on. */
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

function conflictOf(req: Mounted, { name, property }: Settings): SessionError | undefined {
  for (let other = req[SESSION]; other !== undefined; other = other.earlier) {
    if (other.settings.name === name) return duplicate(`the cookie "${name}"`, 'name')
  }
  return property in req ? duplicate(`req.${property}`, 'property') : undefined
}

function fixedId(): SessionError {
  return new SessionError(
    'ERR_SESSION_RESERVED',
    'req.sessionID cannot be set, as ids are drawn at random: for a new one, call req.session.regenerate()',
  )
}

function duplicate(what: string, option: string): SessionError {
  return new SessionError(
    'ERR_SESSION_DUPLICATE',
    `${what} is already used by another middleware: remove one of them, or give this one a different "${option}"`,
  )
}
