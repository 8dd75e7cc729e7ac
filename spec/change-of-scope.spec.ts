import type { Express, Request } from 'express'
import fc from 'fast-check'
import request from 'supertest'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import session, { type CookieOptions, type SessionEvent, type SessionOptions } from '../lib/index.js'
import { type SealedSessionOptions, sealedSession } from '../lib/migrate/index.js'
import { appWith, EXPRESSES } from './support/app.js'
import { setCookies } from './support/browser.js'
import { at, DAY, HOUR, startClock, stopClock } from './support/clock.js'
import { Jar } from './support/jar.js'
import { SECRET } from './support/secrets.js'
import { guardLine, removal, SECURE_ATTRIBUTES, sealedLine } from './support/set-cookie.js'
import { catchWarnings } from './support/warnings.js'

type Any = any

const warnings = catchWarnings()
beforeEach(stopClock)
afterEach(startClock)

/** Name and attributes of the cookie. */
type Scope = CookieOptions & { readonly name?: string }

function optionsOf({ name, ...cookie }: Scope): SessionOptions {
  return { ...(name !== undefined && { name }), cookie }
}

function routes(app: Express): void {
  app.set('trust proxy', 1)
  app.get('/app/login/:user', async (req: Any, res) => {
    await req.session.regenerate()
    req.session.user = req.params.user
    res.json(null)
  })
  app.get('/app/me', (req: Any, res) => res.json(req.session.user ?? null))
  app.get('/app/whole', (req: Any, res) => {
    const { id, createdAt, expiresAt, rejected = null } = req.session
    res.json({ id, createdAt, expiresAt, rejected, data: { ...req.session } })
  })
  app.get('/app/write/:note', (req: Any, res) => {
    req.session.note = req.params.note
    res.json(null)
  })
  app.get('/app/note', (req: Any, res) => res.json(req.session.note ?? null))
  app.get('/app/keep', async (req: Any, res) => {
    req.session.cookie.maxAge = 2 * HOUR * 1000
    res.json(null)
  })
  app.get('/app/empty', (req: Any, res) => {
    req.session = {}
    res.json(null)
  })
  app.get(['/app/logout', '/logout'], (req: Any, res) => {
    req.session = null
    res.json(null)
  })
  app.get('/app/untouched', (_req, res) => void res.json(null))
}

/** A browser, and the host that it asks. */
class Visitor {
  readonly jar = new Jar()
  readonly #host: string
  readonly #secure: boolean

  constructor({ secure = true, host = 'www.example.com' } = {}) {
    this.#secure = secure
    this.#host = host
  }

  /** A response that is still under way: `receive` lets it arrive. */
  async send(app: Express, path: string): Promise<{ body: Any; lines: string[]; receive(): void }> {
    const page = { host: this.#host, path, secure: this.#secure }
    const headers = { Host: this.#host, 'X-Forwarded-Proto': this.#secure ? 'https' : 'http' }
    const cookie = this.jar.header(page)
    const response = await request(app)
      .get(path)
      .set(cookie === '' ? headers : { ...headers, Cookie: cookie })
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${response.text}`)
    const lines = setCookies(response)
    return { body: response.body, lines, receive: () => this.jar.receive(lines, page) }
  }

  async visit(app: Express, path: string): Promise<Any> {
    return (await this.arrive(app, path)).body
  }

  async arrive(app: Express, path: string): Promise<{ body: Any; lines: string[] }> {
    const response = await this.send(app, path)
    response.receive()
    return response
  }
}

const gone = (name: string, attributes = SECURE_ATTRIBUTES) => removal(name, attributes)
const set = (name: string, attributes = SECURE_ATTRIBUTES) => expect.stringMatching(sealedLine(name, attributes))
const guard = (name: string, attributes = SECURE_ATTRIBUTES) => expect.stringMatching(guardLine(name, attributes))

type Change = [what: string, before: Scope, now: Scope, former: SealedSessionOptions, secure?: boolean]

/** Changes after which the cookie has another name. */
const RENAMED: Change[] = [
  ['a name', { name: 'old' }, { name: 'new' }, { name: 'old' }],
  ['a name over HTTP', { name: 'old' }, {}, { name: 'old' }, false],
  ['a domain that was added', {}, { domain: 'example.com' }, { domain: null }],
  ['a domain that was taken away', { domain: 'example.com' }, {}, { domain: 'example.com' }],
  ['a path that was added', {}, { path: '/app' }, { path: '/' }],
  ['a path that was taken away', { path: '/app' }, {}, { path: '/app' }],
  ['a prefix that was added', { prefix: false }, {}, { prefix: false }],
  ['a prefix that was taken away', {}, { prefix: false }, { prefix: true }],
  ['Secure that was added', { secure: false }, {}, { secure: false }],
  ['HttpOnly that was taken away', {}, { httpOnly: false }, { httpOnly: true }],
  [
    'everything at once',
    { name: 'old', domain: 'example.com', path: '/app', secure: true, partitioned: true, sameSite: 'none' },
    { name: 'new' },
    { name: 'old', domain: 'example.com', path: '/app', secure: true, partitioned: true, sameSite: 'none' },
  ],
]

/** Changes after which a request cannot tell the old cookie from the new one. */
const SAME_NAME: Change[] = [
  ['a domain over HTTP', {}, { domain: 'example.com' }, { domain: null }, false],
  ['no domain over HTTP', { domain: 'example.com' }, {}, { domain: 'example.com' }, false],
  ['a path over HTTP', {}, { path: '/app' }, { path: '/' }, false],
  ['no path over HTTP', { path: '/app' }, {}, { path: '/app' }, false],
  ['another path', { path: '/app/' }, { path: '/app' }, { path: '/app/' }],
  ['a domain above', { domain: 'www.example.com' }, { domain: 'example.com' }, { domain: 'www.example.com' }],
  ['a partition', { secure: true }, { secure: true, partitioned: true }, { partitioned: false }],
  ['no partition', { secure: true, partitioned: true }, { secure: true }, { partitioned: true }],
]

describe.each(EXPRESSES)('on %s', (_name, create) => {
  const deploy = (scope: Scope, former: readonly SealedSessionOptions[] = [], more: SessionOptions = {}) =>
    appWith(routes, { ...optionsOf(scope), migrateFrom: former.map((one) => sealedSession(one)), ...more }, create)

  describe.each(RENAMED)(
    'a session whose cookie gets another name by %s',
    (_what, before, now, former, secure = true) => {
      it('is read where it is, and moves with the first response that writes it, as the same session', async () => {
        const visitor = new Visitor({ secure })
        const [old, today] = [deploy(before), deploy(now, [former])]
        await visitor.visit(old, '/app/login/Ada')
        await visitor.visit(old, '/app/keep')
        const was = await visitor.visit(old, '/app/whole')
        const [oldCookie] = visitor.jar.sessions
        at(60)
        expect((await visitor.arrive(today, '/app/untouched')).lines).toEqual([])
        expect(await visitor.arrive(today, '/app/whole')).toMatchObject({ body: was, lines: [] })
        expect(visitor.jar.sessions).toEqual([oldCookie])
        const { lines } = await visitor.arrive(today, '/app/write/one')
        expect(lines).toHaveLength(2)
        expect(visitor.jar.sessions).toHaveLength(1)
        expect(visitor.jar.sessions).not.toContain(oldCookie)
        const { data, ...same } = was as Record<string, unknown>
        expect(await visitor.arrive(today, '/app/whole')).toMatchObject({ body: { id: same['id'] }, lines: [] })
      })

      it('keeps every later write, also one in the request that it moves with', async () => {
        for (const first of ['/app/me', '/app/write/one', '/app/login/Eve']) {
          const visitor = new Visitor({ secure })
          const [old, today] = [deploy(before), deploy(now, [former])]
          await visitor.visit(old, '/app/login/Ada')
          at(1)
          await visitor.visit(today, first)
          expect(visitor.jar.sessions).toHaveLength(1)
          await visitor.visit(today, '/app/write/two')
          expect(await visitor.visit(today, '/app/note')).toBe('two')
          expect(visitor.jar.sessions).toHaveLength(1)
          at(0)
        }
      })

      it('is ended by a log-out, also in the request that it comes with, and a late response does not bring it back', async () => {
        for (const reads of [false, true]) {
          const visitor = new Visitor({ secure })
          const [old, today] = [deploy(before), deploy(now, [former])]
          await visitor.visit(old, '/app/login/Ada')
          const late = await visitor.send(old, '/app/write/late')
          if (reads) await visitor.visit(today, '/app/me')
          await visitor.visit(today, '/app/logout')
          expect(visitor.jar.sessions).toEqual([])
          at(5)
          late.receive()
          expect(visitor.jar.sessions).toHaveLength(1)
          expect(await visitor.visit(today, '/app/whole')).toMatchObject({ data: {}, rejected: 'ended' })
          await visitor.visit(today, '/app/login/Eve')
          expect(visitor.jar.sessions).toHaveLength(1)
          expect(await visitor.visit(today, '/app/me')).toBe('Eve')
          at(0)
        }
      })

      it('is the one of the late response of the old deployment, if that was written last, and later writes stand', async () => {
        const visitor = new Visitor({ secure })
        const [old, today] = [deploy(before), deploy(now, [former])]
        await visitor.visit(old, '/app/login/Ada')
        const early = await visitor.send(old, '/app/write/early')
        await visitor.visit(today, '/app/me')
        at(5)
        await visitor.visit(today, '/app/write/today')
        early.receive()
        expect(visitor.jar.sessions).toHaveLength(2)
        expect(await visitor.visit(today, '/app/note')).toBe('today')
        await visitor.visit(today, '/app/write/later')
        expect(visitor.jar.sessions).toHaveLength(1)
        expect(await visitor.visit(today, '/app/note')).toBe('later')
      })
    },
  )

  describe.each(SAME_NAME)(
    'a session whose cookie keeps its name with %s',
    (_what, before, now, former, secure = true) => {
      it('moves with the next response that writes it, and no read writes it', async () => {
        const visitor = new Visitor({ secure })
        const [old, today] = [deploy(before), deploy(now, [former])]
        await visitor.visit(old, '/app/login/Ada')
        const was = await visitor.visit(old, '/app/whole')
        const [oldCookie] = visitor.jar.sessions
        at(60)
        expect(await visitor.arrive(today, '/app/whole')).toMatchObject({ body: was, lines: [] })
        const { lines } = await visitor.arrive(today, '/app/write/one')
        expect(lines).toHaveLength(2)
        expect(lines[0]).toMatch(/=; Max-Age=0;/)
        expect(visitor.jar.sessions).toHaveLength(1)
        expect(visitor.jar.sessions).not.toContain(oldCookie)
        const { id, createdAt } = await visitor.visit(today, '/app/whole')
        expect([id, createdAt]).toEqual([was.id, was.createdAt])
        await visitor.visit(today, '/app/write/two')
        expect(await visitor.visit(today, '/app/note')).toBe('two')
      })

      it('is ended by a log-out, and a late response does not bring it back', async () => {
        const visitor = new Visitor({ secure })
        const [old, today] = [deploy(before), deploy(now, [former])]
        await visitor.visit(old, '/app/login/Ada')
        const late = await visitor.send(old, '/app/write/late')
        await visitor.visit(today, '/app/logout')
        expect(visitor.jar.sessions).toEqual([])
        late.receive()
        expect(await visitor.visit(today, '/app/me')).toBeNull()
        await visitor.visit(today, '/app/login/Eve')
        expect(visitor.jar.sessions).toHaveLength(1)
        expect(await visitor.visit(today, '/app/me')).toBe('Eve')
      })
    },
  )

  /** Without `migrateFrom`: what a response can name by itself. */
  describe.each<[string, Scope, Scope, boolean, string]>([
    ['a domain', {}, { domain: 'example.com' }, false, 'www.example.com'],
    ['no domain', { domain: 'example.com' }, {}, false, 'www.example.com'],
    ['no domain below the host', { domain: 'shop.eu.example.com' }, {}, false, 'shop.eu.example.com'],
    [
      'no domain, under its very name',
      { domain: 'example.com', prefix: false },
      { prefix: false },
      true,
      'example.com',
    ],
    ['a partition', { secure: true }, { secure: true, partitioned: true }, true, 'localhost'],
    ['no partition', { secure: true, partitioned: true }, {}, true, 'www.example.com'],
  ])('after a change to %s that nobody was told of', (_what, before, now, secure, host) => {
    it('writes stand, and the second one leaves one cookie', async () => {
      const visitor = new Visitor({ secure, host })
      const [old, today] = [deploy(before), deploy(now)]
      await visitor.visit(old, '/app/login/Ada')
      at(5)
      const first = await visitor.arrive(today, '/app/write/one')
      expect(first.lines).toHaveLength(1)
      expect(await visitor.visit(today, '/app/note')).toBe('one')
      await visitor.visit(today, '/app/write/two')
      expect(visitor.jar.sessions).toHaveLength(1)
      const { lines } = await visitor.arrive(today, '/app/write/three')
      expect(lines).toHaveLength(1)
      expect(await visitor.visit(today, '/app/note')).toBe('three')
    })

    it('five log-outs do not bring the first user back', async () => {
      const visitor = new Visitor({ secure, host })
      await visitor.visit(deploy(before), '/app/login/Ada')
      const today = deploy(now)
      for (const [index, user] of ['Bob', 'Cleo', 'Dan', 'Eve', 'Fay'].entries()) {
        at(10 * index + 10)
        await visitor.visit(today, `/app/login/${user}`)
        expect(await visitor.visit(today, '/app/me')).toBe(user)
        await visitor.visit(today, '/app/logout')
        expect(await visitor.visit(today, '/app/me')).toBeNull()
      }
      expect(visitor.jar.sessions).toEqual([])
    })
  })

  it('no line removes what no browser can hold, nor removes one cookie twice', async () => {
    const linesAfter = async (before: Scope, now: Scope, former: SealedSessionOptions[], secure: boolean) => {
      const visitor = new Visitor({ secure })
      await visitor.visit(deploy(before), '/app/login/Ada')
      await visitor.visit(deploy(now), '/app/write/one')
      return (await visitor.arrive(deploy(now, former), '/app/write/two')).lines
    }
    const partitioned = { secure: true, partitioned: true }
    const name = '__Host-Http-session'
    const inPartition = 'Path=/; HttpOnly; Secure; Partitioned; SameSite=Lax'
    expect(await linesAfter(partitioned, {}, [], true)).toEqual([gone(name, inPartition), set(name)])
    expect(await linesAfter({}, partitioned, [], true)).toEqual([gone(name), set(name, inPartition)])
    const known = await linesAfter({}, partitioned, [{ partitioned: false }], true)
    expect(known).toEqual([gone(name), set(name, inPartition)])
    const inDomain = (domain: string) => removal('session', `Domain=${domain}; Path=/; HttpOnly; SameSite=Lax`)
    expect(await linesAfter({ domain: 'example.com' }, {}, [], false)).toEqual([
      ...[inDomain('www.example.com'), inDomain('example.com')],
      expect.stringMatching(sealedLine()),
    ])
  })

  it('in production nothing that came in the clear is read under a former name, whatever that was', async () => {
    vi.stubEnv('NODE_ENV', 'production')
    const visitor = new Visitor({ secure: false })
    await visitor.visit(deploy({ name: 'old', secure: false }), '/app/login/Ada')
    const today = deploy({ name: 'new' }, [{ name: 'old', secure: false }])
    expect(await visitor.arrive(today, '/app/me')).toMatchObject({ body: null, lines: [] })
    vi.unstubAllEnvs()
  })

  it('a log-out removes the cookie of a former path also where the browser did not send it', async () => {
    const visitor = new Visitor({ secure: false })
    await visitor.visit(deploy({ path: '/app' }), '/app/login/Ada')
    const today = deploy({}, [{ path: '/app' }])
    const { lines } = await visitor.arrive(today, '/logout')
    expect(lines).toEqual([removal('session', 'Path=/app; HttpOnly; SameSite=Lax'), removal()])
    expect(await visitor.visit(today, '/app/me')).toBeNull()
  })

  it('every line has the attributes that the cookie had, and what has no guard beside it keeps the old guard', async () => {
    const visitor = new Visitor()
    const before = { name: 'old', domain: 'example.com', path: '/app' }
    const [old, today] = [deploy(before), deploy({ name: 'new' }, [before])]
    await visitor.visit(old, '/app/login/Zoe')
    await visitor.visit(old, '/app/login/Ada')
    at(3 * HOUR)
    await visitor.visit(old, '/app/me')
    const attributes = 'Domain=example.com; Path=/app; HttpOnly; Secure; SameSite=Lax'
    const oldName = '__Secure-old'
    expect(visitor.jar.cookies.map((one) => one.split(' ')[0])).toEqual(
      expect.arrayContaining([oldName, `${oldName}.ended`, `${oldName}.seen`]),
    )
    expect((await visitor.arrive(today, '/app/me')).lines).toEqual([])
    const written = await visitor.arrive(today, '/app/write/one')
    expect(written.lines).toEqual([
      gone(oldName, attributes),
      gone(`${oldName}.seen`, attributes),
      set('__Host-Http-new'),
    ])
    // Now the guard goes, as the new one names what it names.
    const ending = await visitor.arrive(today, '/app/logout')
    expect(ending.lines).toEqual([
      gone(oldName, attributes),
      gone(`${oldName}.ended`, attributes),
      gone('__Host-Http-new'),
      guard('__Host-Http-new'),
    ])
    expect(visitor.jar.cookies.map((one) => one.split(' ')[0])).toEqual(['__Host-Http-new.ended'])
  })

  it('a session that ended under the former name does not come back by a late response after the change', async () => {
    const visitor = new Visitor()
    const [old, today] = [deploy({ name: 'old' }), deploy({ name: 'new' }, [{ name: 'old' }])]
    await visitor.visit(old, '/app/login/Ada')
    const late = await visitor.send(old, '/app/write/late')
    await visitor.visit(old, '/app/login/Bob')
    await visitor.visit(today, '/app/me')
    for (const user of ['Cleo', 'Dan']) await visitor.visit(today, `/app/login/${user}`)
    at(5)
    late.receive()
    expect(await visitor.visit(today, '/app/me')).toBe('Dan')
    await visitor.visit(today, '/app/logout')
    late.receive()
    expect(await visitor.visit(today, '/app/whole')).toMatchObject({ data: {}, rejected: 'ended' })
  })

  it('who has logged out under the former name is not brought back by an old cookie of another package', async () => {
    const visitor = new Visitor()
    const read = () => ({ data: { user: 'Ada' }, cookies: [] })
    const more = { migrateFrom: [{ from: 'another', read }, sealedSession({ name: 'old' })] }
    const today = deploy({ name: 'new' }, [], more)
    await visitor.visit(deploy({ name: 'old' }), '/app/login/Ada')
    await visitor.visit(deploy({ name: 'old' }), '/app/logout')
    expect(await visitor.visit(today, '/app/me')).toBeNull()
    expect(await new Visitor().visit(today, '/app/me')).toBe('Ada')
  })

  it('a log-out names the sessions of all scopes that came', async () => {
    const visitor = new Visitor()
    const [old, today] = [deploy({ name: 'old' }), deploy({ name: 'new' }, [{ name: 'old' }])]
    const ofAda = await visitor.send(old, '/app/login/Ada')
    const ofBob = await visitor.send(today, '/app/login/Bob')
    ofAda.receive()
    ofBob.receive()
    await visitor.visit(today, '/app/logout')
    expect(visitor.jar.sessions).toEqual([])
    for (const late of [ofAda, ofBob]) {
      late.receive()
      expect(await visitor.visit(today, '/app/whole')).toMatchObject({ data: {}, rejected: 'ended' })
    }
  })

  it('a session that is read under its former name keeps its last use and its last check', async () => {
    const visitor = new Visitor()
    const validate = vi.fn(() => true)
    const more = { validate, validateEvery: '12h', slide: false }
    const [old, today] = [deploy({ name: 'old' }, [], more), deploy({ name: 'new' }, [{ name: 'old' }], more)]
    await visitor.visit(old, '/app/login/Ada')
    at(HOUR)
    const was = await visitor.visit(old, '/app/whole')
    expect(validate).toHaveBeenCalledTimes(1)
    at(5 * HOUR)
    expect(await visitor.visit(today, '/app/whole')).toEqual(was)
    expect(visitor.jar.sessions).toEqual(['__Host-Http-old =www.example.com /'])
    at(6 * HOUR)
    expect(await visitor.visit(today, '/app/whole')).toEqual(was)
    expect(validate).toHaveBeenCalledTimes(1)
    at(DAY)
    expect(await visitor.visit(today, '/app/whole')).toMatchObject({ data: {}, rejected: 'idle' })
  })

  it('moving is a use where the request is one, and the companion of the former name counts until then', async () => {
    const visitor = new Visitor()
    const [old, today] = [deploy({ name: 'old' }), deploy({ name: 'new' }, [{ name: 'old' }])]
    await visitor.visit(old, '/app/login/Ada')
    at(20 * HOUR)
    await visitor.visit(old, '/app/me')
    at(40 * HOUR)
    expect(await visitor.visit(today, '/app/me')).toBe('Ada')
    at(60 * HOUR)
    expect(await visitor.visit(today, '/app/me')).toBe('Ada')
  })

  it.each([
    ['a change', '/app/write/late', '/app/note', 'late'],
    ['a log-in', '/app/login/Eve', '/app/me', 'Eve'],
    ['a log-out', '/app/logout', '/app/me', null],
  ])(
    '%s stands that a late response follows which only read the session under its former name',
    async (_what, by, look, found) => {
      const visitor = new Visitor()
      const today = deploy({ name: 'new' }, [{ name: 'old' }])
      await visitor.visit(deploy({ name: 'old' }), '/app/login/Ada')
      at(12 * HOUR)
      const late = await visitor.send(today, '/app/me')
      await visitor.visit(today, by)
      late.receive()
      expect(await visitor.visit(today, look)).toBe(found)
    },
  )

  it('a cookie that a guard names is named by later guards too, as long as it comes, however many log out', async () => {
    const visitor = new Visitor({ secure: false })
    await visitor.visit(deploy({ path: '/app' }), '/app/login/Ada')
    const today = deploy({})
    // Nobody has told of the former path, so that her cookie stays.
    await visitor.visit(today, '/app/logout')
    for (const user of ['Bob', 'Cy', 'Dee', 'Eve', 'Flo']) {
      await visitor.visit(today, `/app/login/${user}`)
      await visitor.visit(today, '/app/logout')
    }
    expect(await visitor.visit(today, '/app/whole')).toMatchObject({ data: {}, rejected: 'ended' })
  })

  it('a session that has ended under the former name is rejected for its reason, and stays where it is', async () => {
    const visitor = new Visitor()
    await visitor.visit(deploy({ name: 'old' }), '/app/login/Ada')
    const today = deploy({ name: 'new' }, [{ name: 'old' }])
    at(DAY)
    expect(await visitor.arrive(today, '/app/whole')).toMatchObject({ body: { data: {}, rejected: 'idle' }, lines: [] })
    await visitor.visit(today, '/app/login/Ada')
    expect(visitor.jar.sessions).toEqual(['__Host-Http-new =www.example.com /'])
  })

  it('a session that validate refuses stays where it is', async () => {
    const visitor = new Visitor()
    await visitor.visit(deploy({ name: 'old' }), '/app/login/Ada')
    const today = deploy({ name: 'new' }, [{ name: 'old' }], { validate: () => false })
    expect(await visitor.arrive(today, '/app/me')).toMatchObject({ body: null, lines: [] })
  })

  it('a session that is emptied is removed under its former name, and one without data does not move', async () => {
    const visitor = new Visitor()
    const old = deploy({ name: 'old' })
    await visitor.visit(old, '/app/login/Ada')
    const today = deploy({ name: 'new' }, [{ name: 'old' }])
    const { lines } = await visitor.arrive(today, '/app/empty')
    expect(lines).toEqual([gone('__Host-Http-old'), gone('__Host-Http-new')])
    const { cookie } = session({ keys: SECRET, name: 'old' }).seal({}, { secure: true })
    const headers = { Host: 'www.example.com', 'X-Forwarded-Proto': 'https', Cookie: cookie }
    expect(setCookies(await request(today).get('/app/me').set(headers))).toEqual([])
  })

  it('a session that is too large for its new name stays under the former one, and is kept alive', async () => {
    const visitor = new Visitor()
    await visitor.visit(deploy({ name: 'x' }, [], { sizeLimit: 275 }), '/app/login/Ada')
    const events: SessionEvent[] = []
    const today = deploy({ name: 'much-longer-than-before' }, [{ name: 'x' }], {
      sizeLimit: 275,
      onEvent: (event) => events.push(event),
    })
    expect(await visitor.arrive(today, '/app/me')).toMatchObject({ body: 'Ada', lines: [] })
    expect(events.map(({ type }) => type)).toEqual(['opened'])
    for (const hours of [20, 40, 60]) {
      at(hours * HOUR)
      expect(await visitor.visit(today, '/app/me')).toBe('Ada')
    }
    expect(visitor.jar.cookies).toEqual([
      '__Host-Http-x =www.example.com /',
      '__Host-Http-much-longer-than-before.seen =www.example.com /',
    ])
  })

  it('a session that is too large for its new name has its checks kept', async () => {
    const visitor = new Visitor()
    await visitor.visit(deploy({ name: 'x' }, [], { sizeLimit: 275 }), '/app/login/Ada')
    const validate = vi.fn(() => true)
    const more = { sizeLimit: 275, slide: false, validate, validateEvery: '1h' }
    const today = deploy({ name: 'much-longer-than-before' }, [{ name: 'x' }], more)
    for (const path of ['/app/me', '/app/me']) expect(await visitor.visit(today, path)).toBe('Ada')
    expect(validate).toHaveBeenCalledTimes(1)
  })

  it('the event of a move names the reader, once', async () => {
    const visitor = new Visitor()
    const events: SessionEvent[] = []
    await visitor.visit(deploy({ name: 'old' }), '/app/login/Ada')
    const today = deploy({ name: 'new' }, [{ name: 'old' }], { onEvent: (event) => events.push(event) })
    for (const path of ['/app/me', '/app/write/a', '/app/write/b']) await visitor.visit(today, path)
    expect(events.map(({ type }) => type)).toEqual(['opened', 'opened', 'migrated', 'sealed', 'opened', 'sealed'])
    expect(events[2]).toMatchObject({ name: 'new', from: 'sealed-session' })
    expect(new Set(events.map((event) => (event as { session: string }).session)).size).toBe(1)
  })

  it('a former cookie that others can plant does not take the place of a session that they cannot plant', async () => {
    const visitor = new Visitor()
    const today = deploy({}, [{ prefix: false }])
    await visitor.visit(today, '/app/login/Ada')
    at(5)
    const planted = session({ keys: SECRET }).seal({ user: 'Eve' }, { secure: true })
    visitor.jar.receive([`session=${planted.value}; Domain=example.com; Path=/`], {
      ...{ host: 'evil.example.com', path: '/', secure: true },
    })
    expect(await visitor.visit(today, '/app/me')).toBe('Ada')
    // It is ended with the other, as it was accepted.
    await visitor.visit(today, '/app/logout')
    expect(await visitor.visit(today, '/app/whole')).toMatchObject({ data: {}, rejected: 'ended' })
  })

  it('attributes by request have former ones by request, and none where they are those of today', async () => {
    const cookie = (req: Any) => (/example\.com$/.test((req as Request).hostname) ? { domain: 'example.com' } : {})
    const today = deploy({}, [{ domain: null }], { cookie })
    for (const host of ['www.example.com', 'www.example.org']) {
      const visitor = new Visitor({ host, secure: false })
      await visitor.visit(deploy({}), '/app/login/Ada')
      await visitor.visit(today, '/app/write/one')
      expect(visitor.jar.sessions).toEqual([`session ${host.endsWith('com') ? 'example.com' : `=${host}`} /`])
    }
  })

  it('where one cookie is all that a response carries, none moves, as log-out could not remove the old one', async () => {
    const app = create()
    app.use((req: Any, _res: Any, next: Any) => {
      req.apiGateway = { event: { requestContext: { elb: {} } } }
      next()
    })
    app.use(session({ keys: SECRET, name: 'new', migrateFrom: [sealedSession({ name: 'old' })] }) as Any)
    routes(app as Express)
    const visitor = new Visitor()
    await visitor.visit(deploy({ name: 'old' }), '/app/login/Ada')
    expect(await visitor.arrive(app as Express, '/app/me')).toMatchObject({ body: null, lines: [] })
    expect(warnings.codes()).toEqual(['SESSION_WARN_MIGRATION'])
  })

  it('another middleware cannot have a name that is former to this one, or the reverse', async () => {
    for (const [first, second] of [
      [{ name: 'a' }, { name: 'b', migrateFrom: [sealedSession({ name: 'a' })] }],
      [{ name: 'b', migrateFrom: [sealedSession({ name: 'a' })] }, { name: 'a' }],
    ]) {
      const app = appWith(
        (one) => {
          one.use(session({ keys: SECRET, property: 'other', ...second }) as Any)
          routes(one)
        },
        { ...first },
        create,
      )
      const { body } = await request(app).get('/app/me')
      expect(body).toMatchObject({ code: 'ERR_SESSION_DUPLICATE', message: expect.stringContaining('cookie "a"') })
    }
  })

  it('leftovers that are removed are not taken for res.clearCookie of the app', async () => {
    const visitor = new Visitor({ secure: false })
    await visitor.visit(deploy({}), '/app/login/Ada')
    const today = deploy({ domain: 'example.com' })
    today.get('/app/twice', (req: Any, res) => {
      req.session.note = 'twice'
      expect(() => res.writeHead(200, { 'x-bad': '\u0000' })).toThrow()
      req.session.note = 'again'
      res.json(null)
    })
    await visitor.visit(today, '/app/write/one')
    const { lines } = await visitor.arrive(today, '/app/twice')
    expect(lines).toHaveLength(2)
    expect(warnings.codes()).toEqual([])
  })
})

describe('open', () => {
  it('reads a session under its former name, with its companion and its guard', async () => {
    const old = session<{ user: string }>({ keys: SECRET, name: 'old' })
    const today = session<{ user: string }>({
      ...{ keys: SECRET, name: 'new' },
      migrateFrom: [sealedSession({ name: 'old' })],
    })
    const { cookie } = old.seal({ user: 'Ada' }, { secure: false })
    expect(today.open({ headers: { cookie } })).toMatchObject({ session: { user: 'Ada' }, rejected: null })
    expect(today.open({ headers: { cookie: cookie.replace('old=', 'new=') } }).rejected).toBe('tampered')

    const visitor = new Visitor()
    const app = appWith(routes, { name: 'old' })
    await visitor.visit(app, '/app/login/Ada')
    const page = { host: 'www.example.com', path: '/', secure: true }
    const copy = visitor.jar.header(page)
    at(20 * HOUR)
    await visitor.visit(app, '/app/me')
    at(40 * HOUR)
    const opened = (cookies: string) => today.open({ headers: { cookie: cookies }, url: 'https://www.example.com/' })
    expect(opened(copy).rejected).toBe('idle')
    expect(opened(visitor.jar.header(page)).session?.user).toBe('Ada')
    await visitor.visit(app, '/app/logout')
    expect(opened(`${visitor.jar.header(page)}; ${copy}`).rejected).toBe('idle')
    at(HOUR)
    expect(opened(`${visitor.jar.header(page)}; ${copy}`).rejected).toBe('ended')
  })
})

describe('the options of sealedSession', () => {
  const refusal = (former: unknown, options: SessionOptions = {}) => {
    try {
      session({ keys: SECRET, ...options, migrateFrom: [sealedSession(former as SealedSessionOptions)] })
    } catch (error) {
      expect(error).toMatchObject({ name: 'SessionError', code: 'ERR_SESSION_OPTIONS' })
      return (error as Error).message
    }
    return undefined
  }

  it.each<[string, unknown, SessionOptions]>([
    ['nothing', {}, {}],
    ['nothing that is defined', { name: undefined, domain: undefined }, {}],
    ['what the options say', { name: 'a', path: '/app' }, { name: 'a', cookie: { path: '/app' } }],
    ['the same domain as browsers see it', { domain: '.EXAMPLE.com' }, { cookie: { domain: 'example.com' } }],
    ['no domain where there is none', { domain: null }, {}],
    ['what does not tell one cookie from another', { sameSite: 'strict' }, {}],
  ])('are refused where they say nothing new: %s', (_what, former, options) => {
    expect(refusal(former, options)).toBe(
      'sealedSession: it describes the cookie as it is now: set what was different before',
    )
  })

  it.each<[unknown, RegExp]>([
    [undefined, /^sealedSession: its options must be an object: sealedSession\(\{ name \}\)$/],
    ['old', /its options must be an object/],
    [{ domian: 'x' }, /^unknown option "domian" of sealedSession\(\): did you mean "domain"\?$/],
    [{ rolling: true }, /^unknown option "rolling" of sealedSession\(\): the options are "name", /],
    [{ keys: [] }, /^unknown option "keys" of sealedSession\(\): the options are "name", /],
    [{ name: 7 }, /^sealedSession: name must be the name of a cookie/],
    [{ name: '__Host-old' }, /^sealedSession: name "__Host-old" begins with a cookie prefix/],
    [{ domain: 7 }, /^sealedSession: cookie\.domain must be text/],
    [{ path: 'app' }, /^sealedSession: cookie\.path does not begin with a slash/],
    [{ partitioned: 'yes' }, /^sealedSession: cookie\.partitioned must be true or false$/],
    [{ partitioned: true }, /^sealedSession: cookie\.partitioned needs cookie\.secure: true/],
    [{ prefix: '__Host-' }, /^sealedSession: cookie\.prefix must be true or false$/],
    [{ secure: 'yes' }, /^sealedSession: cookie\.secure must be/],
  ])('are refused where no cookie could have been so: %j', (former, message) => {
    expect(refusal(former)).toMatch(message)
  })

  it('are no way out for a mistake in the options of today, which is told of as such', () => {
    expect(refusal({ name: 'old' }, { cookie: { path: 'app' } })).toMatch(/^cookie\.path does not begin with a slash/)
  })

  it('do not go with oneCookie, which could not remove what was before', () => {
    expect(refusal({ path: '/app' }, { oneCookie: true })).toMatch(/^oneCookie leaves no way to remove the cookies/)
  })
})

describe('any sequence of changes', () => {
  const scope = fc.record(
    {
      name: fc.constantFrom('session', 'other'),
      domain: fc.constantFrom('example.com', 'www.example.com'),
      path: fc.constantFrom('/', '/app'),
      prefix: fc.boolean(),
      partitioned: fc.boolean(),
      httpOnly: fc.boolean(),
    },
    { requiredKeys: [] },
  )

  it('ends with exactly one session cookie after one write, which is the session from the beginning', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(scope, { minLength: 2, maxLength: 4 }), fc.boolean(), async (scopes, reads) => {
        at(0)
        const visitor = new Visitor()
        const past: Scope[] = []
        let id: string | undefined
        for (const [index, one] of scopes.entries()) {
          const now: Scope = { ...one, secure: true }
          // The whole of what was before, as what is left out is as it is today.
          const former = past.map((was) => ({
            ...{ name: was.name ?? 'session', domain: was.domain ?? null, path: was.path ?? '/' },
            ...{ prefix: was.prefix ?? true, partitioned: was.partitioned ?? false, httpOnly: was.httpOnly ?? true },
          }))
          const different = former.filter((was) => {
            try {
              return session({ keys: SECRET, ...optionsOf(now), migrateFrom: [sealedSession(was)] })
            } catch {
              return false
            }
          })
          const app = appWith(routes, { ...optionsOf(now), migrateFrom: different.map((was) => sealedSession(was)) })
          at(10 * index)
          if (index === 0) await visitor.visit(app, '/app/login/Ada')
          if (reads) await visitor.visit(app, '/app/me')
          // Only the last deployment writes.
          if (index === scopes.length - 1) await visitor.visit(app, '/app/write/last')
          const whole = await visitor.visit(app, '/app/whole')
          id ??= whole.id
          expect(whole).toMatchObject({ id, rejected: null, data: { user: 'Ada' } })
          past.push(now)
        }
        expect(visitor.jar.sessions).toHaveLength(1)
      }),
      { numRuns: 60 },
    )
  })
})
