import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Request, RequestHandler, Response } from 'express'
import type { SessionEvent } from '../../lib/index.js'
import { setCookieOf } from './http.js'
import type { Exchange, State } from './state.js'

/** By this the thief's requests are known. */
export const THIEF = 'thief'
const CHANNEL = 'sealed-session'
const MOST = 20

interface Begun {
  readonly at: number
  readonly events: SessionEvent[]
}

export type Wire = ReturnType<typeof newWire>

/** What went over the wire: the cookies of the last requests, and the events that were published during each. */
export function newWire(state: State) {
  const begun = new WeakMap<object, Begun>()
  const current = new AsyncLocalStorage<Begun | undefined>()
  const hear = (event: unknown) => void current.getStore()?.events.push(event as SessionEvent)
  subscribe(CHANNEL, hear)

  /** Listens from here on for events of this request. */
  const listen: RequestHandler = (req, res, next) => {
    const one = { at: Date.now(), events: [] }
    begun.set(req, one)
    // The session itself answers what a browser asks for the key of its device.
    if (req.path.includes('/.bound/')) res.once('finish', () => keep(req, res))
    current.run(one, next)
  }

  /** What there was of a request so far. After the head has been sent, all of it. */
  function exchangeOf(req: Request, res: Response): Exchange {
    const { at, events } = begun.get(req) ?? { at: Date.now(), events: [] }
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

  function keep(req: Request, res: Response): void {
    state.exchanges = [exchangeOf(req, res), ...state.exchanges].slice(0, MOST)
  }

  return {
    listen,
    exchangeOf,
    keep,
    /** Does something that is none of the request's doing. */
    silently: <Result>(look: () => Result): Result => current.run(undefined, look),
    close: () => unsubscribe(CHANNEL, hear),
  }
}
