import { deepEqual } from 'node:assert'
import { Console } from 'node:console'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { Writable } from 'node:stream'
import { format, inspect } from 'node:util'
import request from 'supertest'
import { afterEach, describe, expect, it } from 'vitest'
import session, { KeyRing } from '../lib/index.js'
import { appWith } from './support/app.js'
import { OTHER_SECRET, SECRET } from './support/secrets.js'
import { base64url } from './support/tokens.js'
import { catchWarnings } from './support/warnings.js'

type Any = any

const warnings = catchWarnings()
const DATUM = 'a-very-private-datum'
const published: unknown[] = []
const listen = (message: unknown) => published.push(message)
afterEach(() => {
  unsubscribe('sealed-session', listen)
  published.length = 0
})

/** Everything that a log could get hold of. */
function shown(value: unknown): string {
  return inspect(value, { depth: 20, showHidden: true, getters: false })
}

/** The secret in every spelling in which it could leak. */
const SPELLINGS = [
  SECRET,
  base64url(SECRET),
  Buffer.from(SECRET).toString('hex'),
  Buffer.from(SECRET).toString('base64'),
]

function expectNoSecret(text: string): void {
  for (const spelling of SPELLINGS) expect(text).not.toContain(spelling)
}

/** What a console writes. */
function written(write: (console: Console) => void): string {
  const lines: string[] = []
  write(new Console(new Writable({ write: (line, _encoding, done) => done(void lines.push(String(line))) })))
  return lines.join('')
}

/** What Node writes when it ends by an error: it asks no object what to show. */
function uncaught(error: Error): string {
  return inspect(error, { customInspect: false, depth: 5 })
}

function thrownBy(act: () => void): unknown {
  try {
    act()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

/** How an object comes into a log that asks it what to show. */
const LOOKING_AT: Readonly<Record<string, (one: object) => string>> = {
  'console.log': (one) => written((console) => console.log(one)),
  'console.error, in an object and an array': (one) => written((console) => console.error({ a: [one] })),
  'console.trace': (one) => written((console) => console.trace(one)),
  '%o': (one) => format('%o', one),
  '%O': (one) => format('%O', one),
  '%s': (one) => format('%s', one),
  '%d and %i': (one) => format('%d %i', one, one),
  'util.inspect with hidden properties, getters and proxies, to any depth': (one) =>
    inspect(one, { showHidden: true, getters: true, showProxy: true, depth: null }),
  'an error that has it as a property': (one) => inspect(Object.assign(new Error('x'), { session: one })),
  'an error that has it as its cause': (one) => inspect(new Error('x', { cause: one })),
  'an error among several': (one) => inspect(new AggregateError([Object.assign(new Error('x'), { one })])),
  'the text of it': (one) => String(one),
}

/** How its properties come into a log whatever it says of itself. */
const LOOKING_THROUGH: Readonly<Record<string, (one: object) => string>> = {
  'JSON.stringify': (one) => JSON.stringify(one),
  '%j': (one) => format('%j', one),
  'console.dir': (one) => written((console) => console.dir(one)),
  'console.table': (one) => written((console) => console.table(one)),
  'util.inspect with customInspect: false': (one) =>
    inspect(one, { customInspect: false, showHidden: true, depth: null }),
  'an uncaught error that has it as a property': (one) => uncaught(Object.assign(new Error('x'), { one })),
  'an uncaught error that has it as its cause': (one) => uncaught(new Error('x', { cause: one })),
  'a copy': (one) => inspect({ ...one }),
  'the message of an assertion': (one) => String((thrownBy(() => deepEqual(one, { another: 1 })) as Error).message),
}

describe('no key is shown', () => {
  it('by what is exported, however deep it is inspected', () => {
    const jwk = { kty: 'oct', kid: 'k', k: base64url(SECRET) } as const
    for (const keys of [SECRET, jwk, { keys: [jwk] }, JSON.stringify(jwk), KeyRing.from(SECRET)]) {
      const sessions = session({ keys })
      sessions.seal({})
      expectNoSecret(shown(sessions) + shown(KeyRing) + JSON.stringify(sessions))
    }
    const ring = KeyRing.from([SECRET, OTHER_SECRET])
    ring.exportFor('session')
    expectNoSecret(shown(ring) + JSON.stringify(ring) + String(ring))
    // A session shows its values to these.
    for (const look of Object.values(LOOKING_THROUGH)) expectNoSecret(look(ring) + look(session({ keys: ring })))
    expect(inspect(ring)).toMatch(/^KeyRing \{ [\w-]{8}: active, [\w-]{8}: retired \}$/)
  })

  it('by the error for a key that cannot be used', () => {
    const bad: unknown[] = [
      SECRET.slice(0, 31),
      `${SECRET}\n`,
      [SECRET, SECRET],
      `{"kty":"oct","k":"${SECRET}"`,
      { kty: 'oct', k: `${SECRET}=` },
      { kty: 'RSA', k: SECRET },
      { kty: 'oct', k: base64url(SECRET), kid: SECRET.repeat(2) },
      { kty: 'oct', k: base64url(SECRET), alg: SECRET },
      { kty: 'oct', k: base64url(SECRET), exp: SECRET },
      { k: SECRET },
      [[SECRET]],
    ]
    for (const keys of bad) {
      let error: unknown
      try {
        session({ keys: keys as Any })
      } catch (thrown) {
        error = thrown
      }
      expect(error).toMatchObject({ code: 'ERR_SESSION_KEYS' })
      expect(shown(error)).not.toContain(SECRET.slice(0, 31))
      expectNoSecret(shown(error))
    }
  })
})

describe('no session data and no token are shown', () => {
  it('by errors, warnings and events', async () => {
    subscribe('sealed-session', listen)
    const errors: unknown[] = []
    const app = appWith((inner) => {
      inner.get('/write', (req: Any, res) => {
        req.session.user = DATUM
        req.session.at = { toJSON: () => DATUM }
        res.json(shown(req.session) + shown(req.session.cookie))
      })
      inner.get('/overflow', (req: Any, res) => {
        req.session.user = DATUM.repeat(500)
        res.json(null)
      })
      inner.get('/bad', (req: Any, res) => {
        req.session.user = {
          toJSON() {
            throw new Error(DATUM)
          },
        }
        res.json(null)
      })
      inner.get('/late', (req: Any, res) => {
        res.json(null)
        req.session.late = DATUM
      })
      inner.use(((error: unknown, _req: Any, _res: Any, next: Any) => {
        errors.push(error)
        next(error)
      }) as Any)
    })
    const written = await request(app).get('/write')
    const cookie = written.headers['set-cookie']?.[0]?.split(';')[0] as string
    await request(app).get('/overflow').set('Cookie', cookie)
    await request(app).get('/bad').set('Cookie', cookie)
    await request(app).get('/late').set('Cookie', cookie)
    await request(app)
      .get('/write')
      .set('Cookie', `${cookie.slice(0, -1)}!`)
    await new Promise(setImmediate)

    expect(errors).toHaveLength(2)
    expect(published.length).toBeGreaterThan(4)
    expect(warnings.messages().length).toBeGreaterThan(0)
    const everything = [shown(errors), shown(published), warnings.messages().join(), written.text].join()
    expect(everything).not.toContain(DATUM)
    expect(everything).not.toContain(cookie.slice('session='.length))
    expectNoSecret(everything)
  })

  it('by a session that was opened outside a response', () => {
    const sessions = session<{ user: string }>({ keys: SECRET })
    const { cookie } = sessions.seal({ user: DATUM })
    const { session: opened } = sessions.open({ headers: { cookie }, socket: {} } as Any)
    expect(opened?.user).toBe(DATUM)
    expect(inspect(opened)).toBe('Session { user }')
  })
})

describe('the values of a session', () => {
  /** What is said of the session of a request, before and after the headers have left, and of one that was opened. */
  async function saidBy(look: (one: object) => string): Promise<string[]> {
    const said: string[] = []
    const app = appWith((inner) => {
      inner.get('/', (req: Any, res) => {
        req.session.user = DATUM
        said.push(look(req.session))
        res.json(null)
        said.push(look(req.session))
      })
    })
    await request(app).get('/')
    const sessions = session<{ user: string }>({ keys: SECRET })
    const { cookie } = sessions.seal({ user: DATUM })
    said.push(look(sessions.open({ headers: { cookie } }).session as object))
    return said
  }

  it.each(Object.entries(LOOKING_AT))('are not shown by what asks an object what to show: %s', async (_how, look) => {
    const said = await saidBy(look)
    expect(said).toHaveLength(3)
    for (const one of said) expect(one).not.toContain(DATUM)
  })

  it('are not shown by the request, however deep it is inspected', async () => {
    let said = ''
    const app = appWith((inner) => {
      inner.get('/', (req: Any, res) => {
        req.session.user = DATUM
        said = inspect(req, { depth: 20, getters: true })
        res.json(null)
      })
    })
    await request(app).get('/')
    expect(said).toContain('IncomingMessage')
    expect(said).not.toContain(DATUM)
  })

  it.each(Object.entries(LOOKING_THROUGH))('are shown by what goes through its properties: %s', async (_how, look) => {
    const [before, , opened] = await saidBy(look)
    for (const one of [before, opened]) expect(one).toContain(DATUM)
  })
})
