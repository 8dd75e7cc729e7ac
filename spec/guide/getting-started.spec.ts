import { execFileSync } from 'node:child_process'
import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cookieOf, everyBlockRan, examplesOf } from '../support/examples.js'
import { REPOSITORY } from '../support/script.js'

const start = examplesOf('spec/guide/getting-started.md')

describe('the page of the first steps', () => {
  it('puts a key into a file that node --env-file reads', () => {
    const [, commands] = start.under('Install it', 'sh')
    const [keygen = '', run = ''] = commands?.code.split('\n') ?? []
    const [npx, name, ...args] = keygen.split(' ')
    expect([npx, name]).toEqual(['npx', 'sealed-session'])
    execFileSync(process.execPath, [join(REPOSITORY, 'dist/cli.cjs'), ...args], { cwd: start.folder, stdio: 'pipe' })
    const read = run.replace('app.mjs', '-p process.env.SESSION_KEYS').split(' ').slice(1)
    expect(execFileSync(process.execPath, read, { cwd: start.folder, encoding: 'utf8' }).trim()).toMatch(/^[\w-]{43}$/)
    start.ran(...start.under('Install it', 'sh'))
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
      expect([tooLong.status, await tooLong.text()]).toEqual([500, 'ERR_SESSION_OVERFLOW'])
    })
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

  it('types the session of every handler by one declaration', () => {
    const declaration = start.fileOf('TypeScript', 0, 'session.ts')
    const app = join(start.folder, 'app.ts')
    const of = (line: string) => {
      writeFileSync(app, `import express from 'express'\nexpress().get('/', ({ session }) => {\n  ${line}\n})\n`)
      const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--types', 'node']
      try {
        execFileSync(join(REPOSITORY, 'node_modules/.bin/tsc'), [...options, declaration, app], {
          cwd: start.folder,
          stdio: 'pipe',
        })
        return ''
      } catch (error) {
        return String((error as { stdout: Buffer }).stdout)
      }
    }
    expect(of('const user: string | undefined = session.user; console.log(user)')).toBe('')
    expect(of('const user: number | undefined = session.user; console.log(user)')).toContain('TS2322')
  })
})

everyBlockRan(start)
