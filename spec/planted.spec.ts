import type { Express, Request } from 'express'
import { afterEach, describe, expect, it } from 'vitest'
import type { SessionOptions } from '../lib/index.js'
import { appWith } from './support/app.js'
import { Browser } from './support/browser.js'
import { at, startClock, stopClock } from './support/clock.js'
import { OTHER_SECRET } from './support/secrets.js'

const HTTPS = { 'X-Forwarded-Proto': 'https' }

afterEach(startClock)

interface Routed {
  user?: string
}

function routes(app: Express): void {
  app.set('trust proxy', 1)
  app.get('/login/:user', async (req, res) => {
    await (req as Request & { session: Routed & { regenerate(): Promise<void> } }).session.regenerate()
    Object.assign(req.session, { user: req.params.user })
    res.json(null)
  })
  app.get('/me', (req, res) => void res.json((req.session as Routed).user ?? null))
}

/** The cookie of somebody's own session, as the app has set it. */
async function cookieOf(app: Express, user: string, headers: Record<string, string>) {
  const browser = new Browser(app)
  await browser.get(`/login/${user}`, headers)
  const [[name, token] = ['', '']] = [...browser.jar]
  return { name, token, cookie: `${name}=${token}` }
}

/** Whom the app takes somebody for who comes with these cookies. */
async function userOf(app: Express, headers: Record<string, string>, ...cookies: string[]): Promise<string | null> {
  const response = await new Browser(app).get('/me', { ...headers, Cookie: cookies.join('; ') })
  return response.body
}

describe("a cookie of the attacker's own session, planted in another browser", () => {
  it.each<[string, SessionOptions, Record<string, string>]>([
    ['a domain', { cookie: { domain: 'example.com' } }, HTTPS],
    ['another path', { cookie: { path: '/app' } }, { ...HTTPS, 'X-Forwarded-Prefix': '/app' }],
    ['plain HTTP', {}, {}],
  ])('opens, and wins if it is the newer one, where the name is not __Host-: %s', async (_where, options, headers) => {
    stopClock()
    const app = appWith(routes, options)
    const early = await cookieOf(app, 'Eve', headers)
    at(10)
    const ada = await cookieOf(app, 'Ada', headers)
    at(20)
    const late = await cookieOf(app, 'Eve', headers)
    expect(early.name).not.toMatch(/^__Host-/)
    expect(await userOf(app, headers, early.cookie)).toBe('Eve')
    for (const order of [(one: string, other: string) => [one, other], (one: string, other: string) => [other, one]]) {
      expect(await userOf(app, headers, ...order(early.cookie, ada.cookie))).toBe('Ada')
      expect(await userOf(app, headers, ...order(late.cookie, ada.cookie))).toBe('Eve')
    }
  })

  it('opens nowhere where the name is __Host-, as only the host itself can set that one', async () => {
    const app = appWith(routes)
    const [eve, ada] = [await cookieOf(app, 'Eve', HTTPS), await cookieOf(app, 'Ada', HTTPS)]
    expect(eve.name).toBe('__Host-Http-session')
    for (const name of ['session', '__Secure-session', '__host-session', ' __Host-Http-session.']) {
      expect(await userOf(app, HTTPS, `${name}=${eve.token}`)).toBeNull()
      expect(await userOf(app, HTTPS, `${name}=${eve.token}`, ada.cookie)).toBe('Ada')
    }
  })
})

describe('a cookie of another service', () => {
  it('opens in another service that has the ring and the name, and in none that has another ring or name', async () => {
    const { token } = await cookieOf(appWith(routes), 'Ada', {})
    const userAt = (options: SessionOptions, name = 'session') =>
      userOf(appWith(routes, options), {}, `${name}=${token}`)
    expect(await userAt({})).toBe('Ada')
    expect(await userAt({ name: 'other' }, 'other')).toBeNull()
    expect(await userAt({ keys: OTHER_SECRET })).toBeNull()
  })
})
