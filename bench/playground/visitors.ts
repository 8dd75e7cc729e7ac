import { randomBytes } from 'node:crypto'
import type { RequestHandler } from 'express'
import { setCookie } from './cookie-lab.js'
import { cookieIn, cookiesAfter } from './jar.js'
import { newPlayground, type Playground, type PlaygroundOptions } from './playground.js'
import type { State, States } from './state.js'
import { TICKET } from './ticket.js'

/** So many browsers have a playground at the same time. The next one takes the place of the one that was away longest. */
const MOST = 20

interface Visitor {
  readonly playground: Playground
  readonly routes: RequestHandler
}

export interface VisitorsOptions extends Pick<PlaygroundOptions, 'isSecure' | 'patience'> {
  readonly states: States
  routesOf(playground: Playground): RequestHandler
}

/** Gives each browser a playground of its own: its session, log, keys, thief, and sessions in express-session. */
export class Visitors {
  readonly #options: VisitorsOptions
  readonly #name: string
  /** By id, the one that came last at the end. */
  readonly #known = new Map<string, Visitor>()

  constructor(options: VisitorsOptions) {
    this.#options = options
    this.#name = options.isSecure ? `__Host-Http-${TICKET}` : TICKET
    for (const [id, state] of Object.entries(options.states.known ?? {})) this.#admit(id, state)
  }

  readonly handle: RequestHandler = (req, res, next) => {
    const came = cookieIn(req.headers.cookie, this.#name) ?? ''
    const known = this.#known.get(came)
    const id = known ? came : randomBytes(16).toString('base64url')
    const visitor = known ?? this.#admit(id, structuredClone(this.#options.states.first))
    this.#known.delete(id)
    this.#known.set(id, visitor)
    if (!known) res.append('Set-Cookie', setCookie(visitor.playground.sessions, this.#name, id))
    // What a session costs is counted without it.
    const cookie = cookiesAfter(req.headers.cookie, [`${this.#name}=; Max-Age=0`])
    if (cookie === undefined) delete req.headers.cookie
    else req.headers.cookie = cookie
    visitor.routes(req, res, next)
  }

  /** What outlives a restart. */
  get states(): States {
    const known = [...this.#known].map(([id, { playground }]) => [id, playground.state] as const)
    return { first: this.#options.states.first, known: Object.fromEntries(known) }
  }

  close(): void {
    for (const { playground } of this.#known.values()) playground.close()
  }

  #admit(id: string, state: State): Visitor {
    const { isSecure, patience, routesOf } = this.#options
    const playground = newPlayground({ state, ticket: `${this.#name}=${id}`, isSecure, patience })
    const visitor = { playground, routes: routesOf(playground) }
    this.#known.set(id, visitor)
    for (const [oldest, { playground }] of [...this.#known].slice(0, -MOST)) {
      this.#known.delete(oldest)
      playground.close()
    }
    return visitor
  }
}
