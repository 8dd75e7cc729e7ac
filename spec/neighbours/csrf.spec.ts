import cookieParser from 'cookie-parser'
import { doubleCsrf } from 'csrf-csrf'
import { csrfSync } from 'csrf-sync'
import type express from 'express'
import lusca from 'lusca'
import { describe, expect, it } from 'vitest'
import { appWith, EXPRESSES } from '../support/app.js'
import { Browser, setCookies } from '../support/browser.js'
import { endingLines, removal } from '../support/set-cookie.js'
import { catchWarnings } from '../support/warnings.js'

type Any = any

const warnings = catchWarnings()

/** Posts as a page does that knows its token. */
function submit(browser: Browser, path: string, token: string): ReturnType<Browser['post']> {
  return browser.post(path, {}, { 'x-csrf-token': token })
}

async function login(req: Any): Promise<void> {
  await req.session.regenerate()
  req.session.user = 'Ada'
}

describe.each(EXPRESSES)('csrf-sync on %s', (_name, create) => {
  function browsing(size?: number): () => Browser {
    const { csrfSynchronisedProtection, revokeToken } = csrfSync(size === undefined ? {} : { size })
    const app = appWith(
      (inner) => {
        inner.use(csrfSynchronisedProtection)
        inner.get('/form', (req: Any, res) => void res.json(req.csrfToken()))
        inner.get('/page', (_req, res) => void res.json(null))
        inner.post('/transfer', (_req, res) => void res.json('done'))
        inner.post('/login', async (req: Any, res) => (await login(req), void res.json(req.csrfToken())))
        inner.post('/revoke', (req, res) => (revokeToken(req), void res.json(null)))
        inner.get('/largest', (req: Any, res) => void res.json(req.session.size.largest[0]))
        inner.get('/data', (req, res) => void res.json(Object.keys(req.session)))
      },
      {},
      create,
    )
    return () => new Browser(app)
  }
  const visit = browsing()

  it('accepts the token of the page that was shown, as often as it is sent', async () => {
    const browser = visit()
    const { body: token } = await browser.get('/form')
    expect((await submit(browser, '/transfer', token)).body).toBe('done')
    expect((await browser.get('/form')).body).toBe(token)
    expect((await submit(browser, '/transfer', token)).body).toBe('done')
  })

  it('refuses no token, a made-up one, and the one of another visitor', async () => {
    const browser = visit()
    await browser.get('/form')
    const { body: others } = await visit().get('/form')
    const refusal = { code: 'EBADCSRFTOKEN', message: 'invalid csrf token' }
    expect((await browser.post('/transfer')).status).toBe(403)
    expect((await browser.post('/transfer')).body).toEqual(refusal)
    expect((await submit(browser, '/transfer', 'made-up')).body).toEqual(refusal)
    expect((await submit(browser, '/transfer', others)).body).toEqual(refusal)
    expect((await submit(visit(), '/transfer', others)).body).toEqual(refusal)
  })

  it('makes a new token at the login, and the one of before is refused', async () => {
    const browser = visit()
    const { body: before } = await browser.get('/form')
    const { body: after } = await submit(browser, '/login', before)
    expect((await submit(browser, '/transfer', before)).status).toBe(403)
    expect((await submit(browser, '/transfer', after)).body).toBe('done')
  })

  it('revokes a token by storing undefined, which removes it and warns of nothing', async () => {
    const browser = visit()
    const { body: token } = await browser.get('/form')
    expect(setCookies(await submit(browser, '/revoke', token))).toEqual([removal()])
    expect((await submit(browser, '/transfer', token)).status).toBe(403)
    expect(warnings.codes()).toEqual([])
  })

  it('keeps what else is in the session when the token is revoked', async () => {
    const browser = visit()
    const { body: token } = await browser.get('/form')
    const { body: next } = await submit(browser, '/login', token)
    await submit(browser, '/revoke', next)
    expect((await browser.get('/data')).body).toEqual(['user'])
  })

  it('gives no cookie to visitors of pages without a form', async () => {
    expect(setCookies(await visit().get('/page'))).toEqual([])
  })

  it.each([
    ['', undefined, 256],
    ['with size 32 ', 32, 64],
  ])('%stakes a third more of the budget than its characters, as base64url does', async (_with, size, length) => {
    const browser = browsing(size)()
    expect((await browser.get('/form')).body).toHaveLength(length)
    const { key, bytes } = (await browser.get('/largest')).body
    expect(key).toBe('csrfToken')
    expect(bytes).toBeGreaterThan((length * 4) / 3)
    expect(bytes).toBeLessThan((length * 4) / 3 + 25)
  })
})

describe.each(EXPRESSES)('csrf-csrf, with the id of the session as identifier, on %s', (_name, create) => {
  const { doubleCsrfProtection, generateCsrfToken } = doubleCsrf({
    getSecret: () => 'a secret of its own',
    getSessionIdentifier: (req) => req.session.id,
    cookieName: 'csrf',
    cookieOptions: { secure: false },
  })
  const app = appWith(
    (inner) => {
      inner.use(cookieParser(), doubleCsrfProtection)
      inner.get('/empty/form', (req, res) => void res.json(generateCsrfToken(req, res)))
      inner.get('/form', (req: Any, res) => {
        req.session.visited = true
        res.json(generateCsrfToken(req, res))
      })
      inner.post('/transfer', (req: Any, res) => {
        req.session.transfers = (req.session.transfers ?? 0) + 1
        res.json('done')
      })
      inner.post('/login', async (req, res) => (await login(req), void res.json(generateCsrfToken(req, res))))
      inner.post('/logout', (req, res) => ((req.session = null), void res.json(null)))
    },
    {},
    create,
  )
  const visit = () => new Browser(app)

  it('refuses the token of a visitor whose session is empty, as it has another id with each request', async () => {
    const browser = visit()
    const { body: token } = await browser.get('/empty/form')
    expect([...browser.jar.keys()]).toEqual(['csrf'])
    expect((await submit(browser, '/transfer', token)).body).toEqual({
      code: 'EBADCSRFTOKEN',
      message: 'invalid csrf token',
    })
  })

  it('accepts it once there is anything in the session, and sets both cookies', async () => {
    const browser = visit()
    const { body: token } = await browser.get('/form')
    expect([...browser.jar.keys()].sort()).toEqual(['csrf', 'session'])
    expect((await submit(browser, '/transfer', token)).body).toBe('done')
  })

  it('accepts it as long as the session goes on, whatever is written to it', async () => {
    const browser = visit()
    const { body: token } = await browser.get('/form')
    await submit(browser, '/transfer', token)
    expect((await browser.get('/form')).body).toBe(token)
    expect((await submit(browser, '/transfer', token)).body).toBe('done')
  })

  it('refuses a token whose cookie was planted with it: it was made for another session', async () => {
    const attacker = visit()
    const { body: token } = await attacker.get('/form')
    const victim = visit()
    await victim.get('/form')
    victim.jar.set('csrf', attacker.jar.get('csrf') as string)
    expect((await submit(victim, '/transfer', token)).status).toBe(403)
  })

  it('needs a new token at the login, where the id changes, and the one of before is refused', async () => {
    const browser = visit()
    const { body: before } = await browser.get('/form')
    const kept = browser.jar.get('csrf') as string
    const { body: after } = await submit(browser, '/login', before)
    expect(after).not.toBe(before)
    expect((await submit(browser, '/transfer', after)).body).toBe('done')
    browser.jar.set('csrf', kept)
    expect((await submit(browser, '/transfer', before)).status).toBe(403)
  })

  it('needs a new one after the log-out, too', async () => {
    const browser = visit()
    const { body: before } = await browser.get('/form')
    await submit(browser, '/logout', before)
    expect((await submit(browser, '/transfer', before)).status).toBe(403)
    const { body: after } = await browser.get('/form')
    expect((await submit(browser, '/transfer', after)).body).toBe('done')
  })
})

describe.each(EXPRESSES)('lusca on %s', (_name, create) => {
  const app = appWith(
    (inner) => {
      inner.use('/banned/null', (req, _res, next) => ((req.session = null), next()))
      inner.use('/banned/destroy', (req, _res, next) => void req.session.destroy(next))
      inner.use('/banned/regenerate', (req, _res, next) => void req.session.regenerate(next))
      inner.use(lusca({ csrf: true, xframe: 'SAMEORIGIN' }))
      inner.get('/form', (_req, res) => void res.json(res.locals['_csrf']))
      inner.get('/page', (_req, res) => void res.json(null))
      inner.post('/transfer', (_req, res) => void res.json('done'))
      inner.post('/login', async (req: Any, res) => (await login(req), void res.json(req.csrfToken())))
      inner.post('/logout/null', (req, res) => ((req.session = null), void res.json(null)))
      inner.post('/logout/destroy', async (req, res) => (await req.session.destroy(), void res.json(null)))
      inner.post('/logout/null/form', (req: Any, res) => ((req.session = null), void res.json(req.csrfToken())))
      inner.use('/banned', (req: Any, res: express.Response) => void res.json(Object.keys(req.session)))
    },
    {},
    create,
  )
  const visit = () => new Browser(app)

  it('accepts the token of a page, and every page has another', async () => {
    const browser = visit()
    const { body: first } = await browser.get('/form')
    const { body: second } = await browser.get('/form')
    expect(second).not.toBe(first)
    expect((await submit(browser, '/transfer', first)).body).toBe('done')
    expect((await submit(browser, '/transfer', second)).body).toBe('done')
  })

  it('refuses no token, a made-up one, and the one of another visitor', async () => {
    const browser = visit()
    await browser.get('/form')
    const { body: others } = await visit().get('/form')
    expect((await browser.post('/transfer')).body.message).toBe('CSRF token missing')
    expect((await submit(browser, '/transfer', 'made-up')).body.message).toBe('CSRF token mismatch')
    expect((await submit(browser, '/transfer', others)).body.message).toBe('CSRF token mismatch')
  })

  it('gives a cookie to every visitor of every page, for its secret is made before any token is asked for', async () => {
    const response = await visit().get('/page')
    expect(setCookies(response)).toHaveLength(1)
    expect(response.headers).toMatchObject({ 'cache-control': 'no-store', 'x-frame-options': 'SAMEORIGIN' })
  })

  it('makes a new secret at the login if the token is asked for there, and the token of before is refused', async () => {
    const browser = visit()
    const { body: before } = await browser.get('/form')
    const { body: after } = await submit(browser, '/login', before)
    expect((await submit(browser, '/transfer', before)).body.message).toBe('CSRF token mismatch')
    expect((await submit(browser, '/transfer', after)).body).toBe('done')
  })

  it.each(['/logout/null', '/logout/destroy'])(
    'lets %s end the session, and the next page begin another',
    async (path) => {
      const browser = visit()
      const { body: before } = await browser.get('/form')
      const response = await submit(browser, path, before)
      expect(response.status).toBe(200)
      expect(setCookies(response)).toEqual(endingLines())
      expect([...browser.jar.keys()]).toEqual(['session.ended'])
      const { body: after } = await browser.get('/form')
      expect((await submit(browser, '/transfer', before)).body.message).toBe('CSRF token mismatch')
      expect((await submit(browser, '/transfer', after)).body).toBe('done')
    },
  )

  it.each([
    ['a token after req.session = null', '/logout/null/form', /^Cannot read properties of null/],
    ['a request whose session was set to null before', '/banned/null', /^Cannot read properties of null/],
    ['a request whose session was destroyed before', '/banned/destroy', /^lusca requires req\.session/],
  ])('throws for %s; the error handler hears of it, and the session has ended', async (_what, path, message) => {
    const browser = visit()
    const { body: token } = await browser.get('/form')
    const response = await submit(browser, path, token)
    expect(response.status).toBe(500)
    expect(response.body.message).toMatch(message)
    expect(setCookies(response)).toEqual(endingLines())
  })

  it('goes on with a new secret after regenerate()', async () => {
    const browser = visit()
    await browser.get('/form')
    expect((await browser.get('/banned/regenerate')).body).toEqual(['_csrfSecret'])
  })
})
