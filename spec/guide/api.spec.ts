import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isReserved } from '../../lib/session/session.js'
import { cookieOf, everyBlockRan, examplesOf } from '../support/examples.js'
import { sectionOf } from '../support/pages.js'
import { REPOSITORY } from '../support/script.js'

const api = examplesOf('spec/guide/api.md')

/** As an app is compiled. That the declarations compile, each of them, is for spec/package. */
const COMPILED = [
  ...['--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022', '--lib', 'es2022'],
  ...['--module', 'nodenext', '--types', 'node'],
]

// They are tried by npm run test:tools, where the types of other packages are.
api.ran(...api.under('Beside the types of other session packages'))

/** The programs in the docblocks of a file, in their order. */
function programsIn(path: string): string[] {
  const source = readFileSync(join(REPOSITORY, path), 'utf8')
  return [...source.matchAll(/ \* ```js\n(.*?) \* ```$/gms)].map(([, lines = '']) => lines.replaceAll(/^ *\* ?/gm, ''))
}

describe('the examples in the docblocks of the middleware', () => {
  const [open = '', seal = '', session = '', ...others] = programsIn('lib/middleware.ts')
  const written = (name: string, code: string) => {
    const file = join(api.folder, name)
    writeFileSync(file, code)
    return file
  }

  it('of open() and seal() print what their comments say', () => {
    expect(api.run(written('open.js', open))).toBe(/\/\/ (.*\n)/.exec(open)?.[1])
    expect(api.run(written('seal.js', seal))).toBe(/\/\/ (.*\n)/.exec(seal)?.[1])
    expect(others).toEqual([])
  })

  it('of session() counts the views of a visitor', async () => {
    await api.serve(written('session.js', session), async (origin) => {
      const first = await fetch(origin)
      expect(await first.json()).toEqual({ views: 1 })
      const second = await fetch(origin, { headers: { cookie: cookieOf(first) } })
      expect(await second.json()).toEqual({ views: 2 })
    })
  })
})

describe('the examples of the API', () => {
  it('req.session logs in, remembers, and logs out', async () => {
    await api.serve(api.fileOf('`req.session`'), async (origin) => {
      const post = (path: string, body: string, cookie = '') =>
        fetch(origin + path, {
          method: 'POST',
          redirect: 'manual',
          body: new URLSearchParams(body),
          headers: { cookie },
        })
      // A second may end between the start of the session and its commit.
      const days30 = new RegExp(`Max-Age=(?:${30 * 24 * 60 * 60}|${30 * 24 * 60 * 60 - 1});`)
      const login = await post('/login', 'name=Ada')
      expect(login.headers.getSetCookie()[0]).toMatch(days30)
      const remembered = await post('/login', 'name=Ada&remember=1')
      expect(remembered.headers.getSetCookie()[0]).toMatch(days30)
      const home = async (response: Response) => {
        const seen = await fetch(origin, { headers: { cookie: cookieOf(response) } })
        return (await seen.json()) as { user: unknown; expiresAt: string; bytesLeft: unknown }
      }
      expect(await home(login)).toMatchObject({ user: { name: 'Ada' }, bytesLeft: expect.any(Number) })
      const minutesLeft = async (response: Response) =>
        Math.round((Date.parse((await home(response)).expiresAt) - Date.now()) / 60_000)
      expect(await minutesLeft(login)).toBe(30)
      expect(await minutesLeft(remembered)).toBe(14 * 24 * 60)
      const logout = await post('/logout', '', cookieOf(login))
      expect(logout.headers.getSetCookie()[0]).toContain('Max-Age=0;')
    })
  })

  it('what seal makes, open reads', () => {
    expect(api.run(api.fileOf('`open` and `seal`'))).toBe('Ada true\nnull malformed\n')
  })

  it('a library hears of events', () => {
    expect(api.run(api.fileOf('Events'))).toBe('session opened\nsession rejected malformed\n')
  })

  it.each([
    ['the common property', 0, 'user?.name', 'user?.nothing'],
    ['the common property, by a schema', 1, 'user?.id', 'user?.nothing'],
    ['another one', 2, '{ level }', '{ nothing }'],
  ])('TypeScript knows the data of a session under %s', (_which, index, known, unknown) => {
    const file = api.fileOf('Types', index, `typed-${index}.ts`)
    const compile = () =>
      execFileSync(join(REPOSITORY, 'node_modules', '.bin', 'tsc'), [...COMPILED, file], {
        cwd: api.folder,
        encoding: 'utf8',
        stdio: 'pipe',
      })
    compile()
    writeFileSync(file, readFileSync(file, 'utf8').replace(known, unknown))
    expect(compile).toThrow()
  })
})

describe('the tables of the API', () => {
  const source = (file: string) => readFileSync(join(REPOSITORY, 'lib', file), 'utf8')

  it('have every member of a session, under which no data can be stored', () => {
    const [, members = ''] = /interface SessionMembers \{(.*?)^\}/ms.exec(source('types.ts')) ?? []
    const names = new Set([...members.matchAll(/^ {2}(?:readonly )?(\w+)[(:]/gm)].map(([, name = '']) => name))
    expect(names.size).toBe(16)
    const section = sectionOf(api.page, '`req.session`')
    for (const name of names) {
      expect(isReserved(name), name).toBe(true)
      expect(section).toMatch(new RegExp(`^\\| .*\`${name}\\b.* \\|$`, 'm'))
    }
  })

  it('have every type of event with its members', () => {
    const declared = [...source('events.ts').matchAll(/readonly type: ('[\w-]+'(?: \| '[\w-]+')*)(.*?)\}/gs)]
    const variants = declared.flatMap(([, types = '', members]) =>
      [...types.matchAll(/[\w-]+/g)].map(([type]) => [type, members] as const),
    )
    expect(variants).toHaveLength(15)
    const section = sectionOf(api.page, 'Events')
    for (const [type, members = ''] of variants) {
      const [row] = new RegExp(`^\\| \`${type}\` \\|.*$`, 'm').exec(section) ?? []
      expect(row, type).toBeDefined()
      const others = [...members.matchAll(/readonly (\w+)\??:/g)].map(([, member = '']) => member)
      for (const member of others.filter((one) => one !== 'name')) expect(row).toContain(`\`${member}\``)
    }
    expect(section.match(/^\| `[\w-]+` \| (?!when)/gm)).toHaveLength(variants.length)
  })

  it('have every type that the package exports', () => {
    const names = ['index.ts', 'migrate/index.ts'].flatMap((file) => {
      const lists = source(file).matchAll(/^export (type )?\{(.*?)\}/gms)
      return [...lists].flatMap(([, all, list = '']) => exportedTypes(list, all !== undefined))
    })
    expect(names.length).toBeGreaterThan(45)
    const listed = new Set(sectionOf(api.page, 'Types').match(/(?<=^\|.*`)\w+(?=`)/gm))
    expect(names.filter((name) => !listed.has(name))).toEqual([])
  })
})

/** The names in the braces of an export; of those that are not all types, the types. */
function exportedTypes(list: string, all: boolean): string[] {
  return list.split(',').flatMap((one) => {
    const [, type, name = ''] = /^\s*(type )?(?:.* as )?(\w+)\s*$/.exec(one) ?? []
    return name !== '' && (all || type) ? [name] : []
  })
}

everyBlockRan(api)
