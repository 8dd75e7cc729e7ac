import { type Request, type RequestHandler, Router } from 'express'
import { type Fields, fieldsOf } from './fields.js'
import { cookieIn } from './jar.js'
import type { Playground } from './playground.js'
import { Refusal } from './refusal.js'
import type { Sessions } from './sessions.js'

/** What is done to a value. Positions are shares of its length, so that the same can be done to a shorter one. */
interface Damage {
  readonly title: string
  break(value: string): string
}

/**
 * What an attacker may do to the cookie. It stands in front of the sessions, as no app would do this: the browser is
 * given the value as if it had been changed in it.
 */
export function cookieLab(playground: Playground): Router {
  const router = Router()
  router.post('/cookie/tamper', damaging(playground, tamper))
  router.post('/cookie/truncate', damaging(playground, truncate))
  router.post('/cookie/rename', rename(playground))
  router.post('/cookie/restore', restore(playground))
  return router
}

function tamper(fields: Fields, { length }: string): Damage {
  const at = position(fields('at'), length)
  return {
    title: `Changed character ${at} of the cookie`,
    break: (value) => flipped(value, Math.floor((at / length) * value.length)),
  }
}

function flipped(value: string, at: number): string {
  return value.slice(0, at) + (value[at] === 'A' ? 'B' : 'A') + value.slice(at + 1)
}

function truncate(fields: Fields, { length }: string): Damage {
  const kept = position(fields('length'), length)
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

function damaging(playground: Playground, plan: (fields: Fields, value: string) => Damage): RequestHandler {
  const { sessions, steps, other, answers } = playground
  return async (req, res) => {
    const value = heldBy(playground, req)
    const damage = plan(fieldsOf(req), value)
    await steps.begin(req, { title: damage.title, about: { kind: 'broken' } }, async () => {
      other.exchangeCookie((cookie) => {
        const [name, theirs = ''] = cookie.split('=')
        return `${name}=${damage.break(theirs)}`
      })
      return (await other.look()).side
    })
    res.append('Set-Cookie', setCookie(sessions, sessions.names.session, damage.break(value)))
    await answers.back(req, res)
  }
}

/** The value goes to a cookie that the same app seals with the same keys, under another name. */
function rename(playground: Playground): RequestHandler {
  const { sessions, steps, other, answers } = playground
  const { names } = sessions
  return async (req, res) => {
    const value = heldBy(playground, req)
    await steps.begin(req, { title: 'Moved the cookie to another name', about: { kind: 'broken' } }, async () => {
      other.exchangeCookie((cookie) => cookie.replace(/^[^=]+/, 'connect.moved'))
      return (await other.look()).side
    })
    res.append('Set-Cookie', setCookie(sessions, names.session, undefined))
    res.append('Set-Cookie', setCookie(sessions, names.moved, value))
    await answers.back(req, res)
  }
}

function restore({ state, sessions, steps, other, answers }: Playground): RequestHandler {
  return async (req, res) => {
    const { saved } = state
    if (saved === undefined) throw new Refusal('There is no cookie to put back: none was broken.', 409)
    state.saved = undefined
    await steps.begin(req, { title: 'Put the whole cookie back', about: { kind: 'broken' } }, async () => {
      other.restoreCookie()
      return (await other.look()).side
    })
    res.append('Set-Cookie', setCookie(sessions, sessions.names.session, saved))
    if (cookieIn(req.headers.cookie, sessions.names.moved) !== undefined) {
      res.append('Set-Cookie', setCookie(sessions, sessions.names.moved, undefined))
    }
    await answers.back(req, res)
  }
}

/** The cookie of this request. Of one that opens a copy is kept, to be put back. */
function heldBy({ state, sessions }: Playground, req: Request): string {
  const value = cookieIn(req.headers.cookie, sessions.names.session)
  if (!value) throw new Refusal('There is no cookie yet. Log in first, or put something in.', 409)
  if (sessions.seen(req, req.headers.cookie).rejected === null) state.saved = value
  return value
}

/** A line as the sessions write it, or one that removes the cookie. */
export function setCookie({ isSecure }: Sessions, name: string, value: string | undefined): string {
  const life = value === undefined ? '; Max-Age=0' : '; Max-Age=604800'
  return `${name}=${value ?? ''}${life}; Path=/; HttpOnly${isSecure ? '; Secure' : ''}; SameSite=Lax`
}
