import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type ErrorRequestHandler } from 'express'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import session, { type Session, type SessionEvent } from '../../lib/index.js'
import { SECRET } from '../support/secrets.js'
import type { User } from './recipes/password-change.js'
import { type Answer, Visitor } from './support/client.js'
import { RedisServer } from './support/redis.js'
import { until } from './support/until.js'

const server = await RedisServer.start()
process.env['REDIS_URL'] = server.url
const { redis } = await import('./recipes/redis.js')
const everywhere = await import('./recipes/log-out-everywhere.js')
const one = await import('./recipes/kill-one-session.js')
const passwords = await import('./recipes/password-change.js')
const { closed, open } = await import('./recipes/when-redis-is-away.js')

const FIVE_MINUTES = 5 * 60
const WEEK = 7 * 24 * 60 * 60

let errors: ReturnType<typeof vi.spyOn>
let events: SessionEvent[]
let handled: number
const servers: Server[] = []

beforeAll(async () => {
  errors = vi.spyOn(console, 'error').mockImplementation(() => {})
  await redis.connect()
})
afterAll(() => redis.destroy())

beforeEach(async () => {
  await redis.flushAll()
  await redis.configResetStat()
  events = []
  handled = 0
  errors.mockClear()
  stopClock()
})
afterEach(() => {
  vi.useRealTimers()
  for (const server of servers.splice(0)) server.close()
})

/** Only `Date` stops, and the real moment is kept, as that is Redis's. */
function stopClock(): void {
  vi.useFakeTimers({ toFake: ['Date'] })
}

function later(seconds: number): void {
  vi.setSystemTime(Date.now() + seconds * 1000)
}

type Visit = Session<{ user: any; checked: number }>
type Asked = Pick<Visit, 'id' | 'createdAt' | 'user'>
type Validate = (session: Asked) => Promise<boolean>

/** A process's app: it logs in whoever asks, as `user` says. Returns where it listens. */
async function appWith(validate: Validate, validateEvery = 0, user = (name: string): unknown => name): Promise<string> {
  const app = express()
  app.use(session({ keys: SECRET, validate, validateEvery, onEvent: (event) => events.push(event) }))
  const of = (req: express.Request) => req.session as unknown as Visit
  app.get('/login', async (req, res) => {
    const name = String(req.query['user'])
    await everywhere.mayLogIn(name)
    await req.session.regenerate()
    of(req).user = await user(name)
    res.end()
  })
  app.get('/me', (req, res) => {
    handled++
    const { id, createdAt, user = null } = of(req)
    res.json({ id, createdAt, user })
  })
  app.get('/log-out-everywhere', async (req, res) => {
    await everywhere.logOutEverywhere(of(req).user)
    res.end()
  })
  app.get('/log-out', async (req, res) => {
    const { id, createdAt } = of(req)
    await one.killOneSession(id, createdAt)
    await req.session.destroy()
    res.end()
  })
  app.get('/change-password', async (req, res) => {
    const changed = await passwords.changePassword(of(req).user.id, String(req.query['to']))
    await req.session.regenerate()
    of(req).user = changed
    res.end()
  })
  app.use(((error, _req, res, _next) => {
    res.status(error.status ?? 500).send(error.message)
  }) satisfies ErrorRequestHandler)
  const server = createServer(app).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function loggedIn(origin: string, user = 'ada'): Promise<Visitor> {
  const visitor = new Visitor(origin)
  expect((await visitor.get(`/login?user=${user}`)).status).toBe(200)
  return visitor
}

async function userOf(visitor: Visitor): Promise<unknown> {
  return (await visitor.get('/me')).json.user
}

/** Whoever has copied the cookies as they are now. */
function copyOf(visitor: Visitor, origin: string): Visitor {
  return new Visitor(origin, undefined, new Map(visitor.jar))
}

async function callsOf(command: string): Promise<number> {
  const [, calls = '0'] =
    new RegExp(`^cmdstat_${command}:calls=(\\d+)`, 'm').exec(await redis.info('commandstats')) ?? []
  return Number(calls)
}

const isRedisBack = () => until('the client has found Redis again', async () => redis.isReady && (await redis.ping()))

describe('log out everywhere: a notBefore per user', () => {
  it('ends the sessions of that user in every process, and no other', async () => {
    const [first, second] = [await appWith(everywhere.validate), await appWith(everywhere.validate)]
    const [laptop, phone, grace] = [await loggedIn(first), await loggedIn(second), await loggedIn(second, 'grace')]
    later(60)
    expect([await userOf(laptop), await userOf(phone), await userOf(grace)]).toEqual(['ada', 'ada', 'grace'])

    expect((await laptop.get('/log-out-everywhere')).status).toBe(200)
    const held = [[...laptop.jar], [...phone.jar]]
    // Their cookies stay, and are asked about again with every request that brings them.
    for (let request = 0; request < 2; request++) {
      expect([await userOf(laptop), await userOf(phone), await userOf(grace)]).toEqual([null, null, 'grace'])
    }
    expect([[...laptop.jar], [...phone.jar]]).toEqual(held)
    const rejected = events.filter(({ type }) => type === 'rejected')
    expect(rejected).toEqual(Array(4).fill(expect.objectContaining({ reason: 'invalidated' })))
  })

  it('ends a session that began in the same second, also where a clock is a second ahead', async () => {
    const origin = await appWith(everywhere.validate)
    const sameSecond = await loggedIn(origin)
    later(1)
    const bySomeClock = await loggedIn(origin)
    later(-1)
    await everywhere.logOutEverywhere('ada')
    later(2)
    expect([await userOf(sameSecond), await userOf(bySomeClock)]).toEqual([null, null])
  })

  it('lets a log-in right after it wait for a second that is over, and that session goes on', async () => {
    vi.useRealTimers()
    const origin = await appWith(everywhere.validate)
    const ada = await loggedIn(origin)
    await ada.get('/log-out-everywhere')
    await ada.get('/login?user=ada')
    expect(await userOf(ada)).toBe('ada')
  })

  it('takes effect within validateEvery, and costs one read in that time', async () => {
    const origin = await appWith(everywhere.validate, FIVE_MINUTES * 1000)
    const ada = await loggedIn(origin)
    await redis.configResetStat()
    for (let request = 0; request < 10; request++) await ada.get('/me')
    expect(await callsOf('get')).toBe(1)

    const thief = copyOf(ada, origin)
    await everywhere.logOutEverywhere('ada')
    later(FIVE_MINUTES - 1)
    expect([await userOf(ada), await userOf(thief)]).toEqual(['ada', 'ada'])
    later(1)
    expect([await userOf(ada), await userOf(thief)]).toEqual([null, null])
    expect(await callsOf('get')).toBe(3)
  })

  it('is forgotten when every session that it ended has reached its absolute timeout', async () => {
    await everywhere.logOutEverywhere('ada')
    const left = await redis.ttl('not-before:ada')
    expect(left).toBeGreaterThan(WEEK + 1)
    expect(left).toBeLessThanOrEqual(WEEK + 60)
  })
})

describe('kill one session: a deny list of ids that expire', () => {
  it('ends that session and every copy of it, and no other of the same user', async () => {
    const origin = await appWith(one.validate)
    const [laptop, phone] = [await loggedIn(origin), await loggedIn(origin)]
    const thief = copyOf(phone, origin)
    const { id, createdAt } = (await phone.get('/me')).json
    await one.killOneSession(id, new Date(createdAt))
    expect([await userOf(laptop), await userOf(phone), await userOf(thief)]).toEqual(['ada', null, null])
    await phone.get('/login?user=ada')
    expect(await userOf(phone)).toBe('ada')
  })

  it('makes log-out end the copies of a session, too', async () => {
    const origin = await appWith(one.validate)
    const ada = await loggedIn(origin)
    const thief = copyOf(ada, origin)
    await ada.get('/log-out')
    expect(await userOf(thief)).toBe(null)
  })

  it('reaches a copy from before regenerate() by the id that the session had then', async () => {
    const origin = await appWith(one.validate)
    const ada = await loggedIn(origin)
    const thief = copyOf(ada, origin)
    const { id } = (await ada.get('/me')).json
    await ada.get('/login?user=ada')
    await one.killOneSession((await ada.get('/me')).json.id)
    expect([await userOf(ada), await userOf(thief)]).toEqual([null, 'ada'])
    await one.killOneSession(id)
    expect(await userOf(thief)).toBe(null)
  })

  it('takes effect within validateEvery', async () => {
    const origin = await appWith(one.validate, FIVE_MINUTES * 1000)
    const ada = await loggedIn(origin)
    const { id } = (await ada.get('/me')).json
    await one.killOneSession(id)
    later(FIVE_MINUTES - 1)
    expect(await userOf(ada)).toBe('ada')
    later(1)
    expect(await userOf(ada)).toBe(null)
    expect(await callsOf('exists')).toBe(2)
  })

  it('keeps an id until its session could not be valid any more', async () => {
    const origin = await appWith(one.validate)
    const ada = await loggedIn(origin)
    later(3600)
    const { id, createdAt } = (await ada.get('/me')).json
    await one.killOneSession(id, new Date(createdAt))
    expect(await redis.expireTime(`killed:${id}`)).toBe(new Date(createdAt).getTime() / 1000 + WEEK + 60)
    later(WEEK - 3600)
    expect(await userOf(ada)).toBe(null)
    expect(events.at(-1)).toMatchObject({ type: 'rejected', reason: 'absolute' })
  })
})

describe('password change: a version that the session keeps', () => {
  const logIn = (id: string) => passwords.logIn(id, async () => true)
  const start = (validateEvery = 0) => appWith(passwords.validate, validateEvery, logIn)

  beforeEach(() => passwords.changePassword('ada', 'first hash'))

  it('ends every other session at once, within the same second, while the one it was done in goes on', async () => {
    const [first, second] = [await start(), await start()]
    const [laptop, phone] = [await loggedIn(first), await loggedIn(second)]
    const thief = copyOf(laptop, second)
    await laptop.get('/change-password?to=second+hash')
    expect(await userOf(laptop)).toEqual({ id: 'ada', version: 2 })
    expect([await userOf(phone), await userOf(thief)]).toEqual([null, null])
    await phone.get('/login?user=ada')
    expect(await userOf(phone)).toEqual({ id: 'ada', version: 2 })
  })

  it('does not let in a log-in that has checked the old password and finishes after the change', async () => {
    const underWay = passwords.logIn('ada', async (hash) => {
      await passwords.changePassword('ada', 'second hash')
      return hash === 'first hash'
    })
    const user = await underWay
    expect(user).toEqual({ id: 'ada', version: 1 })
    const origin = await appWith(passwords.validate, 0, () => user)
    expect(await userOf(await loggedIn(origin))).toBe(null)
  })

  it('ends the sessions of a user who is deleted', async () => {
    const ada = await loggedIn(await start())
    await redis.del('user:ada')
    expect(await userOf(ada)).toBe(null)
  })

  it('takes effect within validateEvery', async () => {
    const ada = await loggedIn(await start(FIVE_MINUTES * 1000))
    expect(await userOf(ada)).toMatchObject({ version: 1 } satisfies Partial<User>)
    await passwords.changePassword('ada', 'second hash')
    later(FIVE_MINUTES - 1)
    expect(await userOf(ada)).toMatchObject({ version: 1 })
    later(1)
    expect(await userOf(ada)).toBe(null)
  })
})

const recipes = [
  [
    'log out everywhere',
    {
      validate: everywhere.validate as Validate,
      user: (name: string): unknown => name,
      end: (): Promise<unknown> => everywhere.logOutEverywhere('ada'),
      remembersWithout: false,
    },
  ],
  [
    'kill one session',
    {
      validate: one.validate as Validate,
      user: (name: string): unknown => name,
      end: (id: string): Promise<unknown> => one.killOneSession(id),
      remembersWithout: false,
    },
  ],
  [
    'password change',
    {
      validate: passwords.validate as Validate,
      user: (name: string): unknown => passwords.logIn(name, async () => true),
      end: (): Promise<unknown> => passwords.changePassword('ada', 'second hash'),
      remembersWithout: true,
    },
  ],
] as const

describe.each(recipes)(
  '%s, with Redis going away in the middle',
  (_name, { validate, user, end, remembersWithout }) => {
    let away = false

    beforeEach(() => passwords.changePassword('ada', 'first hash'))
    afterEach(async () => {
      server.wake()
      if (away) await comeBack()
      else await isRedisBack()
    })

    async function goAway(): Promise<void> {
      away = true
      await server.kill()
    }

    async function comeBack(how: { forgetful?: true } = {}): Promise<void> {
      await server.startAgain(how)
      away = false
      await isRedisBack()
    }

    /** One session that is ended, though its browser does not know yet, and one that began after that. */
    async function endedAndLiving(origin: string): Promise<[ended: Visitor, living: Visitor]> {
      const ended = await loggedIn(origin)
      await end((await ended.get('/me')).json.id)
      later(2)
      const living = await loggedIn(origin)
      handled = 0
      return [ended, living]
    }

    const me = (visitors: readonly Visitor[]) => Promise.all(visitors.map((visitor) => visitor.get('/me')))
    const isIn = ({ status, body }: Answer) => status === 200 && JSON.parse(body).user !== null
    const isUnavailable = ({ status, setCookies }: Answer) => status === 503 && setCookies.length === 0

    it('closed: a session gets a 503 and keeps its cookie, visitors are served, and all goes on afterwards', async () => {
      const origin = await appWith(closed(validate), 0, user)
      const visitors = await endedAndLiving(origin)
      await goAway()
      const start = performance.now()
      for (let round = 0; round < 3; round++) expect((await me(visitors)).map(isUnavailable)).toEqual([true, true])
      // Not one has waited for the deadline.
      expect(performance.now() - start).toBeLessThan(500)
      expect(handled).toBe(0)
      expect((await new Visitor(origin).get('/me')).status).toBe(200)

      await comeBack()
      expect((await me(visitors)).map(isIn)).toEqual([false, true])
    })

    it('closed is what a recipe is by itself, with the error of the client', async () => {
      const visitors = await endedAndLiving(await appWith(validate, 0, user))
      await goAway()
      expect((await me(visitors)).map(({ status }) => status)).toEqual([500, 500])
      expect(handled).toBe(0)
    })

    it('closed: one that hangs delays no answer by more than its deadline', async () => {
      const visitors = await endedAndLiving(await appWith(closed(validate), 0, user))
      server.hang()
      const start = performance.now()
      for (let round = 0; round < 3; round++) expect((await me(visitors)).map(isUnavailable)).toEqual([true, true])
      expect((performance.now() - start) / 3).toBeLessThan(1000)
      server.wake()
      await isRedisBack()
      expect((await me(visitors)).map(isIn)).toEqual([false, true])
    })

    it('closed: what validateEvery has not made due again goes on', async () => {
      const origin = await appWith(closed(validate), FIVE_MINUTES * 1000, user)
      const ada = await loggedIn(origin)
      expect(isIn(await ada.get('/me'))).toBe(true)
      await goAway()
      later(FIVE_MINUTES - 1)
      expect(isIn(await ada.get('/me'))).toBe(true)
      later(1)
      expect(isUnavailable(await ada.get('/me'))).toBe(true)
      await comeBack()
      expect(isIn(await ada.get('/me'))).toBe(true)
    })

    it('open: every session goes on, the ended one too, until it is back, and the log says so', async () => {
      const visitors = await endedAndLiving(await appWith(open(validate), 0, user))
      await goAway()
      expect((await me(visitors)).map(isIn)).toEqual([true, true])
      expect(errors).toHaveBeenCalledWith('a session was not checked:', expect.any(Error))
      await comeBack()
      expect((await me(visitors)).map(isIn)).toEqual([false, true])
    })

    it('open: an ended session that was let on goes on for validateEvery, though Redis is back', async () => {
      const visitors = await endedAndLiving(await appWith(open(validate), FIVE_MINUTES * 1000, user))
      later(FIVE_MINUTES)
      await goAway()
      expect((await me(visitors)).map(isIn)).toEqual([true, true])
      await comeBack()
      later(FIVE_MINUTES - 1)
      expect((await me(visitors)).map(isIn)).toEqual([true, true])
      later(1)
      expect((await me(visitors)).map(isIn)).toEqual([false, true])
    })

    it(`${remembersWithout ? 'does not let' : 'lets'} an ended session in again where Redis has forgotten all`, async () => {
      const [ended] = await endedAndLiving(await appWith(closed(validate), 0, user))
      await goAway()
      await comeBack({ forgetful: true })
      expect(isIn(await ended.get('/me'))).toBe(!remembersWithout)
    })

    it('does not claim to have ended anything while Redis is away', async () => {
      await goAway()
      await expect(end('any-id')).rejects.toThrow()
    })
  },
)
