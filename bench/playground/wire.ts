import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Request, RequestHandler, Response } from 'express'
import type { SessionEvent } from '../../lib/index.js'
import type { State } from './state.js'
import { isTicketLine } from './ticket.js'
import type { Exchange } from './view.js'

/** By this the thief's requests are known. */
export const THIEF = 'thief'
const CHANNEL = 'sealed-session'
const MOST = 20

interface Begun {
  readonly at: number
  readonly events: SessionEvent[]
}

/** What went over the wire: the cookies of the last requests, and the events that were published during each. */
export class Wire {
  readonly #state: State
  readonly #begun = new WeakMap<object, Begun>()
  readonly #current = new AsyncLocalStorage<Begun | undefined>()

  constructor(state: State) {
    this.#state = state
    subscribe(CHANNEL, this.#hear)
  }

  /** Listens from here on for events of this request. */
  readonly listen: RequestHandler = (req, _res, next) => {
    const begun = { at: Date.now(), events: [] }
    this.#begun.set(req, begun)
    this.#current.run(begun, next)
  }

  /** Does something that is none of the request's doing. */
  silently<Result>(look: () => Result): Result {
    return this.#current.run(undefined, look)
  }

  /** What there was of a request so far. After the head has been sent, all of it. */
  exchangeOf(req: Request, res: Response): Exchange {
    const { at, events } = this.#begun.get(req) ?? { at: Date.now(), events: [] }
    return {
      at,
      who: req.headers['user-agent'] === THIEF ? 'the thief' : 'you',
      method: req.method,
      path: req.originalUrl.slice(0, 200),
      status: res.statusCode,
      cookie: req.headers.cookie,
      setCookie: setCookieOf(res),
      events: [...events],
    }
  }

  /** Keeps a request whose head has been sent. */
  keep(req: Request, res: Response): void {
    const { exchanges } = this.#state
    this.#state.exchanges = [this.exchangeOf(req, res), ...exchanges].slice(0, MOST)
  }

  close(): void {
    unsubscribe(CHANNEL, this.#hear)
  }

  readonly #hear = (event: unknown): void => {
    this.#current.getStore()?.events.push(event as SessionEvent)
  }
}

/** The values of the `Set-Cookie` lines, without the one that tells browsers apart. */
export function setCookieOf(res: Response): string[] {
  return [res.getHeader('Set-Cookie') ?? []]
    .flat()
    .map(String)
    .filter((line) => !isTicketLine(line))
}
