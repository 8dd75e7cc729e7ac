import { type Request, Router } from 'express'
import { play } from './device.js'
import { ask, cookieIn, fieldsOf, lineBytes, Refusal } from './http.js'
import { type Seen, type Side, userOf } from './state.js'
import type { Playground } from './visitors.js'
import { THIEF } from './wire.js'

interface Who {
  readonly user: string | null
  readonly rejected: string | null
}

/** The thief has a copy of the cookie, and a browser of their own. */
export function thief({ state, ticket, wire, sessions, steps, other }: Playground): Router {
  return Router()
    .post('/thief/steal', async (req, res) => {
      const { session: name } = sessions.names
      const value = cookieIn(req.headers.cookie, name)
      if (!value) throw new Refusal('There is no cookie to steal yet. Log in first, or put something in.', 409)
      const isAll = fieldsOf(req)['what'] === 'all'
      const title = isAll ? 'The thief copied all cookies' : 'The thief copied the cookie'
      await steps.begin(req, { title }, async () => (await other.look()).side)
      state.thief = { ours: isAll ? req.headers.cookie : `${name}=${value}`, theirs: state.other.cookie }
      steps.back(req, res)
    })
    .post('/thief/use', async (req, res) => {
      const { ours: cookie, theirs } = state.thief
      if (cookie === undefined) throw new Refusal('The thief has no cookie yet.', 409)
      const [here, there] = await Promise.all([askWho(req, ticket, cookie), other.lookWith(theirs)])
      const { user, rejected } = here.who
      state.thief = { ...state.thief, tried: { at: Date.now(), user, rejected } }
      const stored = sessions.storedBytes()
      const before: Seen = { data: {}, rejected: null, bytes: 0, stored }
      steps.add(
        { title: 'The thief used the copy', about: { kind: 'thief' } },
        {
          before,
          after: { ...before, user: user ?? undefined, rejected },
          side: { ...here.side, bytesStored: stored },
        },
        { before, after: there.seen, side: there.side },
      )
      steps.back(req, res)
    })
    .post('/thief/play', async (req, res) => {
      // A new theft, or another try with what was copied before.
      const copy = fieldsOf(req)['again'] ? state.played?.copy : undefined
      state.played = await wire.silently(() => play(state.keys, copy))
      steps.back(req, res)
    })
    .get('/who', (req, res) => {
      const who: Who = { user: userOf({ ...req.session }) ?? null, rejected: req.session.rejected ?? null }
      steps.show(req, res, 200, () => JSON.stringify(who), 'json')
    })
}

/** Asks this server who it takes somebody for that has these cookies. The ticket says whose keys it needs. */
async function askWho(req: Request, ticket: string, cookie: string): Promise<{ who: Who; side: Side }> {
  const { localAddress: host, localPort: port } = req.socket
  const sent = { host: req.headers.host, cookie: `${ticket}; ${cookie}`, 'user-agent': THIEF }
  const { status, headers, body } = await ask({ host, port, path: '/who', headers: sent }, req.secure)
  const bytesDown = lineBytes('Set-Cookie', headers['set-cookie'] ?? [])
  const side = { bytesUp: lineBytes('Cookie', [cookie]), bytesDown, bytesStored: 0, status, error: undefined }
  return { who: JSON.parse(body) as Who, side }
}
