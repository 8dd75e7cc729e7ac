import { type Request, Router } from 'express'
import { cookieIn, type Fields, fieldsOf, Refusal, setCookie } from './http.js'
import type { Playground } from './visitors.js'

/** What is done to a value. Positions are shares of its length, so that the same can be done to a shorter one. */
interface Damage {
  readonly title: string
  break(value: string): string
}

/**
 * What an attacker may do to the cookie. It stands in front of the sessions, as no app would do this: the browser is
 * given the value as if it had been changed in it.
 */
export function cookieLab({ state, sessions, steps, other }: Playground): Router {
  const { isSecure, names } = sessions
  const about = { kind: 'broken' } as const

  /** The cookie of this request. Of one that opens a copy is kept, to be put back. */
  function heldBy(req: Request): string {
    const value = cookieIn(req.headers.cookie, names.session)
    if (!value) throw new Refusal('There is no cookie yet. Log in first, or put something in.', 409)
    if (sessions.seen(req, req.headers.cookie).rejected === null) state.saved = value
    return value
  }

  const router = Router()
  for (const [path, plan] of Object.entries({ tamper, truncate })) {
    router.post(`/cookie/${path}`, async (req, res) => {
      const value = heldBy(req)
      const damage = plan(fieldsOf(req), value)
      await steps.begin(req, { title: damage.title, about }, () =>
        other.exchangeCookie((cookie) => cookie.replace(/(?<==).*/, (theirs) => damage.break(theirs))),
      )
      res.append('Set-Cookie', setCookie(isSecure, names.session, damage.break(value)))
      steps.back(req, res)
    })
  }
  // The value goes to a cookie that the same app seals with the same keys, under another name.
  router.post('/cookie/rename', async (req, res) => {
    const value = heldBy(req)
    await steps.begin(req, { title: 'Moved the cookie to another name', about }, () =>
      other.exchangeCookie((cookie) => cookie.replace(/^[^=]+/, 'connect.moved')),
    )
    res.append('Set-Cookie', setCookie(isSecure, names.session, undefined))
    res.append('Set-Cookie', setCookie(isSecure, names.moved, value))
    steps.back(req, res)
  })
  router.post('/cookie/restore', async (req, res) => {
    const { saved } = state
    if (saved === undefined) throw new Refusal('There is no cookie to put back: none was broken.', 409)
    state.saved = undefined
    await steps.begin(req, { title: 'Put the whole cookie back', about }, other.restoreCookie)
    res.append('Set-Cookie', setCookie(isSecure, names.session, saved))
    if (cookieIn(req.headers.cookie, names.moved) !== undefined) {
      res.append('Set-Cookie', setCookie(isSecure, names.moved, undefined))
    }
    steps.back(req, res)
  })
  return router
}

function tamper({ at: given = '' }: Fields, { length }: string): Damage {
  const at = position(given, length)
  const flipped = (value: string, at: number) =>
    value.slice(0, at) + (value[at] === 'A' ? 'B' : 'A') + value.slice(at + 1)
  return {
    title: `Changed character ${at} of the cookie`,
    break: (value) => flipped(value, Math.floor((at / length) * value.length)),
  }
}

function truncate({ length: given = '' }: Fields, { length }: string): Damage {
  const kept = position(given, length)
  return {
    title: `Cut the cookie after ${kept} characters`,
    break: (value) => value.slice(0, Math.floor((kept / length) * value.length)),
  }
}

function position(text: string, length: number): number {
  const at = Number(text)
  if (/^\d{1,4}$/.test(text) && at < length) return at
  throw new Refusal(`Please give a number from 0 to ${length - 1}: the cookie has ${length} characters.`)
}
