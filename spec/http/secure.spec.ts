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
    const socket = { encrypted: true }
    expect(securityOf({ secure: false, socket, headers: {} } as Any)).toEqual({ secure: false, known: true })
    expect(securityOf({ secure: true, socket: {}, headers: {} } as Any)).toEqual({ secure: true, known: true })
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
