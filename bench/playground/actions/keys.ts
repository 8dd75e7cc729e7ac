import { type Request, type RequestHandler, Router } from 'express'
import type { RootJwk } from '../../../lib/index.js'
import { fieldsOf } from '../fields.js'
import { dropped, revoked, rotated } from '../keys.js'
import type { Playground } from '../playground.js'
import type { Doing } from '../steps.js'

/** Changes of the keys and settings. They stand in front of the sessions, which are those of after the change. */
export function controls(playground: Playground): Router {
  const { state } = playground
  const ofKeys = (change: (kid: string) => readonly RootJwk[], done: (kid: string) => string) =>
    changing(playground, (req) => {
      const kid = fieldsOf(req)('kid')
      const keys = change(kid)
      return { title: done(kid), apply: () => Object.assign(state, { keys }) }
    })

  const router = Router()
  router.post(
    '/keys/rotate',
    ofKeys(
      () => rotated(state.keys),
      () => 'Rotated the keys',
    ),
  )
  router.post(
    '/keys/revoke',
    ofKeys(
      (kid) => revoked(state.keys, kid),
      (kid) => `Revoked the key ${kid}`,
    ),
  )
  router.post(
    '/keys/drop',
    ofKeys(
      (kid) => dropped(state.keys, kid),
      (kid) => `Dropped the key ${kid}`,
    ),
  )
  router.post(
    '/settings',
    changing(playground, (req) => settingsFrom(playground, req)),
  )
  return router
}

/** Asks for the session, as a page does: with the keys and settings of now. */
export function afterControls({ answers }: Playground): Router {
  const router = Router()
  const touch: RequestHandler = async (req, res) => {
    void req.session.isPopulated
    await answers.back(req, res)
  }
  router.post(['/keys/rotate', '/keys/revoke', '/keys/drop', '/settings'], touch)
  return router
}

interface Change extends Doing {
  apply(): void
}

function changing({ steps, sessions, other }: Playground, changeFor: (req: Request) => Change): RequestHandler {
  return async (req, _res, next) => {
    const change = changeFor(req)
    await steps.begin(req, change, async () => {
      change.apply()
      sessions.rebuild()
      other.rebuild()
      return (await other.look()).side
    })
    next()
  }
}

function settingsFrom({ state }: Playground, req: Request): Change {
  const field = fieldsOf(req)
  const settings = { logoutGuard: field('logoutGuard') !== '', validate: field('validate') !== '' }
  const on = Object.entries(settings).flatMap(([name, isOn]) => (isOn ? [name] : []))
  return {
    title: on.length === 0 ? 'Set neither logoutGuard nor validate' : `Set ${on.join(' and ')}`,
    apply: () => Object.assign(state, { settings }),
  }
}
