import type { RequestHandler } from 'express'
import request from 'supertest'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import session, { type CookieOptions, type SessionOptions } from '../../lib/index.js'
import { settingsFrom } from '../../lib/options/options.js'
import { clearedByApp } from '../../lib/request/report.js'
import { requestCookie } from '../../lib/request/request-cookie.js'
import { appWith, EXPRESSES } from '../support/app.js'
import { SECRET } from '../support/secrets.js'
import { catchWarnings } from '../support/warnings.js'

type Any = any

const warnings = catchWarnings()
const HTTPS = { 'X-Forwarded-Proto': 'https' }

describe.each(EXPRESSES)("an app that removes the session's cookie by itself, on %s,", (_name, create) => {
  /** What comes of a request with a session, to an app that does this. */
  async function warned(
    act: RequestHandler,
    headers: Record<string, string> = {},
    more = '',
    options: SessionOptions = {},
  ) {
    const app = appWith(
      (routes) => {
        routes.set('trust proxy', 1)
        routes.get('/logout', act, (_req, res) => void res.json(null))
      },
      options,
      create,
    )
    const { cookie } = session({ keys: SECRET, ...options }).seal({ user: 'Ada' } as object, {
      secure: headers === HTTPS,
    })
    await request(app)
      .get('/logout')
      .set({ ...headers, Cookie: cookie + more })
    return warnings.messages()
  }
  const clears =
    (name: string): RequestHandler =>
    (_req, res, next) => {
      res.clearCookie(name)
      next()
    }

  describe.each(['development', 'production'])('in %s', (environment) => {
    beforeEach(() => void vi.stubEnv('NODE_ENV', environment))

    it('is warned, once, on HTTPS, where this does nothing', async () => {
      await warned(clears('session'), HTTPS)
      expect(await warned(clears('session'), HTTPS)).toEqual([
        'res.clearCookie("session") does not end the session, whose cookie is named __Host-Http-session: ' +
          'call session.destroy(), or set req.session = null',
      ])
      expect(warnings.codes()).toEqual(['SESSION_WARN_CLEAR_COOKIE'])
    })

    it('is warned by the name that browsers show, too', async () => {
      expect(await warned(clears('__Host-Http-session'), HTTPS)).toHaveLength(1)
    })
  })

  it('is warned over plain HTTP, where no guard is left', async () => {
    expect(await warned(clears('session'))).toEqual([
      'res.clearCookie("session") does not end the session: call session.destroy(), or set req.session = null',
    ])
  })

  it('is not warned where a service behind a proxy in it has ended the session', async () => {
    const removed = 'session=; Path=/; Max-Age=0'
    const proxied: RequestHandler = (_req, res, next) => {
      res.append('Set-Cookie', [removed, 'session.ended=sealed; Path=/; Max-Age=60'])
      next()
    }
    expect(await warned(proxied)).toEqual([])
    expect(await warned((_req, res, next) => next(res.append('Set-Cookie', removed) && undefined))).toHaveLength(1)
  })

  it('is told the property that the session has', async () => {
    const [message] = await warned(clears('sid'), {}, '', { name: 'sid', property: 'login' })
    expect(message).toMatch(/call login\.destroy\(\), or set req\.login = null$/)
  })

  it.each<[string, RequestHandler]>([
    ['with writeHead', (_req, res) => void res.writeHead(200, { 'Set-Cookie': 'session=; Path=/; Max-Age=0' }).end()],
    ['by an old date', (_req, res) => void res.cookie('session', '', { expires: new Date(0) }).end()],
    [
      'by a date of yesterday',
      (_req, res) => void res.cookie('session', 'x', { expires: new Date(Date.now() - 86_400_000) }).end(),
    ],
    ['with a value', (_req, res) => void res.setHeader('Set-Cookie', 'session=deleted; Path=/; Max-Age=-1').end()],
    [
      'and writes to the session',
      (req: Any, res) => {
        req.session.cart = 1
        res.clearCookie('session').end()
      },
    ],
    ['beside other cookies', (_req, res) => void res.cookie('a', 'b').clearCookie('session').end()],
  ])('is warned also where it does so %s', async (_how, act) => {
    expect(await warned(act)).toHaveLength(1)
  })

  it.each<[string, RequestHandler, Record<string, string>?, string?]>([
    [
      'the session was ended, too',
      async (req: Any, res) => {
        await req.session.destroy()
        res.clearCookie('session').end()
      },
    ],
    [
      'the session was put in the place of another, as with a flash message',
      async (req: Any, res) => {
        await req.session.regenerate()
        req.session.flash = 'signed out'
        res.clearCookie('session').end()
      },
    ],
    ['the cookie is of an older path', (_req, res) => void res.clearCookie('session', { path: '/old' }).end()],
    ['it is of an older domain', (_req, res) => void res.clearCookie('session', { domain: 'old.example.com' }).end()],
    ['it is the cookie of another name', clears('sessions')],
    ['it is set, and not removed', (_req, res) => void res.cookie('session', 'x', { maxAge: 60_000 }).end()],
    ['it is what another package has left, under the name without a prefix', clears('session'), HTTPS, '; session=old'],
  ])('is not warned where %s', async (_why, act, headers = {}, more = '') => {
    expect(await warned(act, headers, more)).toEqual([])
  })

  it('is not warned where no session came', async () => {
    const app = appWith((routes) => void routes.get('/', clears('session'), (_req, res) => void res.json(null)))
    for (const cookie of ['a=b', 'session=no.session']) await request(app).get('/').set('Cookie', cookie)
    expect(warnings.messages()).toEqual([])
  })
})

describe('a line of Set-Cookie', () => {
  const NOW = 1_767_225_600
  const dated = (seconds: number) => `Expires=${new Date((NOW + seconds) * 1000).toUTCString()}`

  /** Whether a line takes the session's cookie away, which has these attributes. */
  function removes(line: string, cookie: CookieOptions = {}): boolean {
    const settings = settingsFrom({ keys: SECRET, cookie })
    const security = { secure: false, known: true }
    const header = 'session=token'
    const own = requestCookie(settings.cookieFor(undefined), security, settings, header)
    return clearedByApp({ setCookie: ['a=b', line], header }, own, 'session', NOW) === 'session'
  }

  it.each([
    'session=; Max-Age=0',
    'session=;max-age=0;path=/',
    'session=;  Max-Age= -10',
    `session=; ${dated(0)}`,
    `session=;${dated(-1)};  Path=/`,
    `session=; ${dated(60)}; Max-Age=0`,
  ])('removes the cookie: %s', (line) => {
    expect(removes(line)).toBe(true)
  })

  it.each([
    'session=; Path=/',
    'session=; Max-Age=05',
    'session=; Max-Age=10',
    'session=; Max-Age=soon',
    'session=; Expires=yesterday',
    `session=; ${dated(1)}`,
    `session=; ${dated(-60)}; Max-Age=10`,
    'session=; Max-Age=0; Path=/old',
    'session=; Max-Age=0;path=/old',
    'session=; Max-Age=0;  Path=/old; HttpOnly',
    'session=; Max-Age=0; Domain=old.example.com',
    'session=; Max-Age=0;domain=old.example.com',
    'session=; Max-Age=0;  Domain=old.example.com; HttpOnly',
    'sessions=; Max-Age=0',
    'my.session=; Max-Age=0',
  ])('does not remove it: %s', (line) => {
    expect(removes(line)).toBe(false)
  })

  it('removes the cookie of an app that has given it a path and a domain by these, or by the default of both', () => {
    const cookie = { path: '/app', domain: 'example.com' }
    for (const scope of ['', '; Path=/app; Domain=.Example.com', '; Path=/', '; Domain=example.com']) {
      expect(removes(`session=; Max-Age=0${scope}`, cookie), scope).toBe(true)
    }
    expect(removes('session=; Max-Age=0; Path=/app/old', cookie)).toBe(false)
  })
})
