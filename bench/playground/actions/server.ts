import { Router } from 'express'
import { setCookie } from '../cookie-lab.js'
import { cookieIn } from '../jar.js'
import { restarting } from '../page/index.js'
import type { Playground } from '../playground.js'
import { startOver } from '../state.js'

/** Ends the process, or everything that this browser did. Both stand in front of the sessions, which they do not ask for. */
export function serverActions({ state, sessions, other, pending, answers }: Playground, restart: () => void): Router {
  const router = Router()
  router.post('/restart', async (req, res) => {
    await pending.join(req, 'restart')
    pending.leave(undefined, undefined)
    res.once('finish', restart)
    await answers.show(req, res, 200, () => restarting().text)
  })
  router.post('/reset', async (req, res) => {
    for (const name of Object.values(sessions.names)) {
      if (cookieIn(req.headers.cookie, name) !== undefined)
        res.append('Set-Cookie', setCookie(sessions, name, undefined))
    }
    startOver(state)
    sessions.rebuild()
    other.forget()
    await answers.back(req, res)
  })
  return router
}
