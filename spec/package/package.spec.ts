import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, posix } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { allPages, destination, localLinks, pageAt } from '../support/pages.js'
import { ANSWERS, STARTS } from './mistakes.js'
import {
  BARE_TYPESCRIPT,
  COMMONJS_JAVASCRIPT,
  ESM_JAVASCRIPT,
  ESM_TYPESCRIPT,
  EXPRESS_4,
  EXPRESS_5,
  type Installed,
  makeProject,
  packAndInstall,
  REQUIRED_TYPESCRIPT,
  tsconfig,
  type Visits,
} from './projects.js'
import { REPOSITORY, repositoryFiles } from './repository.js'
import { run } from './run.js'

/** A file of `dist` as it was installed. */
const inPackage = (file: string) =>
  readFile(join(installed.folder, 'installed/node_modules/sealed-session/dist', file), 'utf8')
const sourcesOfLib = () =>
  repositoryFiles()
    .filter((path) => path.startsWith('lib/') && path.endsWith('.ts'))
    .map((path) => readFileSync(join(REPOSITORY, path), 'utf8'))
    .join('\n')
const withoutComments = (source: string) => source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')

const COMPILED = { code: 0, stdout: '', stderr: '' }

// Every project here starts processes of its own.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 })

let folder: string
let installed: Installed
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealed-session-package-'))
  installed = await packAndInstall(folder, repositoryFiles())
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the package', () => {
  it('holds all that an app runs in one file, and beside it the function, what moves sessions in and the command line', () => {
    const compiled = [
      'cli.cjs',
      'core.cjs',
      'index.cjs',
      'index.mjs',
      'migrate.cjs',
      'migrate.import.cjs',
      'migrate.mjs',
    ]
    expect(installed.files.filter((path) => /\.[cm]?js$/.test(path))).toEqual(compiled.map((file) => `dist/${file}`))
  })

  it('holds declarations for each way to load each of them', () => {
    const declared = ['index.d.cts', 'index.d.mts', 'migrate.d.cts', 'migrate.d.mts']
    expect(installed.files.filter((path) => /\.d\.[cm]?ts$/.test(path))).toEqual(declared.map((file) => `dist/${file}`))
  })

  it('holds code that can be read: its own names and line ends, and the comments of lib', async () => {
    const text = (await Promise.all(['core.cjs', 'migrate.cjs', 'cli.cjs'].map(inPackage))).join('\n')
    expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThan(400)
    const comments = [...sourcesOfLib().matchAll(/^\s*\/\/ (.*)$/gm)].map(([, comment]) => comment as string)
    const kept = comments.filter((comment) => text.includes(comment))
    expect(comments.length).toBeGreaterThan(40)
    // The bundler has no place for those that stand inside of an expression, as in a table.
    expect(kept.length / comments.length).toBeGreaterThan(0.8)
  })

  it('is imported without Node looking through all of its code for names, which takes longer than to run it', async () => {
    expect(await inPackage('index.mjs')).toMatch(/^import all from '\.\/index\.cjs'\n/)
    expect((await inPackage('index.cjs')).length).toBeLessThan(1000)
    expect(await inPackage('migrate.mjs')).toMatch(/^import all from '\.\/migrate\.import\.cjs'\n/)
    // Of the form `module.exports = require()` it would look through what is required, too.
    expect(await inPackage('index.cjs')).toMatch(/^const (\w+) = require\("\.\/core\.cjs"\);$/m)
    expect(await inPackage('migrate.import.cjs')).toBe("const all = require('./migrate.cjs')\nmodule.exports = all\n")
  })

  it('has every class and every function once, whatever is loaded by which name', async () => {
    const others = await Promise.all(['index.cjs', 'migrate.cjs', 'cli.cjs'].map(inPackage))
    const definedIn = (source: string) =>
      source.match(/(?<=^(?:async )?function )\w+|(?<=^var )\w+(?= = class)/gm) ?? []
    const core = definedIn(await inPackage('core.cjs'))
    expect(core.length).toBeGreaterThan(200)
    expect(core).toContain('SessionError')
    for (const source of others) expect(source).not.toMatch(/^\/\/ lib\/(?!cli\/|migrate\/|commonjs)/m)
  })

  it('is strict, which only modules are by themselves', async () => {
    for (const file of ['core.cjs', 'index.cjs', 'migrate.cjs', 'cli.cjs']) {
      expect(await inPackage(file)).toMatch(/^(?:#!.*\n)?(?:\/\/.*\n|\n)*"use strict";\n/)
    }
  })

  it('declares nothing that is marked as internal', async () => {
    for (const file of ['index.d.cts', 'migrate.d.cts']) {
      expect(await inPackage(file)).not.toMatch(/@internal|\bactive\(|\bSettings\b|\w\$\d/)
    }
  })

  it('declares nothing that TypeScript 5 cannot read for its default target, ES5', async () => {
    for (const file of ['index.d.cts', 'migrate.d.cts']) expect(await inPackage(file)).not.toMatch(/^\s*(?:static )?#/m)
  })

  it('is a download of less than 240 KB, and unpacks to less than 770 KB, a third of which are documents', () => {
    expect(installed.size).toBeLessThan(240 * 1000)
    expect(installed.unpackedSize).toBeLessThan(770 * 1000)
  })

  it('holds the guide, the token format and the changelog, so that every link of its README leads to a file of it', () => {
    const pages = installed.files.filter((path) => path.endsWith('.md'))
    const guide = allPages().map(({ path }) => path)
    expect(pages).toEqual(expect.arrayContaining([...guide, 'CHANGELOG.md', 'spec/format.md']))
    const broken = pages.map(pageAt).flatMap((page) =>
      localLinks(page)
        .map((link) => destination(page, link).file)
        // The picture of the playground is for whoever reads the README on the web.
        .filter((file) => !installed.files.includes(file) && !file.endsWith('.png'))
        .map((file) => `${page.path}: ${file}`),
    )
    expect(broken).toEqual([])
  })

  it('refers, in code and in declarations, to files that it holds, by the names they have there', async () => {
    const missing: string[] = []
    let count = 0
    for (const file of installed.files.filter((path) => path.startsWith('dist/'))) {
      const source = await readFile(join(installed.folder, 'installed/node_modules/sealed-session', file), 'utf8')
      const named = /(?:\bfrom\s+|\b(?:import|require)\s*\(?\s*)["'](\.[^"']*)["']/g
      for (const [, specifier = ''] of withoutComments(source).matchAll(named)) {
        count++
        const target = posix.join(dirname(file), specifier)
        const needed = /\.d\.[cm]ts$/.test(file) ? target.replace(/\.cjs$/, '.d.cts') : target
        if (!specifier.endsWith('.cjs') || !installed.files.includes(needed)) missing.push(`${file}: ${specifier}`)
      }
    }
    expect(count).toBeGreaterThan(0)
    expect(missing).toEqual([])
  })

  it('has declarations that compile on their own, every one of them', async () => {
    const all = ['.d.cts', '.d.mts'].map((ending) => `node_modules/sealed-session/dist/**/*${ending}`)
    const files = { 'tsconfig.json': tsconfig(...all) }
    const project = await makeProject(installed, 'module', {}, files)
    expect(await project.compile()).toEqual(COMPILED)
  })

  it.each([
    ['import', "await import('sealed-session')"],
    ['require', "require('sealed-session')"],
  ])('loads nothing by %s but its own code, neither jose nor express', async (_how, load) => {
    const project = await makeProject(installed, 'commonjs', { ...EXPRESS_5, jose: 'jose' }, {})
    // The debugger is told of every script, ESM and CommonJS, whoever loaded it.
    const scripts = await project.evaluate(
      'commonjs',
      `const { Session } = require('node:inspector')
      const scripts = []
      const debug = new Session()
      debug.connect()
      debug.on('Debugger.scriptParsed', ({ params }) => scripts.push(params.url))
      debug.post('Debugger.enable')
      const load = async () => { ${load} }
      load().then(() => console.log(JSON.stringify(scripts)))`,
    )
    const packages = (scripts as string[]).flatMap((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? [])
    expect(new Set(packages)).toEqual(new Set(['sealed-session']))
  })
})

describe('the command line of the package', () => {
  const type = (...args: string[]) =>
    run(join(installed.folder, 'installed'), join('node_modules', '.bin', 'sealed-session'), ...args)

  it('is installed as sealed-session, and needs nothing but Node', async () => {
    expect(await type('--version')).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' })
    expect(await type('keygen')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^SESSION_KEYS=[\w-]{43}\n$/) })
  })
})

describe('what the package exports', () => {
  it('is, to import, the factory by default and by name, KeyRing and SessionError', async () => {
    const project = await makeProject(installed, 'module', {}, {})
    const seen = await project.evaluate(
      'module',
      `import session, * as all from 'sealed-session'
      import { KeyRing, SessionError, session as named } from 'sealed-session'
      const kinds = [session, KeyRing, SessionError].map((value) => value.name)
      console.log(JSON.stringify({ kinds, same: named === session, names: Object.keys(all).sort() }))`,
    )
    expect(seen).toEqual({
      kinds: ['session', 'KeyRing', 'SessionError'],
      same: true,
      names: ['KeyRing', 'SessionError', 'default', 'keysFromFile', 'session'],
    })
  })

  it('is, for moving in, the readers, whose errors are of the same class', async () => {
    const project = await makeProject(installed, 'module', {}, {})
    const seen = await project.evaluate(
      'module',
      `import { SessionError } from 'sealed-session'
      import * as readers from 'sealed-session/migrate'
      let same
      try { readers.cookieSession({}) } catch (error) { same = error instanceof SessionError }
      console.log(JSON.stringify({ same, names: Object.keys(readers).sort() }))`,
    )
    expect(seen).toEqual({
      same: true,
      names: ['authJs', 'cookieSession', 'custom', 'expressOpenidConnect', 'expressSession', 'jwe', 'sealedSession'],
    })
  })

  it('is, to require, the factory itself with everything else on it', async () => {
    const project = await makeProject(installed, 'commonjs', {}, {})
    const seen = await project.evaluate(
      'commonjs',
      `const session = require('sealed-session')
      const { session: s, KeyRing, SessionError } = require('sealed-session')
      const kinds = [session, session.KeyRing, session.SessionError].map((value) => value.name)
      let code
      try { session({ keys: 'short' }) } catch (error) { code = error instanceof SessionError && error.code }
      const handler = session({ keys: KeyRing.from('2ukg162M7n962AungnHVNx2Oak1hxgqa') })
      const same = s === session && require('sealed-session').default === session
      console.log(JSON.stringify({ kinds, same, names: Object.keys(session), code, handler: typeof handler }))`,
    )
    expect(seen).toEqual({
      kinds: ['session', 'KeyRing', 'SessionError'],
      same: true,
      names: ['session', 'default', 'KeyRing', 'keysFromFile', 'SessionError'],
      code: 'ERR_SESSION_KEYS',
      handler: 'function',
    })
  })

  it('is one and the same to import and to require, so that instanceof holds across both', async () => {
    const project = await makeProject(installed, 'commonjs', {}, {})
    const seen = await project.evaluate(
      'commonjs',
      `const session = require('sealed-session')
      const readers = require('sealed-session/migrate')
      const codeOf = (act) => { try { act() } catch (error) { return error instanceof session.SessionError } }
      Promise.all([import('sealed-session'), import('sealed-session/migrate')]).then(([all, moved]) =>
        console.log(JSON.stringify([
          all.default === session, all.KeyRing === session.KeyRing, all.SessionError === session.SessionError,
          moved.cookieSession === readers.cookieSession,
          codeOf(() => moved.jwe({})), codeOf(() => readers.jwe({})),
        ])))`,
    )
    expect(seen).toEqual([true, true, true, true, true, true])
  })
})

describe.concurrent.each([
  ['Express 5', EXPRESS_5],
  ['Express 4', EXPRESS_4],
])('a session is remembered on %s, by a project in', (_version, express) => {
  it('JavaScript that imports', async () => {
    const project = await makeProject(installed, 'module', express, { 'app.js': ESM_JAVASCRIPT })
    expectRemembered(await project.visit('./app.js'))
  })

  it('JavaScript that requires', async () => {
    const project = await makeProject(installed, 'commonjs', express, { 'app.js': COMMONJS_JAVASCRIPT })
    expectRemembered(await project.visit('./app.js'))
  })

  it('TypeScript that compiles to ESM', async () => {
    const files = { 'app.ts': ESM_TYPESCRIPT, 'tsconfig.json': tsconfig() }
    const project = await makeProject(installed, 'module', express, files)
    expect(await project.compile()).toEqual(COMPILED)
    expectRemembered(await project.visit('./out/app.js'))
  })

  it('TypeScript that compiles to CommonJS, with import = require', async () => {
    const files = { 'app.ts': REQUIRED_TYPESCRIPT, 'tsconfig.json': tsconfig() }
    const project = await makeProject(installed, 'commonjs', express, files)
    expect(await project.compile()).toEqual(COMPILED)
    expectRemembered(await project.visit('./out/app.js'))
  })

  it('TypeScript that compiles to CommonJS, with a default import', async () => {
    const files = { 'app.ts': ESM_TYPESCRIPT, 'tsconfig.json': tsconfig() }
    const project = await makeProject(installed, 'commonjs', express, files)
    expect(await project.compile()).toEqual(COMPILED)
    expectRemembered(await project.visit('./out/app.js'))
  })
})

describe('without Express', () => {
  it('a session is remembered by a TypeScript project in front of a bare http server', async () => {
    const files = { 'app.ts': BARE_TYPESCRIPT, 'tsconfig.json': tsconfig() }
    const project = await makeProject(installed, 'module', {}, files)
    expect(await project.compile()).toEqual(COMPILED)
    expectRemembered(await project.visit('./out/app.js'))
  })
})

describe('an error that nobody catches', () => {
  const tsx = join(REPOSITORY, 'node_modules/tsx/dist/cli.mjs')

  it.each([
    ['CommonJS', ['starts.cjs'], '4:3'],
    ['ESM', ['starts.mjs'], '4:3'],
    ['TypeScript that tsx runs', [tsx, 'starts.ts'], '4:3'],
  ])('shows in less than 1.5 KB the message and then the line of the app, in %s', async (_how, args, place) => {
    const project = await makeProject(installed, 'module', {}, STARTS)
    const { code, stdout, stderr } = await project.run(...args)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(Buffer.byteLength(stderr)).toBeLessThan(1500)
    const [message = '', frame = ''] = stderr.slice(stderr.indexOf('SessionError')).split('\n')
    expect(message).toMatch(
      /^SessionError: key 1 has 5 bytes and needs at least 32: make one with npx sealed-session keygen/,
    )
    expect(frame.replaceAll(/\(.*[\\/]/g, '(')).toBe(`    at startOfTheApp (${args.at(-1)}:${place})`)
  })
})

describe('a failed commit, behind compression and helmet,', () => {
  const beside = { compression: 'compression', helmet: 'helmet' }
  const inHandler = (...names: string[]) => Object.fromEntries(names.map((name) => [name, `at ${name} (answers.mjs`]))
  const DIRECT = inHandler('json', 'send', 'end', 'write', 'writeHead', 'flushHeaders', 'redirect', 'sendStatus')

  it.each([
    ['Express 5', EXPRESS_5],
    ['Express 4', EXPRESS_4],
  ])(
    'begins in the handler that answered, and where none is on the stack, with what wrote, on %s',
    async (version, express) => {
      const awaits = version === 'Express 5' ? inHandler('awaited', 'save') : {}
      // Express 4 does not see what an async handler throws.
      const source = version === 'Express 5' ? ANSWERS : ANSWERS.replace(/^ {2}(?:awaited|save): .*\n/gm, '')
      const project = await makeProject(installed, 'module', { ...express, ...beside }, { 'answers.mjs': source })
      const { stdout, stderr } = await project.run('answers.mjs')
      expect({ ...JSON.parse(stdout), stderr }).toEqual({
        ...DIRECT,
        ...awaits,
        // A template that came later, and a stream.
        render: 'at ServerResponse.send (response.js',
        sendFile: expect.stringMatching(/^at ReadStream\./),
        stderr: '',
      })
    },
  )
})

function expectRemembered(visits: Visits): void {
  expect(visits).toEqual({
    first: { before: null },
    setCookie: [expect.stringMatching(/^session=[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+; Max-Age=\d+; Path=\/; HttpOnly/)],
    second: { before: { name: 'Ada' } },
    setCookieAgain: [],
  })
}
