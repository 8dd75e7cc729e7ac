import { type IncomingMessage, request as requestOverHttp } from 'node:http'
import { request as requestOverHttps } from 'node:https'
import { type Request, Router } from 'express'
import { cookieIn } from './jar.js'
import type { Playground } from './playground.js'
import { Refusal } from './refusal.js'
import { lineBytes, type Seen, userOf } from './seen.js'
import { rejectionIn } from './sessions.js'
import type { Side } from './view.js'
import { THIEF } from './wire.js'

/** What `GET /who` answers. */
export interface Who {
  readonly user: string | null
  readonly rejected: string | null
}

/** The thief has a copy of the cookie, and a browser of their own. */
export function thief(playground: Playground): Router {
  const { state, ticket, sessions, steps, other, answers } = playground
  const router = Router()

  router.post('/thief/steal', async (req, res) => {
    const { session: name } = sessions.names
    const value = cookieIn(req.headers.cookie, name)
    if (!value) throw new Refusal('There is no cookie to steal yet. Log in first, or put something in.', 409)
    await steps.begin(req, { title: 'The thief copied the cookie' }, async () => (await other.look()).side)
    state.thief = { ours: `${name}=${value}`, theirs: state.other.cookie }
    await answers.back(req, res)
  })

  router.post('/thief/use', async (req, res) => {
    const { ours: cookie, theirs } = state.thief
    if (cookie === undefined) throw new Refusal('The thief has no cookie yet.', 409)
    const [here, there] = await Promise.all([ask(req, ticket, cookie), other.lookWith(theirs)])
    const { user, rejected } = here.who
    state.thief = { ...state.thief, tried: { at: Date.now(), user: user ?? undefined, rejected } }
    const before = { data: {}, rejected: null, bytes: 0, stored: sessions.storedBytes }
    const after: Seen = { ...before, user: user ?? undefined, rejected }
    const doing = { title: 'The thief used the copy', about: { kind: 'thief' } } as const
    const side = { ...here.side, bytesStored: sessions.storedBytes }
    steps.add(doing, { before, after, side }, { before, after: there.seen, side: there.side })
    await answers.back(req, res)
  })
  return router
}

/** Answers who is asking. */
export function who({ wire, answers }: Playground): Router {
  const router = Router()
  router.get('/who', async (req, res) => {
    const answer = () => {
      const rejected = rejectionIn(wire.exchangeOf(req, res).events)
      return JSON.stringify({ user: user ?? null, rejected } satisfies Who)
    }
    const user = userOf({ ...req.session })
    await answers.show(req, res, 200, answer, 'json')
  })
  return router
}

/** Asks this server over a connection of its own, with the session's cookie. The ticket says whose keys it needs. */
async function ask(req: Request, ticket: string, cookie: string): Promise<{ who: Who; side: Side }> {
  const { localAddress: host, localPort: port } = req.socket
  const headers = { host: req.headers.host, cookie: `${ticket}; ${cookie}`, 'user-agent': THIEF }
  // The certificate is this server's own, whose name on it may be another than its address.
  const how = { host, port, path: '/who', headers, agent: false, rejectUnauthorized: false }
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = req.secure ? requestOverHttps : requestOverHttp
    request(how, resolve).once('error', reject).end()
  })
  const text = (await response.setEncoding('utf8').toArray()).join('')
  const side = {
    bytesUp: lineBytes('Cookie', [cookie]),
    bytesDown: lineBytes('Set-Cookie', response.headers['set-cookie'] ?? []),
    bytesStored: 0,
    status: response.statusCode ?? 0,
    error: undefined,
  }
  return { who: JSON.parse(text) as Who, side }
}
