import cookieSessions from 'cookie-session'
import express from 'express'
import { describe, expect, it } from 'vitest'
import session, { type SessionEvent } from '../../lib/index.js'
import * as readers from '../../lib/migrate/index.js'
import { isReserved, LiveSession } from '../../lib/session/session.js'
import { appWith } from '../support/app.js'
import { Browser } from '../support/browser.js'
import { pageAt, sectionOf } from '../support/pages.js'
import { SECRET } from '../support/secrets.js'

type Any = any

const page = pageAt('spec/guide/migration.md')

describe('the page about moving in', () => {
  it('has every reader in its table', () => {
    const section = sectionOf(page, 'Readers')
    for (const name of Object.keys(readers)) expect(section).toContain(`| \`${name}(`)
  })

  it('has every reserved name, and no other', () => {
    const [, row = ''] = /^\| stores data as (.*?) \|/m.exec(sectionOf(page, 'What is new for everyone')) ?? []
    const names = [...row.matchAll(/`(\w+)`/g)].map(([, name]) => name as string)
    expect(names.filter((name) => !isReserved(name))).toEqual([])
    const members = Object.getOwnPropertyNames(LiveSession.prototype).filter(isReserved)
    expect(members.filter((name) => !names.includes(name))).toEqual([])
  })
})

describe('an app that goes back to the old package, and switches again', () => {
  const old = express().use(cookieSessions({ name: 'old', keys: ['a'] }))
  old.get('/login/:name', (req: Any, res) => res.json((req.session.user = req.params.name)))
  const switched = (name: string) =>
    appWith((app) => void app.get('/me', (req: Any, res) => res.json(req.session.user ?? null)), {
      name,
      migrateFrom: [readers.cookieSession({ name: 'old', keys: ['a'] })],
    })

  /** Who a user is in the end who moved in as Ada, and whom the old app knows as Eve since. */
  async function whoIn(name: string) {
    const jar = new Map<string, string>()
    const visit = async (app: express.Express, path: string) => {
      const browser = new Browser(app)
      for (const [cookie, value] of jar) browser.jar.set(cookie, value)
      const { body } = await browser.get(path)
      jar.clear()
      for (const [cookie, value] of browser.jar) jar.set(cookie, value)
      return body
    }
    await visit(old, '/login/Ada')
    expect(await visit(switched('session'), '/me')).toBe('Ada')
    await visit(old, '/login/Eve')
    return visit(switched(name), '/me')
  }

  it('goes on with the session that was sealed before, under the same name', async () => {
    expect(await whoIn('session')).toBe('Ada')
  })

  it('moves in the session that the old package has made since, under another name', async () => {
    expect(await whoIn('again')).toBe('Eve')
  })
})

it('a cookie of cookie-session, which has the name of ours, is rejected as malformed and moves in all the same', async () => {
  const events: SessionEvent[] = []
  const old = new Browser(
    express().use(cookieSessions({ keys: ['a'] }), (req: Any, res: Any) => {
      req.session.user = 'Ada'
      res.json(null)
    }),
  )
  await old.get('/')
  const app = express().use(
    session({
      keys: SECRET,
      migrateFrom: [readers.cookieSession({ keys: ['a'] })],
      onEvent: (event) => events.push(event),
    }),
  )
  app.get('/', (req: Any, res) => res.json(req.session.user))
  const browser = new Browser(app)
  for (const [name, value] of old.jar) browser.jar.set(name, value)
  expect((await browser.get('/')).body).toBe('Ada')
  expect(events.map(({ type }) => type)).toEqual(['rejected', 'migrated', 'sealed'])
  expect(events[0]).toMatchObject({ reason: 'malformed' })
})
