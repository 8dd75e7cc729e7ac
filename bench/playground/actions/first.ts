import type { RequestHandler } from 'express'
import { set } from '../deeds/data.js'
import type { Sessioned } from '../deeds/deed.js'
import { cookieIn } from '../jar.js'
import type { Playground } from '../playground.js'

const CART = { path: 'cart.tea', kind: 'number', value: '1' }

/** Puts a cart into the session, so that there is one to look at. Only the first visit writes; later ones read. */
export function firstVisit({ state, sessions, steps, other }: Playground): RequestHandler {
  const deed = { ...set((name) => CART[name as keyof typeof CART]), title: 'Your first visit put a tea into the cart' }
  return async (req, _res, next) => {
    const isFirst = !state.hasBegun && cookieIn(req.headers.cookie, sessions.names.session) === undefined
    state.hasBegun = true
    if (isFirst) {
      await steps.begin(req, deed, () => other.do('/set', CART))
      await deed.perform(req as unknown as Sessioned)
      // The page, too, shows what the other side has by then.
      await steps.ready(req)
    }
    next()
  }
}
