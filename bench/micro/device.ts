/**
 * Requests of a browser whose session is bound to its device, by a key in software. They are made at one moment, and the
 * clock stands still at it while one is answered: a challenge ends after a minute.
 */
import assert from 'node:assert/strict'
import { sign } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import session from '../../lib/index.js'
import { cookiesOf, exchange, type Handler, read, type Serve, served, untouched } from '../contenders/exchange.js'
import { newKeyPair } from '../measure/key-pair.js'

type Headers = Readonly<Record<string, string>>

const moment = Date.now()
const tls = Object.assign(new Socket(), { encrypted: true })
const PAGE = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'sec-fetch-site': 'none' }

/** A contender over TLS. With `headers`, the request is one of the browser itself to the endpoint. */
function securely(serve: Serve, headers?: Headers): Serve {
  return (req, res, handler) => {
    Object.assign(req, { socket: tls, ...(headers && { method: 'POST', url: '/.bound/session' }) })
    Object.assign(req.headers, headers ?? PAGE)
    const { now } = Date
    Date.now = () => moment
    try {
      serve(req, res, handler)
    } finally {
      Date.now = now
    }
  }
}

/** What a browser with a bound session sends, and what somebody sends who has no key, as it is to be answered. */
export interface DeviceRequests {
  /** Ordinary requests, with the option and without. */
  readonly on: Serve
  readonly off: Serve
  /** A request to the endpoint, and the status of its answer. */
  readonly posts: Readonly<Record<string, readonly [serve: Serve, cookie: string, status: number]>>
  /** A session that is not bound. */
  readonly unbound: string
  /** The same, bound, and its proof. */
  readonly bound: string
  readonly proof: string
}

/** Has a session bound that holds these data. */
export async function deviceRequests(secret: string, data: object): Promise<DeviceRequests> {
  const [sealed, without] = [session({ keys: secret, deviceBound: true }), session({ keys: secret })]
  const [on, off] = [securely(served(sealed)), securely(served(without))]
  const post = (headers: Headers) => securely(served(sealed), headers)
  const ask = (headers: Headers, cookie: string) => exchange(post(headers), untouched, cookie)
  const { privateKey, publicKey } = newKeyPair()
  const jwk = publicKey.export({ format: 'jwk' })
  const signed = (jti: string, header: object = {}) => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const text = `${part({ alg: 'ES256', typ: 'dbsc+jwt', ...header })}.${part({ jti })}`
    const signature = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' })
    return `${text}.${signature.toString('base64url')}`
  }

  const signIn: Handler = (req) => req.session && Object.assign(req.session, data)
  const login = await exchange(on, signIn, '')
  const unbound = cookiesOf(login)
  const offered = /challenge="([^"]*)"/.exec(String(login.getHeader('secure-session-registration')))?.[1] as string
  const registration = signed(offered, { jwk })
  const registered = await ask({ 'secure-session-response': registration }, unbound)
  const [, challenge = '', identifier = ''] =
    /^"([^"]*)";id="([^"]*)"$/.exec(String(registered.getHeader('secure-session-challenge'))) ?? []

  // What others sign is as long. The signature is the end of a proof, and its first character has no unused bits.
  const forged = (text: string) => `${text.slice(0, -86)}${text.at(-86) === 'A' ? 'B' : 'A'}${text.slice(-85)}`
  const madeUp = (text: string) => signed(`${text.slice(0, -22)}${text.at(-22) === 'A' ? 'B' : 'A'}${text.slice(-21)}`)
  const brackets = Buffer.from('['.repeat(700)).toString('base64url')
  const proven = (text: string): Headers => ({ 'secure-session-response': text })
  const asked: Headers = { 'sec-secure-session-id': identifier }
  const refresh: Headers = { ...asked, ...proven(signed(challenge)) }
  const proof = cookiesOf(await ask(refresh, unbound))
  const bound = cookiesOf(await exchange(on, read, `${unbound}; ${proof}`))
  assert(proof.startsWith('__Host-session.bound=') && bound.startsWith('__Host-Http-session='))
  const challenged = registration.replace(/\.[^.]*\./, `.${madeUp(offered).split('.')[1]}.`)
  const another = `${identifier.slice(43, 86)}${identifier.slice(0, 43)}.a.b`
  const posts: readonly (readonly [step: string, headers: Headers, cookie: string, status: number])[] = [
    ['a registration', proven(registration), unbound, 200],
    ['a refresh with its proof', refresh, bound, 200],
    ['a refresh that gets a challenge', asked, bound, 403],
    ['a forged signature of a registration', proven(forged(registration)), unbound, 400],
    ['a forged signature of a refresh', { ...asked, ...proven(forged(signed(challenge))) }, bound, 200],
    ['a registration with a made-up challenge', proven(challenged), unbound, 400],
    ['a refresh with a made-up challenge', { ...asked, ...proven(madeUp(challenge)) }, bound, 403],
    ['a refresh by the key of somebody else', { ...refresh, 'sec-secure-session-id': another }, bound, 200],
    ['a proof of brackets', proven(`${brackets}.${brackets}.${'A'.repeat(86)}`), bound, 400],
  ]
  return {
    ...{ on, off, unbound, bound, proof },
    posts: Object.fromEntries(posts.map(([step, headers, cookie, status]) => [step, [post(headers), cookie, status]])),
  }
}

/** Whether a request to the endpoint is answered as it is to be. */
export async function agreeOn(step: string, [serve, cookie, status]: DeviceRequests['posts'][string]): Promise<void> {
  const res: ServerResponse = await exchange(serve, untouched, cookie)
  assert.equal(res.statusCode, status, step)
}
