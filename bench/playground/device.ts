import { sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type Express } from 'express'
import session, { type RootJwk, type SessionEvent } from '../../lib/index.js'
import { newKeyPair } from '../measure/key-pair.js'
import { ask, cookieIn, cookiesAfter } from './http.js'
import { userOf } from './state.js'

export type Played = Awaited<ReturnType<typeof play>>
type Copy = Awaited<ReturnType<typeof logInAndBind>>

/** How long a proof counts by default: ten minutes, and one for clocks and slow requests. In milliseconds. */
const PROOF = 11 * 60 * 1000
/** By the names of their cookies. */
const [PLAIN, BOUND] = ['plain', 'bound']
/** A page that was typed in, and a request of the browser itself. */
const PAGE = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'sec-fetch-site': 'none' }
const OWN = { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty', 'sec-fetch-site': 'same-origin' }

/**
 * Plays a theft: an app over HTTPS with a bound and a plain session, a browser whose device has a key, and a thief. All
 * of it is real but the browser and its device, which this process plays, and TLS, as behind a proxy that ends it.
 *
 * @param copy what the thief has copied before; by default, the cookies of a new log-in
 */
export async function play(keys: readonly RootJwk[], copy?: Copy) {
  let refused: string | undefined
  const app = shop(keys, (event) => {
    if (event.type === 'device-refused') refused = event.reason
  })
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const send: Send = (method, path, headers) =>
    ask({ port, host: '127.0.0.1', method, path, headers: { 'x-forwarded-proto': 'https', ...headers } }, false)
  try {
    const stolen = copy ?? (await logInAndBind(send))
    const who = async (name: string, cookie: string) => (await send('GET', `/${name}/who`, { cookie })).body
    const plain = await who(PLAIN, stolen.plain)
    const alone = await who(BOUND, `__Host-Http-bound=${cookieIn(stolen.bound, '__Host-Http-bound')}`)
    const all = await who(BOUND, stolen.bound)
    await prove(send, newKeyPair(), stolen.identifier, stolen.bound)
    // What the thief does, and whom the app takes them for: without `deviceBound`, and with it.
    const rows = [
      ['the session cookie alone', plain, alone],
      ['all cookies', plain, all],
      ['all cookies, and signs with another key', plain, refused ? `refused: ${refused}` : 'proved'],
    ] as const
    return { at: Date.now(), rows, copy: stolen }
  } finally {
    server.close()
  }
}

/** An app with two sessions of which one is bound. It answers whom it takes somebody for. */
function shop(keys: readonly RootJwk[], onEvent: (event: SessionEvent) => void): Express {
  const app = express().set('trust proxy', true)
  for (const name of [PLAIN, BOUND]) {
    app.use(`/${name}`, session({ keys: { keys }, name, deviceBound: name === BOUND, onEvent }))
    app.post(`/${name}/log-in`, (req, res) => {
      Object.assign(req.session, { user: 'Ada' })
      res.end()
    })
    app.get(`/${name}/who`, ({ session }, res) => {
      const { rejected } = session
      res.send(userOf({ ...session }) ?? (rejected ? `nobody: ${rejected}` : 'nobody'))
    })
  }
  return app
}

type Send = (method: string, path: string, headers: object) => ReturnType<typeof ask>

/**
 * What a browser does that can bind sessions: it registers a key, proves it, and then asks for a page. A thief copies
 * the cookies of both sessions, and the identifier that the browser kept for the bound one, until the proof is over.
 */
async function logInAndBind(send: Send) {
  const { setCookie: plain } = await send('POST', `/${PLAIN}/log-in`, OWN)
  const offered = await send('POST', `/${BOUND}/log-in`, OWN)
  const cookie = cookiesAfter(undefined, offered.setCookie) ?? ''
  const key = newKeyPair()
  const jwk = key.publicKey.export({ format: 'jwk' })
  const proof = signed(key, challengeOf(offered.headers['secure-session-registration']), { jwk })
  const registered = await send('POST', ENDPOINT, { ...OWN, cookie, 'secure-session-response': proof })
  const { session_identifier: identifier } = JSON.parse(registered.body) as { session_identifier: string }
  const proved = cookiesAfter(cookie, (await prove(send, key, identifier, cookie)).setCookie) ?? ''
  const page = await send('GET', `/${BOUND}/who`, { ...PAGE, cookie: proved })
  const bound = cookiesAfter(proved, page.setCookie) ?? ''
  return { plain: cookiesAfter(undefined, plain) ?? '', bound, identifier, until: Date.now() + PROOF }
}

const ENDPOINT = `/${BOUND}/.bound/${BOUND}`

async function prove(send: Send, key: KeyPair, identifier: string, cookie: string) {
  const headers = { ...OWN, cookie, 'sec-secure-session-id': identifier }
  const { headers: answer } = await send('POST', ENDPOINT, headers)
  const proof = signed(key, challengeOf(answer['secure-session-challenge']))
  return send('POST', ENDPOINT, { ...headers, 'secure-session-response': proof })
}

/** A challenge is the first text of one header, and a parameter of the other. */
function challengeOf(header: unknown): string {
  return /(?:^|challenge=)"([^"]*)"/.exec(String(header))?.[1] ?? ''
}

type KeyPair = ReturnType<typeof newKeyPair>

/** A proof as browsers make it: a JWS with ES256. */
function signed({ privateKey: key }: KeyPair, challenge: string, header: object = {}): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${part({ alg: 'ES256', typ: 'dbsc+jwt', ...header })}.${part({ jti: challenge })}`
  const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' })
  return `${text}.${signature.toString('base64url')}`
}
