import express from 'express'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { appWith } from '../support/app.js'
import { at, DAY, startClock, stopClock } from '../support/clock.js'
import { endingLines, removal, SECURE_ATTRIBUTES, sealedLine, seenLine } from '../support/set-cookie.js'
import { SETUPS } from './adapters.js'
import { jsonOf, namesOf, Visitor } from './visitor.js'

type Any = any

const NAME = '__Host-Http-session'

beforeEach(stopClock)
afterEach(startClock)

function addRoutes(app: express.Express): void {
  app.use(express.urlencoded({ extended: false }))
  app.post('/login', (req: Any, res, next) => {
    req.session.regenerate((error: unknown) => {
      if (error) return next(error)
      req.session.user = req.body.name
      res.redirect(303, '/me')
    })
  })
  app.get('/me', (req: Any, res) => void res.json({ user: req.session.user ?? null, id: req.session.id }))
  app.get('/count', (req: Any, res) => {
    req.session.count = (req.session.count ?? 0) + 1
    res.json(req.session.count)
  })
  app.post('/logout', (req: Any, res) => {
    req.session = null
    res.redirect(303, '/me')
  })
}

describe.each(SETUPS)('%s', (_name, { adapter, service, create }) => {
  const visitor = () => new Visitor(adapter.adapt(appWith(addRoutes, {}, create)), service)

  it('who logs in is known to the next event, and under the same id to the one after', async () => {
    const ada = visitor()
    expect((await ada.post('/login', { name: 'Ada & Co' })).status).toBe(303)
    const first = jsonOf(await ada.get('/me'))
    expect(first).toMatchObject({ user: 'Ada & Co' })
    expect(jsonOf(await ada.get('/me'))).toEqual(first)
  })

  it('who has not logged in is nobody, and gets no cookie', async () => {
    const received = await visitor().get('/me')
    expect(jsonOf(received)).toMatchObject({ user: null })
    expect(received.setCookies).toEqual([])
  })

  it('each event goes on where the last response left the session', async () => {
    const ada = visitor()
    const counts = [await ada.get('/count'), await ada.get('/count'), await ada.get('/count')]
    expect(counts.map(jsonOf)).toEqual([1, 2, 3])
  })

  it('a session that did not change is not sent again', async () => {
    const ada = visitor()
    expect(namesOf((await ada.post('/login', { name: 'Ada' })).setCookies)).toEqual([NAME])
    expect((await ada.get('/me')).setCookies).toEqual([])
  })

  it('a session that is used slides by a companion, or in its own cookie where it can be seen that only one arrives', async () => {
    const ada = visitor()
    await ada.post('/login', { name: 'Ada' })
    at(DAY / 10)
    const { setCookies, headers } = await ada.get('/me')
    // The other adapters do not tell what they stand behind; there the companion is the one cookie of its response.
    const oneIsSeen = !service.severalCookies && adapter.name === 'serverless-http'
    const line = oneIsSeen ? sealedLine : seenLine
    expect(setCookies).toEqual([expect.stringMatching(line(NAME, SECURE_ATTRIBUTES))])
    expect(headers).toMatchObject({ 'cache-control': 'no-store' })
    at(DAY / 10 + DAY - 1)
    expect(jsonOf(await ada.get('/me'))).toMatchObject({ user: 'Ada' })
    at(DAY / 10 + 2 * DAY - 1)
    expect(jsonOf(await ada.get('/me'))).toMatchObject({ user: null })
  })

  it('a response that sets the session may be stored by no cache in between', async () => {
    const { headers } = await visitor().post('/login', { name: 'Ada' })
    expect(headers).toMatchObject({ 'cache-control': 'no-store', vary: expect.stringContaining('Cookie') })
  })

  it('who logs out has no session left, and is nobody to the next event', async () => {
    const ada = visitor()
    await ada.post('/login', { name: 'Ada' })
    const { status, setCookies } = await ada.post('/logout')
    expect(status).toBe(303)
    // Where one line arrives, it is the first: the cookie goes, and nothing guards against a response under way.
    const { severalCookies } = service
    expect(setCookies).toEqual(
      severalCookies ? endingLines(NAME, SECURE_ATTRIBUTES) : [removal(NAME, SECURE_ATTRIBUTES)],
    )
    expect([...ada.jar.keys()]).toEqual(severalCookies ? [`${NAME}.ended`] : [])
    expect(jsonOf(await ada.get('/me'))).toMatchObject({ user: null })
  })

  it('who logs out has no cookie left without the guard, wherever the app runs', async () => {
    const app = appWith(addRoutes, { logoutGuard: false }, create)
    const ada = new Visitor(adapter.adapt(app), service)
    await ada.post('/login', { name: 'Ada' })
    expect((await ada.post('/logout')).setCookies).toEqual([removal(NAME, SECURE_ATTRIBUTES)])
    expect([...ada.jar.keys()]).toEqual([])
    expect(jsonOf(await ada.get('/me'))).toMatchObject({ user: null })
  })
})
