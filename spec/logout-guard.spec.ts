import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type express from 'express'
import type { Express } from 'express'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import session, { KeyRing, type SessionEvent, type SessionOptions } from '../lib/index.js'
import { endedPurpose } from '../lib/keys/ring.js'
import { settingsFrom } from '../lib/options/options.js'
import { endedSessions, guardAgainst } from '../lib/request/logout-guard.js'
import { type Opened, open, seal } from '../lib/token/jwe.js'
import { keysFor, type TokenKey } from '../lib/token/key.js'
import { appWith, EXPRESSES } from './support/app.js'
import { Browser, setCookies } from './support/browser.js'
import { at, DAY, HOUR, START, startClock, stopClock } from './support/clock.js'
import { gate } from './support/gate.js'
import { DIRECT_GCM, tokenKeysFor } from './support/keys.js'
import { OTHER_SECRET, SECRET } from './support/secrets.js'
import { sealedLine } from './support/set-cookie.js'
import { CLAIMS, plaintextOf } from './support/tokens.js'

type Any = any

beforeEach(stopClock)
afterEach(startClock)

function routes(slow: ReturnType<typeof gate>) {
  return (app: Express) => {
    app.get('/login', async (req: Any, res) => {
      await req.session.regenerate()
      req.session.user = req.query['user'] ?? 'Ada'
      res.json(null)
    })
    app.get('/me', (req: Any, res) => res.json(req.session.user ?? null))
    app.get('/slow', async (req: Any, res) => {
      req.session.seen = true
      await slow.wait()
      res.json(null)
    })
    app.get('/null', (req: Any, res) => {
      req.session = null
      res.json(null)
    })
    app.get('/destroy', async (req: Any, res) => {
      await req.session.destroy()
      res.json(null)
    })
    app.get('/regenerate', async (req: Any, res) => {
      await req.session.regenerate()
      res.json(null)
    })
    app.get('/empty', (req: Any, res) => {
      for (const key of Object.keys(req.session)) delete req.session[key]
      res.json(null)
    })
    app.get('/anew', async (req: Any, res) => {
      await req.session.regenerate()
      req.session.theme = 'dark'
      res.json(null)
    })
    app.get('/theme', (req: Any, res) => {
      req.session.theme = 'dark'
      res.json(null)
    })
    app.get('/untouched', (_req, res) => void res.json(null))
  }
}

const ENDINGS = ['/null', '/destroy', '/regenerate'] as const

describe.each(EXPRESSES)('on %s, a write that began before its session was idle', (_name, create) => {
  it.each([
    ['a log-out', '/null', null],
    ['a log-in', '/login?user=Bob', null],
  ])('does not bring it back after %s', async (_what, ending, found) => {
    const slow = gate()
    const browser = new Browser(appWith(routes(slow), {}, create))
    await browser.get('/login')
    at(DAY - 5)
    const late = browser.get('/slow')
    await slow.arrived
    at(DAY + 5)
    expect((await browser.get('/me')).body).toBeNull()
    const response = await browser.get(ending)
    expect(setCookies(response).some((line) => line.startsWith('session.ended='))).toBe(true)
    slow.pass()
    await late
    expect(browser.jar.has('session')).toBe(true)
    expect((await browser.get('/me')).body).toBe(found)
  })

  it('is no reason for a guard where nobody has logged out or in', async () => {
    const browser = new Browser(appWith(routes(gate()), {}, create))
    await browser.get('/login')
    at(DAY + 5)
    expect(setCookies(await browser.get('/theme'))).toEqual([expect.stringMatching(sealedLine())])
  })
})

describe.each(EXPRESSES)('on %s, a response that was under way at log-out', (_name, create) => {
  /** Two requests that overlap, over real connections: a slow one that writes, and a log-out that overtakes it. */
  async function overlap(ending: string, options: SessionOptions) {
    const slow = gate()
    const browser = await browsing(routes(slow), options, create)
    await browser.visit('/login')
    const late = browser.request('/slow')
    await slow.arrived
    await browser.visit(ending)
    slow.pass()
    browser.receive(await late)
    return browser
  }

  it.each(ENDINGS)('of %s does not bring the session back', async (ending) => {
    const events: SessionEvent[] = []
    const browser = await overlap(ending, { onEvent: (event) => events.push(event) })
    expect(browser.jar.has('session')).toBe(true)
    expect(await browser.visit('/me')).toBeNull()
    expect(events.at(-1)).toMatchObject({ type: 'rejected', reason: 'ended' })
    // Its cookie stays where it is, and is refused for as long as it is there.
    expect([...browser.jar.keys()].sort()).toEqual(['session', 'session.ended'])
    expect(await browser.visit('/me')).toBeNull()
    expect(events.filter(({ type }) => type === 'cleared')).toHaveLength(1)
    await browser.visit('/login?user=Eve')
    expect(await browser.visit('/me')).toBe('Eve')
  })

  it.each(ENDINGS)('of %s brings it back without the guard', async (ending) => {
    const browser = await overlap(ending, { logoutGuard: false })
    expect(await browser.visit('/me')).toBe('Ada')
  })

  // What a session without a store cannot do: spec/guide/recipes.md has what helps.
  it('does not reach a copy of the cookie: whoever has one has the session until it ends', async () => {
    const browser = await browsing(routes(gate()), {}, create)
    await browser.visit('/login')
    const copy = browser.jar.get('session') as string
    await browser.visit('/destroy')
    expect(await browser.visit('/me')).toBeNull()
    const thief = await browsing(routes(gate()), {}, create)
    thief.jar.set('session', copy)
    expect(await thief.visit('/me')).toBe('Ada')
    at(DAY)
    expect(await thief.visit('/me')).toBeNull()
  })

  it('does not bring it back where the next session has data already, such as a message of farewell', async () => {
    const events: SessionEvent[] = []
    const browser = await overlap('/anew', { onEvent: (event) => events.push(event) })
    expect(await browser.visit('/me')).toBeNull()
    expect(events.at(-1)).toMatchObject({ type: 'rejected', reason: 'ended' })
    expect([...browser.jar.keys()].sort()).toEqual(['session', 'session.ended'])
  })

  it('does not bring it back after another user has logged in and out', async () => {
    const slow = gate()
    const browser = await browsing(routes(slow), {}, create)
    await browser.visit('/login')
    const late = browser.request('/slow')
    await slow.arrived
    for (const path of ['/destroy', '/login?user=Eve', '/destroy']) await browser.visit(path)
    slow.pass()
    browser.receive(await late)
    expect(await browser.visit('/me')).toBeNull()
  })

  it('leaves a log-in that came since as it is, and the other way round', async () => {
    const slow = gate()
    const browser = await browsing(routes(slow), {}, create)
    await browser.visit('/login')
    const late = browser.request('/slow')
    await slow.arrived
    await browser.visit('/destroy')
    await browser.visit('/login?user=Eve')
    expect(await browser.visit('/me')).toBe('Eve')
    slow.pass()
    browser.receive(await late)
    // The late response has replaced Eve's cookie. Ada's session stays ended.
    expect(await browser.visit('/me')).toBeNull()
  })
})

/** A browser on real connections, which keeps what it receives when it is told to. */
async function browsing(add: (app: Express) => void, options: SessionOptions, create: typeof express) {
  const server = appWith(add, options, create).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const jar = new Map<string, string>()
  const request = (path: string) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    return fetch(`${origin}${path}`, { headers: { cookie } })
  }
  const receive = (response: Response) => {
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (line.includes('; Max-Age=0;')) jar.delete(name)
      else jar.set(name, value)
    }
  }
  const visit = async (path: string): Promise<unknown> => {
    const response = await request(path)
    receive(response)
    return response.json()
  }
  return { jar, request, receive, visit }
}

const servers: { close(): void; closeAllConnections(): void }[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

describe('the guard', () => {
  const browserOf = (options: SessionOptions = {}) => new Browser(appWith(routes(gate()), options))

  it('is one small cookie', async () => {
    const browser = browserOf()
    for (const most of [350, 450, 520, 600, 600, 600]) {
      await browser.get('/login')
      const [, guard = ''] = setCookies(await browser.get('/destroy'))
      expect(guard).toMatch(
        /^session\.ended=[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/,
      )
      expect(guard.length).toBeLessThan(most)
    }
    expect([...browser.jar.keys()]).toEqual(['session.ended'])
  })

  it('has the prefix and the attributes of the cookie that it guards', async () => {
    const app = appWith(routes(gate()), { cookie: { secure: true, sameSite: 'strict' } })
    const browser = new Browser(app)
    await browser.get('/login')
    expect(setCookies(await browser.get('/destroy'))[1]).toMatch(
      /^__Host-Http-session\.ended=[^;]+; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    )
  })

  it('stays as long as a token of the session could be valid: to the end of its absolute timeout', async () => {
    const browser = browserOf({ idleTimeout: '1h', absoluteTimeout: '3h' })
    await browser.get('/login')
    at(HOUR / 2)
    expect(setCookies(await browser.get('/destroy'))[1]).toContain(`; Max-Age=${2.5 * HOUR};`)
  })

  it('is not set for a session that was emptied, is new, or was not there', async () => {
    const browser = browserOf()
    await browser.get('/login')
    expect(setCookies(await browser.get('/empty'))).toHaveLength(1)
    expect(setCookies(await browser.get('/destroy'))).toHaveLength(1)
    expect(browser.jar.has('session.ended')).toBe(false)
  })

  it('costs nothing where the session is not asked for, and an ended cookie stays until a session takes its place', async () => {
    const browser = browserOf()
    await browser.get('/login')
    const old = browser.jar.get('session') as string
    await browser.get('/destroy')
    browser.jar.set('session', old)
    expect(setCookies(await browser.get('/untouched'))).toEqual([])
    const read = await browser.get('/me')
    expect([read.body, setCookies(read)]).toEqual([null, []])
    expect(setCookies(await browser.get('/login'))).toEqual([expect.stringMatching(sealedLine())])
    expect((await browser.get('/me')).body).toBe('Ada')
  })

  it.each(['/null', '/destroy', '/regenerate', '/login'])(
    'names every session that the request brought and that could go on: %s',
    async (path) => {
      const [older, newer] = [browserOf(), browserOf()]
      await older.get('/login?user=Eve')
      at(HOUR)
      await newer.get('/login')
      const cookies = [older, newer].map(({ jar }) => `session=${jar.get('session')}`)
      const guarded = browserOf()
      await guarded.get(path, { Cookie: cookies.join('; ') })
      const guard = `session.ended=${guarded.jar.get('session.ended')}`
      for (const cookie of cookies) {
        expect((await browserOf().get('/me', { Cookie: cookie })).body).not.toBeNull()
        expect((await browserOf().get('/me', { Cookie: `${cookie}; ${guard}` })).body).toBeNull()
      }
    },
  )

  it('is not set by a response that writes the session, though others came beside it', async () => {
    const [older, newer] = [browserOf(), browserOf()]
    await older.get('/login?user=Eve')
    at(HOUR)
    await newer.get('/login')
    const Cookie = [newer, older].map(({ jar }) => `session=${jar.get('session')}`).join('; ')
    const lines = setCookies(await browserOf().get('/theme', { Cookie }))
    expect(lines).toEqual([expect.stringMatching(sealedLine())])
  })

  it('is not a session, and a session is not a guard', async () => {
    const browser = browserOf()
    await browser.get('/login')
    const token = browser.jar.get('session') as string
    await browser.get('/destroy')
    const guard = browser.jar.get('session.ended') as string

    browser.jar.set('session', guard).delete('session.ended')
    expect((await browser.get('/me')).body).toBeNull()
    browser.jar.set('session', token).set('session.ended', token)
    expect((await browser.get('/me')).body).toBe('Ada')
  })

  it('that was tampered with, is of another key, or has ended is none', async () => {
    const settings = settingsFrom({ keys: SECRET, absoluteTimeout: '1h', idleTimeout: '1h' })
    const claims = { sid: 'AAAAAAAAAAAAAAAAAAAAAA', sat: START, iat: START, exp: START + HOUR }
    const profile = settings.cookieFor(undefined).overHttp
    const cookie = {
      names: ['session'],
      profile,
      held: [profile],
      refused: false,
      security: { secure: false, known: true },
      former: [],
      alone: false,
    } as const
    const header = guardAgainst({ ...claims, ended: new Map() }, cookie, settings, START)?.line.split(';')[0] as string
    const named = (header: string, options = settings, now = START) => [
      ...endedSessions(header, ['session'], options, now).keys(),
    ]

    expect(named(header)).toEqual([claims.sid])
    expect(named(`session.ended=rubbish; ${header}`)).toEqual([claims.sid])
    expect(named(header, settings, START + HOUR - 1)).toEqual([claims.sid])
    expect(named(header, settings, START + HOUR)).toEqual([])
    expect(named(header.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A')))).toEqual([])
    expect(named(header, settingsFrom({ keys: OTHER_SECRET }))).toEqual([])
    expect(named(header, settingsFrom({ keys: SECRET, name: 'other' }))).toEqual([])
    expect(named(header, settingsFrom({ keys: SECRET, logoutGuard: false }))).toEqual([])
  })

  it.each<[string, object, number]>([
    ['has ended', { exp: START + HOUR }, 2 * HOUR],
    ['ends now', { exp: START + HOUR }, HOUR],
    ['was revoked at some time', { revoked: START + HOUR }, HOUR],
    ['is revoked', { revoked: true }, 0],
  ])('that was sealed under a key that %s counts for nothing', async (_what, end, later) => {
    const jwk = { kty: 'oct', kid: 'leaked', k: Buffer.from(SECRET).toString('base64url') }
    const next = { kty: 'oct', kid: 'next', k: Buffer.from(OTHER_SECRET).toString('base64url') }
    const keyOf = (keys: Any) => keysFor(KeyRing.from(keys), endedPurpose('session'), DIRECT_GCM).active(START)
    // It would end the session of somebody who was never here.
    const guard = seal(plaintextOf({ ended: [['BBBB', START + DAY]] }), keyOf(jwk) as TokenKey)
    const named = (keys: Any, now: number) => [
      ...endedSessions(`session.ended=${guard}`, ['session'], settingsFrom({ keys }), now).keys(),
    ]
    expect(named({ keys: [{ ...jwk, ...end }, next] }, START + later)).toEqual([])
    expect(named({ keys: [jwk, next] }, START + later)).toEqual([CLAIMS.sid, 'BBBB'])
    if (later > 0) expect(named({ keys: [{ ...jwk, ...end }, next] }, START + HOUR - 1)).toEqual([CLAIMS.sid, 'BBBB'])
  })

  it('counts under each name that the session may come under, and not under any other', () => {
    const settings = settingsFrom({ keys: SECRET })
    const guard = seal(plaintextOf({}), tokenKeysFor('ended/session').active(START) as TokenKey)
    const named = (header: string) => [
      ...endedSessions(header, ['session', '__Host-Http-session'], settings, START).keys(),
    ]
    expect(named(`session.ended=${guard}`)).toEqual([CLAIMS.sid])
    expect(named(`__Host-Http-session.ended=${guard}`)).toEqual([CLAIMS.sid])
    expect(named(`__Secure-session.ended=${guard}; other.ended=${guard}; session=${guard}`)).toEqual([])
  })

  it('under the prefix ends the session also where nobody knows whether the request came over HTTPS', async () => {
    const { token, guard } = await ended()
    const { open } = session({ keys: SECRET })
    const asked = (cookie: string) => open({ headers: { cookie } } as Any).rejected
    for (const name of ['session', '__Host-Http-session']) {
      expect(asked(`${name}=${token}; __Host-Http-session.ended=${guard}`)).toBe('ended')
      expect(asked(`${name}=${token}; session.ended=${guard}`)).toBe('ended')
      expect(asked(`${name}=${token}`)).toBeNull()
    }
  })

  /** A session that was ended, and the guard that says so. */
  async function ended() {
    const browser = browserOf()
    await browser.get('/login')
    const token = browser.jar.get('session') as string
    await browser.get('/destroy')
    return { token, guard: browser.jar.get('session.ended') as string }
  }

  it('names the four sessions that ended last, each until no token of it could be valid', async () => {
    const browser = browserOf({ absoluteTimeout: '10h', idleTimeout: '10h' })
    const tokens: string[] = []
    for (let hour = 0; hour < 5; hour++) {
      at(hour * HOUR)
      await browser.get('/login')
      tokens.push(browser.jar.get('session') as string)
      await browser.get('/destroy')
    }
    const named = async () => {
      const answers = tokens.map(async (token) => {
        const one = browserOf({ absoluteTimeout: '20h', idleTimeout: '20h' })
        one.jar.set('session', token).set('session.ended', browser.jar.get('session.ended') as string)
        return (await one.get('/me')).body === null
      })
      return Promise.all(answers)
    }
    expect(await named()).toEqual([false, true, true, true, true])
  })

  it('stays as long as what it names, also when the timeouts were shortened since', async () => {
    const browser = browserOf({ absoluteTimeout: '10h', idleTimeout: '10h' })
    await browser.get('/login')
    const token = browser.jar.get('session') as string
    await browser.get('/destroy')
    // The same browser, after a deployment with shorter timeouts; and after one that takes that back.
    const shorter = browserOf({ absoluteTimeout: '1h', idleTimeout: '1h' })
    shorter.jar.set('session.ended', browser.jar.get('session.ended') as string)
    await shorter.get('/login')
    const guard = setCookies(await shorter.get('/destroy')).find((line) => line.startsWith('session.ended='))
    expect(guard).toContain(`; Max-Age=${10 * HOUR};`)
    at(5 * HOUR)
    browser.jar.set('session', token).set('session.ended', shorter.jar.get('session.ended') as string)
    expect((await browser.get('/me')).body).toBeNull()
  })

  it('cannot be hidden by one that somebody else has planted', async () => {
    const other = browserOf()
    await other.get('/login')
    await other.get('/destroy')
    const browser = browserOf()
    await browser.get('/login')
    const token = browser.jar.get('session') as string
    await browser.get('/destroy')
    const [planted, own] = [other, browser].map(({ jar }) => `session.ended=${jar.get('session.ended')}`)
    const headers = { Cookie: `${planted}; session=${token}; ${own}` }
    browser.jar.clear()
    expect((await browser.get('/me', headers)).body).toBeNull()
  })

  it('names only what can be a session and a time, so that the next one opens, too', async () => {
    for (const entry of ['["BBBB",1e400]', '["BBBB",4000000000.5]', '["B B",4000000000]', '[7,4000000000]', '"BBBB"']) {
      const plaintext = `{"sid":"A","sat":${START},"iat":${START},"exp":${START + 60},"data":{"ended":[${entry}]}}`
      const browser = browserOf()
      await browser.get('/login')
      const token = browser.jar.get('session') as string
      browser.jar.set('session.ended', seal(plaintext, tokenKeysFor('ended/session').active(START) as TokenKey))
      await browser.get('/destroy')
      browser.jar.set('session', token)
      expect((await browser.get('/me')).body, entry).toBeNull()
    }
  })

  it('names nothing that can be no session', () => {
    const settings = settingsFrom({ keys: SECRET })
    const named = (ended: unknown) => {
      const guard = seal(plaintextOf({ ended }), tokenKeysFor('ended/session').active(START) as TokenKey)
      return [...endedSessions(`session.ended=${guard}`, ['session'], settings, START)]
    }
    const own = [CLAIMS.sid, CLAIMS.exp]
    const end = START + HOUR
    expect(named([['BBBB', end]])).toEqual([own, ['BBBB', end]])
    for (const id of ['B B', '', 'B'.repeat(65), 7, null, ['BBBB'], {}]) expect(named([[id, end]])).toEqual([own])
    for (const time of ['1', -1, end + 0.5, null, [end], START, START - 1])
      expect(named([['BBBB', time]])).toEqual([own])
    for (const ended of [undefined, null, 'BBBB', {}, ['BBBB', end], [null], [{ 0: 'BBBB', 1: end }]]) {
      expect(named(ended)).toEqual([own])
    }
  })

  it('may have 1024 characters, and is not decoded if it has more', () => {
    const settings = settingsFrom({ keys: SECRET })
    const key = tokenKeysFor('ended/session').active(START) as TokenKey
    const ofLength = (length: number) => {
      for (let more = 0; ; more++) {
        const guard = seal(plaintextOf({}, { ...CLAIMS, later: 'x'.repeat(more) }), key)
        if (guard.length >= length) return guard
      }
    }
    const named = (guard: string) => endedSessions(`session.ended=${guard}`, ['session'], settings, START).size
    expect([ofLength(1024).length, named(ofLength(1024))]).toEqual([1024, 1])
    expect(named(ofLength(1025))).toBe(0)
    // Behind one that is too long, the own one counts all the same.
    expect(named(`${ofLength(1025)}; session.ended=${ofLength(1000)}`)).toBe(1)
  })

  it('has a name that no session can have', () => {
    expect(() => session({ keys: SECRET, name: 'session.ended' })).toThrow(
      /ends in "\.ended", which is kept for the logout guard/,
    )
  })

  it('is sealed under a key of its own purpose, as spec/format.md says', async () => {
    const browser = browserOf()
    await browser.get('/login')
    await browser.get('/destroy')
    const guard = browser.jar.get('session.ended') as string
    expect(endedPurpose('session')).toBe('ended/session')
    const opened = open(guard, tokenKeysFor('ended/session'), START, 512)
    expect(opened).toMatchObject({ claims: { sat: START, iat: START, exp: START + 7 * DAY } })
    expect((opened as Opened).data).toEqual({})
  })

  it('cannot keep a session from ending where no key may seal any more', async () => {
    const jwk = { kty: 'oct', k: Buffer.from(SECRET).toString('base64url'), kid: 'a', exp: START + 60 } as const
    const browser = browserOf({ keys: KeyRing.from(jwk) })
    await browser.get('/login')
    vi.spyOn(KeyRing.prototype, 'active').mockReturnValue(undefined)
    expect(setCookies(await browser.get('/destroy'))).toEqual([expect.stringMatching(/^session=; Max-Age=0;/)])
    vi.restoreAllMocks()
  })

  it('is looked at by open(req), too', async () => {
    const handler = session({ keys: SECRET })
    const browser = browserOf()
    await browser.get('/login')
    const token = browser.jar.get('session') as string
    await browser.get('/destroy')
    const cookie = `session=${token}; session.ended=${browser.jar.get('session.ended')}`
    expect(handler.open({ headers: { cookie } } as Any)).toEqual({ session: null, rejected: 'ended' })
  })
})
