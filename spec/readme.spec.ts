import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import session from '../lib/index.js'
import { SESSION_OPTIONS } from '../lib/options/session-options.js'
import { cookieOf, everyBlockRan, examplesOf } from './support/examples.js'
import { README, sectionOf } from './support/pages.js'

const readme = examplesOf(README)
const { text } = readme.page

describe('the examples of the README', () => {
  it('the quick start counts visits', async () => {
    await readme.serve(readme.fileOf('sealed-session'), async (origin) => {
      const first = await fetch(origin)
      expect(await first.text()).toBe('You were here 1 times')
      const second = await fetch(origin, { headers: { cookie: cookieOf(first) } })
      expect(await second.text()).toBe('You were here 2 times')
    })
  })

  it('the command for a key makes one that is accepted', () => {
    const [, command = ''] = /SESSION_KEYS=\$\((node -p .*)\)/.exec(text) ?? []
    const key = execFileSync('sh', ['-c', command], { encoding: 'utf8' }).trim()
    expect(() => session({ keys: key })).not.toThrow()
    readme.ran(...readme.under('sealed-session', 'sh'))
  })

  it('the brief one logs in and out', async () => {
    await readme.serve(readme.fileOf('In brief'), async (origin) => {
      const post = (path: string, cookie = '') =>
        fetch(origin + path, { method: 'POST', redirect: 'manual', headers: { cookie } })
      const login = await post('/login/Ada')
      expect(login.headers.getSetCookie()[0]).toMatch(/Max-Age=1800; .*SameSite=Strict$/)
      const home = await fetch(origin, { headers: { cookie: cookieOf(login) } })
      expect(await home.text()).toBe('Hello, Ada')
      const logout = await post('/logout', cookieOf(login))
      expect(logout.headers.getSetCookie()[0]).toContain('Max-Age=0;')
      const tooLong = await post(`/login/${'x'.repeat(4000)}`)
      expect([tooLong.status, await tooLong.text()]).toEqual([500, 'ERR_SESSION_OVERFLOW'])
    })
  })
})

describe('the README', () => {
  it('names options that exist', () => {
    const rows = sectionOf(readme.page, 'In brief').match(/^\| `.*?\|/gm) ?? []
    const names = rows.flatMap((row) => row.match(/(?<=`)\w+(?=`)/g) ?? [])
    expect(names.length).toBeGreaterThan(7)
    expect(names.filter((name) => !(SESSION_OPTIONS as readonly string[]).includes(name))).toEqual([])
  })

  it.each(['bench', 'tradeoffs'])('has one place for what `npm run bench` knows of %s', (what) => {
    expect(text.match(new RegExp(`^<!-- ${what}:begin -->\\n[^]+?\\n<!-- ${what}:end -->$`, 'gm'))).toHaveLength(1)
    expect(text.match(new RegExp(`<!-- ${what}:`, 'g'))).toHaveLength(2)
  })

  it('can be read in one sitting', () => {
    expect(text.split('\n').length).toBeLessThan(200)
  })
})

everyBlockRan(readme)
