import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import session from '../lib/index.js'
import { SESSION_OPTIONS } from '../lib/options/session-options.js'
import { cookieOf, everyBlockRan, examplesOf } from './support/examples.js'
import { README, sectionOf } from './support/pages.js'
import { REPOSITORY } from './support/script.js'

const readme = examplesOf(README)
const { text } = readme.page

describe('the examples of the README', () => {
  it('the quick start counts visits', async () => {
    await readme.serve(readme.fileOf('sealed-session'), async (origin) => {
      const first = await fetch(origin)
      expect(await first.text()).toBe('Visit number 1')
      const second = await fetch(origin, { headers: { cookie: cookieOf(first) } })
      expect(await second.text()).toBe('Visit number 2')
    })
  })

  it('the commands for a key put one into a file that node --env-file reads', () => {
    const [, , commands] = readme.under('sealed-session', 'sh')
    const [keygen = '', start = ''] = commands?.code.split('\n') ?? []
    const [npx, name, ...args] = keygen.split(' ')
    expect([npx, name]).toEqual(['npx', 'sealed-session'])
    execFileSync(process.execPath, [join(REPOSITORY, 'dist/cli.cjs'), ...args], { cwd: readme.folder, stdio: 'pipe' })
    const read = start.replace('app.mjs', '-p process.env.SESSION_KEYS').split(' ').slice(1)
    const key = execFileSync(process.execPath, read, { cwd: readme.folder, encoding: 'utf8' }).trim()
    expect(() => session({ keys: key })).not.toThrow()
    // .ci/quick-start runs all of them as they stand there, in an empty folder.
    readme.ran(...readme.under('sealed-session', 'sh'))
  })

  it('the brief one logs in and out', async () => {
    await readme.serve(readme.fileOf('In brief'), async (origin) => {
      const post = (path: string, cookie = '') =>
        fetch(origin + path, { method: 'POST', redirect: 'manual', headers: { cookie } })
      const login = await post('/login/Ada')
      expect(login.headers.getSetCookie()[0]).toMatch(/Max-Age=28800; .*SameSite=Strict$/)
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
