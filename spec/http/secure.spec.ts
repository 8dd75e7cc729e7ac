import express from 'express'
import request from 'supertest'
import { describe, expect, it, vi } from 'vitest'
import { securityOf } from '../../lib/http/request.js'
import session from '../../lib/index.js'
import { fetchRaw, serving } from '../support/raw.js'
import { SECRET } from '../support/secrets.js'

type Any = any

/** What proxies say, and any client can. */
const CLAIMS = {
  'x-forwarded-proto': 'https',
  'x-forwarded-protocol': 'https',
  'x-forwarded-scheme': 'https',
  'x-forwarded-ssl': 'on',
  'x-forwarded-port': '443',
  'x-url-scheme': 'https',
  'x-arr-ssl': '2048|256|C=US',
  'front-end-https': 'on',
  'cloudfront-forwarded-proto': 'https',
  'cf-visitor': '{"scheme":"https"}',
  forwarded: 'for=192.0.2.60;proto=https;by=203.0.113.43',
  referer: 'https://example.com/',
  origin: 'https://example.com',
}

describe('how a request came', () => {
  it('is what req.secure of Express says, as it respects trust proxy, and not what the socket says', () => {
    const plain: Any = { secure: false, socket: { encrypted: true }, headers: {} }
    const tls: Any = { secure: true, socket: {}, headers: {} }
    expect(securityOf(plain)).toEqual({ secure: false, known: true, by: plain })
    expect(securityOf(tls)).toEqual({ secure: true, known: true, by: tls })
  })

  it('is HTTPS without Express if the socket is encrypted, and is otherwise not known', () => {
    expect(securityOf({ socket: { encrypted: true }, headers: {} } as Any)).toEqual({ secure: true, known: true })
    for (const socket of [{ encrypted: false }, { encrypted: 'yes' }, {}, null, undefined]) {
      expect(securityOf({ socket, headers: {} } as Any)).toEqual({ secure: false, known: false })
    }
  })

  it.each(Object.entries(CLAIMS))('is not what a client claims in a header without Express: %s', (name, value) => {
    expect(securityOf({ socket: {}, headers: { [name]: value } } as Any)).toEqual({ secure: false, known: false })
  })

  it('does not keep a log-out from the cookie of HTTPS that came, where a proxy does not say so', async () => {
    vi.stubEnv('NODE_ENV', 'production')
    const sessions = session({ keys: SECRET })
    const app = express()
    app.use(sessions)
    app.get('/logout', (req: Any, res) => void res.json((req.session = null)))
    const { cookie } = sessions.seal({ user: 'Ada' } as Any)
    const { headers } = await request(app).get('/logout').set('Cookie', cookie)
    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(/^__Host-Http-session=; Max-Age=0; .*Path=\/; HttpOnly; Secure/),
    ])
    // Without it, nobody knows more than that it came over plain HTTP.
    const plain = await request(app).get('/logout').set('Cookie', 'session=made.up')
    expect(plain.headers['set-cookie']).toEqual([expect.stringMatching(/^session=;(?!.*Secure)/)])
  })

  it('cannot be claimed by a client without Express, so that its session leaves in the clear in production', async () => {
    vi.stubEnv('NODE_ENV', 'production')
    const onError = vi.fn((_error: unknown, _req: unknown, res: Any) => void res.writeHead(500).end())
    const sessions = session({ keys: SECRET, onError })
    await serving(
      (req: Any, res) =>
        sessions(req, res as Any, () => {
          req.session.user = 'Ada'
          res.end()
        }),
      async (port) => {
        const { status, setCookies } = await fetchRaw(port, '/', CLAIMS)
        expect([status, setCookies]).toEqual([500, []])
        expect(onError.mock.calls[0]?.[0]).toMatchObject({ code: 'ERR_SESSION_INSECURE' })
      },
    )
  })
})

describe('the error of a session that would leave in the clear', () => {
  /** The message, of an app whose `trust proxy` is this. */
  async function told(trust: unknown, headers: Record<string, string> = {}): Promise<string> {
    vi.stubEnv('NODE_ENV', 'production')
    const app = express()
    if (trust !== undefined) app.set('trust proxy', trust)
    app.use(session({ keys: SECRET }))
    app.get('/', (req: Any, res) => {
      req.session.user = 'Ada'
      res.json(null)
    })
    app.use(((error, _req, res, _next) => {
      res.status(500).json(error.message)
    }) satisfies express.ErrorRequestHandler)
    return (await request(app).get('/').set(headers)).body
  }
  const END =
    "Without Express, or where the proxy cannot send it, set cookie: { secure: 'assume' }. To allow plain HTTP, set cookie: { secure: false }"
  const HTTPS = { 'X-Forwarded-Proto': 'https' }

  it.each<[string, unknown, Record<string, string>, RegExp]>([
    ['no trust proxy', undefined, HTTPS, /production: behind a proxy .* app\.set\("trust proxy", 1\)/],
    ['false', false, HTTPS, /production: behind a proxy .* app\.set\("trust proxy", 1\)/],
    ['no proxies', 0, HTTPS, /production: behind a proxy .* app\.set\("trust proxy", 1\)/],
    ['a number as text', '1', HTTPS, /production: "trust proxy" is a number as text, .* Set Number\(\.\.\.\) of it/],
    ['another address', '192.0.2.1', HTTPS, /production: "trust proxy" does not name what sent this request\. /],
    [
      'no header',
      1,
      {},
      /production: the app trusts its proxy, but X-Forwarded-Proto is missing\. Have the proxy send/,
    ],
    ['the header of HTTP', true, { 'X-Forwarded-Proto': 'http' }, /: the app trusts its proxy, but .* is not https\. /],
  ])('says which part of the way is not set up: %s', async (_what, trust, headers, message) => {
    const text = await told(trust, headers)
    expect(text).toMatch(message)
    expect(text.endsWith(END)).toBe(true)
  })
})
