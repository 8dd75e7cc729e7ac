import { SessionError } from './errors.js'
import { Exchange } from './exchange.js'
import { commitWithHeaders } from './http/response-hook.js'
import { type SessionOptions, type Settings, settingsFrom } from './options.js'
import { openFrom, type SealOptions, sealOutside } from './outside.js'
import type { OpenResult, SealedCookie, SessionData, SessionNext, SessionRequest, SessionResponse } from './types.js'

/** The middleware that `session()` returns. */
export interface SessionHandler<Data extends object = SessionData> {
  (req: SessionRequest, res: SessionResponse, next: SessionNext): void
  /** Reads the session of any request, a WebSocket upgrade among them, without a response to write to. */
  open(req: SessionRequest): OpenResult<Data>
  /**
   * Mints a session, for tests and for signing in outside a response.
   *
   * @throws {SessionError} what a commit would throw: `ERR_SESSION_OVERFLOW`, `ERR_SESSION_UNSERIALIZABLE`, ...
   */
  seal(data: Partial<Data>, how?: SealOptions): SealedCookie
}

/** Where a request keeps the exchange of each middleware, by the middleware's settings. */
const EXCHANGES = Symbol('sealed-session.exchanges')
type Mounted = SessionRequest & { [EXCHANGES]?: Map<Settings, Exchange> }

/**
 * Makes the middleware: `app.use(session({ keys }))`. Options are checked here, once.
 *
 * @throws {SessionError} `ERR_SESSION_OPTIONS` or `ERR_SESSION_KEYS`, with the fix
 */
export function session<Data extends object = SessionData>(options?: SessionOptions): SessionHandler<Data> {
  const settings = settingsFrom(options)
  const accessors = accessorsFor(settings)

  function sealedSession(req: SessionRequest, res: SessionResponse, next: SessionNext): void {
    const conflict = conflictOf(req, settings)
    if (conflict) next(conflict)
    else {
      if (!isMounted(req, settings)) mount(req, res, next)
      next()
    }
  }

  function mount(req: SessionRequest, res: SessionResponse, next: SessionNext): void {
    const exchange = new Exchange(settings, req, res)
    exchangesOf(req).set(settings, exchange)
    Object.defineProperties(req, accessors)
    commitWithHeaders(res, (head) => exchange.commit(head), next)
  }

  return Object.assign(sealedSession, {
    open: (req: SessionRequest) => openFrom(req, settings) as OpenResult<Data>,
    seal: (data: Partial<Data>, how?: SealOptions) => sealOutside(data, how, settings),
  })
}

function exchangesOf(req: Mounted): Map<Settings, Exchange> {
  req[EXCHANGES] ??= new Map()
  return req[EXCHANGES]
}

/** True when the same middleware stands in the app and in a router of it: the first has done it all. */
function isMounted(req: Mounted, settings: Settings): boolean {
  return req[EXCHANGES]?.has(settings) === true
}

/** The properties of a request, made once: they find the exchange through the request that they are read on. */
function accessorsFor(settings: Settings): PropertyDescriptorMap {
  const contextOf = (req: Mounted) => req[EXCHANGES]?.get(settings)?.context
  const session = {
    configurable: true,
    enumerable: true,
    get(this: Mounted) {
      return contextOf(this)?.session
    },
    set(this: Mounted, value: unknown) {
      const context = contextOf(this)
      if (context) context.session = value as never
    },
  }
  const sessionID = {
    configurable: true,
    get(this: Mounted) {
      return contextOf(this)?.session?.id
    },
  }
  return settings.property === 'session' ? { session, sessionID } : { [settings.property]: session }
}

function conflictOf(req: Mounted, settings: Settings): SessionError | undefined {
  if (isMounted(req, settings)) return undefined
  const { name, property } = settings
  const others = [...(req[EXCHANGES]?.keys() ?? [])]
  if (others.some((other) => other.name === name)) return duplicate(`the cookie "${name}"`, 'name')
  return property in req ? duplicate(`req.${property}`, 'property') : undefined
}

function duplicate(what: string, option: string): SessionError {
  return new SessionError(
    'ERR_SESSION_DUPLICATE',
    `${what} belongs to another middleware already: remove one of them, or give this one a "${option}" of its own`,
  )
}
