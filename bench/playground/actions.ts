import { type Request, type RequestHandler, type Response, Router } from 'express'
import type { Session } from '../../lib/index.js'
import type { Playground } from './app.js'
import { DEEDS, type Deed, HELD, NOTES, sessioned, set } from './deeds.js'
import { play } from './device.js'
import type { About } from './differences.js'
import { cookieIn, type Fields, fieldsOf, lineBytes, Refusal, setCookie } from './http.js'
import { dropped, revoked, rotated } from './keys.js'
import { restarting } from './page/page.js'
import { silently, THIEF } from './record.js'
import { SETTINGS, type Seen, type Settings, type Side, type State, startOver, type Taken, userOf } from './state.js'
import { nginxLimit } from './view.js'

/** What a visitor does to both sides, and what became of it. */
interface Action {
  readonly title: string
  readonly about?: About
  /** Comes first, and says what it took. By default that is what a look takes. */
  there?(): Promise<Side> | undefined
  here?(req: Request, res: Response): unknown
}

/** @throws {Refusal} for what cannot be done */
type Plan = (fields: Fields, req: Request) => Action

function routesOf({ record }: Playground, plans: Readonly<Record<string, Plan>>): Router {
  const router = Router()
  for (const [path, plan] of Object.entries(plans)) {
    router.post(path, async (req, res) => {
      const action = plan(fieldsOf(req), req)
      await record.begin(req, action, action.there)
      await action.here?.(req, res)
      record.back(req, res)
    })
  }
  return router
}

/** Ends the process, or everything that this browser did. Both stand in front of the sessions, and ask for none. */
export function serverActions({ state, sessions, other, record }: Playground, restart: () => void): Router {
  return Router()
    .post('/restart', async (req, res) => {
      await record.join(req, 'restart')
      record.leave()
      res.once('finish', restart)
      record.show(req, res, 200, () => restarting().text)
    })
    .post('/reset', (req, res) => {
      for (const name of Object.values(sessions.names)) {
        if (cookieIn(req.headers.cookie, name) === undefined) continue
        res.append('Set-Cookie', setCookie(sessions.isSecure, name, undefined))
      }
      startOver(state)
      sessions.rebuild()
      other.forget()
      record.back(req, res)
    })
}

/** What is done to keys and settings, or to the cookie in the browser, before the sessions see the request. */
export function inFront(playground: Playground): Router {
  const { state, sessions } = playground
  const { names, isSecure } = sessions

  function change(title: string, change: Partial<State>): Action {
    return {
      title,
      there() {
        Object.assign(state, change)
        sessions.rebuild()
      },
      // Asks for the session after such a change, as a page does.
      async here(req, res) {
        await sessions.attach(req, res)
        void req.session.isPopulated
      },
    }
  }

  /** The browser is given these cookies as if they had been changed in it. The other one has only one. */
  function exchange(
    title: string,
    ours: Readonly<Record<string, string | undefined>>,
    theirs: (cookie: string) => string,
  ): Action {
    return {
      title,
      about: { kind: 'broken' },
      there() {
        const { cookie, saved } = state.other
        if (cookie !== undefined) state.other = { cookie: theirs(cookie), saved: saved ?? cookie }
      },
      here(_req, res) {
        for (const [name, value] of Object.entries(ours)) res.append('Set-Cookie', setCookie(isSecure, name, value))
      },
    }
  }

  /** Does the same to both cookies, and to a shorter one at the same share of its length. */
  function damage(title: string, value: string, at: number, damaged: (value: string, at: number) => string): Action {
    const shorter = (theirs: string) => damaged(theirs, Math.floor((at / value.length) * theirs.length))
    const ours = { [names.session]: damaged(value, at) }
    return exchange(title, ours, (cookie) => cookie.replace(/(?<==).*/, shorter))
  }

  /** The cookie of this request. Of one that opens a copy is kept, to be put back. */
  function heldBy(req: Request): string {
    const value = cookieIn(req.headers.cookie, names.session)
    if (!value) throw new Refusal('There is no cookie yet. Log in first, or put something in.', 409)
    if (sessions.seen(req, req.headers.cookie).rejected === null) state.saved = value
    return value
  }

  return routesOf(playground, {
    '/keys/rotate': () => change('Rotated the keys', { keys: rotated(state.keys) }),
    '/keys/revoke': ({ kid = '' }) => change(`Revoked key ${kid}`, { keys: revoked(state.keys, kid) }),
    '/keys/drop': ({ kid = '' }) => change(`Dropped key ${kid}`, { keys: dropped(state.keys, kid) }),
    '/settings': (fields) => {
      const settings = Object.fromEntries(SETTINGS.map((name) => [name, fields[name] !== undefined])) as Settings
      const changed = SETTINGS.filter((name) => settings[name] !== state.settings[name])
      const said = changed.map((name) => `${name} ${settings[name] ? 'on' : 'off'}`).join(' and ')
      return change(`Switched ${said || 'nothing'}`, { settings })
    },
    '/cookie/tamper': ({ at: given }, req) => {
      const value = heldBy(req)
      const at = position(given, value)
      const flipped = (value: string, at: number) =>
        value.slice(0, at) + (value[at] === 'A' ? 'B' : 'A') + value.slice(at + 1)
      return damage(`Changed character ${at} of the cookie`, value, at, flipped)
    },
    '/cookie/truncate': ({ length }, req) => {
      const value = heldBy(req)
      const kept = position(length, value)
      return damage(`Cut the cookie after ${kept} characters`, value, kept, (value, at) => value.slice(0, at))
    },
    // The value goes to a cookie that the same app seals with the same keys, under another name.
    '/cookie/rename': (_fields, req) => {
      const ours = { [names.session]: undefined, [names.moved]: heldBy(req) }
      return exchange('Moved the cookie to another name', ours, (cookie) => cookie.replace(/^[^=]+/, 'connect.moved'))
    },
    '/cookie/restore': (_fields, req) => {
      const { saved } = state
      if (saved === undefined) throw new Refusal('There is no cookie to put back: none was broken.', 409)
      state.saved = undefined
      const isMoved = cookieIn(req.headers.cookie, names.moved) !== undefined
      const ours = { [names.session]: saved, ...(isMoved && { [names.moved]: undefined }) }
      return {
        ...exchange('Put the whole cookie back', ours, String),
        there() {
          state.other = { cookie: state.other.saved ?? state.other.cookie }
        },
      }
    },
  })
}

function position(text = '', { length }: string): number {
  const at = Number(text)
  if (/^\d{1,4}$/.test(text) && at < length) return at
  throw new Refusal(`Please give a number from 0 to ${length - 1}: the cookie has ${length} characters.`)
}

/** Does the same on both sides. */
function deed({ state, sessions, other, gates }: Playground, done: Deed, path: string, fields: Fields): Action {
  return {
    ...done,
    there: () => other.do(path, fields),
    async here(req, res) {
      const { id, isPopulated } = req.session
      await done.perform(sessioned(req))
      if (isPopulated && req.session?.id !== id) {
        sessions.remember(id)
        state.saved = undefined
      }
      // Not before the answer has left: what comes late comes after it.
      if (req.session === undefined) res.once('finish', gates.loggedOut)
    },
  }
}

const CART = { path: 'cart.tea', kind: 'number', value: '1' }

/** Puts a cart into the session, so that there is one to look at. Only the first visit writes; later ones read. */
export function firstVisit(playground: Playground): RequestHandler {
  const { state, sessions, record } = playground
  const title = 'Your first visit put a tea into the cart'
  const action = deed(playground, { ...set(CART), title }, '/set', CART)
  return async (req, res, next) => {
    const isFirst = !state.hasBegun && cookieIn(req.headers.cookie, sessions.names.session) === undefined
    state.hasBegun = true
    if (isFirst) {
      await record.begin(req, action, action.there)
      await action.here?.(req, res)
    }
    next()
  }
}

export function onSession(playground: Playground): Router {
  const { state, sessions } = playground
  const deeds = Object.entries(DEEDS).map(([path, plan]): [string, Plan] => {
    return [path, (fields) => deed(playground, plan(fields), path, fields)]
  })
  return routesOf(playground, {
    ...Object.fromEntries(deeds),
    // As much text as fits, or one byte more: the notes are set to it on both sides.
    '/fill': ({ to }, { session }) => {
      const bytes = notesFor(to, session, nginxLimit(sessions.isSecure))
      const fields = { path: NOTES, kind: 'text', value: 'x'.repeat(bytes) }
      return deed(playground, { ...set(fields), title: `Filled notes with ${bytes} bytes` }, '/set', fields)
    },
    '/thief/steal': ({ what }, { headers: { cookie } }) => {
      const { session: name } = sessions.names
      const value = cookieIn(cookie, name)
      if (!value) throw new Refusal('There is no cookie to steal yet. Log in first, or put something in.', 409)
      const [title, ours] =
        what === 'all' ? ['The thief copied all cookies', cookie] : ['The thief copied the cookie', `${name}=${value}`]
      const here = () => {
        state.thief = { ours, theirs: state.other.cookie }
      }
      return { title, here }
    },
  })
}

/** How many bytes of notes it takes: to `limit`, one more (`over`), or as few as nginx fails at. */
function notesFor(to = '', session: Session, nginxAt: number): number {
  const { limit } = session.size
  const goal = new Map([
    ['limit', limit + 1],
    ['over', limit + 1],
    ['nginx', nginxAt],
  ]).get(to)
  if (goal === undefined) throw new Refusal('It is filled to "limit", "over" or "nginx".')
  // Three bytes of it take four in the cookie, give or take one.
  let bytes = Math.max(0, Math.floor(((goal - bytesWith(0, session)) * 3) / 4) - 2)
  while (bytesWith(bytes, session) < goal) bytes += 1
  if (to !== 'limit') return bytes
  if (bytes > 0) return bytes - 1
  throw new Refusal('There is no room for notes. Remove something first.', 409)
}

/** What the cookie would cost with notes of so many bytes. The session is left as it was. */
function bytesWith(notes: number, session: Session): number {
  const data = session as object as Record<string, unknown>
  const { [NOTES]: before } = data
  data[NOTES] = 'x'.repeat(notes)
  const { bytes } = session.size
  if (before === undefined) delete data[NOTES]
  else data[NOTES] = before
  return bytes
}

/** Requests that are held until another one has come. */
export function overlapping({ gates, other, record, patience }: Playground): Router {
  const router = Router()
  for (const [path, { kind, field }] of Object.entries(HELD)) {
    router.post(path, async (req, res) => {
      // What is waited for is said before anything else, so that none of it is missed.
      const opened = gates.open(kind)
      const { session } = req
      let [ours, theirs]: [Side?, Side?] = []
      await record.join(req, kind, [field])
      try {
        ;[theirs] = await Promise.all([other.do(path, {}, patience), opened])
        Object.assign(session, { [field]: 'written' })
        record.back(req, res)
        ours = record.sideOf(req, res)
      } finally {
        record.leave(ours, theirs)
      }
    })
  }
  return router
}

/** The thief has a copy of the cookie, and a browser of their own. */
export function thiefActions({ state, askOwn, sessions, record, other }: Playground): Router {
  return Router()
    .post('/thief/use', async (req, res) => {
      const { ours: cookie, theirs } = state.thief
      if (cookie === undefined) throw new Refusal('The thief has no cookie yet.', 409)
      const asked = askOwn('/who', cookie, { headers: { 'user-agent': THIEF } })
      const [here, there] = await Promise.all([asked, other.look(theirs ?? '')])
      const taken = JSON.parse(here.body) as Taken
      state.thief = { ...state.thief, tried: { at: Date.now(), ...taken } }
      const before: Seen = { data: {}, rejected: null, bytes: 0, stored: sessions.storedBytes() }
      const side = {
        bytesUp: lineBytes('Cookie', [cookie]),
        bytesDown: lineBytes('Set-Cookie', here.setCookie),
        bytesStored: before.stored,
        status: here.status,
      }
      record.add(
        { title: 'The thief used the copy', about: { kind: 'thief' } },
        { before, after: { ...before, user: taken.user ?? undefined, rejected: taken.rejected }, side },
        { before, after: there.seen, side: there.side },
      )
      record.back(req, res)
    })
    .post('/thief/play', async (req, res) => {
      // A new theft, or another try with what was copied before.
      const copy = fieldsOf(req)['again'] ? state.played?.copy : undefined
      state.played = await silently(() => play(state.keys, copy))
      record.back(req, res)
    })
    .get('/who', (req, res) => {
      const taken: Taken = { user: userOf({ ...req.session }) ?? null, rejected: req.session.rejected ?? null }
      record.show(req, res, 200, () => JSON.stringify(taken), 'json')
    })
}
