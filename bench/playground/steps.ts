import type { Request, Response } from 'express'
import { type About, type Account, differences } from './differences.js'
import { cookiesAfter, lineBytes, setCookieOf } from './http.js'
import type { OtherSide } from './other.js'
import type { Sessions } from './sessions.js'
import type { Pending, Seen, Side, State } from './state.js'
import type { Wire } from './wire.js'

const MOST = 20
/** In characters: a key that was typed can be as long as a form. */
const LONGEST_TITLE = 120

interface Doing {
  readonly title: string
  readonly about?: About
}

interface Begun extends Doing {
  readonly before: Seen
  readonly theirs: Account
  /** What the app's error handler got. */
  error?: string
}

const PENDING = {
  race: ({ length }: readonly string[]) => `Let ${length === 1 ? 'one request' : `${length} requests`} write at once`,
  late: () => 'Answered late',
  restart: () => 'Restarted the server',
} as const

/** Keeps what each step did to both sides, and answers: a step is done when the head of its response has left. */
export function newSteps(state: State, wire: Wire, sessions: Sessions, other: OtherSide) {
  const begun = new WeakMap<Request, Begun>()

  async function lookAtBoth(req: Request): Promise<Pending['before']> {
    const ours = sessions.seen(req, req.headers.cookie)
    return { ours, theirs: (await other.look()).seen }
  }

  function seenAfter(req: Request, res: Response): Seen {
    return sessions.seen(req, cookiesAfter(req.headers.cookie, setCookieOf(res)))
  }

  function sideOf(req: Request, res: Response, error?: string): Side {
    const { cookie, setCookie, status } = wire.exchangeOf(req, res)
    const [bytesUp, bytesDown] = [lineBytes('Cookie', [cookie]), lineBytes('Set-Cookie', setCookie)]
    return { bytesUp, bytesDown, bytesStored: sessions.storedBytes(), status, error }
  }

  function add({ title: given, about = {} }: Doing, ours: Account, theirs: Account): void {
    const title = given.length > LONGEST_TITLE ? `${given.slice(0, LONGEST_TITLE)}…` : given
    const said = differences(ours, theirs, about)
    const step = { at: Date.now(), title, ours: ours.side, theirs: theirs.side, differences: said }
    state.steps = [step, ...state.steps].slice(0, MOST)
  }

  function send(req: Request, res: Response, body: () => string = () => ''): void {
    const step = begun.get(req)
    const status = res.statusCode
    res.flushHeaders()
    // If the session could not be sealed, the response is the error handler's now.
    if (!res.headersSent || res.statusCode !== status) return
    wire.keep(req, res)
    begun.delete(req)
    if (step) {
      const { before, theirs, error } = step
      add(step, { before, after: seenAfter(req, res), side: sideOf(req, res, error) }, theirs)
    }
    res.end(body())
  }

  return {
    add,
    sideOf,

    /** Begins a step, before anything has changed here: `drive` does the same on the other side. */
    async begin(req: Request, doing: Doing, drive: () => Promise<Side>): Promise<void> {
      const { ours, theirs } = await lookAtBoth(req)
      const side = await drive()
      const after = (await other.look()).seen
      begun.set(req, { ...doing, before: ours, theirs: { before: theirs, side, after } })
    },

    fail(req: Request, error: string): void {
      const step = begun.get(req)
      if (step) step.error = error
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

function sum(before: Side | undefined, more: Side | undefined): Side | undefined {
  if (before === undefined || more === undefined) return more ?? before
  const [bytesUp, bytesDown] = [before.bytesUp + more.bytesUp, before.bytesDown + more.bytesDown]
  return { ...more, bytesUp, bytesDown, error: more.error ?? before.error }
}
