import { describe, expect, it } from 'vitest'
import { seconds } from '../../lib/checks.js'
import session, { type SessionRequest } from '../../lib/index.js'
import { COOKIE_OPTIONS } from '../../lib/options/cookie-options.js'
import { settingsFrom } from '../../lib/options/options.js'
import { SESSION_OPTIONS } from '../../lib/options/session-options.js'
import { cookieOf, everyBlockRan, examplesOf } from '../support/examples.js'
import { sectionOf } from '../support/pages.js'
import { SECRET } from '../support/secrets.js'

const options = examplesOf('spec/guide/options.md')

describe('the examples of options', () => {
  it('an app has several of them', async () => {
    await options.serve(options.fileOf('Options'), async (origin) => {
      const first = await fetch(origin)
      expect(first.headers.getSetCookie()[0]).toMatch(/^shop=.*; Max-Age=43200; .*; Priority=High; SameSite=Strict$/)
      const second = await fetch(origin, { headers: { cookie: cookieOf(first) } })
      expect(await second.text()).toBe('You were here 2 times')
    })
  })

  it('attributes depend on the request', async () => {
    await options.serve(options.fileOf('Attributes by request'), async (origin) => {
      const { port } = new URL(origin)
      const lineFor = (host: string) => setCookieFor(Number(port), host)
      expect(await lineFor('shop.example.org')).toContain('; Domain=example.org;')
      expect(await lineFor('example.com')).toContain('; Domain=example.com;')
      expect(await lineFor('localhost')).not.toContain('Domain')
    })
  })

  it('a session of last week has the shape of today, and is written when the app changes it', async () => {
    await options.serve(options.fileOf('A schema'), async (origin) => {
      const { seal } = session({ keys: SECRET })
      const ask = (cookie: string, path = '/') => fetch(origin + path, { headers: { cookie }, redirect: 'manual' })
      const lastWeek = seal({ name: 'Ada' } as object).cookie
      const read = await ask(lastWeek)
      expect(await read.json()).toEqual({ user: { name: 'Ada' }, theme: 'light' })
      expect(read.headers.getSetCookie()).toEqual([])
      const changed = cookieOf(await ask(lastWeek, '/dark'))
      expect(await (await ask(changed)).json()).toEqual({ user: { name: 'Ada' }, theme: 'dark' })
      const other = await ask(seal({ user: 'Ada' } as object).cookie)
      expect(await other.json()).toEqual({ rejected: 'schema' })
    })
  })

  it('two sessions live beside each other', async () => {
    await options.serve(options.fileOf('Several sessions'), async (origin) => {
      const home = await fetch(origin)
      expect(await home.json()).toEqual({ hasAdminSession: false })
      const admin = await fetch(`${origin}/admin`, { headers: { cookie: cookieOf(home) } })
      expect(await admin.json()).toEqual({ theme: 'dark', level: 1 })
      expect(admin.headers.getSetCookie()).toEqual([expect.stringMatching(/^admin=.*Max-Age=604800; Path=\/admin;/)])
    })
  })
})

describe('the tables of options', () => {
  /** The first two columns of a table. */
  const rowsOf = (heading: string) =>
    new Map(
      [...sectionOf(options.page, heading).matchAll(/^\| `(\w+)` \| (.*?) \|/gm)].map(([, name = '', second = '']) => [
        name,
        second,
      ]),
    )
  const literal = (text: string | undefined) => new Function(`return ${text?.replaceAll('`', '')}`)() as unknown

  it('have every option and every attribute, and no other', () => {
    expect([...rowsOf('All options').keys()].sort()).toEqual([...SESSION_OPTIONS].sort())
    expect([...rowsOf('The cookie').keys()].sort()).toEqual([...COOKIE_OPTIONS].sort())
  })

  it('say what the default is', () => {
    const settings = settingsFrom({ keys: SECRET })
    const stated = rowsOf('All options')
    const same = [
      'name',
      'property',
      'sizeLimit',
      'warnAt',
      'validateEvery',
      'oneCookie',
      'migrateFrom',
      'cacheControl',
    ] as const
    for (const name of same) expect(literal(stated.get(name)), name).toEqual(settings[name])
    const { idle, absolute } = settings.timeouts
    expect(seconds(literal(stated.get('idleTimeout')), '')).toBe(idle)
    expect(seconds(literal(stated.get('absoluteTimeout')), '')).toBe(absolute)
    expect(literal(stated.get('logoutGuard'))).toBe(settings.guardKeys !== undefined)
    expect(literal(stated.get('slide'))).toBe(settings.slides({} as SessionRequest))
    expect(literal(stated.get('deviceBound'))).toBe(settings.device !== undefined)
    expect(stated.get('audience')).toBe('none')
    const { secure, overHttp } = settings.cookieFor(undefined)
    const cookie = rowsOf('The cookie')
    expect(literal(cookie.get('secure'))).toBe(secure)
    for (const name of ['httpOnly', 'sameSite', 'path', 'partitioned'] as const) {
      expect(literal(cookie.get(name)), name).toBe(overHttp.attributes[name])
    }
    for (const name of ['domain', 'priority'] as const) {
      expect([cookie.get(name), overHttp.attributes[name]]).toEqual(['none', undefined])
    }
  })
})

/** With a `Host` of one's own, which `fetch` does not allow. */
async function setCookieFor(port: number, host: string): Promise<string> {
  const { get } = await import('node:http')
  return new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, headers: { host } }, (response) => {
      response.resume()
      resolve(response.headers['set-cookie']?.[0] ?? '')
    })
    request.on('error', reject)
  })
}

everyBlockRan(options)
