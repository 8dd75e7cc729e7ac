import { randomBytes } from 'node:crypto'
import type { RequestHandler } from 'express'
import { cookieIn, cookiesAfter, setCookie, TICKET } from './http.js'
import { newOtherSide } from './other.js'
import { newSessions } from './sessions.js'
import type { State, States } from './state.js'
import { newSteps } from './steps.js'
import { newTogether } from './together.js'
import { newWire } from './wire.js'

/** So many browsers have a playground at the same time. The next takes the place of the one that was away longest. */
const MOST = 20

export interface VisitorsOptions {
  readonly states: States
  /** Whether it is served over HTTPS. */
  readonly isSecure?: boolean | undefined
  /** How long overlapping requests are held at most, in milliseconds. */
  readonly patience?: number | undefined
  routesOf(playground: Playground): RequestHandler
}

/** What the routes have in common. Each browser has one of its own, and sees nothing of the others. */
export type Playground = ReturnType<typeof newPlayground>

/** @param ticket the cookie by which the server knows this browser, as `name=value` */
function newPlayground(state: State, ticket: string, { isSecure = false, patience }: VisitorsOptions) {
  const wire = newWire(state)
  const sessions = newSessions(state, wire, isSecure)
  const other = newOtherSide(state, patience)
  const steps = newSteps(state, wire, sessions, other)
  const close = () => {
    other.close()
    wire.close()
  }
  return { state, ticket, wire, sessions, other, steps, together: newTogether(patience), patience, close }
}

/** Gives each browser a playground of its own: its session, log, keys, thief, and sessions in express-session. */
export function newVisitors(options: VisitorsOptions) {
  const { states, isSecure = false } = options
  const name = isSecure ? `__Host-Http-${TICKET}` : TICKET
  /** By id, the one that came last at the end. */
  const known = new Map<string, { readonly playground: Playground; readonly routes: RequestHandler }>()
  for (const [id, state] of Object.entries(states.known ?? {})) admit(id, state)

  function admit(id: string, state: State) {
    const playground = newPlayground(state, `${name}=${id}`, options)
    const visitor = { playground, routes: options.routesOf(playground) }
    known.set(id, visitor)
    for (const [oldest, one] of [...known].slice(0, -MOST)) {
      known.delete(oldest)
      one.playground.close()
    }
    return visitor
  }

  const handle: RequestHandler = (req, res, next) => {
    const came = cookieIn(req.headers.cookie, name) ?? ''
    const found = known.get(came)
    const id = found ? came : randomBytes(16).toString('base64url')
    const visitor = found ?? admit(id, structuredClone(states.first))
    known.delete(id)
    known.set(id, visitor)
    if (!found) res.append('Set-Cookie', setCookie(isSecure, name, id))
    // What a session costs is counted without it.
    const cookie = cookiesAfter(req.headers.cookie, [`${name}=; Max-Age=0`])
    if (cookie === undefined) delete req.headers.cookie
    else req.headers.cookie = cookie
    visitor.routes(req, res, next)
  }

  return {
    handle,
    /** What outlives a restart. */
    states: (): States => {
      const each = [...known].map(([id, { playground }]) => [id, playground.state] as const)
      return { first: states.first, known: Object.fromEntries(each) }
    },
    close(): void {
      for (const { playground } of known.values()) playground.close()
    },
  }
}
