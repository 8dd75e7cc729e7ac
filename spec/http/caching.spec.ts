import express from 'express'
import onHeaders from 'on-headers'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import session, { type SessionOptions } from '../../lib/index.js'
import { appWith } from '../support/app.js'
import { REPOSITORY } from '../support/script.js'
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
  it('do not get a file of one visitor for all, whatever age it was given', async () => {
    const { cookie } = sessions.seal({ user: 'Ada' })
    const app = appWith((routes) => {
      routes.get('/file', (req: Any, res) => {
        expect(req.session.user).toBe('Ada')
        res.sendFile('package.json', { root: REPOSITORY, maxAge: '1h' })
      })
    })
    const { headers } = await request(app).get('/file').set('Cookie', cookie)
    expect(headers).toMatchObject({ 'cache-control': 'private, max-age=3600', vary: 'Cookie' })
  })

  it('are told of a session that a listener in front of the middleware first reads while the head leaves', async () => {
    const app = express()
    app.use((req: Any, res, next) => {
      onHeaders(res, () => res.setHeader('X-User', req.session.user ?? 'nobody'))
      next()
    })
    app.use(session({ keys: SECRET }))
    app.get('/', (_req, res) => void res.json(null))
    const { cookie } = sessions.seal({ user: 'Ada' })
    expect((await request(app).get('/').set('Cookie', cookie)).headers).toMatchObject({
      'x-user': 'Ada',
      vary: 'Cookie',
      'cache-control': 'private',
    })
    const { headers } = await request(app).get('/')
    expect(headers).toMatchObject({ 'x-user': 'nobody', vary: 'Cookie' })
    expect(headers).not.toHaveProperty('cache-control')
  })

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
