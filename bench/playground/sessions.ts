import type { Request, RequestHandler, Response } from 'express'
import session, { type Rejection, type SessionHandler, type SessionSchema } from '../../lib/index.js'
import { lineBytes } from './http.js'
import { silently } from './record.js'
import { type Seen, type State, userOf } from './state.js'

/** Not "session": every server on localhost shares one cookie jar, whatever its port. */
const NAME = 'playground'
/** Another sealed cookie of the same app, with the same keys. */
const MOVED = `${NAME}-moved`
/** In milliseconds. */
export const ABSOLUTE_TIMEOUT = 7 * 24 * 60 * 60 * 1000
const MOST_ENDED = 100

/** A schema as zod would make one: `cart.tea` is a number, and `theme` is `'light'` in sessions that have none. */
const VERSION_2: SessionSchema<object> = {
  '~standard': {
    validate(value) {
      const data = { theme: 'light', ...(value as { cart?: { tea?: unknown } }) }
      const fits = data.cart?.tea === undefined || typeof data.cart.tea === 'number'
      return fits ? { value: data } : { issues: [{ path: ['cart', 'tea'] }] }
    },
  },
}

export type Sessions = ReturnType<typeof newSessions>

/** The sessions of the playground, by the keys and settings of the moment. */
export function newSessions(state: State, isSecure: boolean) {
  const prefix = isSecure ? '__Host-Http-' : ''
  /** On the wire: the session, its companion, the guard, the other sealed cookie, and the device's proof. */
  const names = {
    session: prefix + NAME,
    seen: `${prefix}${NAME}.seen`,
    guard: `${prefix}${NAME}.ended`,
    moved: prefix + MOVED,
    proof: `${isSecure ? '__Host-' : ''}${NAME}.bound`,
  }
  const make = (name: string): SessionHandler => {
    const { keys, settings } = state
    return session({
      keys: { keys },
      name,
      absoluteTimeout: ABSOLUTE_TIMEOUT,
      // Over plain HTTP also with NODE_ENV=production: it is for looking at on one's own machine.
      cookie: { secure: isSecure ? 'auto' : false },
      slide: settings.slide,
      logoutGuard: settings.logoutGuard,
      deviceBound: settings.deviceBound && isSecure,
      ...(settings.schema && { schema: VERSION_2 }),
      ...(settings.validate && { validate: ({ id }: { readonly id: string }) => !state.ended.includes(id) }),
    })
  }
  let [handler, others] = [make(NAME), make(MOVED)]

  /** Whatever was made of keys and settings last. Requests that are under way keep what they began with. */
  const middleware: RequestHandler = (req, res, next) => handler(req, res, next)

  /** The same for a request that has come further. */
  const attach = (req: Request, res: Response): Promise<void> =>
    new Promise((resolve, reject) => {
      handler(req, res, (error?: unknown) => (error ? reject(error) : resolve()))
    })

  /** Why the other sealed cookie, which ours was moved to, is rejected. It says so in an event, too. */
  const rejectedElsewhere = (req: Request, cookie: string | undefined): Rejection | null =>
    others.open(asking(req, cookie)).rejected

  /** What the server keeps for this: nothing, unless it validates. */
  const storedBytes = () => (state.settings.validate ? Buffer.byteLength(state.ended.join('')) : 0)

  return {
    isSecure,
    names,
    rejectedElsewhere,
    storedBytes,
    middleware,
    attach,
    rebuild(): void {
      handler = make(NAME)
      others = make(MOVED)
    },
    /** The ids of sessions that have ended are what a `validate` asks for in a database. */
    remember(ended: string): void {
      state.ended = [...state.ended, ended].slice(-MOST_ENDED)
    },
    /** What a browser would be taken for that sends these cookies. */
    seen(req: Request, cookie: string | undefined): Seen {
      const found = silently(() => handler.open(asking(req, cookie)))
      const moved = silently(() => rejectedElsewhere(req, cookie))
      const isInvalid = state.settings.validate && found.session !== null && state.ended.includes(found.session.id)
      const data = isInvalid ? {} : { ...found.session }
      const rejected = isInvalid ? 'invalidated' : (found.rejected ?? moved)
      return { data, user: userOf(data), rejected, bytes: lineBytes('Cookie', [cookie]), stored: storedBytes() }
    },
  }
}

/** The request as it would be with other cookies. */
function asking(req: Request, cookie: string | undefined): Request {
  const headers = { ...req.headers }
  if (cookie === undefined) delete headers.cookie
  else headers.cookie = cookie
  return Object.create(req, { headers: { value: headers } })
}
