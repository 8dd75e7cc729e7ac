import { once } from 'node:events'
import { type IncomingMessage, request as requestOverHttp } from 'node:http'
import { request as requestOverHttps } from 'node:https'
import { text } from 'node:stream/consumers'
import { type Request, Router } from 'express'
import { cookieIn, lineBytes, Refusal } from './http.js'
import { type Seen, type Side, userOf } from './state.js'
import type { Playground } from './visitors.js'
import { THIEF } from './wire.js'

/** What `GET /who` answers. */
interface Who {
  readonly user: string | null
  readonly rejected: string | null
}

/** The thief has a copy of the cookie, and a browser of their own. */
export function thief({ state, ticket, sessions, steps, other }: Playground): Router {
  return Router()
    .post('/thief/steal', async (req, res) => {
      const { session: name } = sessions.names
      const value = cookieIn(req.headers.cookie, name)
      if (!value) throw new Refusal('There is no cookie to steal yet. Log in first, or put something in.', 409)
      await steps.begin(req, { title: 'The thief copied the cookie' }, async () => (await other.look()).side)
      state.thief = { ours: `${name}=${value}`, theirs: state.other.cookie }
      await steps.back(req, res)
    })
    .post('/thief/use', async (req, res) => {
      const { ours: cookie, theirs } = state.thief
      if (cookie === undefined) throw new Refusal('The thief has no cookie yet.', 409)
      const [here, there] = await Promise.all([ask(req, ticket, cookie), other.look(theirs ?? '')])
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
      await steps.back(req, res)
    })
    .get('/who', async (req, res) => {
      const who: Who = { user: userOf({ ...req.session }) ?? null, rejected: req.session.rejected ?? null }
      await steps.show(req, res, 200, () => JSON.stringify(who), 'json')
    })
}

/** Asks this server over a connection of its own, with these cookies. The ticket says whose keys it needs. */
async function ask(req: Request, ticket: string, cookie: string): Promise<{ who: Who; side: Side }> {
  const { localAddress: host, localPort: port } = req.socket
  const headers = { host: req.headers.host, cookie: `${ticket}; ${cookie}`, 'user-agent': THIEF }
  // The certificate is this server's own, whose name on it may be another than its address.
  const how = { host, port, path: '/who', headers, agent: false, rejectUnauthorized: false }
  const asked = (req.secure ? requestOverHttps : requestOverHttp)(how).end()
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  const side = {
    bytesUp: lineBytes('Cookie', [cookie]),
    bytesDown: lineBytes('Set-Cookie', response.headers['set-cookie'] ?? []),
    bytesStored: 0,
    status: response.statusCode ?? 0,
    error: undefined,
  }
  return { who: JSON.parse(await text(response)) as Who, side }
}
