import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { inspect } from 'node:util'
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
