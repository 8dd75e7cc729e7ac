import type { RequestListener } from 'node:http'
import type { Express } from 'express'
import type { Response } from 'supertest'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import session, { KeyRing, type SessionEvent, type SessionOptions } from '../lib/index.js'
import { open, seal } from '../lib/token/jwe.js'
import { keysFor, type TokenKey } from '../lib/token/key.js'
import { appWith, EXPRESSES } from './support/app.js'
import { Browser, setCookies } from './support/browser.js'
import { at, DAY, HOUR, MINUTE, START, startClock, stopClock } from './support/clock.js'
import { gate } from './support/gate.js'
import { DIRECT_GCM, tokenKeys, tokenKeysFor } from './support/keys.js'
import { OTHER_SECRET, SECRET } from './support/secrets.js'
import { guardLine, removal, SECURE_ATTRIBUTES, sealedLine, seenLine } from './support/set-cookie.js'
import { base64url, CLAIMS, plaintextOf } from './support/tokens.js'

type Any = any

beforeEach(stopClock)
afterEach(startClock)

function routes(app: Express): void {
  app.get('/login', async (req: Any, res) => {
    await req.session.regenerate()
    req.session.user = req.query['user'] ?? 'Ada'
    res.json(null)
  })
  app.get('/me', (req: Any, res) => res.json(req.session.user ?? null))
  app.get('/poll', (req: Any, res) => res.json(req.session.user ?? null))
  app.get('/fill', (req: Any, res) => {
    req.session.text = ''
    // As much as fits, to the byte.
    while (req.session.size.remaining > 1) req.session.text += 'x'
    res.json(null)
  })
  app.get('/nested', (req: Any, res) => {
    req.session.user = { name: 'Ada' }
    res.json(null)
  })
  app.get('/change', (req: Any, res) => {
    req.session.user = 'Eve'
    res.json(null)
  })
  app.get('/touch', (req: Any, res) => {
    req.session.touch()
    res.json(null)
  })
  app.get('/empty', (req: Any, res) => {
    for (const key of Object.keys(req.session)) delete req.session[key]
    res.json(null)
  })
  app.get('/logout', (req: Any, res) => {
    req.session = null
    res.json(null)
  })
  app.get('/read', (req: Any, res) => res.json(Object.keys(req.session)))
  app.get('/why', (req: Any, res) => res.json(req.session.rejected ?? null))
  app.get('/end', (req: Any, res) => res.json(req.session.expiresAt))
  app.get('/untouched', (_req, res) => void res.json(null))
}

/** When a session slides that has the idle timeout of a day. */
const DUE = DAY / 10
const SEEN = [expect.stringMatching(seenLine())]
const SEALED = [expect.stringMatching(sealedLine())]

const browsing = (options: SessionOptions = {}) => new Browser(appWith(routes, options))

async function signedIn(options: SessionOptions = {}): Promise<Browser> {
  const browser = browsing(options)
  await browser.get('/login')
  return browser
}

/** The same browser, before and after a deployment. */
function deployed(before: SessionOptions, after: SessionOptions): { before: Browser; after: Browser } {
  const [one, other] = [before, after].map(browsing) as [Browser, Browser]
  Object.assign(other, { jar: one.jar })
  return { before: one, after: other }
}

/** What is in a cookie, opened with the keys of its purpose. */
function claimsIn({ jar }: Browser, name: 'session' | 'session.seen'): object {
  const keys = name === 'session' ? tokenKeys() : tokenKeysFor('seen/session')
  return open(jar.get(name) as string, keys, START, 4096)
}

/** A companion as somebody might make it. */
function seenOf(claims: object, data = {}, secret = SECRET, purpose = 'seen/session'): string {
  const key = keysFor(KeyRing.from(secret), purpose, DIRECT_GCM).active(START)
  return seal(plaintextOf(data, claims), key as TokenKey)
}

const kidOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[0] as string, 'base64url').toString()).kid

const jwk = (kid: string, secret: string, times = {}) => ({ kty: 'oct' as const, kid, k: base64url(secret), ...times })

describe.each(EXPRESSES)('on %s, a session that is read', (_name, create) => {
  const signed = async (options: SessionOptions = {}) => {
    const browser = new Browser(appWith(routes, options, create))
    await browser.get('/login')
    return browser
  }

  it('slides from a tenth of its idle timeout after its last use, and not before', async () => {
    const browser = await signed()
    for (const lastUse of [0, DUE, 2 * DUE]) {
      at(lastUse + DUE - 1)
      expect(setCookies(await browser.get('/me'))).toEqual([])
      at(lastUse + DUE)
      expect(setCookies(await browser.get('/me'))).toEqual(SEEN)
      expect(setCookies(await browser.get('/me'))).toEqual([])
    }
  })

  it('keeps its own cookie as it is, and is sent with a companion that no cache may store', async () => {
    const browser = await signed()
    const before = browser.jar.get('session')
    at(DUE)
    const response = await browser.get('/me')
    expect(setCookies(response)).toEqual([
      expect.stringMatching(
        new RegExp(`^session\\.seen=[\\w.-]+; Max-Age=${7 * DAY - DUE}; Path=/; HttpOnly; SameSite=Lax$`),
      ),
    ])
    expect(response.headers['cache-control']).toBe('no-store')
    expect(response.headers['vary']).toBe('Cookie')
    expect(browser.jar.get('session')).toBe(before)
  })

  it('lives as long as it is used, up to its absolute end, and its companion is not renewed where that moves no end', async () => {
    const browser = await signed()
    for (let hours = 20; hours <= 160; hours += 20) {
      at(hours * HOUR)
      expect(setCookies(await browser.get('/me'))).toEqual(SEEN)
    }
    at(167 * HOUR)
    const last = await browser.get('/me')
    expect([last.body, setCookies(last)]).toEqual(['Ada', []])
    at(7 * DAY)
    const over = await browser.get('/why')
    expect([over.body, setCookies(over)]).toEqual(['absolute', []])
  })

  it('ends when it was not used for its idle timeout since it last slid, and both cookies are left where they are', async () => {
    const browser = await signed()
    at(DUE)
    await browser.get('/me')
    at(DUE + DAY - 1)
    expect((await browser.get('/poll')).body).toBe('Ada')
    const idle = await signed()
    at(2 * DUE + DAY)
    await idle.get('/me')
    at(2 * DUE + 2 * DAY)
    const over = await idle.get('/why')
    expect([over.body, setCookies(over)]).toEqual(['idle', []])
    expect([...idle.jar.keys()]).toEqual(['session', 'session.seen'])
  })

  it('is renewed by ten parallel reads after a pause with companions only', async () => {
    const browser = await signed()
    const before = browser.jar.get('session')
    at(12 * HOUR)
    const responses = await Promise.all(Array.from({ length: 10 }, () => browser.get('/me')))
    expect(responses.map(({ body }) => body)).toEqual(Array(10).fill('Ada'))
    expect(responses.map(setCookies)).toEqual(Array(10).fill(SEEN))
    expect(browser.jar.get('session')).toBe(before)
    at(35 * HOUR)
    expect((await browser.get('/me')).body).toBe('Ada')
  })

  describe('by a response that only read it, and that is slow', () => {
    /** A slow response that is under way while another is answered, and that arrives after it. */
    async function overtaken(by: string, { options, before = {} }: { options?: SessionOptions; before?: object } = {}) {
      const slow = gate()
      const old = new Browser(appWith(routes, { ...options, ...before }, create))
      await old.get('/login')
      const browser = new Browser(
        appWith(
          (app) => {
            routes(app)
            app.get('/slow', async (req: Any, res) => {
              const { user } = req.session
              await slow.wait()
              res.json(user)
            })
          },
          options,
          create,
        ),
      )
      Object.assign(browser, { jar: old.jar })
      at(12 * HOUR)
      const late = browser.get('/slow')
      await slow.arrived
      const first = await browser.get(by)
      slow.pass()
      const response: Response = await late
      expect(response.body).toBe('Ada')
      expect(setCookies(response)).toEqual(SEEN)
      return { browser, first }
    }

    it('leaves a change standing', async () => {
      const { browser } = await overtaken('/change')
      expect((await browser.get('/me')).body).toBe('Eve')
    })

    it('leaves a log-in by regenerate() standing, which goes on sliding', async () => {
      const { browser } = await overtaken('/login?user=Eve')
      expect((await browser.get('/me')).body).toBe('Eve')
      at(12 * HOUR + DUE)
      expect(setCookies(await browser.get('/me'))).toEqual(SEEN)
      at(12 * HOUR + DUE + DAY - 1)
      expect((await browser.get('/me')).body).toBe('Eve')
    })

    it.each([true, false])('leaves a log-out standing, also without the guard: logoutGuard %s', async (logoutGuard) => {
      const { browser } = await overtaken('/logout', { options: { logoutGuard } })
      expect(browser.jar.has('session')).toBe(false)
      expect((await browser.get('/me')).body).toBeNull()
    })

    it('leaves a rotation standing', async () => {
      const rotated = { keys: [jwk('b', OTHER_SECRET), jwk('a', SECRET)] }
      const { browser } = await overtaken('/change', { options: { keys: rotated }, before: { keys: jwk('a', SECRET) } })
      expect(kidOf(browser.jar.get('session') as string)).toBe('b')
      expect((await browser.get('/me')).body).toBe('Eve')
    })

    it('leaves what another response has emptied as it is', async () => {
      const { browser } = await overtaken('/empty')
      expect(browser.jar.has('session')).toBe(false)
      expect((await browser.get('/me')).body).toBeNull()
    })
  })
})

describe('the companion', () => {
  it('says when its session was last used, until when it may live, and nothing else', async () => {
    const browser = await signedIn()
    const { claims } = claimsIn(browser, 'session') as Any
    at(DUE)
    await browser.get('/me')
    expect(claimsIn(browser, 'session.seen')).toMatchObject({
      claims: { sid: claims.sid, sat: START, iat: START + DUE, exp: START + 7 * DAY },
      data: {},
    })
    expect((claimsIn(browser, 'session.seen') as Any).claims.chk).toBeUndefined()
    expect(claimsIn(browser, 'session')).toMatchObject({ claims: { iat: START, exp: START + 7 * DAY } })
  })

  it('has the prefix and the attributes of the cookie that it stands beside', async () => {
    const browser = await signedIn({ cookie: { secure: true, sameSite: 'strict' } })
    at(DUE)
    expect(setCookies(await browser.get('/me'))).toEqual([
      expect.stringMatching(seenLine('__Host-Http-session', SECURE_ATTRIBUTES.replace('Lax', 'Strict'))),
    ])
  })

  it('ends with the browser where the session does', async () => {
    const app = appWith((inner) => {
      routes(inner)
      inner.get('/brief', (req: Any, res) => {
        req.session.user = 'Ada'
        req.session.cookie.maxAge = null
        res.json(null)
      })
    })
    const browser = new Browser(app)
    await browser.get('/brief')
    at(DUE)
    const [line] = setCookies(await browser.get('/me'))
    expect(line).toMatch(/^session\.seen=[\w.-]+; Path=\/; HttpOnly; SameSite=Lax$/)
  })

  it('is a small cookie, whatever is in its session', async () => {
    const browser = browsing()
    await browser.get('/fill')
    at(DUE)
    const [line = ''] = setCookies(await browser.get('/read'))
    expect(line).toMatch(seenLine())
    expect(line.length).toBeLessThan(350)
  })

  it('is not set where the session is not asked for', async () => {
    const browser = await signedIn()
    at(12 * HOUR)
    expect(setCookies(await browser.get('/untouched'))).toEqual([])
  })

  it('is told of as an event with the hash that stands for the session, and the key that sealed it', async () => {
    const events: SessionEvent[] = []
    const browser = await signedIn({ onEvent: (event) => events.push(event) })
    at(DUE)
    await browser.get('/me')
    const [sealed, opened, renewed, ...others] = events as Any[]
    expect([sealed.type, opened.type, others]).toEqual(['sealed', 'opened', []])
    expect(renewed).toEqual({ type: 'renewed', name: 'session', kid: sealed.kid, session: sealed.session })
  })

  it('counts for its own session only', async () => {
    const [one, other] = [await signedIn(), await signedIn()]
    for (const browser of [one, other]) {
      at(DUE)
      await browser.get('/me')
    }
    at(DAY)
    expect((await one.get('/why')).body).toBeNull()
    one.jar.set('session.seen', other.jar.get('session.seen') as string)
    expect((await one.get('/why')).body).toBe('idle')
    one.jar.delete('session.seen')
    expect((await one.get('/why')).body).toBe('idle')
  })

  it.each<[string, (own: { sid: string }) => string]>([
    ['is rubbish', () => 'rubbish'],
    ['names another start', ({ sid }) => seenOf({ ...CLAIMS, sid, sat: START - 1, iat: START + HOUR })],
    ['was tampered with', ({ sid }) => seenOf({ ...CLAIMS, sid, iat: START + HOUR }).replace(/.{4}$/, 'AAAA')],
    ['is of a key that is not ours', ({ sid }) => seenOf({ ...CLAIMS, sid, iat: START + HOUR }, {}, OTHER_SECRET)],
    ['is that of another cookie', ({ sid }) => seenOf({ ...CLAIMS, sid, iat: START + HOUR }, {}, SECRET, 'seen/other')],
    ['is a guard', ({ sid }) => seenOf({ ...CLAIMS, sid, iat: START + HOUR }, {}, SECRET, 'ended/session')],
    ['is of a time to come', ({ sid }) => seenOf({ ...CLAIMS, sid, iat: START + 2 * DAY, exp: START + 7 * DAY })],
    [
      'is sealed as a session',
      ({ sid }) => seal(plaintextOf({}, { ...CLAIMS, sid, iat: START + HOUR }), tokenKeys().active(START) as TokenKey),
    ],
    [
      'is longer than any of ours',
      ({ sid }) => seenOf({ ...CLAIMS, sid, iat: START + HOUR, exp: START + 7 * DAY }, { x: 'x'.repeat(1024) }),
    ],
  ])('counts for nothing where it %s', async (_what, made) => {
    const browser = await signedIn()
    const { claims } = claimsIn(browser, 'session') as Any
    at(DAY)
    // A good one counts.
    browser.jar.set('session.seen', seenOf({ ...CLAIMS, sid: claims.sid, iat: START + HOUR, exp: START + 7 * DAY }))
    expect((await browser.get('/why')).body).toBeNull()
    browser.jar.set('session.seen', made(claims))
    expect((await browser.get('/why')).body).toBe('idle')
  })

  it('counts where it is the newest of several, wherever it stands', async () => {
    const browser = await signedIn({ slide: false })
    const { sid } = (claimsIn(browser, 'session') as Any).claims
    const seen = (iat: number) => `session.seen=${seenOf({ ...CLAIMS, sid, iat, exp: START + 7 * DAY })}`
    const own = `session=${browser.jar.get('session')}`
    at(DAY)
    for (const hours of [
      [1, 5],
      [5, 1],
    ]) {
      const Cookie = [own, 'session.seen=rubbish', ...hours.map((one) => seen(START + one * HOUR))].join('; ')
      expect((await browser.get('/end', { Cookie })).body).toBe(new Date((START + 29 * HOUR) * 1000).toISOString())
    }
  })

  it('counts for open(req), too, which tells when the session ends', async () => {
    const { open: opened } = session({ keys: SECRET })
    const browser = await signedIn()
    at(12 * HOUR)
    await browser.get('/me')
    const [own, seen] = ['session', 'session.seen'].map((name) => `${name}=${browser.jar.get(name)}`)
    const asked = (cookie: string): Any => opened({ headers: { cookie } } as Any)
    at(DAY)
    expect(asked(`${own}`)).toEqual({ session: null, rejected: 'idle' })
    expect(asked(`${own}; ${seen}`).rejected).toBeNull()
    expect(asked(`${own}; ${seen}`).session.expiresAt).toEqual(new Date((START + 36 * HOUR) * 1000))
    at(36 * HOUR)
    expect(asked(`${own}; ${seen}`)).toEqual({ session: null, rejected: 'idle' })
  })

  it('is no session, and a session is no companion', async () => {
    const browser = await signedIn()
    const token = browser.jar.get('session') as string
    at(DUE)
    await browser.get('/me')
    const seen = browser.jar.get('session.seen') as string
    browser.jar.set('session', seen).delete('session.seen')
    expect((await browser.get('/me')).body).toBeNull()
    browser.jar.set('session', token).set('session.seen', token)
    at(DAY)
    expect((await browser.get('/me')).body).toBeNull()
  })

  it('counts after a rotation as before, and is sealed under the active key then', async () => {
    const { before, after } = deployed(
      { keys: jwk('a', SECRET) },
      { keys: { keys: [jwk('b', OTHER_SECRET), jwk('a', SECRET)] } },
    )
    await before.get('/login')
    at(DUE)
    await before.get('/me')
    expect(kidOf(before.jar.get('session.seen') as string)).toBe('a')
    at(DAY)
    expect((await after.get('/me')).body).toBe('Ada')
    expect(kidOf(after.jar.get('session.seen') as string)).toBe('b')
    expect(kidOf(after.jar.get('session') as string)).toBe('a')
  })

  it('stays while its session is changed, and the later use of both counts', async () => {
    const browser = await signedIn()
    at(DUE)
    await browser.get('/me')
    at(2 * DUE)
    expect(setCookies(await browser.get('/change'))).toEqual(SEALED)
    expect([...browser.jar.keys()]).toEqual(['session', 'session.seen'])
    at(2 * DUE + DAY - 1)
    expect((await browser.get('/me')).body).toBe('Eve')
  })

  it.each([
    ['/logout', [removal(), expect.stringMatching(guardLine()), removal('session.seen')]],
    ['/empty', [removal(), removal('session.seen')]],
    ['/login', [...SEALED, expect.stringMatching(guardLine()), removal('session.seen')]],
  ])('goes when its session ends, or another takes its place: %s', async (path, lines) => {
    const browser = await signedIn()
    at(DUE)
    await browser.get('/me')
    expect(setCookies(await browser.get(path))).toEqual(lines)
    expect(browser.jar.has('session.seen')).toBe(false)
  })

  it('goes when a session begins that found it without one', async () => {
    const browser = await signedIn()
    at(DUE)
    await browser.get('/me')
    browser.jar.delete('session')
    expect(setCookies(await browser.get('/me'))).toEqual([])
    expect(setCookies(await browser.get('/change'))).toEqual([...SEALED, removal('session.seen')])
  })
})

describe('the option slide', () => {
  it('with false lets no session slide, which ends after its idle timeout since it was last written', async () => {
    const browser = await signedIn({ slide: false })
    at(12 * HOUR)
    expect(setCookies(await browser.get('/me'))).toEqual([])
    expect(setCookies(await browser.get('/change'))).toEqual(SEALED)
    at(36 * HOUR - 1)
    expect(setCookies(await browser.get('/me'))).toEqual([])
    at(36 * HOUR)
    expect((await browser.get('/why')).body).toBe('idle')
  })

  it('as a function says for each request whether it counts as use', async () => {
    const browser = await signedIn({ slide: (req) => req.url !== '/poll' })
    at(12 * HOUR)
    expect(setCookies(await browser.get('/poll'))).toEqual([])
    expect(setCookies(await browser.get('/me'))).toEqual(SEEN)
    for (let hours = 15; hours < 36; hours += 3) {
      at(hours * HOUR)
      expect(setCookies(await browser.get('/poll'))).toEqual([])
    }
    at(36 * HOUR)
    expect((await browser.get('/why')).body).toBe('idle')
  })

  it('as a function is asked about the first session that comes, so that a mistake shows, and then when one would slide', async () => {
    const slide = vi.fn(() => true)
    const browser = await signedIn({ slide })
    expect(slide).not.toHaveBeenCalled()
    at(DUE - 1)
    for (const path of ['/untouched', '/me', '/change', '/untouched', '/me']) await browser.get(path)
    expect(slide).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ url: '/me' }))
    at(2 * DUE)
    await browser.get('/me')
    expect(slide).toHaveBeenCalledTimes(2)
  })

  it('does not keep touch() from renewing a session', async () => {
    const browser = await signedIn({ slide: false })
    at(HOUR)
    expect(setCookies(await browser.get('/touch'))).toEqual(SEEN)
    at(25 * HOUR - 1)
    expect((await browser.get('/me')).body).toBe('Ada')
  })

  it('does not keep a check from being kept, which leaves the last use as it was', async () => {
    const validate = vi.fn(() => true)
    const browser = await signedIn({ slide: false, validate, validateEvery: '5m' })
    at(HOUR)
    expect(setCookies(await browser.get('/touch'))).toEqual(SEEN)
    at(12 * HOUR)
    expect(setCookies(await browser.get('/me'))).toEqual(SEEN)
    expect(claimsIn(browser, 'session.seen')).toMatchObject({ claims: { iat: START + HOUR, chk: START + 12 * HOUR } })
    at(25 * HOUR)
    expect((await browser.get('/why')).body).toBe('idle')
  })
})

describe('the end that a session tells', () => {
  const afterStart = (seconds: number) => new Date((START + seconds) * 1000)
  /** What a request hears that does this, and what its response sets. */
  const heard = async (act: (req: Any) => unknown, options: SessionOptions, when: number, query = '') => {
    const app = appWith((routed) => {
      routes(routed)
      routed.get('/act', (req: Any, res) => void res.end(JSON.stringify(act(req))))
    }, options)
    const browser = new Browser(app)
    at(0)
    await browser.get('/login')
    at(when)
    const response = await browser.get(`/act${query}`)
    return { end: new Date(JSON.parse(response.text)), set: setCookies(response) }
  }
  const end = ({ session }: Any) => session.expiresAt

  it('counts from this request if it slides, and from the last one that did if not', async () => {
    expect(await heard(end, {}, DUE - 1)).toEqual({ end: afterStart(DAY), set: [] })
    expect(await heard(end, {}, DUE)).toEqual({ end: afterStart(DUE + DAY), set: SEEN })
    expect(await heard(end, { oneCookie: true }, DUE)).toEqual({ end: afterStart(DUE + DAY), set: SEALED })
    expect(await heard(end, { slide: false }, DUE)).toEqual({ end: afterStart(DAY), set: [] })
    const slide: SessionOptions['slide'] = (req) => !req.url?.endsWith('?poll')
    expect(await heard(end, { slide }, DUE, '?poll')).toEqual({ end: afterStart(DAY), set: [] })
    expect(await heard(end, { slide }, DUE, '?page')).toEqual({ end: afterStart(DUE + DAY), set: SEEN })
  })

  it('is the end of its cookie, too', async () => {
    const told = ({ session: { cookie, expiresAt } }: Any) =>
      cookie.expires.getTime() === expiresAt.getTime() && cookie.maxAge === DAY * 1000 ? expiresAt : null
    expect((await heard(told, {}, DUE)).end).toEqual(afterStart(DUE + DAY))
  })

  it('is never after the absolute one', async () => {
    expect((await heard(end, { absoluteTimeout: '25h' }, 12 * HOUR)).end).toEqual(afterStart(25 * HOUR))
  })

  it.each<[string, (session: Any) => unknown]>([
    ['a change', (session) => (session.user = 'Eve')],
    ['a change inside of an object', (session) => (session.cart = [1])],
    ['touch()', (session) => session.touch()],
  ])('counts from a request that uses it by %s, though slide is false', async (_what, use) => {
    const told = (req: Any) => {
      use(req.session)
      return req.session.expiresAt
    }
    expect((await heard(told, { slide: false }, HOUR)).end).toEqual(afterStart(HOUR + DAY))
  })

  it('is told before slide has its say, which may depend on what the handler does then', async () => {
    const told = (req: Any) => {
      const { expiresAt } = req.session
      req.isPoll = true
      return expiresAt
    }
    const slide = (req: Any) => !req.isPoll
    expect(await heard(told, { slide }, DUE)).toEqual({ end: afterStart(DUE + DAY), set: [] })
  })

  it('is that of the last use for slide itself, which may decide by it', async () => {
    const ends: Date[] = []
    const slide = ({ session }: Any) => {
      ends.push(session.expiresAt)
      return true
    }
    expect(await heard(end, { slide }, DUE)).toEqual({ end: afterStart(DUE + DAY), set: SEEN })
    expect(new Set(ends.map(Number))).toEqual(new Set([Number(afterStart(DAY))]))
  })

  it('is no error where slide is one: that is for the response', async () => {
    const told = (req: Any) => {
      req.ended = req.session.expiresAt
      req.session = null
      return req.ended
    }
    const slide = () => {
      throw new Error('broken')
    }
    expect((await heard(told, { slide }, DUE)).end).toEqual(afterStart(DAY))
  })

  it('stays what the response has said, once its headers have left', async () => {
    const told = (req: Any) => {
      if (req.query.asks !== undefined) void req.session
      req.res.write(' ')
      at(DUE + HOUR)
      return req.session.expiresAt
    }
    expect(await heard(told, {}, DUE, '?asks')).toEqual({ end: afterStart(DUE + DAY), set: SEEN })
    expect(await heard(told, { slide: false }, DUE, '?asks')).toEqual({ end: afterStart(DAY), set: [] })
    expect(await heard(told, {}, DUE)).toEqual({ end: afterStart(DAY), set: [] })
  })

  it('is that of the last use where no response can move it, as over a WebSocket', () => {
    const sessions = session({ keys: SECRET })
    const req = { headers: { cookie: sessions.seal({ user: 'Ada' } as object).cookie } } as Any
    at(DUE)
    sessions(req, {} as Any, () => {})
    expect(req.session.expiresAt).toEqual(afterStart(DAY))
  })
})

describe('touch()', () => {
  it('renews a session at once, and sets the companion only', async () => {
    const browser = await signedIn()
    at(1)
    expect(setCookies(await browser.get('/touch'))).toEqual(SEEN)
    expect(claimsIn(browser, 'session.seen')).toMatchObject({ claims: { iat: START + 1 } })
    at(DAY)
    expect((await browser.get('/me')).body).toBe('Ada')
  })

  it('sets nothing for a session that has no data', async () => {
    expect(setCookies(await browsing().get('/touch'))).toEqual([])
  })

  it('renews a session also after its headers once failed to leave', async () => {
    const app = appWith((inner) => {
      routes(inner)
      inner.get('/twice', (req: Any, res) => {
        void req.session.user
        expect(() => res.writeHead(200, { 'X-Bad': 'line\nbreak' })).toThrow()
        req.session.touch()
        res.json(null)
      })
    })
    const browser = new Browser(app)
    await browser.get('/login')
    expect(setCookies(await browser.get('/twice'))).toEqual(SEEN)
  })

  it('is an error while no key may seal', async () => {
    const { browser, behind } = await ahead()
    behind()
    expect((await browser.get('/touch')).body.code).toBe('ERR_SESSION_KEYS')
  })

  it('renews a session that could not be sealed any more', async () => {
    const { before, after } = deployed({}, { sizeLimit: 3000 })
    await before.get('/fill')
    const response = await after.get('/touch')
    expect([response.status, setCookies(response)]).toEqual([200, SEEN])
  })

  it('is an error where one cookie must keep the last use, and the session could not be sealed any more', async () => {
    const { before, after } = deployed({}, { sizeLimit: 3000, oneCookie: true })
    await before.get('/fill')
    const { status, body } = await after.get('/touch')
    expect([status, body.code]).toEqual([500, 'ERR_SESSION_OVERFLOW'])
  })
})

/** A session of which the key is not active yet on an instance whose clock is behind; no key is, there. */
async function ahead(options: SessionOptions = {}) {
  const keys = {
    keys: [jwk('next', OTHER_SECRET, { nbf: START + 2 * MINUTE }), jwk('last', SECRET, { exp: START + MINUTE })],
  }
  const browser = browsing({ keys, ...options })
  at(2 * MINUTE)
  await browser.get('/nested')
  return { browser, behind: () => at(2 * MINUTE - 30) }
}

describe('a session that is only read, and could not be sealed anew', () => {
  const DEPLOYMENTS: readonly [string, SessionOptions, SessionOptions][] = [
    [
      'as the new key has a longer kid',
      { keys: jwk('a', SECRET) },
      { keys: { keys: [jwk('the-key-of-2026-11', OTHER_SECRET), jwk('a', SECRET)] } },
    ],
    ['as sizeLimit was lowered', {}, { sizeLimit: 3000 }],
    ['as other algorithms take more bytes', {}, { alg: 'A256KW', enc: 'A256CBC-HS512' }],
  ]

  it.each(DEPLOYMENTS)('is served, and slides without an overflow: %s', async (_why, old, now) => {
    const events: SessionEvent[] = []
    const { before, after } = deployed(old, { ...now, onEvent: (event) => events.push(event) })
    await before.get('/fill')
    expect(setCookies(await after.get('/read'))).toEqual([])
    at(13 * HOUR)
    const response = await after.get('/read')
    expect([response.status, response.body]).toEqual([200, ['text']])
    expect(setCookies(response)).toEqual([expect.stringMatching(/^session\.seen=[\w.-]+; Max-Age=[1-9]/)])
    at(37 * HOUR - 1)
    expect((await after.get('/read')).body).toEqual(['text'])
    expect(events.map(({ type }) => type)).toEqual(['opened', 'opened', 'renewed', 'opened', 'renewed'])
  })

  it.each(DEPLOYMENTS)(
    'stays as it is, and is served, where one cookie must keep its last use: %s',
    async (_why, old, now) => {
      const events: SessionEvent[] = []
      const { before, after } = deployed(old, { ...now, oneCookie: true, onEvent: (event) => events.push(event) })
      await before.get('/fill')
      at(13 * HOUR)
      const response = await after.get('/read')
      expect([response.status, response.body, setCookies(response)]).toEqual([200, ['text'], []])
      expect(events.map(({ type }) => type)).toEqual(['opened', 'overflow'])
      expect((await after.get('/read')).body).toEqual(['text'])
    },
  )

  it('slides without an overflow at the very limit of its size, and keeps the time of its last check', async () => {
    const validate = vi.fn(() => true)
    const events: SessionEvent[] = []
    const browser = browsing({ validate, validateEvery: '5m', onEvent: (event) => events.push(event) })
    await browser.get('/fill')
    at(13 * HOUR)
    for (const lines of [SEEN, []]) {
      const response = await browser.get('/read')
      expect([response.status, response.body, setCookies(response)]).toEqual([200, ['text'], lines])
    }
    expect(validate).toHaveBeenCalledTimes(1)
    at(37 * HOUR - 1)
    expect((await browser.get('/read')).body).toEqual(['text'])
    expect(events.filter(({ type }) => type === 'overflow')).toEqual([])
  })

  it('is an error where it is no matter of the session', async () => {
    const browser = browsing()
    await browser.get('/change')
    at(13 * HOUR)
    const known = KeyRing.from(SECRET).active(START)
    // As the session is opened, and then as its companion is to be sealed.
    const active = vi.spyOn(KeyRing.prototype, 'active')
    active.mockReturnValueOnce(known).mockImplementation(() => {
      throw new TypeError('broken')
    })
    expect((await browser.get('/read')).body).toEqual({ message: 'broken' })
    vi.restoreAllMocks()
  })

  it('stays as it is while no key may seal, whatever is in it', async () => {
    const events: SessionEvent[] = []
    const validate = vi.fn(() => true)
    const { browser, behind } = await ahead({ validate, validateEvery: '5m', onEvent: (event) => events.push(event) })
    behind()
    for (const times of [1, 2]) {
      const response = await browser.get('/read')
      expect([response.status, response.body, setCookies(response)]).toEqual([200, ['user'], []])
      // The check cannot be kept, so that the next request is asked about again.
      expect(validate).toHaveBeenCalledTimes(times)
    }
    expect(events.map(({ type }) => type)).toEqual(['sealed', 'opened', 'opened'])
    expect((await browser.get('/change')).body.code).toBe('ERR_SESSION_KEYS')
  })
})

describe('a session that was written while timeouts were shorter', () => {
  const short = { idleTimeout: '1h', absoluteTimeout: '2h' }
  const long = { idleTimeout: '5h', absoluteTimeout: '10h' }

  it('says that it ends when it does, until it is written', async () => {
    const { before, after } = deployed(short, long)
    await before.get('/login')
    at(HOUR / 2)
    const endOf = async () => (Date.parse((await after.get('/end')).body) / 1000 - START) / HOUR
    expect(await endOf()).toBe(2)
    at(2 * HOUR - 1)
    expect((await after.get('/me')).body).toBe('Ada')
    expect(await endOf()).toBe(2)
    at(HOUR)
    await after.get('/change')
    expect(await endOf()).toBe(6)
  })
})

describe('a session whose host carries one cookie', () => {
  it('slides by being sealed again, after a tenth of its idle timeout and not before', async () => {
    const browser = await signedIn({ oneCookie: true })
    at(DUE - 1)
    expect(setCookies(await browser.get('/me'))).toEqual([])
    at(DUE)
    const response = await browser.get('/me')
    expect(setCookies(response)).toEqual(SEALED)
    expect(response.headers['cache-control']).toBe('no-store')
    expect(claimsIn(browser, 'session')).toMatchObject({
      claims: { sat: START, iat: START + DUE, exp: START + 7 * DAY },
    })
    at(DUE + DAY - 1)
    expect((await browser.get('/me')).body).toBe('Ada')
  })

  it('is sealed again by touch(), and not by a request that slide does not count as use', async () => {
    const browser = await signedIn({ oneCookie: true, slide: false })
    at(12 * HOUR)
    expect(setCookies(await browser.get('/me'))).toEqual([])
    expect(setCookies(await browser.get('/touch'))).toEqual(SEALED)
    at(36 * HOUR - 1)
    expect((await browser.get('/me')).body).toBe('Ada')
  })

  it('ends with the removal of its cookie alone', async () => {
    const browser = await signedIn({ oneCookie: true })
    browser.jar.set('session.seen', 'left')
    expect(setCookies(await browser.get('/logout'))).toEqual([removal()])
  })

  it('slides without the time of its last check, where it does not fit with it', async () => {
    const validate = vi.fn(() => true)
    const events: SessionEvent[] = []
    const browser = browsing({ oneCookie: true, validate, validateEvery: '5m', onEvent: (event) => events.push(event) })
    await browser.get('/fill')
    at(5 * MINUTE)
    expect(setCookies(await browser.get('/read'))).toEqual([])
    at(13 * HOUR)
    const response = await browser.get('/read')
    expect([response.status, setCookies(response)]).toEqual([200, SEALED])
    at(26 * HOUR)
    expect((await browser.get('/read')).body).toEqual(['text'])
    expect(validate).toHaveBeenCalledTimes(3)
    expect(events.filter(({ type }) => type === 'overflow')).toEqual([])
  })
})

describe('a session under a retired key', () => {
  const rotated = (options: SessionOptions = {}) =>
    deployed({ keys: jwk('a', SECRET) }, { keys: { keys: [jwk('b', OTHER_SECRET), jwk('a', SECRET)] }, ...options })

  it('is read as it is, and sealed under the active key when the app next writes it', async () => {
    const events: SessionEvent[] = []
    const { before, after } = rotated({ onEvent: (event) => events.push(event) })
    await before.get('/login')
    expect(setCookies(await after.get('/me'))).toEqual([])
    at(DUE)
    expect(setCookies(await after.get('/me'))).toEqual(SEEN)
    expect(kidOf(after.jar.get('session') as string)).toBe('a')
    expect(events.map(({ type }) => type)).toEqual(['opened', 'opened', 'renewed'])
    expect(setCookies(await after.get('/change'))).toEqual(SEALED)
    expect(kidOf(after.jar.get('session') as string)).toBe('b')
    expect(events.at(-1)).toMatchObject({ type: 'resealed', kid: 'b', oldKid: 'a' })
  })

  it('lives until its absolute end, while the retired key opens it', async () => {
    const { before, after } = rotated()
    await before.get('/login')
    for (let hours = 20; hours <= 160; hours += 20) {
      at(hours * HOUR)
      expect((await after.get('/me')).body).toBe('Ada')
    }
    expect(kidOf(after.jar.get('session') as string)).toBe('a')
    at(7 * DAY)
    expect((await after.get('/why')).body).toBe('absolute')
  })
})

describe('a session behind a proxy of which nobody has told, in production', () => {
  const sessions = (options: SessionOptions = {}) =>
    session<Any>({ keys: SECRET, onError: (error: Any, _req, res) => res.end(JSON.stringify(error.code)), ...options })
  const answered = (options?: SessionOptions): RequestListener => {
    const middleware = sessions(options)
    return (req: Any, res) =>
      middleware(req, res, () => {
        if (req.url === '/null') req.session = null
        if (req.url === '/emptied') delete req.session.user
        if (req.url === '/changed') req.session.user = 'Eve'
        if (req.url === '/destroyed') return req.session.destroy(() => res.end('null'))
        res.end(JSON.stringify(req.session?.user ?? null))
      })
  }
  const arriving = (options?: SessionOptions) => {
    const browser = new Browser(answered(options) as Any)
    browser.jar.set('__Host-Http-session', sessions(options).seal({ user: 'Ada' }, { secure: true }).value)
    return browser
  }
  beforeEach(() => vi.stubEnv('NODE_ENV', 'production'))

  it('is read, and slides by a companion beside the cookie that it came under', async () => {
    const browser = arriving()
    expect((await browser.get('/')).text).toBe('"Ada"')
    at(13 * HOUR)
    const response = await browser.get('/')
    expect([response.status, response.text]).toEqual([200, '"Ada"'])
    expect(setCookies(response)).toEqual([expect.stringMatching(seenLine('__Host-Http-session', SECURE_ATTRIBUTES))])
    at(37 * HOUR - 1)
    expect((await browser.get('/')).text).toBe('"Ada"')
    await browser.get('/null')
    expect([...browser.jar.keys()]).toEqual(['__Host-Http-session.ended'])
  })

  it.each(['/null', '/destroyed', '/emptied'])('ends under the name that it came under: %s', async (path) => {
    for (const logoutGuard of [true, false]) {
      const browser = arriving({ logoutGuard })
      await browser.get(path)
      expect(browser.jar.get('__Host-Http-session')).toBeUndefined()
      expect((await browser.get('/')).text).toBe('null')
    }
  })

  it('leaves a guard under that name, so that a late response does not bring it back', async () => {
    const browser = arriving()
    const token = browser.jar.get('__Host-Http-session') as string
    await browser.get('/null')
    browser.jar.set('__Host-Http-session', token)
    expect((await browser.get('/')).text).toBe('null')
  })

  it('is not written, which is an error', async () => {
    const { status, text } = await arriving().get('/changed')
    expect([status, text]).toEqual([500, '"ERR_SESSION_INSECURE"'])
  })

  it('is removed under both names in development, where both are read', async () => {
    vi.stubEnv('NODE_ENV', 'development')
    const browser = arriving({ logoutGuard: false })
    browser.jar.set('session', sessions().seal({ user: 'Eve' }, { secure: false }).value)
    await browser.get('/null')
    expect([...browser.jar.keys()]).toEqual([])
  })
})
