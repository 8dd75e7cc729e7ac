import request from 'supertest'
import { describe, expect, it } from 'vitest'
import session, { type SessionOptions } from '../../lib/index.js'
import { appWith } from '../support/app.js'
import { SECRET } from '../support/secrets.js'

type Any = any

const sessions = session<Any>({ keys: SECRET })

function ask(path: string, options: SessionOptions = {}, cookie = '') {
  const app = appWith((routes) => {
    routes.get('/untouched', (_req, res) => void res.json(null))
    routes.get('/read', (req: Any, res) => void res.json(req.session.user ?? null))
    routes.get('/write', (req: Any, res) => void res.json((req.session.user = 'Ada')))
    routes.get('/end', (req: Any, res) => void res.json((req.session = null)))
    routes.get('/public', (req: Any, res) => {
      req.session.user = 'Ada'
      res.set('Cache-Control', 'public, max-age=60').set('CDN-Cache-Control', 'max-age=60').json(null)
    })
    routes.get('/said', (req: Any, res) => {
      res.set('Cache-Control', 'public, max-age=60').json(req.session.user ?? null)
    })
    routes.get('/slow', (req: Any, res) => {
      req.session.user = 'Ada'
      res.writeHead(200, { 'Surrogate-Control': 'max-age=60', 'CDN-Cache-Control': 'max-age=60' }).end()
    })
  }, options)
  return request(app).get(path).set('Cookie', cookie)
}

describe('caches', () => {
  it('may store a response that does not depend on the session', async () => {
    const { headers } = await ask('/untouched')
    expect(headers).not.toHaveProperty('vary')
    expect(headers).not.toHaveProperty('cache-control')
  })

  it('are told that a response depends on the cookie when the session was read', async () => {
    const { headers } = await ask('/read')
    expect(headers['vary']).toBe('Cookie')
    expect(headers).not.toHaveProperty('cache-control')
  })

  it('do not give a response made from a session to another visitor, even if they ignore Vary', async () => {
    const { cookie } = sessions.seal({ user: 'Ada' })
    expect((await ask('/read', {}, cookie)).headers['cache-control']).toBe('private')
    expect((await ask('/said', {}, cookie)).headers['cache-control']).toBe('public, max-age=60')
    expect((await ask('/untouched', {}, cookie)).headers).not.toHaveProperty('cache-control')
    expect((await ask('/read', { cacheControl: false }, cookie)).headers).not.toHaveProperty('cache-control')
  })

  it.each(['/write', '/end', '/public', '/slow'])(
    'must not store a response that sets the cookie: %s',
    async (path) => {
      const { headers } = await ask(path)
      expect(headers).not.toHaveProperty('cdn-cache-control')
      expect(headers).not.toHaveProperty('surrogate-control')
      expect(headers['vary']).toBe('Cookie')
      expect(headers['cache-control']).toBe('no-store')
    },
  )

  it('are not told anything with cacheControl: false', async () => {
    const { headers } = await ask('/write', { cacheControl: false })
    expect(headers).not.toHaveProperty('vary')
    expect(headers).not.toHaveProperty('cache-control')
  })
})
