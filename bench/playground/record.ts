import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe } from 'node:diagnostics_channel'
import type { Request, RequestHandler, Response } from 'express'
import type { SessionEvent } from '../../lib/index.js'
import { type About, type Account, differences } from './differences.js'
import { cookiesAfter, lineBytes, setCookieOf } from './http.js'
import type { OtherSide } from './other.js'
import type { Sessions } from './sessions.js'
import type { Both, Pending, Seen, Side, State } from './state.js'

/** By this the thief's requests are known. */
export const THIEF = 'thief'
/** So many steps and exchanges are kept. */
const MOST = 20
/** In characters: a key that was typed can be as long as a form. */
const LONGEST_TITLE = 120

interface Doing {
  readonly title: string
  readonly about?: About
}

/** What is known of a request before it is answered. */
interface Current {
  readonly at: number
  readonly events: SessionEvent[]
  /** What it does, and what came of it on the other side. */
  step?: Doing & { readonly before: Seen; readonly theirs: Account }
  /** What the app's error handler got. */
  error?: string
}

const current = new AsyncLocalStorage<Current | undefined>()
subscribe('sealed-session', (event) => current.getStore()?.events.push(event as SessionEvent))

/** Does something that is none of the request's doing. */
export function silently<Result>(look: () => Result): Result {
  return current.run(undefined, look)
}

const PENDING = {
  race: ({ length }: readonly string[]) => `Let ${length === 1 ? 'one request' : `${length} requests`} write at once`,
  late: () => 'Answered late',
  restart: () => 'Restarted the server',
} as const

/** Answers, and keeps what went over the wire, and what each step did to both sides. */
export function newRecord(state: State, sessions: Sessions, other: OtherSide) {
  const requests = new WeakMap<Request, Current>()
  const currentOf = (req: Request) => requests.get(req) as Current

  /** Listens from here on for events of this request. */
  const listen: RequestHandler = (req, res, next) => {
    const one = { at: Date.now(), events: [] }
    requests.set(req, one)
    // The session itself answers what a browser asks for the key of its device.
    if (req.path.includes('/.bound/')) res.once('finish', () => keep(req, res))
    current.run(one, next)
  }

  function keep(req: Request, res: Response): void {
    state.exchanges = [exchangeOf(req, res, currentOf(req)), ...state.exchanges].slice(0, MOST)
  }

  async function lookAtBoth(req: Request): Promise<Both<Seen>> {
    return { ours: sessions.seen(req, req.headers.cookie), theirs: (await other.look()).seen }
  }

  function seenAfter(req: Request, res: Response): Seen {
    return sessions.seen(req, cookiesAfter(req.headers.cookie, setCookieOf(res)))
  }

  function sideOf(req: Request, res: Response): Side {
    return {
      bytesUp: lineBytes('Cookie', [req.headers.cookie]),
      bytesDown: lineBytes('Set-Cookie', setCookieOf(res)),
      bytesStored: sessions.storedBytes(),
      status: res.statusCode,
      error: currentOf(req).error,
    }
  }

  function add({ title: given, about = {} }: Doing, ours: Account, theirs: Account): void {
    const title = given.length > LONGEST_TITLE ? `${given.slice(0, LONGEST_TITLE)}…` : given
    const said = differences(ours, theirs, about)
    const step = { at: Date.now(), title, ours: ours.side, theirs: theirs.side, differences: said }
    state.steps = [step, ...state.steps].slice(0, MOST)
  }

  function send(req: Request, res: Response, body: () => string = () => ''): void {
    const { step } = currentOf(req)
    const status = res.statusCode
    res.flushHeaders()
    // If the session could not be sealed, the response is the error handler's now.
    if (!res.headersSent || res.statusCode !== status) return
    keep(req, res)
    if (step) add(step, { before: step.before, after: seenAfter(req, res), side: sideOf(req, res) }, step.theirs)
    res.end(body())
  }

  return {
    listen,
    add,
    sideOf,

    /** Begins a step, before anything has changed here: `there` does the same on the other side. */
    async begin(req: Request, doing: Doing, there: () => Promise<Side> | undefined = () => undefined): Promise<void> {
      const { ours, theirs } = await lookAtBoth(req)
      const side = await there()
      const found = await other.look()
      const account = { before: theirs, side: side ?? found.side, after: found.seen }
      currentOf(req).step = { ...doing, before: ours, theirs: account }
    },

    fail(req: Request, error: string): void {
      currentOf(req).error = error
    },

    /** Answers with the way back to the page: reloading it then does nothing twice. */
    back(req: Request, res: Response): void {
      res.status(303).set({ Location: '/', 'Content-Length': '0' })
      send(req, res)
    },

    /** Answers with a body. It is made when the head has left, and can so tell what the head brought. */
    show(req: Request, res: Response, status: number, body: () => string, type = 'html'): void {
      res.status(status).set('Cache-Control', 'no-store').type(type)
      send(req, res, body)
    },

    /** A request has come of a step that takes several. The first brings what there was before. */
    async join(req: Request, kind: Pending['kind'], field: string[] = []): Promise<void> {
      const before = await lookAtBoth(req)
      const known = state.pending
      const pending = known?.kind === kind ? known : { kind, fields: [], before, open: 0 }
      const fields = [...new Set([...pending.fields, ...field])]
      state.pending = { ...pending, fields, open: pending.open + 1 }
    },

    /** The answer to it has left, and this is what it took on both sides. */
    leave(ours?: Side, theirs?: Side): void {
      const { pending } = state
      if (pending === undefined) return
      const open = Math.max(0, pending.open - 1)
      state.pending = { ...pending, ours: sum(pending.ours, ours), theirs: sum(pending.theirs, theirs), open }
    },

    /** The page was asked for, and its head has left: what is found now is what became of those requests. */
    settle(req: Request, res: Response, theirs: { readonly seen: Seen; readonly side: Side }): void {
      const { pending } = state
      if (pending === undefined || pending.open > 0) return
      state.pending = undefined
      const { kind, fields, before } = pending
      const found = seenAfter(req, res)
      // A cookie that was rejected may have been removed by the same answer.
      const after = { ...found, rejected: req.session.rejected ?? found.rejected }
      add(
        { title: PENDING[kind](fields), about: { kind, fields } },
        { before: before.ours, after, side: pending.ours ?? sideOf(req, res) },
        { before: before.theirs, after: theirs.seen, side: pending.theirs ?? theirs.side },
      )
    },
  }
}

export type Exchange = ReturnType<typeof exchangeOf>

/** What went over the wire: after the head has been sent, these are all the lines and events. */
function exchangeOf(req: Request, res: Response, { at, events }: Current) {
  return {
    at,
    events,
    isThief: req.headers['user-agent'] === THIEF,
    method: req.method,
    path: req.originalUrl.slice(0, 200),
    status: res.statusCode,
    cookie: req.headers.cookie,
    setCookie: setCookieOf(res),
  }
}

function sum(before: Side | undefined, more: Side | undefined): Side | undefined {
  if (before === undefined || more === undefined) return more ?? before
  const [bytesUp, bytesDown] = [before.bytesUp + more.bytesUp, before.bytesDown + more.bytesDown]
  return { ...more, bytesUp, bytesDown, error: more.error ?? before.error }
}
