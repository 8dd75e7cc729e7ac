import { execFileSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encode } from '@auth/core/jwt'
import express from 'express'
import { auth } from 'express-openid-connect'
import Keygrip from 'keygrip'
import { describe, expect, it } from 'vitest'
import session from '../../lib/index.js'
import * as readers from '../../lib/migrate/index.js'
import { cookiesOf, headerOf } from '../migrate/support.js'
import { cookieOf, ENVIRONMENT, everyBlockRan, examplesOf } from '../support/examples.js'
import { sectionOf } from '../support/pages.js'
import { SECRET } from '../support/secrets.js'

type Any = any

const migration = examplesOf('spec/guide/migration.md')
const { OLD_KEY } = ENVIRONMENT
const PASSWORD = 'the old password, of at least 32 characters'
const HELLO = 'Hello, Ada'

/** An app of this page that a user of the old one visits, twice. */
async function moveIn(heading: string, cookie: string, env: Record<string, string> = {}) {
  const file = migration.fileOf(heading)
  let [body, later, setCookies]: [string, string, string[]] = ['', '', []]
  await migration.serve(
    file,
    async (origin) => {
      const moved = await fetch(origin, { headers: { cookie } })
      ;[body, setCookies] = [await moved.text(), moved.headers.getSetCookie()]
      later = await (await fetch(origin, { headers: { cookie: cookieOf(moved) } })).text()
    },
    env,
  )
  expect(setCookies[0]).toMatch(/^session=[^;]{100}/)
  return { body, later, removed: setCookies.slice(1).map((line) => /^([^=]+)=; Max-Age=0;/.exec(line)?.[1]) }
}

describe('the examples of migration: users stay signed in', () => {
  it('of cookie-session', async () => {
    const value = Buffer.from(JSON.stringify({ user: { name: 'Ada' } })).toString('base64')
    const signature = new Keygrip([OLD_KEY]).sign(`session=${value}`)
    const cookie = `session=${value}; session.sig=${signature}`
    const moved = await moveIn('Moving in without logging anyone out', cookie)
    expect(moved).toEqual({ body: HELLO, later: HELLO, removed: ['session.sig'] })
  })

  it('of express-session', async () => {
    const stored = { cookie: {}, user: 'Ada', cart: [7], history: 'x'.repeat(9000) }
    const store = `
      import { createRequire } from 'node:module'
      const { MemoryStore } = createRequire(import.meta.url)('express-session')
      export const store = new MemoryStore()
      store.set('the-id', ${JSON.stringify(stored)})`
    writeFileSync(join(migration.folder, 'store.js'), store)
    const signature = createHmac('sha256', OLD_KEY).update('the-id').digest('base64').replace(/=+$/, '')
    const cookie = `connect.sid=${encodeURIComponent(`s:the-id.${signature}`)}`
    const { body, later, removed } = await moveIn('From express-session', cookie)
    expect(JSON.parse(body)).toEqual({ user: 'Ada', keys: ['user', 'cart'] })
    expect([later, removed]).toEqual([body, ['connect.sid']])
  })

  it('of iron-session', async () => {
    const data = JSON.stringify({ user: { name: 'Ada' } })
    const seal = `import { sealData } from 'iron-session'
      console.log(await sealData(${data}, { password: '${PASSWORD}' }))`
    const value = execFileSync(process.execPath, ['--input-type=module', '--eval', seal], {
      encoding: 'utf8',
      cwd: migration.folder,
    })
    const moved = await moveIn('From iron-session', `iron=${encodeURIComponent(value.trim())}`, {
      OLD_PASSWORD: PASSWORD,
    })
    expect(moved).toEqual({ body: HELLO, later: HELLO, removed: ['iron'] })
  })

  it('of express-openid-connect', async () => {
    const claims = Buffer.from(JSON.stringify({ sub: 'u1', name: 'Ada' })).toString('base64url')
    const tokens = { id_token: `e30.${claims}.c2ln`, access_token: 'x'.repeat(3000) }
    const old = express()
    const urls = { issuerBaseURL: 'https://issuer.invalid', baseURL: 'https://app.test' }
    old.use(auth({ ...urls, clientID: 'client', authRequired: false, secret: OLD_KEY }))
    old.get('/', (req: Any, res) => void res.json(Object.assign(req.appSession, tokens)))
    const cookies = await cookiesOf(old)
    const moved = await moveIn('From express-openid-connect', headerOf(cookies))
    expect(moved).toEqual({ body: HELLO, later: HELLO, removed: [...cookies.keys()] })
  })

  it('of Auth.js', async () => {
    const name = 'authjs.session-token'
    const secret = 'the secret of Auth.js'
    const value = await encode({ token: { sub: 'u1', name: 'Ada' }, secret, salt: name })
    const moved = await moveIn('From Auth.js', `${name}=${value}`, { AUTH_SECRET: secret })
    expect(moved).toEqual({ body: HELLO, later: HELLO, removed: [name] })
  })
})

describe('the differences', () => {
  it('the lines that are said to go and to come are options that are refused and taken', () => {
    const diffs = migration.page.blocks.filter(({ language }) => language === 'diff')
    for (const diff of diffs) {
      migration.ran(diff)
      const options = (sign: string) =>
        new RegExp(`^\\${sign}app\\.use\\(session\\((.*)\\)\\)$`, 'm').exec(diff.code)?.[1] ?? ''
      const made = (text: string) => new Function('session', 'process', 'store', `return session(${text})`)
      const fakeProcess = { env: { SESSION_KEYS: SECRET } }
      expect(() => made(options('+'))(session, fakeProcess, {})).not.toThrow()
      expect(() => made(options('-'))(session, fakeProcess, {})).toThrow(
        expect.objectContaining({ name: 'SessionError' }),
      )
    }
    expect(diffs).toHaveLength(2)
  })

  it('every reader is in the table', () => {
    const section = sectionOf(migration.page, 'Readers')
    for (const name of Object.keys(readers)) expect(section).toContain(`| \`${name}(`)
  })
})

everyBlockRan(migration)
