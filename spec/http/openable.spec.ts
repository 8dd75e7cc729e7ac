import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import session from '../../lib/index.js'
import { SECRET } from '../support/secrets.js'

type Any = any

const sessions = session<{ user?: string }>({ keys: SECRET })
const plain = sessions.seal({ user: 'Ada' }).cookie
const prefixed = sessions.seal({ user: 'Ada' }, { secure: true }).cookie

const userIn = (given: unknown) => sessions.open(given as Any).session?.user

/** Headers as another realm or a polyfill has them: nobody's instance. */
function foreignHeaders(cookie: string | null): object {
  return { get: (name: string) => (name.toLowerCase() === 'cookie' ? cookie : null), has: () => true, append() {} }
}

class QueryHeaders extends URLSearchParams {
  override get(name: string): string | null {
    return name.toLowerCase() === 'cookie' ? plain : null
  }

  get [Symbol.toStringTag](): string {
    return 'Headers'
  }
}

function nodeRequest(cookie: string): IncomingMessage {
  const req = new IncomingMessage(new Socket())
  req.headers.cookie = cookie
  return req
}

describe('open() reads the session of', () => {
  it.each<[string, unknown]>([
    ["a request of Node's", nodeRequest(plain)],
    ['a Fetch Request', new Request('http://localhost/', { headers: { cookie: plain } })],
    ['Fetch Headers', new Headers({ cookie: plain })],
    ['Headers of another implementation', foreignHeaders(plain)],
    ['Headers that are built on a query, as those of node-fetch', new QueryHeaders()],
    ['Headers that can only be read', { get: () => plain }],
    ['an object with Fetch Headers', { headers: new Headers({ cookie: plain }) }],
    ['an object with Headers of another implementation', { headers: foreignHeaders(plain) }],
    ['plain headers', { headers: { cookie: plain } }],
    ['plain headers in another case', { headers: { Cookie: plain } }],
    ['plain headers in capitals', { headers: { COOKIE: plain } }],
    ['headers without a prototype', { headers: Object.assign(Object.create(null), { cookie: plain }) }],
    ['several cookie headers', { headers: { cookie: ['theme=dark', plain] } }],
    ['several cookie headers in another case', { headers: { Cookie: ['theme=dark', plain] } }],
    ['an event with multi-value headers only', { multiValueHeaders: { Cookie: ['a=b', plain] } }],
    [
      'an event with multi-value headers, of which headers has the last value',
      { headers: { cookie: 'a=b' }, multiValueHeaders: { cookie: [plain, 'a=b'] } },
    ],
    ["an event of API Gateway's version 1 without them", { headers: { Cookie: plain }, multiValueHeaders: null }],
    ["an event of API Gateway's version 2", { version: '2.0', headers: { host: 'a.test' }, cookies: ['a=b', plain] }],
    ['a handshake of socket.io', { headers: { cookie: plain }, secure: false, url: '/socket.io/' }],
  ])('%s', (_what, given) => {
    expect(userIn(given)).toBe('Ada')
  })

  it.each<[string, unknown]>([
    ['a Fetch Request', new Request('http://localhost/')],
    ['Fetch Headers', new Headers()],
    ['headers whose cookie is null, as Fetch says it', { headers: { cookie: null } }],
    ['headers whose cookie is undefined, as Node says it', { headers: { cookie: undefined } }],
    ['headers that are empty', { headers: {} }],
    ['a list of no cookies', { headers: {}, cookies: [] }],
    ['cookies that another middleware has parsed', { headers: {}, cookies: { session: 'x' } }],
  ])('nobody if %s brings no cookie', (_what, given) => {
    expect(sessions.open(given as Any)).toEqual({ session: null, rejected: null })
  })
})

describe('open() refuses with the fix in its message', () => {
  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a number', 7],
    ['a header', plain],
    ['an object without headers', {}],
    ['headers without their request', { cookie: plain }],
    ['a raw array of headers', ['cookie', plain]],
    ['a raw array under headers', { headers: ['cookie', plain] }],
    ['pairs under headers', { headers: [['cookie', plain]] }],
    ['text under headers', { headers: plain }],
    ['null under headers', { headers: null }],
    ['a promise of headers', Promise.resolve(new Headers())],
    ['a promise under headers', { headers: Promise.resolve(new Headers()) }],
    ['a Map', new Map([['cookie', plain]])],
    ['a Map under headers', { headers: new Map([['cookie', plain]]) }],
    ['a query', new URLSearchParams(plain)],
    ['a form', new FormData()],
    ['a jar of cookies', { get() {}, getAll() {}, has() {}, set() {} }],
    ['a jar of cookies that is simpler', { get() {}, set() {}, remove() {} }],
    ['a context of a framework', { get() {}, set() {}, req: {} }],
    ['a Fetch Response', new Response()],
    ["Express's response", { get() {}, set() {}, append() {}, setHeader() {} }],
    ['a function', () => plain],
  ])('%s', (_what, given) => {
    expect(() => sessions.open(given as Any)).toThrow(
      expect.objectContaining({
        name: 'SessionError',
        code: 'ERR_SESSION_OPTIONS',
        message: expect.stringMatching(
          /^open\(\) was given .*: give the request, its Headers, or \{ headers: \{ cookie \} \}$/,
        ),
      }),
    )
  })

  it.each([7, true, {}, [7], [['a']]])('a cookie header that is %j', (cookie) => {
    expect(() => sessions.open({ headers: { cookie } } as Any)).toThrow(
      expect.objectContaining({ code: 'ERR_SESSION_OPTIONS', message: expect.stringMatching(/as it came$/) }),
    )
  })

  it('without showing what it was given', () => {
    expect(() => sessions.open(plain as Any)).not.toThrow(plain)
  })
})

describe('the name that open() looks for', () => {
  const inProduction = () => {
    const before = process.env['NODE_ENV']
    process.env['NODE_ENV'] = 'production'
    try {
      return session<{ user?: string }>({ keys: SECRET })
    } finally {
      process.env['NODE_ENV'] = before
    }
  }

  it('is only the prefixed one if the URL of a Fetch Request begins with https:', () => {
    const asked = (cookie: string) => new Request('https://a.test/', { headers: { cookie } })
    expect([userIn(asked(prefixed)), userIn(asked(plain))]).toEqual(['Ada', undefined])
  })

  it('is either one in development if the URL begins with http:, as a proxy may have ended TLS', () => {
    const asked = (cookie: string) => new Request('http://a.test/', { headers: { cookie } })
    expect([userIn(asked(prefixed)), userIn(asked(plain))]).toEqual(['Ada', 'Ada'])
  })

  it('is either one in development whatever a header claims, as any client can send it', () => {
    const asked = (cookie: string) => ({
      headers: { cookie, 'x-forwarded-proto': 'https', forwarded: 'proto=https', 'front-end-https': 'on' },
    })
    for (const given of [asked, (cookie: string) => ({ headers: new Headers(asked(cookie).headers) })]) {
      expect([userIn(given(prefixed)), userIn(given(plain))]).toEqual(['Ada', 'Ada'])
    }
    expect(userIn({ ...asked(plain), socket: {} })).toBe('Ada')
  })

  it('is only the prefixed one in production if nothing tells whether the request came over HTTPS', () => {
    const { open } = inProduction()
    for (const given of [
      (cookie: string) => new Headers({ cookie }),
      (cookie: string) => new Request('http://a.test/', { headers: { cookie } }),
      (cookie: string) => ({ headers: { cookie } }),
      (cookie: string) => ({ headers: { cookie }, secure: false }),
    ]) {
      expect(open(given(prefixed)).session?.user).toBe('Ada')
      expect(open(given(plain)).session).toBeNull()
    }
  })
})

describe('a cookie function', () => {
  it('is called with an object that has headers, even if open() is given Headers', () => {
    const seen: unknown[] = []
    const { open } = session({
      keys: SECRET,
      cookie: (req) => {
        seen.push(typeof req.headers)
        return {}
      },
    })
    open(new Headers({ cookie: plain }))
    open({ headers: { cookie: plain } })
    expect(seen).toEqual(['object', 'object'])
  })
})
