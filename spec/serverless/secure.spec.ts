import type express from 'express'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SessionOptions } from '../../lib/index.js'
import { appWith } from '../support/app.js'
import { startClock, stopClock } from '../support/clock.js'
import { SETUPS } from './adapters.js'
import { jsonOf, send } from './visitor.js'

type Any = any

beforeEach(stopClock)
afterEach(startClock)

const SECURE = /^__Host-Http-session=[\w.-]+; Max-Age=604800; Path=\/; HttpOnly; Secure; SameSite=Lax$/
const PLAIN = /^session=[\w.-]+; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/

interface Case {
  readonly environment: 'production' | 'development'
  readonly trust: boolean
  readonly proto: 'https' | 'http'
  readonly options?: SessionOptions
  /** What `req.secure` says. */
  readonly secure: boolean
  readonly cookie: RegExp | 'ERR_SESSION_INSECURE'
}

const HTTPS: readonly Case[] = [
  { environment: 'production', trust: true, proto: 'https', secure: true, cookie: SECURE },
  { environment: 'production', trust: false, proto: 'https', secure: true, cookie: SECURE },
  { environment: 'development', trust: true, proto: 'https', secure: true, cookie: SECURE },
]
const HTTP: readonly Case[] = [
  { environment: 'production', trust: true, proto: 'http', secure: false, cookie: 'ERR_SESSION_INSECURE' },
  { environment: 'development', trust: true, proto: 'http', secure: false, cookie: PLAIN },
  // The adapters' sockets say that they are encrypted, and only with `trust proxy` Express asks the header.
  { environment: 'production', trust: false, proto: 'http', secure: true, cookie: SECURE },
  {
    environment: 'production',
    trust: true,
    proto: 'http',
    options: { cookie: { secure: false } },
    secure: false,
    cookie: PLAIN,
  },
  {
    environment: 'production',
    trust: true,
    proto: 'http',
    options: { cookie: { secure: true } },
    secure: false,
    cookie: 'ERR_SESSION_INSECURE',
  },
  {
    environment: 'production',
    trust: true,
    proto: 'http',
    options: { cookie: { secure: 'assume' } },
    secure: false,
    cookie: SECURE,
  },
]

function named({ environment, trust, proto, options = {}, cookie }: Case): string {
  const outcome =
    cookie === SECURE ? '__Host-Http-session and Secure' : cookie === PLAIN ? 'session, not Secure' : cookie
  const setting = options.cookie === undefined ? '' : `, cookie ${JSON.stringify(options.cookie)}`
  return `${proto} in ${environment}, trust proxy ${trust ? 'on' : 'off'}${setting}: ${outcome}`
}

function routes(trust: boolean, seen: (secure: boolean) => void): (app: express.Express) => void {
  return (app) => {
    if (trust) app.set('trust proxy', 1)
    app.get('/login', (req: Any, res) => {
      seen(req.secure)
      req.session.user = 'Ada'
      res.json('produced')
    })
    app.get('/me', (req: Any, res) => void res.json(req.session.user ?? null))
  }
}

describe.each(SETUPS)('%s', (_name, { adapter, service, create }) => {
  const cases = [...HTTPS, ...(service.plainHttp ? HTTP : [])].map((one) => [named(one), one] as const)

  it.each(cases)('%s', async (_case, { environment, trust, proto, options, secure, cookie }) => {
    vi.stubEnv('NODE_ENV', environment)
    const seen = vi.fn()
    const invoke = adapter.adapt(appWith(routes(trust, seen), options, create))
    const received = await send(invoke, service, { path: '/login', proto })
    expect(seen).toHaveBeenCalledExactlyOnceWith(secure)
    if (typeof cookie === 'string') {
      expect([received.status, jsonOf(received)]).toMatchObject([500, { code: cookie }])
      expect(received.setCookies).toEqual([])
    } else {
      expect([received.status, jsonOf(received)]).toEqual([200, 'produced'])
      expect(received.setCookies).toEqual([expect.stringMatching(cookie)])
      const pair = received.setCookies[0]?.split(';')[0] as string
      expect(jsonOf(await send(invoke, service, { path: '/me', proto, cookies: [pair] }))).toBe('Ada')
    }
  })
})
