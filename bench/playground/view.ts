import type { Request, Response } from 'express'
import type { Rejection, Session } from '../../lib/index.js'
import { decodeHeader } from '../../lib/token/compact.js'
import type { Playground } from './app.js'
import { cookieIn, cookiesAfter, setCookieOf } from './http.js'
import { keyViews } from './keys.js'
import { SECURITY } from './page/page.js'
import type { Problem } from './problems.js'
import { silently } from './record.js'
import { ABSOLUTE_TIMEOUT } from './sessions.js'
import { type Seen, userOf } from './state.js'

/** When this process began to serve. */
const SINCE = Date.now()

/** Everything that the page shows. Times are milliseconds since the epoch. */
export type View = ReturnType<typeof viewOf>
export type SessionView = View['session']
export type CookieView = View['cookie']

/**
 * Made once the head of the response has left: then it is known what the browser holds.
 *
 * @param theirs what the other side has
 */
export function viewOf(playground: Playground, req: Request, res: Response, theirs: Seen, problem?: Problem) {
  const { state, sessions, other } = playground
  const cookie = cookieOf(playground, req, res)
  const kid = decodeHeader(cookie.token?.split('.')[0] ?? '')?.kid
  const keys = keyViews(state.keys, kid)
  return {
    now: Date.now(),
    isSecure: sessions.isSecure,
    /** Another one after a restart. */
    process: { pid: process.pid, since: SINCE },
    /** That the keys came from SESSION_KEYS, so that sessions also outlive Ctrl+C. */
    hasOwnKeys: state.hasOwnKeys,
    session: sessionOf(playground, req),
    cookie: { ...cookie, sealedBy: keys.find(({ sealedThis }) => sealedThis)?.state },
    keys,
    settings: state.settings,
    thief: {
      cookie: state.thief.ours,
      isMine: cookieIn(state.thief.ours, cookie.name) === cookie.token,
      tried: state.thief.tried,
      played: state.played,
    },
    other: { data: theirs.data, user: theirs.user, cookie: state.other.cookie, stored: other.count() },
    steps: state.steps,
    exchanges: state.exchanges,
    /** What went wrong with the last step. The page around it shows the session as it still is. */
    problem,
  }
}

function sessionOf({ state, sessions }: Playground, { session }: Request) {
  const data = JSON.parse(JSON.stringify({ ...session })) as Readonly<Record<string, unknown>>
  const { isPopulated, isNew, isBound, rejected, size } = session
  const nginxAt = nginxLimit(sessions.isSecure)
  const times = isPopulated && timesOf(session, state.settings.slide)
  return { data, user: userOf(data), isPopulated, isNew, isBound, rejected, size, nginxAt, ...times }
}

function timesOf(session: Session, slide: boolean) {
  const createdAt = session.createdAt.getTime()
  const idleEnd = session.expiresAt.getTime()
  const absoluteEnd = createdAt + ABSOLUTE_TIMEOUT
  // A use counts when a tenth of the idle timeout has passed.
  const slides = idleEnd - (session.cookie.originalMaxAge ?? 0) * 0.9
  const maySlide = slide && idleEnd < absoluteEnd
  return { id: session.id, createdAt, slides: maySlide ? slides : undefined, idleEnd, absoluteEnd }
}

/** What the browser holds. A cookie that was rejected is shown as it came, even where this answer removes it. */
function cookieOf({ state, sessions }: Playground, req: Request, res: Response) {
  const { session: name, moved } = sessions.names
  const isSaved = state.saved !== undefined
  const found = (name: string, token: string | undefined, rejected: Rejection | null = null) => {
    return { name, token, rejected, isSaved }
  }
  const came = cookieIn(req.headers.cookie, name)
  const { rejected } = req.session
  if (came !== undefined && rejected !== undefined) return found(name, came, rejected)
  const after = cookiesAfter(req.headers.cookie, setCookieOf(res))
  const [token, elsewhere] = [cookieIn(after, name), cookieIn(after, moved)]
  if (token !== undefined || elsewhere === undefined) return found(name, token)
  const why = silently(() => sessions.rejectedElsewhere(req, after))
  return found(moved, elsewhere, why)
}

/** What nginx takes by default of a response head, in bytes (`proxy_buffer_size`). */
const NGINX = 4096
/** The answer to a form, as HTTP/1.0 is answered: the cookie leaves in it. */
const HEAD = [
  'HTTP/1.1 303 See Other',
  ...Object.entries(SECURITY).map(([name, value]) => `${name}: ${value}`),
  'Location: /',
  'Content-Length: 0',
  'Vary: Cookie',
  'Cache-Control: no-store',
  'Date: Thu, 01 Jan 1970 00:00:00 GMT',
  'Connection: close',
  'Set-Cookie: =; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax\r\n\r\n',
].join('\r\n')

/** The bytes of name and value from which on nginx, with what it is set to by default, answers 502 instead of this. */
export function nginxLimit(isSecure: boolean): number {
  return NGINX + 1 - HEAD.length - (isSecure ? '; Secure'.length : 0)
}
