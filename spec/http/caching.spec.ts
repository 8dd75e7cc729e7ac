import request from 'supertest'
import { describe, expect, it } from 'vitest'
import type { SessionOptions } from '../../lib/index.js'
import { appWith } from '../support/app.js'

type Any = any

function ask(path: string, options: SessionOptions = {}) {
  const app = appWith((routes) => {
    routes.get('/untouched', (_req, res) => void res.json(null))
    routes.get('/read', (req: Any, res) => void res.json(req.session.user ?? null))
    routes.get('/write', (req: Any, res) => void res.json((req.session.user = 'Ada')))
    routes.get('/end', (req: Any, res) => void res.json((req.session = null)))
    routes.get('/public', (req: Any, res) => {
      req.session.user = 'Ada'
      res.set('Cache-Control', 'public, max-age=60').json(null)
    })
  }, options)
  return request(app).get(path)
}

describe('caches', () => {
  it('may keep what does not depend on the session', async () => {
    const { headers } = await ask('/untouched')
    expect(headers).not.toHaveProperty('vary')
    expect(headers).not.toHaveProperty('cache-control')
  })

  it('are told that a response depends on the cookie when the session was read', async () => {
    const { headers } = await ask('/read')
    expect(headers['vary']).toBe('Cookie')
    expect(headers).not.toHaveProperty('cache-control')
  })

  it.each(['/write', '/end', '/public'])('must not store a response that sets the cookie: %s', async (path) => {
    const { headers } = await ask(path)
    expect(headers['vary']).toBe('Cookie')
    expect(headers['cache-control']).toBe('no-store')
  })

  it("are the app's own business with cacheControl: false", async () => {
    const { headers } = await ask('/write', { cacheControl: false })
    expect(headers).not.toHaveProperty('vary')
    expect(headers).not.toHaveProperty('cache-control')
  })
})
