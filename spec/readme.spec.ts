import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import Keygrip from 'keygrip'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import session from '../lib/index.js'
import { REPOSITORY, runServer } from './support/script.js'
import { OTHER_SECRET, SECRET } from './support/secrets.js'

const README = readFileSync(join(REPOSITORY, 'README.md'), 'utf8')

interface Example {
  readonly heading: string
  readonly language: string
  readonly code: string
}

/** The code blocks, each with the heading that it stands under. */
function examples(): Example[] {
  const found: Example[] = []
  for (const section of README.split(/^(?=#{1,3} )/m)) {
    const [, heading = ''] = /^#+ (.*)/.exec(section) ?? []
    for (const [, language = '', code = ''] of section.matchAll(/^```(\w+)\n(.*?)^```$/gms)) {
      found.push({ heading, language, code })
    }
  }
  return found
}

/** A folder in which the examples run as a user's do: the built package and its neighbours are installed. */
const folder = mkdtempSync(join(tmpdir(), 'readme-'))
beforeAll(() => {
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  mkdirSync(join(folder, 'node_modules'))
  mkdirSync(join(folder, 'node_modules', 'redis'))
  writeFileSync(join(folder, 'node_modules', 'redis', 'package.json'), '{ "type": "module", "exports": "./index.js" }')
  copyFileSync(join(REPOSITORY, 'spec/support/redis-stand-in.mjs'), join(folder, 'node_modules', 'redis', 'index.js'))
  symlinkSync(REPOSITORY, join(folder, 'node_modules', 'sealed-session'))
  for (const name of ['express', 'serverless-http', 'supertest', 'ws', '@types', 'typescript', 'prom-client']) {
    symlinkSync(join(REPOSITORY, 'node_modules', name), join(folder, 'node_modules', name))
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

const env = { OLD_KEY: 'the old key', SESSION_KEYS: SECRET, THIS_KEY: SECRET, NEXT_KEY: OTHER_SECRET }
const ran = new Set<Example>()

/** Writes the example under this heading into a file. */
function fileOf(heading: string, index = 0, name = `example-${ran.size}.js`): string {
  const example = examples().filter((one) => one.heading === heading && one.language !== 'sh')[index]
  if (example === undefined) throw new Error(`no example under "${heading}"`)
  ran.add(example)
  const file = join(folder, name)
  writeFileSync(file, example.code)
  return file
}

async function withServer(file: string, use: (origin: string) => Promise<void>): Promise<void> {
  const server = await runServer(file, env)
  try {
    await use(server.origin)
  } finally {
    await server.stop()
  }
}

const cookieOf = (response: Response) => response.headers.getSetCookie()[0]?.split(';')[0] ?? ''

describe('the examples of the README', () => {
  it('the quick start counts visits', async () => {
    await withServer(fileOf('sealed-session'), async (origin) => {
      const first = await fetch(origin)
      expect(await first.text()).toBe('You were here 1 times')
      const second = await fetch(origin, { headers: { cookie: cookieOf(first) } })
      expect(await second.text()).toBe('You were here 2 times')
    })
  })

  it('the command for a key makes one that is accepted', () => {
    const [, command = ''] = /SESSION_KEYS=\$\((node -p .*)\)/.exec(README) ?? []
    const key = execFileSync('sh', ['-c', command], { encoding: 'utf8' }).trim()
    expect(() => session({ keys: key })).not.toThrow()
  })

  it('req.session logs in, remembers, and logs out', async () => {
    await withServer(fileOf('`req.session`'), async (origin) => {
      const post = (path: string, body: string, cookie = '') =>
        fetch(origin + path, {
          method: 'POST',
          redirect: 'manual',
          body: new URLSearchParams(body),
          headers: { cookie },
        })
      const login = await post('/login', 'name=Ada')
      expect(login.headers.getSetCookie()[0]).toContain('Max-Age=1800;')
      const remembered = await post('/login', 'name=Ada&remember=1')
      expect(remembered.headers.getSetCookie()[0]).toContain(`Max-Age=${14 * 24 * 60 * 60};`)
      const home = await fetch(origin, { headers: { cookie: cookieOf(login) } })
      expect(await home.json()).toEqual({ user: { name: 'Ada' }, bytesLeft: expect.any(Number) })
      const logout = await post('/logout', '', cookieOf(login))
      expect(logout.headers.getSetCookie()[0]).toContain('Max-Age=0;')
    })
  })

  it('an overflow reaches the error handler', async () => {
    await withServer(fileOf('Errors'), async (origin) => {
      const response = await fetch(origin)
      expect([response.status, await response.text()]).toEqual([413, 'Too much to remember: notes'])
    })
  })

  it('a ring takes a key before it seals', async () => {
    const file = fileOf('Keys')
    const print = 'console.log(JSON.stringify([sessions.seal({}).cookie, jwks.keys.map((key) => key.kid)]))\n'
    writeFileSync(file, readFileSync(file, 'utf8') + print)
    const output = execFileSync(process.execPath, [file], {
      encoding: 'utf8',
      env: {
        ...process.env,
        THIS_KEY: Buffer.from(SECRET).toString('base64url'),
        NEXT_KEY: Buffer.from(OTHER_SECRET).toString('base64url'),
      },
    })
    const [cookie, kids] = JSON.parse(output) as [string, string[]]
    expect([...new Set(kids)]).toEqual(['2026-12', '2026-11'])
    const header = Buffer.from(cookie.split('=')[1]?.split('.')[0] ?? '', 'base64url').toString()
    expect(JSON.parse(header).kid).toBe('2026-11')
  })

  it('keys are made, looked at and rotated on the command line', () => {
    const found = examples().filter(({ heading }) => heading === 'On the command line')
    const here = mkdtempSync(join(folder, 'command-line-'))
    const cli = join(REPOSITORY, 'dist/cli.js')
    const run = (command: string) =>
      execFileSync('bash', ['-euo', 'pipefail', '-c', command.replaceAll('npx sealed-session', `node ${cli}`)], {
        encoding: 'utf8',
        cwd: here,
        stdio: ['ignore', 'pipe', 'ignore'],
      })
    const keysIn = () => run('. ./.env; printf %s "$SESSION_KEYS"')
    const [keygen = '', keys = '', inspect = '', exportKeys = '', rotate = ''] = found.flatMap(({ code }) =>
      code.trim().split('\n'),
    )

    run(keygen)
    const before = keysIn()
    expect(run(keys)).toMatch(/active/)
    writeFileSync(
      join(here, 'head'),
      `Set-Cookie: ${session({ keys: before }).seal({ user: 'Ada' } as object).setCookie}`,
    )
    expect(run(inspect.replace('curl -si http://localhost:3000', 'cat head'))).toMatch(/user/)
    run(exportKeys)
    expect(JSON.parse(readFileSync(join(here, 'session-keys.json'), 'utf8')).keys).toHaveLength(3)
    run(rotate)
    expect(run(keys)).toMatch(/pending.*active|active.*pending/s)
    expect(JSON.parse(keysIn()).keys).toHaveLength(2)
    // The session of before still opens.
    expect(run(inspect.replace('curl -si http://localhost:3000', 'cat head'))).toMatch(/user/)
    for (const example of found) ran.add(example)
  })

  it('keys come from a file', async () => {
    const secret = join(folder, 'keys.json')
    writeFileSync(secret, JSON.stringify([SECRET]))
    const file = fileOf('Keys from elsewhere')
    const example = readFileSync(file, 'utf8').replace('/run/secrets/session-keys.json', secret)
    writeFileSync(file, `${example}console.log(sessions.seal({}).cookie)`)
    // It ends on its own, although it would load the keys again in 5 minutes.
    const output = execFileSync(process.execPath, [file], { encoding: 'utf8', timeout: 10_000 })
    expect(output).toMatch(/^session=/)
  })

  it('an upgrade request is answered by its session', async () => {
    await withServer(fileOf('WebSockets, tests, and everything without a response'), async (origin) => {
      const greeting = (cookie: string) =>
        new Promise<string>((resolve) => {
          const socket = new WebSocket(origin.replace('http', 'ws'), { headers: { cookie } })
          socket.on('message', (message) => {
            resolve(String(message))
            socket.close()
          })
          socket.on('error', (error) => resolve(error.message))
        })
      const sessions = session<{ user: string }>({ keys: SECRET })
      expect(await greeting(sessions.seal({ user: 'Ada' }).cookie)).toBe('Hello Ada')
      expect(await greeting('session=x')).toContain('401')
    })
  })

  it('a test signs in with seal', () => {
    const file = fileOf('WebSockets, tests, and everything without a response', 1, 'me.test.js')
    const output = execFileSync(process.execPath, ['--test', '--test-reporter=tap', file], {
      encoding: 'utf8',
      env: { ...process.env, ...env, NODE_ENV: 'test', NODE_TEST_CONTEXT: undefined },
    })
    expect(output).toContain('# pass 1')
  })

  it('a Lambda function finds the session among several Cookie values', async () => {
    const file = fileOf('Serverless')
    const app = `
      import express from 'express'
      import session from 'sealed-session'
      export const app = express()
      app.use(session({ keys: process.env.SESSION_KEYS, cookie: { secure: true } }))
      app.get('/', (req, res) => res.json(req.session.user ?? null))`
    writeFileSync(join(folder, 'app.js'), app)
    const { cookie } = session<{ user: string }>({ keys: SECRET }).seal({ user: 'Ada' }, { secure: true })
    const event = {
      httpMethod: 'GET',
      path: '/',
      requestContext: {},
      headers: { Cookie: 'other=1' },
      multiValueHeaders: { Cookie: [cookie, 'other=1'] },
    }
    const call = `import { handler } from '${file}'
      console.log((await handler(${JSON.stringify(event)}, {})).body)`
    const options = { encoding: 'utf8', env: { ...process.env, ...env } } as const
    const output = execFileSync(process.execPath, ['--input-type=module', '--eval', call], options)
    expect(output.trim()).toBe('"Ada"')
  })

  it('the TypeScript one compiles, and knows the type of the data', () => {
    const file = fileOf('TypeScript', 0, 'typed.ts')
    const compile = () =>
      execFileSync(
        join(REPOSITORY, 'node_modules', '.bin', 'tsc'),
        ['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext', '--types', 'node', file],
        { cwd: folder, encoding: 'utf8', stdio: 'pipe' },
      )
    compile()
    writeFileSync(file, readFileSync(file, 'utf8').replace('user?.name', 'user?.nothing'))
    expect(compile).toThrow()
  })

  it('an app moves in without logging anyone out', async () => {
    const value = Buffer.from(JSON.stringify({ user: { name: 'Ada' } })).toString('base64')
    const signature = new Keygrip(['the old key']).sign(`session=${value}`)
    await withServer(fileOf('Moving in without logging anyone out'), async (origin) => {
      const moved = await fetch(origin, { headers: { cookie: `session=${value}; session.sig=${signature}` } })
      expect(await moved.text()).toBe('Hello, Ada')
      expect(moved.headers.getSetCookie()).toEqual([
        expect.stringMatching(/^session=[^;]{100}/),
        expect.stringMatching(/^session\.sig=; Max-Age=0;/),
      ])
      const later = await fetch(origin, { headers: { cookie: cookieOf(moved) } })
      expect(await later.text()).toBe('Hello, Ada')
    })
  })

  describe('of ending sessions from the server', () => {
    beforeAll(() => {
      fileOf('Ending sessions from the server', 0, 'redis.js')
      fileOf('Log out everywhere', 0, 'log-out-everywhere.js')
      fileOf('Kill one session', 0, 'kill-one-session.js')
      fileOf('Password change', 0, 'password-change.js')
    })
    const recipe = (name: string) => import(pathToFileURL(join(folder, name)).href)

    it('log out everywhere ends every session, and the next log-in is let in', async () => {
      await withServer(fileOf('Log out everywhere', 1), async (origin) => {
        const post = (path: string, cookie = '') =>
          fetch(origin + path, { method: 'POST', redirect: 'manual', headers: { cookie } })
        const greeting = async (cookie: string) => (await fetch(origin, { headers: { cookie } })).text()
        const [here, there] = [cookieOf(await post('/login/Ada')), cookieOf(await post('/login/Ada'))]
        expect(await greeting(there)).toBe('Hello, Ada')
        await post('/log-out-everywhere', here)
        expect(await greeting(there)).toBe('Hello, stranger')
        expect(await greeting(cookieOf(await post('/login/Ada')))).toBe('Hello, Ada')
      })
    })

    it('one session is killed by its id', async () => {
      const { killOneSession, validate } = await recipe('kill-one-session.js')
      expect(await validate({ id: 'a' })).toBe(true)
      await killOneSession('a')
      expect([await validate({ id: 'a' }), await validate({ id: 'b' })]).toEqual([false, true])
    })

    it('a password change ends what logged in with the old one', async () => {
      const { changePassword, logIn, validate } = await recipe('password-change.js')
      await changePassword('ada', 'first')
      const user = await logIn('ada', async (hash: string) => hash === 'first')
      expect(await validate({ user })).toBe(true)
      const changed = await changePassword('ada', 'second')
      expect([await validate({ user }), await validate({ user: changed })]).toEqual([false, true])
      expect(await logIn('ada', async (hash: string) => hash === 'first')).toBeUndefined()
    })

    it('both answers to a Redis that is away serve who has no session', async () => {
      await withServer(fileOf('When Redis is away'), async (origin) => {
        for (const path of ['/account', '/news']) {
          expect(await (await fetch(origin + path)).text()).toBe('Hello, stranger')
        }
      })
    })
  })

  it('events are counted for Prometheus', async () => {
    await withServer(fileOf('Counting what happens: Prometheus'), async (origin) => {
      await fetch(origin, { headers: { cookie: cookieOf(await fetch(origin)) } })
      const metrics = await (await fetch(`${origin}/metrics`)).text()
      expect(metrics).toMatch(/^session_events_total\{type="opened",name="session",reason="",kid="[\w-]+"\} 1$/m)
      expect(metrics).toMatch(/^session_cookie_bytes_count 2$/m)
    })
  })

  it('the lines that are said to go and to come are options that are refused and taken', () => {
    const diffs = examples().filter(({ language }) => language === 'diff')
    for (const diff of diffs) {
      ran.add(diff)
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

  it('all of them were executed', () => {
    const all = examples().filter(({ language }) => language !== 'sh')
    const codes = new Set([...ran].map(({ code }) => code))
    expect(all.filter(({ code }) => !codes.has(code)).map(({ heading }) => heading)).toEqual([])
  })
})

describe('the tables of the README', () => {
  it('name every option and every attribute', async () => {
    const { COOKIE_OPTIONS } = await import('../lib/cookie-options.js')
    const message = (options: object) => {
      try {
        session(options)
        return ''
      } catch (error) {
        return (error as Error).message
      }
    }
    const listed = [...message({ zzzzzzzzzzzzzz: 1 }).matchAll(/"(\w+)"/g)].map(([, name]) => name).slice(1)
    expect(listed.length).toBeGreaterThan(8)
    for (const name of [...listed, ...COOKIE_OPTIONS]) expect(README).toMatch(new RegExp(`\\| .*\`${name}\``))
  })

  it('name every error code', () => {
    const source = readFileSync(join(REPOSITORY, 'lib', 'errors.ts'), 'utf8')
    const codes = new Set(source.match(/ERR_SESSION_[A-Z_]+/g))
    expect(codes.size).toBe(8)
    for (const code of codes) expect(README).toContain(`| \`${code}\` |`)
  })

  it('link to headings and files that exist', () => {
    const links = [...README.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target)
    const headings = [...README.matchAll(/^#+ (.*)/gm)].map(
      ([, heading = '']) =>
        `#${heading
          .toLowerCase()
          .replaceAll(/[^\w -]/g, '')
          .replaceAll(' ', '-')}`,
    )
    for (const link of links) {
      if (link.startsWith('#')) expect(headings).toContain(link)
      else expect(() => readFileSync(join(REPOSITORY, link))).not.toThrow()
    }
  })
})
