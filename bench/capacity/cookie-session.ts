import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import middleware from 'cookie-session'
import { NAME, SECRET } from '../sealers/secrets.js'
import { base64Length, type Contender, LIMIT } from './contender.js'

/** cookie-session, which sends a session of any size, and its signature in a cookie of its own. */
export const cookieSession: Contender = {
  contender: 'cookie-session',
  packages: ['cookie-session'],
  name: NAME,
  limit: LIMIT,
  write: async (data) => {
    const res = answer('', (req) => Object.assign(req.session, data))
    return [res.getHeader('Set-Cookie') ?? []].flat().map(String)
  },
  read: async (header) => {
    let session: object | null = null
    answer(header, (req) => {
      session = { ...req.session }
    })
    return session
  },
  parts: (value, json) => ({ 'base64 padding': value.length - base64Length(json) }),
}

type Handler = (req: IncomingMessage & { session: object }) => void

const handle = middleware({ name: NAME, keys: [SECRET] })

function answer(cookie: string, handler: Handler): ServerResponse {
  const req = new IncomingMessage(new Socket())
  req.headers.cookie = cookie
  const res = new ServerResponse(req)
  handle(req, res, () => {
    handler(req as Parameters<Handler>[0])
    res.writeHead(200)
  })
  return res
}
