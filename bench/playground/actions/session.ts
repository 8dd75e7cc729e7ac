import { type Request, type RequestHandler, Router } from 'express'
import { set } from '../deeds/data.js'
import type { Deed, Sessioned } from '../deeds/deed.js'
import { DEEDS } from '../deeds/index.js'
import { allFields, fieldsOf } from '../fields.js'
import { nginxLimit } from '../head.js'
import type { Playground } from '../playground.js'
import { notesFor, sizeWith } from './fill.js'

/** What is done to the session. */
export function sessionActions(playground: Playground): Router {
  const router = Router()
  for (const [path, plan] of Object.entries(DEEDS)) {
    router.post(
      path,
      perform(playground, (req) => plan(fieldsOf(req)), allFields),
    )
  }
  router.post('/fill', fill(playground))
  return router
}

function perform(
  { state, sessions, steps, other, answers, together }: Playground,
  deedFor: (req: Request) => Deed,
  fieldsFor: (req: Request) => Record<string, string>,
  path?: string,
): RequestHandler {
  return async (req, res) => {
    const deed = deedFor(req)
    await steps.begin(req, deed, () => other.do(path ?? req.path, fieldsFor(req)))
    const { id, isPopulated } = req.session
    await deed.perform(req as unknown as Sessioned)
    if (isPopulated && req.session?.id !== id) {
      sessions.remember(id)
      state.saved = undefined
    }
    // Not before the answer has left: what comes late comes after it.
    if (req.session === undefined) res.once('finish', () => together.logOut.open())
    await answers.back(req, res)
  }
}

/** As much text as fits, or one byte more: the notes are set to it on both sides. */
function fill(playground: Playground): RequestHandler {
  return async (req, res, next) => {
    const bytes = notesFor(
      fieldsOf(req)('to'),
      sizeWith(req.session),
      nginxLimit(res, playground.sessions.names.session),
    )
    const fields = { path: 'notes', kind: 'text', value: 'x'.repeat(bytes) }
    const deed = { ...set((name) => fields[name as 'path'] ?? ''), title: `Filled notes with ${bytes} bytes` }
    return perform(
      playground,
      () => deed,
      () => fields,
      '/set',
    )(req, res, next)
  }
}
