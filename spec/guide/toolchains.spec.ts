import { execFile, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import express from 'express'
import { describe, expect, it } from 'vitest'
import session from '../../lib/index.js'
import { ENVIRONMENT, everyBlockRan, examplesOf } from '../support/examples.js'
import { REPOSITORY } from '../support/script.js'
import { SECRET } from '../support/secrets.js'

const toolchains = examplesOf('spec/guide/toolchains.md')
const execute = promisify(execFile)
const installed = (...path: string[]) => join(REPOSITORY, 'node_modules', ...path)

describe('the page of toolchains', () => {
  it('has a test of an idle session that ends without waiting', () => {
    const file = toolchains.fileOf('Time in a test', 0, 'idle.test.js')
    const output = execFileSync(process.execPath, ['--test', '--test-reporter=tap', file], {
      encoding: 'utf8',
      env: { ...process.env, ...ENVIRONMENT, NODE_ENV: 'test', NODE_TEST_CONTEXT: undefined },
    })
    expect(output).toContain('# pass 1')
  })

  it('has a test for Jest that signs in without a key', async () => {
    const name = (file: string) => join(toolchains.folder, file)
    toolchains.fileOf('Test runners', 0, 'app.cjs')
    const file = toolchains.fileOf('Test runners', 1, 'app.test.cjs')
    writeFileSync(file, readFileSync(file, 'utf8').replace('./app.js', './app.cjs'))
    // What Jest has as globals.
    const globals =
      "globalThis.test = require('node:test'); globalThis.expect = (value) => ({ toBe: (other) => require('node:assert').equal(value, other) })"
    writeFileSync(name('globals.cjs'), globals)
    const printed = execFileSync(process.execPath, ['--require', name('globals.cjs'), '--test-reporter=tap', file], {
      encoding: 'utf8',
      env: { ...process.env, SESSION_KEYS: undefined, NODE_ENV: 'test', NODE_TEST_CONTEXT: undefined },
      stdio: 'pipe',
    })
    expect(printed).toMatch(/^# pass 1$[\s\S]*^# fail 0$/m)
  })

  it('signs in with Playwright on plain HTTP, and makes the cookie that a browser takes on HTTPS', async () => {
    symlinkSync(installed('playwright-core'), join(toolchains.folder, 'node_modules/playwright'))
    const file = toolchains.fileOf('Signed in with Playwright')
    const app = express()
    app.use(session({ keys: SECRET }))
    app.get('/', (req, res) => void res.send(`Hello, ${(req.session as { user?: string }).user}`))
    const server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    try {
      const ORIGIN = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      expect(await output([file], { ORIGIN })).toBe('Hello, Ada\n')

      const [head = ''] = readFileSync(file, 'utf8')
        .replace(/^import \{ request .*\n/, '')
        .split('const api =')
      const state = join(toolchains.folder, 'state.js')
      writeFileSync(state, `${head}\nconsole.log(JSON.stringify(signedIn({ user: 'Ada' }).cookies[0]))`)
      const cookie = JSON.parse(await output([state], { ORIGIN: 'https://shop.example' }))
      expect(cookie).toMatchObject({ name: '__Host-Http-session', path: '/', secure: true, httpOnly: true })
      expect(cookie.domain).toBe('shop.example')
    } finally {
      server.close()
      server.closeAllConnections()
    }
  })

  it('declares the data of a session in a module, and names what TypeScript says without "export {}"', () => {
    const [block] = toolchains.under('The types of your data', 'ts')
    const declaration = block?.code ?? ''
    expect(diagnosticsBeside(declaration)).toBe('')
    const wrong = diagnosticsBeside(declaration.replace('export {}', ''))
    const row = /^\| (TS2349) `(This expression .*?\.) (Type .*? has no call signatures)` \|/m.exec(
      toolchains.page.prose,
    )
    expect(row).not.toBeNull()
    for (const said of row?.slice(1) ?? []) expect(wrong).toContain(said)
    const [, code = '?', message = '?'] = /^\| (TS2339) `(Property 'user' .*?)` \|/m.exec(toolchains.page.prose) ?? []
    expect(wrong).toContain(`${code}: ${message}`)
    toolchains.ran(...(block ? [block] : []))
  })
})

/** What TypeScript says of an app beside a declaration; nothing, if all is well. */
function diagnosticsBeside(declaration: string): string {
  writeFileSync(join(toolchains.folder, 'session.d.ts'), declaration)
  const app = `import express from 'express'
    import session from 'sealed-session'
    const app = express()
    app.use(session())
    app.get('/', (req, res) => {
      const user: string | undefined = req.session.user
      res.json(user)
    })`
  writeFileSync(join(toolchains.folder, 'app.ts'), app)
  const options = [
    '--ignoreConfig',
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--module',
    'nodenext',
    '--types',
    'node',
  ]
  try {
    execFileSync(installed('.bin/tsc'), [...options, 'session.d.ts', 'app.ts'], {
      cwd: toolchains.folder,
      encoding: 'utf8',
      stdio: 'pipe',
    })
    return ''
  } catch (error) {
    return (error as { stdout: string }).stdout
  }
}

/** What a program prints, while this process serves what it asks for. */
async function output(args: string[], env: Record<string, string>): Promise<string> {
  const { stdout } = await execute(process.execPath, args, { env: { ...process.env, ...ENVIRONMENT, ...env } })
  return stdout
}

everyBlockRan(toolchains)
