import express from 'express'
import oidc from 'express-openid-connect'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import session from '../../lib/index.js'
import { cookiesOf, headerOf } from '../migrate/support.js'
import { everyBlockRan, examplesOf } from '../support/examples.js'
import { appOf, changeOf, moveIn, type Step, visit } from '../support/moving.js'
import { SECRET } from '../support/secrets.js'

type Any = any

const page = examplesOf('spec/guide/from-express-openid-connect.md')
const urls = { issuerBaseURL: 'https://issuer.invalid', baseURL: 'https://app.test', clientID: 'client' }
const old = (change: object = {}) => oidc.auth({ ...urls, authRequired: false, secret: 'the old key', ...change })
const claims = Buffer.from(JSON.stringify({ sub: 'u1', name: 'Ada' })).toString('base64url')
const tokens = { id_token: `e30.${claims}.c2ln`, access_token: 'x'.repeat(3000) }

async function cookiesOfAda(): Promise<Map<string, string>> {
  const app = express().use(old())
  app.get('/', (req: Any, res) => void res.json(Object.assign(req.appSession, tokens)))
  return cookiesOf(app)
}

describe('the programs of the page about express-openid-connect', () => {
  it('the change leaves the page as it is for a stranger', async () => {
    const change = changeOf(page)
    for (const sign of ['-', '+'] as const) {
      const { text } = await request(appOf(change, sign, { oidc, session, urls })).get('/')
      expect(text).toBe('Hello, stranger')
    }
  })

  it('users stay signed in', async () => {
    const cookies = await cookiesOfAda()
    const moved = await moveIn(page, 'A whole program', headerOf(cookies))
    expect(moved).toEqual({ body: 'Hello, Ada', later: 'Hello, Ada', removed: [...cookies.keys()] })
  })
})

describe('beside express-openid-connect', () => {
  it('both are mounted, and each has its own session', async () => {
    const app = express().use(old(), session({ keys: SECRET }))
    app.get('/', (req: Any, res) => {
      req.session.theme = 'dark'
      res.json([req.oidc.user.name, req.session.theme])
    })
    const cookie = headerOf(await cookiesOfAda())
    const { body } = await request(app).get('/').set('Cookie', cookie)
    expect(body).toEqual(['Ada', 'dark'])
  })

  it('only one of them can have req.session', async () => {
    const named = old({ session: { name: 'session' } })
    const ours = session({ keys: SECRET })
    const nothing: Step = () => {}
    expect(await visit([named, ours], [nothing])).toEqual(['ERR_SESSION_DUPLICATE'])
    expect(await visit([ours, named], [nothing])).toEqual([expect.stringContaining('req[session] is already set')])
  })

  it('the session ends by null in both, and is replaced by an object here only', async () => {
    const there = await visit(
      [old()],
      [
        (req) => void (req.appSession.a = 1),
        (req) => void (req.appSession = { b: 1 }),
        (req) => void (req.appSession = null),
      ],
    )
    expect(there.map((text) => text.replaceAll(/[+-]auth\S*/g, '').trim())).toEqual([
      'null +appSession',
      'session object cannot be reassigned +appSession',
      'null -appSession',
    ])
    const here = session({ keys: SECRET, property: 'appSession' })
    const seen = await visit(
      [here],
      [
        (req) => void (req.appSession.a = 1),
        (req) => void (req.appSession = { b: 1 }),
        (req) => void (req.appSession = null),
      ],
    )
    expect(seen).toEqual(['null +session', 'null +session', 'null -session +session.ended'])
  })

  it.each([
    [{ rollingDuration: 60 }, '"idleTimeout"'],
    [{ absoluteDuration: 60 }, '"absoluteTimeout"'],
    [{ rolling: false }, '"slide"'],
    [{ cookie: { transient: true } }, 'unknown option "cookie.transient"'],
  ])('an app does not start with its option %o, and is told what to do', (options: Any, advice) => {
    expect(() => session({ keys: SECRET, ...options })).toThrow(advice)
  })
})

everyBlockRan(page)
