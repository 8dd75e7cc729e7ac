import type { Request, Response } from 'express'
import { nginxLimit } from './head.js'
import { cookieIn, cookiesAfter, isSetIn } from './jar.js'
import { keyViews } from './keys.js'
import type { Playground } from './playground.js'
import { type Seen, userOf } from './seen.js'
import { ABSOLUTE_TIMEOUT, kidOf, rejectionIn } from './sessions.js'
import type { CookieView, Problem, SessionView, View } from './view.js'
import { setCookieOf } from './wire.js'

/**
 * Everything that the page shows, once the head of the response has left: then it is known what the browser holds.
 *
 * @param theirs what the other side has
 */
export function viewOf(playground: Playground, req: Request, res: Response, theirs: Seen, problem?: Problem): View {
  const { state, sessions, other, since } = playground
  const cookie = cookieOf(playground, req, res)
  return {
    now: Date.now(),
    isSecure: sessions.isSecure,
    process: { pid: process.pid, since },
    hasOwnKeys: state.hasOwnKeys,
    session: sessionOf(playground, req, res),
    cookie,
    keys: keyViews(state.keys, kidOf(cookie.token)),
    settings: state.settings,
    thief: thiefOf(playground),
    other: { data: theirs.data, user: theirs.user, cookie: state.other.cookie, stored: other.sessions },
    steps: state.steps,
    exchanges: state.exchanges,
    problem,
  }
}

function sessionOf({ sessions }: Playground, { session }: Request, res: Response): SessionView {
  const data = JSON.parse(JSON.stringify({ ...session })) as Record<string, unknown>
  const { isPopulated, isNew, size, cookie } = session
  const nginxAt = nginxLimit(res, sessions.names.session)
  const nothing = { id: undefined, createdAt: undefined, slides: undefined, idleEnd: undefined, absoluteEnd: undefined }
  const common = { data, user: userOf(data), isNew, size, nginxAt }
  if (!isPopulated) return { ...common, ...nothing }
  const createdAt = session.createdAt.getTime()
  const absoluteEnd = createdAt + ABSOLUTE_TIMEOUT
  const idleTimeout = cookie.originalMaxAge ?? 0
  const { session: name, seen } = sessions.names
  const isUse = cookie.expires !== null && isSetIn(setCookieOf(res), name, seen)
  const idleEnd = isUse ? Math.min(wholeSeconds(Date.now()) + idleTimeout, absoluteEnd) : cookie.expires?.getTime()
  const slides = idleEnd === undefined || idleEnd >= absoluteEnd ? undefined : idleEnd - idleTimeout * 0.9
  return { ...common, id: session.id, createdAt, slides, idleEnd, absoluteEnd }
}

/** Tokens hold times to the second. */
function wholeSeconds(time: number): number {
  return Math.floor(time / 1000) * 1000
}

/** A cookie that was rejected is shown as it came, even where this answer removes it. */
function cookieOf({ state, sessions, wire }: Playground, req: Request, res: Response): CookieView {
  const { session: name, moved } = sessions.names
  const isSaved = state.saved !== undefined
  const came = cookieIn(req.headers.cookie, name)
  const reason = rejectionIn(wire.exchangeOf(req, res).events)
  if (came !== undefined && reason !== null) return { name, token: came, rejected: reason, isSaved }
  const after = cookiesAfter(req.headers.cookie, setCookieOf(res))
  const token = cookieIn(after, name)
  const elsewhere = cookieIn(after, moved)
  if (token !== undefined || elsewhere === undefined) return { name, token, rejected: null, isSaved }
  return {
    name: moved,
    token: elsewhere,
    rejected: wire.silently(() => sessions.rejectedElsewhere(req, after)),
    isSaved,
  }
}

function thiefOf({ state: { thief } }: Playground): View['thief'] {
  const { ours: cookie, tried } = thief
  return { cookie, tried: tried && { ...tried, user: tried.user } }
}
