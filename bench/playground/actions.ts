import { type Request, type RequestHandler, type Response, Router } from 'express'
import type { Session } from '../../lib/index.js'
import { DEEDS, type Deed, NOTES, type Sessioned, set } from './deeds.js'
import { cookieIn, type Fields, fieldsOf, Refusal, setCookie } from './http.js'
import { dropped, revoked, rotated } from './keys.js'
import { restarting } from './page/page.js'
import { SETTINGS, type Settings, type Side, type State, startOver } from './state.js'
import { PATIENCE, raceField } from './together.js'
import { nginxLimit } from './view.js'
import type { Playground } from './visitors.js'

const CART = { path: 'cart.tea', kind: 'number', value: '1' }

/** Puts a cart into the session, so that there is one to look at. Only the first visit writes; later ones read. */
export function firstVisit({ state, sessions, steps, other }: Playground): RequestHandler {
  const deed = { ...set(CART), title: 'Your first visit put a tea into the cart' }
  return async (req, _res, next) => {
    const isFirst = !state.hasBegun && cookieIn(req.headers.cookie, sessions.names.session) === undefined
    state.hasBegun = true
    if (isFirst) {
      await steps.begin(req, deed, () => other.do('/set', CART))
      await deed.perform(sessioned(req))
    }
    next()
  }
}

export function sessionActions(playground: Playground): Router {
  const router = Router()
  for (const [path, plan] of Object.entries(DEEDS)) {
    router.post(path, (req, res) => perform(playground, req, res, plan(fieldsOf(req)), path, fieldsOf(req)))
  }
  // As much text as fits, or one byte more: the notes are set to it on both sides.
  router.post('/fill', (req, res) => {
    const bytes = notesFor(fieldsOf(req)['to'], req.session, nginxLimit(playground.sessions.isSecure))
    const fields = { path: NOTES, kind: 'text', value: 'x'.repeat(bytes) }
    return perform(playground, req, res, { ...set(fields), title: `Filled notes with ${bytes} bytes` }, '/set', fields)
  })
  return router
}

async function perform(
  { state, sessions, steps, other, together }: Playground,
  req: Request,
  res: Response,
  deed: Deed,
  path: string,
  fields: Fields,
): Promise<void> {
  await steps.begin(req, deed, () => other.do(path, fields))
  const { id, isPopulated } = req.session
  await deed.perform(sessioned(req))
  if (isPopulated && req.session?.id !== id) {
    sessions.remember(id)
    state.saved = undefined
  }
  // Not before the answer has left: what comes late comes after it.
  if (req.session === undefined) res.once('finish', together.loggedOut)
  steps.back(req, res)
}

/** How many bytes of notes it takes: to `limit`, one more (`over`), or as few as nginx fails at. */
function notesFor(to: string | undefined, session: Session, nginxAt: number): number {
  const { limit } = session.size
  const goals = new Map([
    ['limit', limit + 1],
    ['over', limit + 1],
    ['nginx', nginxAt],
  ])
  const goal = goals.get(to ?? '')
  if (goal === undefined) throw new Refusal('It is filled to "limit", "over" or "nginx".')
  let [from, until] = [0, limit]
  while (from < until) {
    const middle = Math.floor((from + until) / 2)
    if (bytesWith(middle, session) >= goal) until = middle
    else from = middle + 1
  }
  if (to !== 'limit') return until
  if (until > 0) return until - 1
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

type Change = (state: State, fields: Fields) => { readonly title: string; readonly change: Partial<State> }

/** Changes of the keys and settings, by path. */
const CHANGES: Readonly<Record<string, Change>> = {
  '/keys/rotate': ({ keys }) => ({ title: 'Rotated the keys', change: { keys: rotated(keys) } }),
  '/keys/revoke': ({ keys }, { kid = '' }) => ({ title: `Revoked key ${kid}`, change: { keys: revoked(keys, kid) } }),
  '/keys/drop': ({ keys }, { kid = '' }) => ({ title: `Dropped key ${kid}`, change: { keys: dropped(keys, kid) } }),
  '/settings': ({ settings: before }, fields) => {
    const settings = Object.fromEntries(SETTINGS.map((name) => [name, fields[name] !== undefined])) as Settings
    const changed = SETTINGS.filter((name) => settings[name] !== before[name])
    const said = changed.map((name) => `${name} ${settings[name] ? 'on' : 'off'}`).join(' and ')
    return { title: `Switched ${said || 'nothing'}`, change: { settings } }
  },
}

/** They stand in front of the sessions, which are those of after the change. */
export function controls({ state, steps, sessions, other }: Playground): Router {
  const router = Router()
  for (const [path, planOf] of Object.entries(CHANGES)) {
    router.post(path, async (req, _res, next) => {
      const { title, change } = planOf(state, fieldsOf(req))
      await steps.begin(req, { title }, async () => {
        Object.assign(state, change)
        sessions.rebuild()
        other.rebuild()
        return (await other.look()).side
      })
      next()
    })
  }
  return router
}

/** Asks for the session after such a change, as a page does. */
export function afterControls({ steps }: Playground): Router {
  return Router().post(Object.keys(CHANGES), (req, res) => {
    void req.session.isPopulated
    steps.back(req, res)
  })
}

/** Ends the process, or everything that this browser did. Both stand in front of the sessions, and ask for none. */
export function serverActions({ state, sessions, other, steps }: Playground, restart: () => void): Router {
  return Router()
    .post('/restart', async (req, res) => {
      await steps.join(req, 'restart')
      steps.leave()
      res.once('finish', restart)
      steps.show(req, res, 200, () => restarting().text)
    })
    .post('/reset', (req, res) => {
      for (const name of Object.values(sessions.names)) {
        if (cookieIn(req.headers.cookie, name) === undefined) continue
        res.append('Set-Cookie', setCookie(sessions.isSecure, name, undefined))
      }
      startOver(state)
      sessions.rebuild()
      other.forget()
      steps.back(req, res)
    })
}

export function togetherActions({ together, other, steps, patience = PATIENCE }: Playground): Router {
  const overlap = async (req: Request, res: Response, kind: 'race' | 'late', field: string, turn: Promise<void>) => {
    const { session } = req
    let [ours, theirs]: [Side?, Side?] = []
    await steps.join(req, kind, [field])
    try {
      ;[theirs] = await Promise.all([other.do(req.path, {}, patience), turn])
      Object.assign(session, { [field]: 'written' })
      steps.back(req, res)
      ours = steps.sideOf(req, res)
    } finally {
      steps.leave(ours, theirs)
    }
  }
  // What is waited for is said before anything else, so that none of it is missed.
  return Router()
    .post('/race/:field', (req, res) => overlap(req, res, 'race', raceField(req.params['field']), together.meet()))
    .post('/slow', (req, res) => overlap(req, res, 'late', 'late', together.untilLogOut()))
}

function sessioned(req: Request): Sessioned {
  return req as unknown as Sessioned
}
