import express, { type Express } from 'express'
import { describe, expect, it } from 'vitest'
import session, { type SessionOptions } from '../../lib/index.js'
import { Browser, setCookies } from '../support/browser.js'
import { SECRET } from '../support/secrets.js'
import { catchWarnings } from '../support/warnings.js'

type Any = any

const warnings = catchWarnings()

function app(options: SessionOptions, before: (req: Any) => void = () => {}): Express {
  const app = express()
  app.use((req, _res, next) => {
    before(req)
    next()
  })
  app.use(session({ keys: SECRET, ...options }))
  app.get('/login', (req: Any, res) => {
    req.session.user = 'Ada'
    res.json(null)
  })
  app.get('/logout', (req: Any, res) => {
    req.session = null
    res.json(null)
  })
  return app
}

describe('a response with a session', () => {
  it('has one cookie where it can carry no more, and that is the session, or its removal', async () => {
    const browser = new Browser(
      app({}, (req) => {
        req.apiGateway = { event: { requestContext: { elb: {} } } }
      }),
    )
    expect(setCookies(await browser.get('/login'))).toEqual([expect.stringMatching(/^session=ey/)])
    expect(setCookies(await browser.get('/logout'))).toEqual([expect.stringMatching(/^session=; Max-Age=0/)])
  })

  it('is warned about when its head is large, and one that only removes it is not', async () => {
    const browser = new Browser(app({}))
    await browser.get('/login')
    const small = new Browser(app({ warnAt: 256 }))
    for (const [name, value] of browser.jar) small.jar.set(name, value)
    await small.get('/logout')
    expect(warnings.codes()).toEqual([])
    await small.get('/login')
    expect(warnings.codes()).toEqual(['SESSION_WARN_HEAD'])
  })
})
