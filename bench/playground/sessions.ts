import type { Request, RequestHandler } from 'express'
import session, { type Rejection, type SessionEvent, type SessionHandler } from '../../lib/index.js'
import { decodeHeader } from '../../lib/token/compact.js'
import { lineBytes, type Seen, userOf } from './seen.js'
import type { State } from './state.js'
import type { Wire } from './wire.js'

/** Not "session": every server on localhost shares one cookie jar, whatever its port. */
const NAME = 'playground'
/** Another sealed cookie of the same app, with the same keys. */
const OTHER_NAME = `${NAME}-moved`
const ABSOLUTE_DAYS = 7
/** In milliseconds. */
export const ABSOLUTE_TIMEOUT: number = ABSOLUTE_DAYS * 24 * 60 * 60 * 1000
/** As many ids as `validate` remembers. */
const MOST_ENDED = 100

/** The sessions of the playground, by the keys and settings of the moment. */
export class Sessions {
  readonly isSecure: boolean
  /** The cookie's name on the wire, and those of its companion, of the guard and of the other sealed cookie. */
  readonly names: Readonly<Record<'session' | 'seen' | 'guard' | 'moved', string>>
  readonly #state: State
  readonly #wire: Wire
  #handler: SessionHandler
  #others: SessionHandler

  constructor(state: State, wire: Wire, isSecure: boolean) {
    const prefix = isSecure ? '__Host-Http-' : ''
    this.isSecure = isSecure
    this.names = {
      session: prefix + NAME,
      seen: `${prefix}${NAME}.seen`,
      guard: `${prefix}${NAME}.ended`,
      moved: prefix + OTHER_NAME,
    }
    this.#state = state
    this.#wire = wire
    this.#handler = this.#make(NAME)
    this.#others = this.#make(OTHER_NAME)
  }

  /** Whatever was made of keys and settings last. Requests that are under way keep what they began with. */
  readonly middleware: RequestHandler = (req, res, next) => this.#handler(req, res, next)

  /** After a change of keys or settings. */
  rebuild(): void {
    this.#handler = this.#make(NAME)
    this.#others = this.#make(OTHER_NAME)
  }

  /** The ids of sessions that have ended are what a `validate` asks for in a database. */
  remember(ended: string): void {
    this.#state.ended = [...this.#state.ended, ended].slice(-MOST_ENDED)
  }

  /** What the server keeps for this: nothing, unless it validates. */
  get storedBytes(): number {
    return this.#state.settings.validate ? Buffer.byteLength(this.#state.ended.join('')) : 0
  }

  /** What a browser would be taken for that sends these cookies. */
  seen(req: Request, cookie: string | undefined): Seen {
    const found = this.#wire.silently(() => this.#handler.open(asking(req, cookie)))
    const moved = this.#wire.silently(() => this.rejectedElsewhere(req, cookie))
    const isEnded = found.session !== null && this.#state.ended.includes(found.session.id)
    const isInvalid = this.#state.settings.validate && isEnded
    const data = found.session === null || isInvalid ? {} : { ...found.session }
    const rejected = isInvalid ? 'invalidated' : (found.rejected ?? moved)
    const bytes = lineBytes('Cookie', [cookie])
    return { data, user: userOf(data), rejected, bytes, stored: this.storedBytes }
  }

  /** Why the other sealed cookie, which ours was moved to, is rejected. It says so in an event, too. */
  rejectedElsewhere(req: Request, cookie: string | undefined): Rejection | null {
    return this.#others.open(asking(req, cookie)).rejected
  }

  #make(name: string): SessionHandler {
    const { keys, settings } = this.#state
    const { logoutGuard, validate } = settings
    return session({
      keys: { keys },
      name,
      absoluteTimeout: ABSOLUTE_TIMEOUT,
      // Over plain HTTP also with NODE_ENV=production: it is for looking at on one's own machine.
      cookie: { secure: this.isSecure ? 'auto' : false },
      logoutGuard,
      ...(validate ? { validate: ({ id }: { readonly id: string }) => !this.#state.ended.includes(id) } : {}),
    })
  }
}

/** Why the session's cookie was rejected, by the events of its request. */
export function rejectionIn(events: readonly SessionEvent[]): Rejection | null {
  return events.flatMap((event) => (event.type === 'rejected' && event.name === NAME ? [event.reason] : []))[0] ?? null
}

/** The kid that a token names, which anybody can read. */
export function kidOf(token: string | undefined): string | undefined {
  return token === undefined ? undefined : decodeHeader(token.split('.')[0] ?? '')?.kid
}

/** The request as it would be with other cookies. */
function asking(req: Request, cookie: string | undefined): Request {
  const headers = { ...req.headers }
  if (cookie === undefined) delete headers.cookie
  else headers.cookie = cookie
  return Object.create(req, { headers: { value: headers } })
}
