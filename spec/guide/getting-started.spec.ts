import { execFileSync } from 'node:child_process'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cookieOf, ENVIRONMENT, everyBlockRan, examplesOf } from '../support/examples.js'
import { REPOSITORY, runServer } from '../support/script.js'

const start = examplesOf('spec/guide/getting-started.md')

describe('the page of the first steps', () => {
  it('puts a key into a file that node --env-file reads', () => {
    const [, { code: keygen = '' } = {}] = start.under('Install it', 'sh')
    const [command] = start.under('Log in and out', 'sh')
    const run = command?.code.trim() ?? ''
    const [npx, name, ...args] = keygen.trim().split(' ')
    expect([npx, name]).toEqual(['npx', 'sealed-session'])
    execFileSync(process.execPath, [join(REPOSITORY, 'dist/cli.cjs'), ...args], { cwd: start.folder, stdio: 'pipe' })
    const read = run.replace('app.mjs', '-p process.env.SESSION_KEYS').split(' ').slice(1)
    expect(execFileSync(process.execPath, read, { cwd: start.folder, encoding: 'utf8' }).trim()).toMatch(/^[\w-]{43}$/)
    start.ran(...start.under('Install it', 'sh'), ...(command ? [command] : []))
  })

  it('logs in and out', async () => {
    await start.serve(start.fileOf('Log in and out'), async (origin) => {
      const post = (path: string, cookie = '') =>
        fetch(origin + path, { method: 'POST', redirect: 'manual', headers: { cookie } })
      const login = await post('/login/Ada')
      expect(login.headers.getSetCookie()[0]).toMatch(/Max-Age=28800; .*SameSite=Strict$/)
      const home = await fetch(origin, { headers: { cookie: cookieOf(login) } })
      expect(await home.text()).toBe('Hello, Ada')
      const logout = await post('/logout', cookieOf(login))
      expect(logout.headers.getSetCookie()[0]).toContain('Max-Age=0;')
      const tooLong = await post(`/login/${'x'.repeat(4000)}`)
      expect([tooLong.status, tooLong.headers.getSetCookie()]).toEqual([500, []])
      expect(await tooLong.text()).toContain('SessionError: the session is too large for a cookie')

      const [, loggingIn, loggingOut] = start.under('Log in and out', 'sh')
      expect(shell(loggingIn?.code ?? '', origin)).toMatch(/Hello, ada$/)
      expect(shell(loggingOut?.code ?? '', origin)).toMatch(/Hello, stranger$/)
      start.ran(...start.under('Log in and out', 'sh').slice(1))
    })
  })

  it('plays the proxy of an app in production', async () => {
    const [commands] = start.under('Before you deploy', 'sh')
    const [run = '', ask = ''] = commands?.code.trim().split('\n') ?? []
    const [, environment, value = ''] = /^(NODE_ENV)=(\w+) node --env-file=\.env app\.mjs$/.exec(run) ?? []
    expect(environment).toBe('NODE_ENV')
    await start.serve(
      start.fileOf('Log in and out'),
      async (origin) => {
        expect(shell(ask, origin)).toMatch(/^Set-Cookie: __Host-Http-session=.*; Secure;/m)
        expect(shell(ask.replace(/-H '.*?' /, ''), origin)).toMatch(/^HTTP\/1\.1 500 /)
      },
      { NODE_ENV: value },
    )
    start.ran(...(commands ? [commands] : []))
  })

  it('works with CommonJS', async () => {
    const file = start.fileOf('CommonJS')
    const commonjs = file.replace(/\.js$/, '.cjs')
    copyFileSync(file, commonjs)
    await start.serve(commonjs, async (origin) => {
      const first = await fetch(origin)
      expect(await first.text()).toBe('Visit number 1')
      const second = await fetch(origin, { headers: { cookie: cookieOf(first) } })
      expect(await second.text()).toBe('Visit number 2')
    })
  })

  it('compiles an app in TypeScript whose sessions are typed by one declaration, and runs it', async () => {
    const app = start.fileOf('TypeScript', 0, 'app.ts')
    const config = start.under('TypeScript', 'json')
    writeFileSync(join(start.folder, 'tsconfig.json'), config[0]?.code ?? '')
    start.ran(...config)
    expect(compile()).toBe('')
    const server = await runServer(join(start.folder, 'dist/app.js'), ENVIRONMENT)
    try {
      expect(await (await fetch(server.origin)).text()).toBe('Visit number 1')
    } finally {
      await server.stop()
    }
    writeFileSync(app, readFileSync(app, 'utf8').replace(/views = .*/, "views = 'one'"))
    expect(compile()).toContain('TS2322')
  })
})

/** What TypeScript says of the program in the folder; nothing if it compiles. */
function compile(): string {
  try {
    execFileSync(join(REPOSITORY, 'node_modules/.bin/tsc'), [], { cwd: start.folder, stdio: 'pipe' })
    return ''
  } catch (error) {
    return String((error as { stdout: Buffer }).stdout)
  }
}

/** What commands print that ask a server. */
function shell(commands: string, origin: string): string {
  const asked = commands.replaceAll('http://localhost:3000', origin)
  return execFileSync('bash', ['-euo', 'pipefail', '-c', asked], { cwd: start.folder, encoding: 'utf8' })
}

everyBlockRan(start)
