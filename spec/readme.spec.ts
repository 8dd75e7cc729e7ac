import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import cookieSession from 'cookie-session'
import express from 'express'
import expressSession from 'express-session'
import { describe, expect, it } from 'vitest'
import sealedSession from '../lib/index.js'
import { Browser } from './support/browser.js'
import { cookieOf, everyBlockRan, examplesOf } from './support/examples.js'
import { README } from './support/pages.js'
import { REPOSITORY } from './support/script.js'
import { SECRET } from './support/secrets.js'

type Any = any

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
    expect(() => sealedSession({ keys: key })).not.toThrow()
    // .ci/quick-start runs all of them as they stand there, in an empty folder.
    readme.ran(...readme.under('sealed-session', 'sh'))
  })

  it.each([
    ['cookie-session', cookieSession],
    ['express-session', expressSession],
  ])('the change from %s leaves a handler as it is', async (name, old) => {
    const [block] = readme.under('Coming from another package', 'diff').filter(({ code }) => code.includes(`'${name}'`))
    if (block === undefined) throw new Error(`no change from ${name}`)
    readme.ran(block)
    for (const [sign, session] of [
      ['-', old],
      ['+', sealedSession],
    ] as const) {
      const [, options = ''] = sideOf(block.code, sign).match(/^app\.use\(session\((.*)\)\)$/m) ?? []
      const store = new expressSession.MemoryStore()
      const env = { SECRET: SECRET, SESSION_KEYS: SECRET }
      const app = express().use(session(new Function('store', 'process', `return ${options}`)(store, { env })))
      app.get('/', (req: Any, res) => {
        req.session.views = (req.session.views ?? 0) + 1
        res.send(`Visit number ${req.session.views}`)
      })
      const browser = new Browser(app)
      expect([(await browser.get('/')).text, (await browser.get('/')).text]).toEqual([
        'Visit number 1',
        'Visit number 2',
      ])
      expect(sideOf(block.code, sign)).toContain(`import session from '${sign === '-' ? name : 'sealed-session'}'`)
    }
  })
})

describe('the README', () => {
  it('has one place for what `npm run bench` knows', () => {
    expect(text.match(/^<!-- bench:begin -->\n[\s\S]+?\n<!-- bench:end -->$/gm)).toHaveLength(1)
    expect(text.match(/<!-- bench:/g)).toHaveLength(2)
  })

  it('has fewer than a thousand words', () => {
    expect(text.split(/\s+/).length).toBeLessThan(1000)
  })
})

/** One side of a change, without what is the same on both. */
function sideOf(diff: string, sign: '-' | '+'): string {
  return diff
    .split('\n')
    .filter((line) => line.startsWith(sign))
    .map((line) => line.slice(1))
    .join('\n')
}

everyBlockRan(readme)
