import { runInNewContext } from 'node:vm'
import type { Express } from 'express'
import request from 'supertest'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import session, { type FoundSession, type SessionEvent, type SessionOptions, type SessionReader } from '../lib/index.js'
import { custom } from '../lib/migrate/index.js'
import { hashSessionId } from '../lib/token/claims.js'
import { appWith, EXPRESSES } from './support/app.js'
import { Browser, setCookies } from './support/browser.js'
import { at, DAY, HOUR, START, startClock, stopClock } from './support/clock.js'
import { SECRET } from './support/secrets.js'
import { catchWarnings } from './support/warnings.js'

type Any = any

const warnings = catchWarnings()
beforeEach(stopClock)
afterEach(startClock)

function routes(app: Express): void {
  app.get('/me', (req: Any, res) => res.json({ ...req.session }))
  app.get('/began', (req: Any, res) => res.json(req.session.createdAt))
  app.get('/untouched', (_req, res) => void res.json(null))
  app.get('/grow', (req: Any, res) => {
    req.session.text = 'x'.repeat(5000)
    res.json(null)
  })
  app.get('/reload', async (req: Any, res) => {
    req.session.user = 'Eve'
    await req.session.reload()
    res.json({ ...req.session })
  })
  app.get('/logout', (req: Any, res) => {
    req.session = null
    res.json(null)
  })
  app.get('/id', (req: Any, res) => res.json(req.session.id))
  app.get('/regenerate', async (req: Any, res) => {
    await req.session.regenerate()
    res.json(null)
  })
  app.get('/empty', (req: Any, res) => {
    req.session = {}
    res.json(null)
  })
}

/** A reader of a cookie `old`, whose value is the user's name. */
function reader(change: Partial<FoundSession> = {}): SessionReader & { read: ReturnType<typeof vi.fn> } {
  const read = vi.fn((req: { headers: { cookie?: string | undefined } }) => {
    const user = /(?:^|; )old=([^;]*)/.exec(req.headers.cookie ?? '')?.[1]
    return user === undefined ? undefined : { data: { user }, cookies: [{ name: 'old' }], ...change }
  })
  return { from: 'the old one', read }
}

const later = (one: SessionReader): SessionReader => ({ ...one, read: async (req) => one.read(req) })
const failing = (error: unknown): SessionReader => ({
  from: 'the broken one',
  read() {
    throw error
  },
})

const REMOVAL = 'old=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/'

describe.each(EXPRESSES)('on %s', (_name, create) => {
  const events: SessionEvent[] = []
  beforeEach(() => void events.splice(0))
  const arriving = (migrateFrom: readonly SessionReader[], options: SessionOptions = {}) => {
    const browser = new Browser(
      appWith(routes, { migrateFrom, onEvent: (event) => events.push(event), ...options }, create),
    )
    browser.jar.set('old', 'Ada')
    return browser
  }

  describe.each([
    ['at once', (one: SessionReader) => one],
    ['later', later],
  ])('a reader that answers %s', (_when, timed) => {
    it('keeps the visitor signed in, and the old cookie is gone after one request', async () => {
      const old = reader()
      const browser = arriving([timed(old)])
      const first = await browser.get('/me')
      expect(first.body).toEqual({ user: 'Ada' })
      expect(setCookies(first)).toEqual([expect.stringMatching(/^session=[^;]+; Max-Age=604800;/), REMOVAL])
      expect([...browser.jar.keys()]).toEqual(['session'])
      expect((await browser.get('/me')).body).toEqual({ user: 'Ada' })
      expect(events.map(({ type }) => type)).toEqual(['migrated', 'sealed', 'opened'])
      expect(events[0]).toMatchObject({ type: 'migrated', from: 'the old one', name: 'session' })
    })

    it('tells of it by the hash that stands for the session in every event, and not by its id', async () => {
      const browser = arriving([timed(reader())])
      const id: string = (await browser.get('/id')).body
      const [migrated, sealed] = events as Extract<SessionEvent, { type: 'migrated' | 'sealed' }>[]
      expect(migrated?.session).toBe(hashSessionId(id))
      expect(sealed?.session).toBe(hashSessionId(id))
      expect(JSON.stringify(events)).not.toContain(id)
    })

    it('moves it in even where the handler does not ask for the session', async () => {
      const browser = arriving([timed(reader())])
      await browser.get('/untouched')
      expect([...browser.jar.keys()]).toEqual(['session'])
    })

    it('that fails is an event and a warning, and the next one is asked', async () => {
      const error = Object.assign(new Error('redis://user:password@host is away'), { code: 'ECONNREFUSED' })
      const browser = arriving([timed(failing(error)), reader()])
      expect((await browser.get('/me')).body).toEqual({ user: 'Ada' })
      expect(events[0]).toEqual({
        type: 'migration-failed',
        name: 'session',
        from: 'the broken one',
        code: 'ECONNREFUSED',
      })
      expect(warnings.messages()).toEqual([
        expect.stringMatching(
          /the broken one could not be migrated \(ECONNREFUSED at \S+migration\.spec\.ts:\d+:\d+\)/,
        ),
      ])
      expect(warnings.messages().join()).not.toContain('password')
    })

    it('that fails alone leaves a visitor who begins anew, and the old cookie where it is', async () => {
      const browser = arriving([timed(failing(null))])
      const response = await browser.get('/me')
      expect([response.status, response.body, setCookies(response)]).toEqual([200, {}, []])
      expect(events).toEqual([{ type: 'migration-failed', name: 'session', from: 'the broken one', code: null }])
    })
  })

  it('a session of ours is never replaced, and then no reader is asked', async () => {
    const old = reader()
    const browser = arriving([old])
    await browser.get('/me')
    browser.jar.set('old', 'Eve')
    expect((await browser.get('/me')).body).toEqual({ user: 'Ada' })
    expect(old.read).toHaveBeenCalledTimes(1)
  })

  it('an old cookie that could not be removed does not bring back a session of ours that has ended', async () => {
    const browser = arriving([reader()], { idleTimeout: '1h' })
    await browser.get('/me')
    browser.jar.set('old', 'Ada')
    at(HOUR)
    expect((await browser.get('/me')).body).toEqual({})

    // Of the future, for a clock that went back: it is there again when the clock is right.
    const ahead = arriving([reader()])
    at(3 * HOUR)
    await ahead.get('/me')
    ahead.jar.set('old', 'Eve')
    at(0)
    expect((await ahead.get('/me')).body).toEqual({})
    at(3 * HOUR)
    ahead.jar.delete('old')
    expect((await ahead.get('/me')).body).toEqual({ user: 'Ada' })

    const late = arriving([reader()])
    await late.get('/me')
    const ours = late.jar.get('session') as string
    await late.get('/logout')
    late.jar.set('session', ours).set('old', 'Ada')
    expect((await late.get('/me')).body).toEqual({})
  })

  it('an old cookie that could not be removed does not undo a log-out', async () => {
    const browser = arriving([reader()])
    await browser.get('/me')
    await browser.get('/logout')
    browser.jar.set('old', 'Ada')
    expect((await browser.get('/me')).body).toEqual({})
  })

  it('a log-out in the request that it moves in with is not undone by another that moved in at the same time', async () => {
    for (const [first, second] of [
      ['/logout', '/me'],
      ['/regenerate', '/me'],
    ] as const) {
      const browser = arriving([reader()])
      const ends = await browser.get(first)
      const late = arriving([reader()])
      const answered = await late.get(second)
      expect(answered.body).toEqual({ user: 'Ada' })
      expect(setCookies(ends).some((line) => line.startsWith('session.ended='))).toBe(true)
      // The second answer arrives when the session has ended.
      browser.jar.set('session', late.jar.get('session') as string)
      expect((await browser.get('/me')).body).toEqual({})
    }
  })

  it('a log-out in the request that it moves in with is not undone by an old cookie that could not be removed', async () => {
    const browser = arriving([reader()])
    await browser.get('/logout')
    browser.jar.set('old', 'Ada')
    expect((await browser.get('/me')).body).toEqual({})
  })

  it('has an id of its own in each request that brings its cookies, which nobody can tell from them', async () => {
    const ids = async (user: string) => {
      const browser = arriving([reader()])
      browser.jar.set('old', user)
      return (await browser.get('/id')).body
    }
    const drawn = [await ids('Ada'), await ids('Ada'), await ids('Eve')]
    expect(drawn).toEqual(Array(3).fill(expect.stringMatching(/^[\w-]{22}$/)))
    expect(new Set(drawn).size).toBe(3)
  })

  /** What is in the browser when one response has ended the session, and another, with a session, arrives late. */
  async function afterLate(first: SessionReader, second: SessionReader, junk = '') {
    const browser = arriving([first])
    await browser.get('/logout')
    const late = arriving([second])
    late.jar.set('old', `Ada${junk}`)
    await late.get('/me')
    browser.jar.set('session', late.jar.get('session') as string)
    return (await browser.get('/me')).body
  }
  const accepting = (value: string) => reader({ data: { user: 'Ada' }, accepted: [value] })

  it('ends with all that moved in from the cookies which its reader accepted, whatever else came beside them', async () => {
    expect(await afterLate(accepting('Ada'), accepting('Ada'), '; old=junk')).toEqual({})
    expect(await afterLate(accepting('Ada'), accepting('Eve'))).toEqual({ user: 'Ada' })
  })

  it('ends with what moved in from the same cookies where its reader does not tell which it accepted', async () => {
    expect(await afterLate(reader(), reader())).toEqual({})
    const withoutCookies = { data: { user: 'Ada' }, cookies: undefined } as Any
    expect(await afterLate(reader(withoutCookies), reader(withoutCookies))).toEqual({ user: 'Ada' })
  })

  it('where one cookie is all that a response carries, nothing is moved in, as log-out could not remove the old one', async () => {
    const old = reader()
    const app = create()
    app.use((req: Any, _res, next) => {
      req.apiGateway = { event: { requestContext: { elb: {} } } }
      next()
    })
    app.use(session({ keys: SECRET, migrateFrom: [old] }) as Any)
    routes(app as Express)
    const browser = new Browser(app as Express)
    browser.jar.set('old', 'Ada')
    expect((await browser.get('/me')).body).toEqual({})
    expect(old.read).not.toHaveBeenCalled()
    expect(warnings.codes()).toEqual(['SESSION_WARN_MIGRATION'])
    expect(warnings.messages()).toEqual([
      'no session is migrated behind a load balancer that passes on only one cookie, as the old one could not be removed: ' +
        'turn on multi-value headers (lambda.multi_value_headers.enabled)',
    ])
  })

  it('reload() in the request that it moves in with puts it back as it came', async () => {
    const browser = arriving([reader()])
    expect((await browser.get('/reload')).body).toEqual({ user: 'Ada' })
    expect([...browser.jar.keys()]).toEqual(['session'])
    expect((await browser.get('/me')).body).toEqual({ user: 'Ada' })
  })

  it.each([
    ['null', async () => null],
    ['a promise of another realm', () => runInNewContext('Promise.resolve(undefined)')],
    ['a promise of another realm that rejects', () => runInNewContext('Promise.reject(1)')],
  ])('a reader that returns %s has found nothing', async (_what, read) => {
    const response = await arriving([{ from: 'mine', read: read as Any }]).get('/me')
    expect([response.status, response.body]).toEqual([200, {}])
  })

  it('a reader that forgets the cookies is one all the same, and what it finds is validated', async () => {
    const validate = vi.fn(() => true)
    const browser = arriving([{ from: 'mine', read: () => ({ data: { user: 'Ada' } }) as Any }], { validate })
    expect((await browser.get('/me')).body).toEqual({ user: 'Ada' })
    expect(validate).toHaveBeenCalledTimes(1)
  })

  it('a start between two seconds is one, and a start that is no time is a failure', async () => {
    const browser = arriving([reader({ createdAt: START - 0.5 })])
    await browser.get('/me')
    expect((await browser.get('/me')).body).toEqual({ user: 'Ada' })
    events.splice(0)
    for (const createdAt of [Number.NaN, -1]) await arriving([reader({ createdAt })]).get('/me')
    expect(events.map(({ type }) => type)).not.toContain('migrated')
  })

  it('a visitor with neither is asked about once, and nothing is written', async () => {
    const response = await request(appWith(routes, { migrateFrom: [reader()] }, create)).get('/untouched')
    expect([response.body, setCookies(response), response.headers['vary']]).toEqual([null, [], undefined])
  })

  it('the first reader that finds a session wins', async () => {
    const second = reader({ data: { user: 'Eve' } })
    expect((await arriving([reader(), second]).get('/me')).body).toEqual({ user: 'Ada' })
    expect(second.read).not.toHaveBeenCalled()
  })

  it.each([
    ['has too much in it', { data: { text: 'x'.repeat(5000) } }, 'ERR_SESSION_OVERFLOW'],
    ['has the name of a member of sessions', { data: { save: 1 } }, 'ERR_SESSION_RESERVED'],
    ['is no object', { data: [1] }, 'ERR_SESSION_OPTIONS'],
    ['cannot be serialized', { data: { count: 1n } }, 'ERR_SESSION_UNSERIALIZABLE'],
  ])('a session that %s is not moved in: an event says why, and nothing is lost', async (_what, found, code) => {
    const browser = arriving([reader(found as Partial<FoundSession>)])
    const response = await browser.get('/me')
    expect([response.status, response.body]).toEqual([200, {}])
    expect(events).toEqual([{ type: 'migration-failed', name: 'session', from: 'the old one', code }])
    expect([...browser.jar.keys()]).toEqual(['old'])
    expect(warnings.messages().join()).toMatch(/set "transform" of the reader/)
  })

  it.each(['/logout', '/empty'])('a log-out in the very request that it moves in with ends both: %s', async (path) => {
    const browser = arriving([reader()])
    await browser.get(path)
    // One that was emptied is still the same, and may be filled again; one that was ended is guarded.
    expect([...browser.jar.keys()]).toEqual(path === '/logout' ? ['session.ended'] : [])
  })

  it('a commit that fails leaves the old cookie where it is', async () => {
    const browser = arriving([reader()])
    const response = await browser.get('/grow')
    expect([response.body.code, setCookies(response)]).toEqual(['ERR_SESSION_OVERFLOW', []])
    expect((await browser.get('/me')).body).toEqual({ user: 'Ada' })
  })

  it('the absolute timeout counts from when the old session began, if it tells', async () => {
    const browser = arriving([reader({ createdAt: START - 6 * DAY })])
    expect(setCookies(await browser.get('/untouched'))[0]).toContain('Max-Age=86400;')
    expect((await browser.get('/began')).body).toBe(new Date((START - 6 * DAY) * 1000).toISOString())
    at(20 * HOUR)
    await browser.get('/me')
    at(DAY)
    expect((await browser.get('/me')).body).toEqual({})
  })

  it('one that says it begins in the future begins now, and one that is over does not begin', async () => {
    expect((await arriving([reader({ createdAt: START + DAY })]).get('/began')).body).toBe(
      new Date(START * 1000).toISOString(),
    )
    const over = arriving([reader({ createdAt: START - 7 * DAY })])
    expect((await over.get('/me')).body).toEqual({})
    expect([...over.jar.keys()]).toEqual(['old'])
    expect(events.map(({ type }) => type)).not.toContain('migration-failed')
  })

  it('its cookies are removed with the path and domain that they were set with, and Secure where the name asks for it', async () => {
    const cookies = [
      { name: 'old', path: '/app', domain: 'example.com' },
      { name: '__Secure-old' },
      { name: 'x__Host-old' },
      { name: 'session' },
    ]
    expect(setCookies(await arriving([reader({ cookies })]).get('/me')).slice(1)).toEqual([
      'old=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Domain=example.com; Path=/app',
      '__Secure-old=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; Secure',
      'x__Host-old=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/',
    ])
  })

  it('its cookies are removed also where they have the name of ours, and only the path or domain is another', async () => {
    const cookies = [
      { name: 'session', domain: 'example.com' },
      { name: 'session', path: '/app' },
    ]
    const removed = ['Domain=example.com; Path=/', 'Path=/app'].map(
      (scope) => `session=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; ${scope}`,
    )
    const [ours, ...others] = setCookies(await arriving([reader({ cookies })]).get('/me'))
    expect([ours?.startsWith('session=ey'), others]).toEqual([true, removed])
    const domain = '.Example.com'
    const same = arriving([reader({ cookies: [{ name: 'session', domain }] })], { cookie: { domain: 'example.com' } })
    expect(setCookies(await same.get('/me'))).toHaveLength(1)
  })

  it.each([
    ['at once', (one: SessionReader) => one],
    ['later', later],
  ])('is validated like any other session, and stays where it is if it may not go on: read %s', async (_when, as) => {
    const validate = vi.fn(async () => false)
    const onEvent = vi.fn()
    const browser = arriving([as(reader())], { validate, onEvent })
    const response = await browser.get('/me')
    expect([response.body, setCookies(response)]).toEqual([{}, []])
    expect(validate).toHaveBeenCalledTimes(1)
    expect([...browser.jar.keys()]).toEqual(['old'])
    const rejected = onEvent.mock.calls.map(([event]) => event).filter(({ type }) => type === 'rejected')
    expect(rejected).toStrictEqual([{ type: 'rejected', name: 'session', reason: 'invalidated' }])
    // With the next request that brings it, it is asked about again.
    expect((await browser.get('/me')).body).toEqual({})
    expect(validate).toHaveBeenCalledTimes(2)
  })

  it('that does not fit leaves the visitor to the next reader', async () => {
    const large = reader({ data: { text: 'x'.repeat(5000) } })
    expect((await arriving([large, reader()]).get('/me')).body).toEqual({ user: 'Ada' })
    const full = { user: '' }
    while (session({ keys: SECRET }).seal(full).cookie.length < 4093 + 1) full.user += 'x'
    full.user = full.user.slice(1)
    const withoutSource = { data: full, cookies: [] }
    expect((await arriving([reader(withoutSource)]).get('/me')).body).toEqual(full)
  })

  it('fails with the code of its error where that looks like one, and without it otherwise', async () => {
    const codes = [
      'ECONNREFUSED',
      'E_1',
      'econnrefused',
      'x ECONNREFUSED',
      'ECONNREFUSED x',
      'E',
      ['EIO'],
      7,
      undefined,
    ]
    const onEvent = vi.fn()
    for (const code of codes)
      await arriving([failing(Object.assign(new Error('secret'), { code }))], { onEvent }).get('/me')
    expect(onEvent.mock.calls.map(([event]) => event.code)).toEqual([
      ...['ECONNREFUSED', 'E_1'],
      ...Array(7).fill(null),
    ])
    expect(warnings.codes()).toEqual(Array(3).fill('SESSION_WARN_MIGRATION'))
    expect(warnings.messages().map((message) => message.split(', so ')[0]?.replace(/ at [^)]+/, ''))).toEqual([
      'a session from the broken one could not be migrated (ECONNREFUSED)',
      'a session from the broken one could not be migrated (E_1)',
      'a session from the broken one could not be migrated (Error)',
    ])
  })

  it('tells what any reader can do: custom() has no transform, nor has one that the app has written itself', async () => {
    const throwing = () => {
      throw new Error('secret')
    }
    for (const read of [throwing, () => ({ save: 1 })]) {
      const migrateFrom = [custom(read, { cookies: ['old'] })]
      await arriving(migrateFrom).get('/me')
    }
    expect(warnings.messages().map((message) => message.split('empty one: ')[1])).toEqual([
      'mend its reader, or what that asks',
      'mend what it says, or set "transform" of the reader, if it takes one',
    ])
  })

  it('is not asked for after a session of ours that has ended, for whatever reason, but after rubbish of our name', async () => {
    for (const end of [{ idleTimeout: '1h' }, { idleTimeout: '1h', absoluteTimeout: '1h' }]) {
      at(0)
      const browser = arriving([reader()], end)
      await browser.get('/me')
      browser.jar.set('old', 'Ada')
      at(HOUR)
      expect((await browser.get('/me')).body).toEqual({})
    }
    at(0)
    const lengthened = arriving([reader()], { idleTimeout: '1h', absoluteTimeout: '1h' })
    await lengthened.get('/me')
    at(HOUR)
    const longer = arriving([reader()], { idleTimeout: '2h', absoluteTimeout: '2h' })
    longer.jar.set('session', lengthened.jar.get('session') as string).set('old', 'Ada')
    expect((await longer.get('/me')).body).toEqual({})
    longer.jar.set('session', 'rubbish').set('old', 'Ada')
    expect((await longer.get('/me')).body).toEqual({ user: 'Ada' })
  })

  it.each([{}, { cookie: { secure: true } }])(
    'does not move in over plain HTTP in production, and the request is served: %j',
    async (options: SessionOptions) => {
      vi.stubEnv('NODE_ENV', 'production')
      const old = reader()
      const response = await arriving([old], options).get('/me')
      vi.unstubAllEnvs()
      expect([response.status, response.body, setCookies(response)]).toEqual([200, {}, []])
      expect([old.read.mock.calls.length, events]).toEqual([0, []])
    },
  )
})
