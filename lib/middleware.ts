import { beginAt, beginAtCaller, callerOf, onBehalfOf } from './caller.js'
import { SessionError } from './errors.js'
import { commitWithHeaders } from './http/commit-with-headers.js'
import { type Settings, settingsFrom } from './options/options.js'
import type { SessionOptions } from './options/session-options.js'
import { isOutside } from './request/cookie-scope.js'
import { Exchange } from './request/request-session.js'
import { openFrom, type SealOptions, sealOutside } from './request/standalone.js'
import { refusal } from './request/validate.js'
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

/** Where a request keeps its exchanges, one for each middleware. */
const EXCHANGES = Symbol('sealed-session.exchanges')
type Mounted = SessionRequest & { [EXCHANGES]?: Exchange[] }

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
    const before = exchangeOf(req, settings)
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
    const exchange = mount(req, res, next)
    let admission: Promise<void> | undefined
    try {
      admission = exchange.admit()
    } catch (error) {
      next(refuse(exchange, beginAt(error, caller)))
      return
    }
    if (admission === undefined) next()
    // In a turn of its own, as what the app throws must not be taken for a rejection of the promise.
    else
      admission.then(
        () => nextTick(next),
        (error) => nextTick(next, refuse(exchange, beginAt(error, caller))),
      )
  }

  function mount(req: Mounted, res: SessionResponse, next: SessionNext): Exchange {
    const exchange = new Exchange(settings, req, res)
    req[EXCHANGES] = [...(req[EXCHANGES] ?? []), exchange]
    for (const [name, accessor] of accessors) Object.defineProperty(req, name, accessor)
    commitWithHeaders(req, res, { committer: exchange, next, onError: settings.onError })
    return exchange
  }

  function open(req: OpenableRequest): OpenResult<Data> {
    return onBehalfOf(open, () => openFrom(req, settings) as OpenResult<Data>)
  }

  function seal(data: Partial<Data>, how?: SealOptions): SealedCookie {
    return onBehalfOf(seal, () => sealOutside(data, how, settings))
  }

  return Object.assign(sealedSession, { open, seal })
}

/** For good: wherever else the middleware stands, the error handlers that go on from here must not find it open. */
function refuse(exchange: Exchange, thrown: unknown): unknown {
  exchange.refusal = refusal(thrown)
  return exchange.refusal
}

function exchangeOf(req: Mounted, settings: Settings): Exchange | undefined {
  return req[EXCHANGES]?.find((exchange) => exchange.settings === settings)
}

/** The properties of a request, made once: they find the exchange through the request that they are read on. */
function accessorsFor(settings: Settings): [name: string, accessor: PropertyDescriptor][] {
  const contextOf = (req: Mounted) => exchangeOf(req, settings)?.context
  const session = {
    configurable: true,
    enumerable: true,
    get(this: Mounted) {
      return contextOf(this)?.session
    },
    set: function assign(this: Mounted, value: unknown) {
      const context = contextOf(this)
      if (context === undefined) return
      onBehalfOf(assign, () => {
        context.session = value as never
      })
    },
  }
  const sessionID = {
    configurable: true,
    get(this: Mounted) {
      return contextOf(this)?.session?.id
    },
    set: function assign() {
      throw beginAtCaller(fixedId(), assign)
    },
  }
  const own: [string, PropertyDescriptor] = [settings.property, session]
  return settings.property === 'session' ? [own, ['sessionID', sessionID]] : [own]
}

function conflictOf(req: Mounted, { name, property }: Settings): SessionError | undefined {
  if (req[EXCHANGES]?.some((other) => other.settings.name === name)) return duplicate(`the cookie "${name}"`, 'name')
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
