import { createServer, type Server } from 'node:https'
import express, { type ErrorRequestHandler, type Request } from 'express'
import session, { type Session, type SessionError } from '../../../lib/index.js'
import { SECRET } from '../../support/secrets.js'
import type { Authority } from './authority.js'

/** The cookie on the wire has the prefix, and counts with it. */
export const PREFIX = '__Host-Http-'

/** Of base names: their lengths make up for what a token cannot. */
export const NAMES = ['s', 'ss', 'sss', 'ssss']

/**
 * A server with sessions that fill a cookie to the byte. A token grows in steps of one or two characters, so the rest
 * comes from the length of the cookie's name.
 *
 * - `/fill?name=s&bytes=4093` makes the session as large as it can be while name and value take at most so many bytes,
 *   and answers with what they take
 * - `/more?name=s` puts one more character into that session
 * - `/read?name=s` answers how many characters are in it
 * - `/raw?bytes=4096` sets a cookie that is nobody's; `/names` answers which cookies came
 */
export function boundaryServer({ certificate: cert, key }: Authority, sizeLimit: number): Server {
  const app = express()
  app.get('/raw', (req, res) => {
    const name = 'raw'
    res.append('Set-Cookie', `${name}=${'x'.repeat(Number(req.query['bytes']) - name.length)}; Path=/`).send('set')
  })
  app.get('/names', (req, res) => {
    res.json((req.headers.cookie ?? '').split('; ').map((pair) => pair.split('=')[0]))
  })
  const middlewares = new Map<string, ReturnType<typeof session>>()
  app.use((req, res, next) => {
    const name = nameOf(req)
    const known = middlewares.get(name) ?? session({ keys: SECRET, name, sizeLimit })
    middlewares.set(name, known)
    known(req, res, next)
  })
  app.get('/fill', (req, res) => {
    const session = sessionOf(req)
    session.notes = 'x'.repeat(2700)
    while (session.size.bytes <= Number(req.query['bytes'])) session.notes += 'x'
    session.notes = session.notes.slice(1)
    res.send(String(session.size.bytes))
  })
  app.get('/more', (req, res) => {
    sessionOf(req).notes += 'x'
    res.send('one more')
  })
  app.get('/read', (req, res) => {
    res.send(String(sessionOf(req).notes?.length))
  })
  const refused: ErrorRequestHandler = (error: SessionError, _req, res, _next) => {
    res.status(500).send(`${error.code} ${error.bytes}`)
  }
  app.use(refused)
  // The sessions of several names come together.
  return createServer({ cert, key, maxHeaderSize: 65_536 }, app)
}

function sessionOf(req: Request): Session<{ notes: string }> {
  return req.session
}

function nameOf(req: Request): string {
  return String(req.query['name'] ?? 's')
}
