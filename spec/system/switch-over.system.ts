import { RedisStore } from 'connect-redis'
import expressSessions from 'express-session'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import session, { type SessionEvent } from '../../lib/index.js'
import { expressSession } from '../../lib/migrate/index.js'
import { Browser } from '../support/browser.js'
import { SECRET } from '../support/secrets.js'
import { appOn, switchOver } from '../support/switch-over.js'
import { RedisServer } from './support/redis.js'

type Any = any

const OLD = 'a secret of the old app, which was long enough'

describe('an app on express-session with Redis', () => {
  let server: RedisServer
  let client: ReturnType<typeof createClient>
  let store: RedisStore

  beforeAll(async () => {
    server = await RedisServer.start()
    client = createClient({ url: server.url, disableOfflineQueue: true, socket: { reconnectStrategy: 50 } })
    client.on('error', () => {})
    await client.connect()
    store = new RedisStore({ client: client as Any })
  })
  afterAll(async () => {
    client?.destroy()
    await server?.kill()
  })

  const before = () => expressSessions({ store, secret: OLD, resave: false, saveUninitialized: false })

  it('is switched over with users signed in: everyone stays signed in, and the old cookie is gone after one request', async () => {
    const reader = expressSession({ store, secret: OLD })
    await switchOver({ middleware: before(), reader, cookies: ['connect.sid'] }, SECRET)
  })

  it('answers while Redis is away: the visitor is a stranger for now, keeps the old cookie, and moves in when it is back', async () => {
    const events: SessionEvent[] = []
    const migrateFrom = [expressSession({ store, secret: OLD })]
    const after = appOn(session({ keys: SECRET, migrateFrom, onEvent: (event) => events.push(event) }) as Any)
    const old = new Browser(appOn(before()))
    await old.get('/sign-in/Ada')
    const browser = new Browser(after)
    for (const [name, value] of old.jar) browser.jar.set(name, value)

    await server.kill()
    const away = await browser.get('/me')
    expect([away.status, away.body.user, [...browser.jar.keys()]]).toEqual([200, null, ['connect.sid']])
    expect(events.map(({ type }) => type)).toEqual(['migration-failed'])

    await server.startAgain()
    await expect.poll(() => client.isReady, { timeout: 5000 }).toBe(true)
    expect((await browser.get('/me')).body.user).toBe('Ada')
    expect([...browser.jar.keys()]).toEqual(['session'])
  })
})
