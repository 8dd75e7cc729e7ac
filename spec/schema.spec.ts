import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { type } from 'arktype'
import express, { type Express } from 'express'
import fc from 'fast-check'
import * as v from 'valibot'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import session, {
  type FoundSession,
  type SessionEvent,
  type SessionHandler,
  type SessionOptions,
  type SessionSchema,
} from '../lib/index.js'
import { appWith, EXPRESSES } from './support/app.js'
import { Browser } from './support/browser.js'
import { fetchRaw, serving } from './support/raw.js'
import { SECRET } from './support/secrets.js'
import { guardLine, removal, sealedLine } from './support/set-cookie.js'
import { catchWarnings } from './support/warnings.js'

type Any = any

const warnings = catchWarnings()
beforeEach(() => vi.stubEnv('NODE_ENV', 'development'))
afterEach(() => vi.unstubAllEnvs())

/** Last week's sessions have a `name`; today's have a `user`, and a theme. */
const ZOD = z.preprocess(
  ({ name, ...rest }: Any) => (name === undefined ? rest : { ...rest, user: { name } }),
  z.object({
    user: z.object({ name: z.string() }).optional(),
    theme: z.enum(['light', 'dark']).default('light'),
    views: z.number().optional(),
  }),
)
const VALIBOT = v.pipe(
  v.object({
    name: v.optional(v.string()),
    user: v.optional(v.object({ name: v.string() })),
    theme: v.optional(v.picklist(['light', 'dark']), 'light'),
    views: v.optional(v.number()),
  }),
  v.transform(({ name, ...rest }) => (name === undefined ? rest : { ...rest, user: { name } })),
)
const ARKTYPE = type({
  'name?': 'string',
  'user?': { name: 'string' },
  theme: "'light' | 'dark' = 'light'",
  'views?': 'number',
}).pipe(({ name, ...rest }) => (name === undefined ? rest : { ...rest, user: { name } }))
const SCHEMAS: readonly (readonly [string, SessionSchema<Any>])[] = [
  ['zod', ZOD],
  ['valibot', VALIBOT],
  ['arktype', ARKTYPE],
]
const LIBRARIES = EXPRESSES.flatMap(([express, create]) =>
  SCHEMAS.map(([library, schema]) => [library, express, schema, create] as const),
)
const LAST_WEEK = { name: 'Ada', views: 3 }
const TODAY = { views: 3, user: { name: 'Ada' }, theme: 'light' }

const before = session<Any>({ keys: SECRET })
const cookieOf = (data: object) => before.seal(data).cookie
const dataIn = (line: string) => ({ ...before.open({ headers: { cookie: line.split(';')[0] as string } }).session })

function routes(app: Express): void {
  app.get('/read', (req: Any, res) => res.json({ ...req.session }))
  app.get('/changed', (req: Any, res) => res.json([req.session.isChanged, req.session.isNew, req.session.isPopulated]))
  app.get('/why', (req: Any, res) => res.json(req.session.rejected ?? null))
  app.get('/view', (req: Any, res) => {
    req.session.views = (req.session.views ?? 0) + 1
    res.json(null)
  })
  app.get('/rename', (req: Any, res) => {
    req.session.user.name = 'Eve'
    res.json(null)
  })
  app.get('/reload', async (req: Any, res) => {
    const { user } = req.session
    user.name = 'Eve'
    await req.session.reload()
    res.json({ ...req.session })
  })
  app.get('/login', async (req: Any, res) => {
    await req.session.regenerate()
    req.session.user = { name: 'Eve' }
    res.json(null)
  })
  app.get('/logout', (req: Any, res) => {
    req.session = null
    res.json(null)
  })
}

describe.each(LIBRARIES)('with a schema of %s, on %s,', (_library, _express, schema, create) => {
  const app = appWith(routes, { schema }, create)

  it('a session of the shape of last week has that of today, and is read without being written', async () => {
    await serving(app, async (port) => {
      const cookie = cookieOf(LAST_WEEK)
      const { body, setCookies } = await fetchRaw(port, '/read', { cookie })
      expect(JSON.parse(body)).toEqual(TODAY)
      expect(setCookies).toEqual([])
      expect(JSON.parse((await fetchRaw(port, '/changed', { cookie })).body)).toEqual([false, false, true])
    })
  })

  it('ten that read it at once write nothing', async () => {
    await serving(app, async (port) => {
      const cookie = cookieOf(LAST_WEEK)
      const all = await Promise.all(Array.from({ length: 10 }, () => fetchRaw(port, '/read', { cookie })))
      expect(all.map(({ status, setCookies }) => [status, setCookies])).toEqual(Array(10).fill([200, []]))
    })
  })

  it.each(['/view', '/rename'])('all of its new shape is written once the app changes it: %s', async (path) => {
    await serving(app, async (port) => {
      const { setCookies } = await fetchRaw(port, path, { cookie: cookieOf(LAST_WEEK) })
      const changed = path === '/view' ? { views: 4 } : { user: { name: 'Eve' } }
      expect(setCookies.map(dataIn)).toEqual([{ ...TODAY, ...changed }])
      expect(warnings.codes()).toEqual([])
      const [line = ''] = setCookies
      const again = await fetchRaw(port, '/read', { cookie: line.split(';')[0] as string })
      expect([JSON.parse(again.body), again.setCookies]).toEqual([{ ...TODAY, ...changed }, []])
    })
  })

  it('reload() brings the new shape again', async () => {
    await serving(app, async (port) => {
      const { body, setCookies } = await fetchRaw(port, '/reload', { cookie: cookieOf(LAST_WEEK) })
      expect([JSON.parse(body), setCookies]).toEqual([TODAY, []])
    })
  })

  it('a session that does not fit is an empty new one, whose cookie stays until the app writes', async () => {
    await serving(app, async (port) => {
      const cookie = cookieOf({ user: { name: 7 } })
      for (const [path, body] of [
        ['/read', '{}'],
        ['/why', '"schema"'],
        ['/changed', '[true,true,false]'],
      ] as const) {
        expect(await fetchRaw(port, path, { cookie })).toMatchObject({ status: 200, body, setCookies: [] })
      }
      const { setCookies } = await fetchRaw(port, '/view', { cookie })
      expect(setCookies.map(dataIn)).toEqual([{ views: 1 }])
    })
  })

  it('a new session is empty, without defaults', async () => {
    await serving(app, async (port) => {
      expect(await fetchRaw(port, '/read')).toMatchObject({ body: '{}', setCookies: [] })
    })
  })

  it('open() sees the shape of today, or why there is none', () => {
    const { open } = session({ keys: SECRET, schema })
    expect({ ...open({ headers: { cookie: cookieOf(LAST_WEEK) } }).session }).toEqual(TODAY)
    expect(open({ headers: { cookie: cookieOf({ user: { name: 7 } }) } })).toEqual({
      session: null,
      rejected: 'schema',
    })
  })
})

describe('a session that does not fit the schema', () => {
  const events: SessionEvent[] = []
  const onEvent = (event: SessionEvent) => void events.push(event)
  beforeEach(() => void events.splice(0))
  const rejections = () => events.filter(({ type }) => type === 'rejected')

  it.each(SCHEMAS)('is told in an event, with the place and without a value: %s', async (_library, schema) => {
    session({ keys: SECRET, schema, onEvent }).open({ headers: { cookie: cookieOf({ user: { name: 4711 } }) } })
    expect(rejections()).toEqual([
      { type: 'rejected', name: 'session', reason: 'schema', kid: expect.any(String), paths: ['user.name'] },
    ])
    expect(Object.isFrozen((rejections()[0] as Any).paths)).toBe(true)
    expect(JSON.stringify(events)).not.toContain('4711')
  })

  it('has no paths in its event for another reason', () => {
    session({ keys: SECRET, schema: ZOD, onEvent }).open({ headers: { cookie: 'session=rubbish' } })
    expect(rejections()).toStrictEqual([{ type: 'rejected', name: 'session', reason: 'malformed' }])
  })

  it.each([
    ['throws', z.object({}).transform((): Any => JSON.parse('a secret'))],
    [
      'throws, as that of valibot does,',
      v.pipe(
        v.any(),
        v.transform(({ user }: Any) => ({ user: user?.name.length.x.y })),
      ),
    ],
    [
      'becomes asynchronous',
      z.object({ user: z.any().optional() }).refine(({ user }) => user === undefined || Promise.resolve(true)),
    ],
  ])('is no error in a handler, where the schema %s for it', async (_what, given) => {
    // At start-up, it does none of this.
    const { validate } = given['~standard']
    const schema = {
      '~standard': { validate: (data: Any) => (Object.keys(data).length === 0 ? { value: {} } : validate(data)) },
    } as SessionSchema<Any>
    await serving(appWith(routes, { schema, onEvent }), async (port) => {
      const cookie = cookieOf({ user: { name: 'Ada' } })
      expect(await fetchRaw(port, '/read', { cookie })).toMatchObject({ status: 200, body: '{}', setCookies: [] })
      expect(JSON.stringify(events)).toContain('"reason":"schema"')
      expect(JSON.stringify(events)).not.toContain('a secret')
    })
  })

  it('has its cookie removed by a log-out, and is named by the guard, as another version may accept it', async () => {
    await serving(appWith(routes, { schema: ZOD }), async (port) => {
      const { setCookies } = await fetchRaw(port, '/logout', { cookie: cookieOf({ user: 7 }) })
      expect(setCookies).toEqual([removal(), expect.stringMatching(guardLine())])
    })
  })

  it('is not asked about by validate', async () => {
    const validate = vi.fn(() => true)
    await serving(appWith(routes, { schema: ZOD, validate }), async (port) => {
      await fetchRaw(port, '/why', { cookie: cookieOf({ user: 7 }) })
      expect(validate).not.toHaveBeenCalled()
      await fetchRaw(port, '/why', { cookie: cookieOf(LAST_WEEK) })
      expect(validate).toHaveBeenCalledOnce()
    })
  })
})

describe('the defaults of a schema', () => {
  /** As valibot does where nothing copies it. */
  const shared = { theme: 'light', sizes: [1] }
  const schema = v.object({
    prefs: v.optional(v.custom<typeof shared>(Boolean), shared),
    views: v.optional(v.number()),
  })

  it('are not shared by the sessions that get them', async () => {
    const app = appWith(
      (app) =>
        app.get('/', (req: Any, res) => {
          res.json(req.session.prefs)
          req.session.prefs.theme = 'dark'
          req.session.prefs.sizes.push(2)
        }),
      { schema },
    )
    const browsers = [new Browser(app), new Browser(app)]
    for (const browser of browsers) {
      browser.jar.set('session', before.seal({ views: 1 }).value)
      expect((await browser.get('/')).body).toEqual({ theme: 'light', sizes: [1] })
    }
    expect(shared).toEqual({ theme: 'light', sizes: [1] })
  })

  it('are not frozen by open(), which freezes its own', () => {
    const { open } = session({ keys: SECRET, schema })
    const opened = open({ headers: { cookie: cookieOf({ views: 1 }) } }).session
    expect(Object.isFrozen(opened?.prefs?.sizes)).toBe(true)
    expect(Object.isFrozen(shared.sizes)).toBe(false)
  })

  it('that differ each time are no change', async () => {
    let count = 0
    const counting = z.object({ count: z.number().default(() => ++count), views: z.number() })
    await serving(appWith(routes, { schema: counting }), async (port) => {
      const { body, setCookies } = await fetchRaw(port, '/read', { cookie: cookieOf({ views: 1 }) })
      expect([JSON.parse(body), setCookies]).toEqual([{ count, views: 1 }, []])
    })
  })
})

describe('what JSON does not keep, and a schema restores,', () => {
  const schema = z.object({ since: z.coerce.date(), views: z.number().optional() })
  const since = new Date('2026-01-01T00:00:00Z')
  const app = appWith(
    (app) => {
      routes(app)
      app.get('/since', (req: Any, res) => {
        res.json([req.session.since instanceof Date, req.session.isChanged])
      })
      app.get('/later', (req: Any, res) => {
        req.session.since.setFullYear(2027)
        res.json(null)
      })
      app.get('/undone', async (req: Any, res) => {
        req.session.since.setFullYear(2027)
        await req.session.reload()
        res.json([req.session.since, req.session.isChanged])
      })
      app.get('/begin', (req: Any, res) => {
        req.session.since = new Date()
        res.json(null)
      })
    },
    { schema },
  )

  it('is what it was, and is no change when it is read', async () => {
    await serving(app, async (port) => {
      const { body, setCookies } = await fetchRaw(port, '/since', { cookie: cookieOf({ since }) })
      expect([body, setCookies]).toEqual(['[true,false]', []])
    })
  })

  it('is written when it changes inside', async () => {
    await serving(app, async (port) => {
      const { setCookies } = await fetchRaw(port, '/later', { cookie: cookieOf({ since }) })
      expect(setCookies.map(dataIn)).toEqual([{ since: '2027-01-01T00:00:00.000Z' }])
    })
  })

  it('is brought back by reload()', async () => {
    await serving(app, async (port) => {
      const { body, setCookies } = await fetchRaw(port, '/undone', { cookie: cookieOf({ since }) })
      expect([JSON.parse(body), setCookies]).toEqual([[since.toJSON(), false], []])
    })
  })

  it('is no reason for a warning', async () => {
    await serving(app, async (port) => {
      expect((await fetchRaw(port, '/begin')).setCookies).toHaveLength(1)
      expect(warnings.codes()).toEqual([])
    })
  })

  it('stays a reason for one where the schema restores something else', async () => {
    const other = appWith(
      (app) =>
        app.get('/', (req: Any, res) => {
          Object.assign(req.session, { since: new Date(), list: [new Date()] })
          res.json(null)
        }),
      { schema: z.object({ since: z.string(), list: z.array(z.coerce.date()) }) },
    )
    await serving(other, async (port) => {
      await fetchRaw(port, '/')
      expect(warnings.messages()).toEqual([
        expect.stringMatching(/^session\.since is a Date and comes back as a string/),
      ])
    })
  })
})

describe('a write that does not fit the schema', () => {
  const PLACE = /^session\.user does not fit the schema, so the next request begins with an empty session/
  const wrong = (app: Express) => {
    app.get('/commit', (req: Any, res) => {
      req.session.user = 'Ada'
      res.json(null)
    })
    app.get('/save', async (req: Any, res) => {
      req.session.user = 'Ada'
      await req.session.save()
      req.session.user = undefined
      res.json(null)
    })
  }

  it.each(['/commit', '/save'])('is sent, and warned about with its path, once: %s', async (path) => {
    await serving(appWith(wrong, { schema: ZOD }), async (port) => {
      for (let time = 0; time < 2; time++) expect((await fetchRaw(port, path)).status).toBe(200)
      expect(warnings.codes()).toEqual(['SESSION_WARN_SCHEMA'])
      expect(warnings.messages()).toEqual([expect.stringMatching(PLACE)])
      expect(warnings.messages()[0]).not.toContain('Ada')
    })
  })

  it('is warned about by seal()', () => {
    session<Any>({ keys: SECRET, schema: ZOD as SessionSchema<Any> }).seal({ user: 'Ada' })
    expect(warnings.messages()).toEqual([expect.stringMatching(PLACE)])
  })

  it('is not looked for in production', async () => {
    vi.stubEnv('NODE_ENV', 'production')
    const validate = vi.fn(ZOD['~standard'].validate)
    const schema = { '~standard': { validate } } as SessionSchema<Any>
    const app = appWith(wrong, { schema, cookie: { secure: false } })
    validate.mockClear()
    await serving(app, async (port) => {
      for (const path of ['/commit', '/save']) expect((await fetchRaw(port, path)).status).toBe(200)
    })
    session<Any>({ keys: SECRET, schema }).seal({ user: 'Ada' })
    expect(validate.mock.calls).toEqual([[{}]])
    expect(warnings.codes()).toEqual([])
  })
})

describe('a session that is first read while another one is serialized', () => {
  it('has the shape of today', async () => {
    const app = express()
    app.use(session({ keys: SECRET, name: 'first', property: 'first' }), session({ keys: SECRET, schema: ZOD }))
    app.get('/', (req: Any, res) => {
      req.first.user = { toJSON: () => req.session.user.name }
      res.json(null)
    })
    await serving(app, async (port) => {
      const { setCookies } = await fetchRaw(port, '/', { cookie: cookieOf(LAST_WEEK) })
      const [cookie = ''] = (setCookies[0] ?? '').split(';')
      const first = session<Any>({ keys: SECRET, name: 'first' }).open({ headers: { cookie } }).session
      expect({ ...first }).toEqual({ user: 'Ada' })
    })
  })
})

describe('a session that moves in', () => {
  const events: SessionEvent[] = []
  const options = (data: object): SessionOptions<Any> => ({
    schema: ZOD as SessionSchema<Any>,
    onEvent: (event) => void events.push(event),
    migrateFrom: [{ from: 'the old one', read: (): FoundSession => ({ data, cookies: [{ name: 'old' }] }) }],
  })
  beforeEach(() => void events.splice(0))

  it('has the shape of today, is written so, and reload() brings it again', async () => {
    await serving(appWith(routes, options(LAST_WEEK)), async (port) => {
      const { body, setCookies } = await fetchRaw(port, '/read')
      expect(JSON.parse(body)).toEqual(TODAY)
      expect(setCookies.slice(0, 1).map(dataIn)).toEqual([TODAY])
      expect(JSON.parse((await fetchRaw(port, '/reload')).body)).toEqual(TODAY)
    })
  })

  it('may have a name that no session can hold, if the schema renames it', async () => {
    const renaming = z.preprocess(({ id, ...rest }: Any) => ({ userId: id, ...rest }), z.object({ userId: z.number() }))
    await serving(appWith(routes, { ...options({ id: 7 }), schema: renaming }), async (port) => {
      expect((await fetchRaw(port, '/read')).body).toBe('{"userId":7}')
    })
  })

  it('that does not fit has failed, with a code and without a value, and its visitor begins anew', async () => {
    await serving(appWith(routes, options({ name: 4711 })), async (port) => {
      expect(await fetchRaw(port, '/read')).toMatchObject({ status: 200, body: '{}', setCookies: [] })
    })
    expect(events).toEqual([
      { type: 'migration-failed', name: 'session', from: 'the old one', code: 'ERR_SESSION_SCHEMA' },
    ])
    expect(warnings.codes()).toEqual(['SESSION_WARN_MIGRATION'])
  })

  it('of which the schema leaves nothing is none', async () => {
    const nothing = { ...options({ flash: 'x' }), schema: z.object({}) }
    await serving(appWith(routes, nothing), async (port) => {
      expect(await fetchRaw(port, '/read')).toMatchObject({ body: '{}', setCookies: [] })
    })
    expect(events).toEqual([])
  })

  it('does not move in again where one of ours came that does not fit', async () => {
    await serving(appWith(routes, options(LAST_WEEK)), async (port) => {
      expect((await fetchRaw(port, '/read', { cookie: cookieOf({ user: 7 }) })).body).toBe('{}')
    })
    expect(events.map(({ type }) => type)).toEqual(['rejected'])
  })
})

describe('a session of which the schema leaves nothing', () => {
  it('goes on, writes nothing when it is read, and a log-in ends it', async () => {
    await serving(appWith(routes, { schema: z.object({ user: z.any().optional() }) }), async (port) => {
      const cookie = cookieOf({ flash: 'x' })
      expect(await fetchRaw(port, '/read', { cookie })).toMatchObject({ body: '{}', setCookies: [] })
      const { setCookies } = await fetchRaw(port, '/login', { cookie })
      expect(setCookies).toEqual([
        expect.stringMatching(sealedLine()),
        expect.stringMatching(sealedLine('session.ended')),
      ])
    })
  })
})

describe('whatever the data are', () => {
  const settle = { numRuns: Number(process.env['FUZZ_RUNS'] ?? 100) }
  const record = fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 5 })
  const change = fc.option(fc.tuple(fc.string({ minLength: 1, maxLength: 8 }), fc.jsonValue({ maxDepth: 1 })))
  const passing = { '~standard': { validate: (value: Any) => ({ value }) } } as SessionSchema<Any>
  const adding = {
    '~standard': { validate: (value: Any) => ({ value: { ...value, added: [{ by: 'schema' }], old: undefined } }) },
  } as SessionSchema<Any>

  /** What a session of these data is written as, if it is, once the app has changed this. */
  function written(handler: SessionHandler<Any>, cookie: string, changed: readonly [string, unknown] | null): unknown {
    const req: Any = Object.assign(new IncomingMessage(new Socket()), { headers: { cookie }, url: '/' })
    const res: Any = new ServerResponse(req)
    handler(req, res, () => {})
    try {
      if (changed) req.session[changed[0]] = changed[1]
    } catch {
      // It is the name of a member.
    }
    const read = { ...req.session }
    res.writeHead(200)
    const lines: string[] = res._header.match(/(?<=^Set-Cookie: ).*$/gim) ?? []
    return { read, lines: lines.map(dataIn) }
  }

  it('a schema that passes them through changes nothing of what is written', () => {
    const [without, passed] = [before, session({ keys: SECRET, schema: passing })]
    fc.assert(
      fc.property(record, change, (data, changed) => {
        const cookie = sealed(data)
        if (cookie === undefined) return
        expect(written(passed, cookie, changed)).toEqual(written(without, cookie, changed))
      }),
      settle,
    )
  })

  it('a schema that changes them writes nothing by itself, and all that it made once the app changes something', () => {
    const changing = session({ keys: SECRET, schema: adding })
    fc.assert(
      fc.property(record, (data) => {
        const cookie = sealed(data)
        if (cookie === undefined) return
        expect((written(changing, cookie, null) as Any).lines).toEqual([])
        const { lines } = written(changing, cookie, ['added', 1]) as Any
        expect(lines).toEqual([{ ...JSON.parse(JSON.stringify(data)), added: 1 }])
      }),
      settle,
    )
  })

  /** undefined for data that no session can hold. */
  function sealed(data: object): string | undefined {
    try {
      return cookieOf(data)
    } catch {
      return undefined
    }
  }
})
