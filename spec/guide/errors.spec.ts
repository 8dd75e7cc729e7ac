import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { everyBlockRan, examplesOf } from '../support/examples.js'
import { sectionOf } from '../support/pages.js'
import { REPOSITORY } from '../support/script.js'
import { SECRET } from '../support/secrets.js'

const errors = examplesOf('spec/guide/errors.md')
const { page } = errors

const LIB = join(REPOSITORY, 'lib')
const source = (file: string) => readFileSync(join(LIB, file), 'utf8')
const sources = readdirSync(LIB, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map(source)
/** The code with texts in one piece that are written in several, and without their quotation marks' escapes. */
const texts = sources
  .join('\n')
  .replaceAll(/['`] \+\s+['`]/g, '')
  .replaceAll("\\'", "'")

/** What is quoted between what differs (`…` on the page, an expression in the code), clause by clause. */
const piecesOf = (message: string) => message.split(/…(?:\. )?|: /).filter((piece) => /\w/.test(piece))
const headings = new Set(page.prose.match(/(?<=^### `)[A-Z_]+(?=`$)/gm))

describe('the examples of errors', () => {
  it('an overflow reaches the error handler', async () => {
    await errors.serve(errors.fileOf('Where an error goes'), async (origin) => {
      const response = await fetch(origin)
      expect([response.status, await response.text()]).toEqual([413, 'Too much to remember: notes'])
    })
  })

  it('a warning reaches the log', () => {
    const output = errors.run(errors.fileOf('Warnings'), { SESSION_KEYS: undefined, NODE_ENV: 'development' })
    expect(output).toMatch(/^SESSION_WARN_KEYS: no keys, so a random one is used/)
  })

  it('an uncaught error that has a session as a property shows its values where Node ends by it, and not in a log', () => {
    const [datum, secret] = ['a-very-private-datum', SECRET]
    const script = `
      import session from 'sealed-session'
      const sessions = session({ keys: process.env.SECRET })
      const { cookie } = sessions.seal({ user: process.env.DATUM })
      const error = Object.assign(new Error('x'), { session: sessions.open({ headers: { cookie } }).session })
      console.log(error)
      throw error`
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: REPOSITORY,
      env: { ...process.env, NODE_ENV: 'development', SECRET: secret, DATUM: datum },
      encoding: 'utf8',
    })
    expect(stdout).toContain('session: Session { user }')
    // Should a later Node ask objects what to show, the page may promise more.
    expect(stderr).toContain(datum)
    expect(stdout + stderr).not.toContain(secret)
  })
})

describe('the page of errors', () => {
  const listed = (pattern: RegExp, texts: string[]) => [...new Set(texts.flatMap((text) => text.match(pattern) ?? []))]
  const errorCodes = listed(/ERR_SESSION_[A-Z_]+/g, [source('errors.ts')])
  const warningCodes = listed(/(?<=')SESSION_WARN_[A-Z_]+(?=')/g, sources)
  const [, union = ''] = /export type Rejection =\n((?: {2}\| '[\w-]+'\n)+)/.exec(source('types.ts')) ?? []
  const rejections = listed(/(?<=')[\w-]+(?=')/g, [union])

  it('has a section for every code of an error and of a warning, and for no other', () => {
    expect([errorCodes.length, warningCodes.length]).toEqual([9, 17])
    expect([...headings].sort()).toEqual([...errorCodes, ...warningCodes].sort())
  })

  it.each([...errorCodes, ...warningCodes])('says of %s what one sees, and what to do', (code) => {
    const section = sectionOf(page, `\`${code}\``)
    if (/^\| you see \| cause \| fix \|$/m.test(section)) {
      for (const row of section.match(/^\| `.*$/gm) ?? []) expect(row).toMatch(/^\| `.+` \| .+ \| .+ \|$/)
    } else {
      expect(section).toMatch(/^> .+$/m)
      expect(section).toMatch(/\*\*Cause\.\*\* \S.*\*\*Fix\.\*\*\s\S/s)
    }
  })

  it('has a row for every reason of a rejection, and for no other', () => {
    expect(rejections).toHaveLength(13)
    const rows = sectionOf(page, 'Rejections').match(/(?<=^\| `)[\w-]+(?=` \| .+ \| .+ \|$)/gm)
    expect([...(rows ?? [])].sort()).toEqual([...rejections].sort())
  })

  it('quotes messages that the code has', () => {
    const quoted = [...page.prose.matchAll(/^> (.+)$/gm)].map(([, message = '']) => message)
    const rows = ['`ERR_SESSION_OPTIONS`', '`ERR_SESSION_KEYS`'].flatMap(
      (heading) => sectionOf(page, heading).match(/^\| `.*?` \|/gm) ?? [],
    )
    const inRows = rows.flatMap((row) => [...row.matchAll(/`([^`]+)`/g)].map(([, message = '']) => message))
    const pieces = [...quoted, ...inRows].flatMap(piecesOf)
    expect(pieces.length).toBeGreaterThan(60)
    expect(pieces.filter((piece) => !texts.includes(piece.trim()))).toEqual([])
  })

  it('has every message of SESSION_WARN_... and of the codes with a quotation that stands where it is thrown', () => {
    const thrown = /(?:SessionError\(|warnOnce\()\s*'((?:ERR_SESSION|SESSION_WARN)_[A-Z_]+)',\s*(['`])(.*?)\2[,)\n]/gs
    const messages = [...texts.matchAll(thrown)].filter(([, code]) => code !== 'ERR_SESSION_OPTIONS')
    expect(messages.length).toBeGreaterThan(12)
    const lacking = messages.filter(([, code = '', , message = '']) => {
      const section = sectionOf(page, `\`${code}\``).replaceAll(/\s+/g, ' ')
      const [first = ''] = message.split(/\$\{.*?\}/).filter((piece) => /\w{3}/.test(piece))
      return !section.includes(first.trim().slice(0, 40))
    })
    expect(lacking.map(([, code, , message]) => `${code}: ${message}`)).toEqual([])
  })
})

everyBlockRan(errors)
