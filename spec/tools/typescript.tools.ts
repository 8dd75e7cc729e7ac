import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { AUGMENTATION, appBody, VISIT } from './apps.js'
import { type Project, project, toolAt } from './project.js'

type Kind = 'commonjs' | 'module'
type Options = Readonly<Record<string, string | boolean>>
interface Program {
  readonly title: string
  readonly file: string
  readonly options: Options
}

/** What must be so in a typed app, whatever it is compiled to: were anything `any`, a wrong use would be none. */
const USES = `
import type { SessionData, SessionHandler, SessionOptions, SessionSchema } from 'sealed-session'
import { authJs, cookieSession, type SessionReader } from 'sealed-session/migrate'
declare module 'sealed-session' {
  interface SessionData {
    user?: { id: string; name: string }
    cart: string[]
  }
}
const app = express()
const reader: SessionReader = cookieSession({ keys: ['x'] })
const options: SessionOptions = { keys: KeyRing.from('x'), migrateFrom: [reader, authJs({ secret: 'y' })] }
const sessions: SessionHandler = session(options)
app.use(sessions)
app.use(named())
app.get('/', (req, res) => {
  const name: string | undefined = req.session.user?.name
  // @ts-expect-error a session may have no cart yet
  const cart: string[] = req.session.cart
  req.session.cart = ['a']
  // @ts-expect-error a cart is a list
  req.session.cart = 1
  // @ts-expect-error there is no such data
  req.session.views = 1
  // @ts-expect-error a number is no session
  req.session = 3
  req.session = null
  res.send(name + req.sessionID + cart)
})
// As zod and valibot declare theirs.
interface Issue { readonly message: string; readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }> | undefined }
type Result<Output> = { readonly value: Output; readonly issues?: undefined } | { readonly issues: ReadonlyArray<Issue> }
interface Theirs<Output> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined
    readonly validate: (value: unknown, options?: object | undefined) => Result<Output> | Promise<Result<Output>>
  }
}
declare const schema: Theirs<{ theme: string; since: Date }>
const shaped: SessionHandler<{ theme: string; since: Date }> = session({ schema })
const theme: string | undefined = session({ schema, validate: (one) => one.theme === 'dark' }).open({ headers: {} }).session?.theme
// @ts-expect-error a theme is text
shaped.seal({ theme: 1 })
const byHand: SessionSchema<{ theme: string }> = { '~standard': { validate: () => ({ issues: [{ path: ['theme'] }] }) } }
// @ts-expect-error text is no data of a session
session({ schema: {} as Theirs<string> })
// @ts-expect-error there is no such option
session({ kyes: 'x' })
// @ts-expect-error there is no such option
cookieSession({ kyes: ['x'] })
// @ts-expect-error there is no such method
KeyRing.form('x')
const loaded: Promise<KeyRing> = KeyRing.load(keysFromFile('x'))
const failed: Error = new SessionError('ERR_SESSION_KEYS', 'm')
const data: SessionData = { cart: [] }
// @ts-expect-error a cart is a list
const wrong: SessionData = { cart: 1 }
export { app, byHand, data, failed, loaded, theme, wrong }
`
const NAMED = 'KeyRing, keysFromFile, SessionError, session as named'
const FILES = {
  'commonjs/package.json': '{ "type": "commonjs" }',
  'commonjs/imports.ts': `import express from 'express'\nimport session, { ${NAMED} } from 'sealed-session'\n${USES}`,
  'commonjs/bare.ts': `import express = require('express')\nimport session, { ${NAMED} } from 'sealed-session'\n${USES}`,
  'commonjs/requires.ts': `import express = require('express')\nimport session = require('sealed-session')\nimport { ${NAMED} } from 'sealed-session'\n${USES}`,
  'module/package.json': '{ "type": "module" }',
  'module/imports.ts': `import express from 'express'\nimport session, { ${NAMED} } from 'sealed-session'\n${USES}`,
}

const STRICT: Options = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  target: 'es2022',
}
const LIBRARIES = { lib: ['es2022'], types: ['node'] }
const INTEROP: Options = { esModuleInterop: true }
const NO_INTEROP: Options = { esModuleInterop: false }

/** Programs of a project under one mode: of what kind, with which flags, in which ways to import. */
const under = (module: string, moduleResolution: string, kind: Kind, flags: Options, ...files: string[]): Program[] =>
  files.map((name) => ({
    title: `${kind === 'module' ? 'ESM' : 'CommonJS'} that ${HOW[name]}, under module ${module} and moduleResolution ${moduleResolution}${'esModuleInterop' in flags ? ` ${flags['esModuleInterop'] ? 'with' : 'without'} esModuleInterop` : ''}`,
    file: `${kind}/${name}.ts`,
    options: { module, moduleResolution, ...flags },
  }))
const HOW: Readonly<Record<string, string>> = {
  imports: 'imports by default',
  bare: 'imports by default, and Express with import = require',
  requires: 'imports with import = require',
}

const NODE_10: readonly Program[] = [
  ...under('commonjs', 'node10', 'commonjs', INTEROP, 'imports', 'requires'),
  ...under('commonjs', 'node10', 'commonjs', NO_INTEROP, 'bare', 'requires'),
  ...under('es2022', 'node10', 'module', INTEROP, 'imports'),
]
const WITHOUT_INTEROP: readonly Program[] = [
  ...under('node16', 'node16', 'commonjs', NO_INTEROP, 'bare', 'requires'),
  ...under('esnext', 'bundler', 'module', NO_INTEROP, 'imports'),
]
const NODE = (mode: string, resolution = mode): readonly Program[] => [
  ...under(mode, resolution, 'commonjs', {}, 'imports', 'requires'),
  ...under(mode, resolution, 'module', {}, 'imports'),
]
const BUNDLER: readonly Program[] = [
  ...under('esnext', 'bundler', 'module', INTEROP, 'imports'),
  ...under('esnext', 'bundler', 'commonjs', INTEROP, 'imports'),
]
const PRESERVE: readonly Program[] = [
  ...under('preserve', 'bundler', 'commonjs', {}, 'imports', 'requires'),
  ...under('preserve', 'bundler', 'module', {}, 'imports'),
]
const COMMON = [...NODE('node16'), ...NODE('nodenext'), ...BUNDLER]

const MATRIX: readonly (readonly [version: string, folder: string, programs: readonly Program[]])[] = [
  ['5.0', 'ts50', [...NODE_10, ...COMMON, ...WITHOUT_INTEROP]],
  ['5.5', 'ts55', [...NODE_10, ...COMMON, ...WITHOUT_INTEROP, ...PRESERVE]],
  ['5.9', 'typescript', [...NODE_10, ...COMMON, ...WITHOUT_INTEROP, ...PRESERVE, ...NODE('node20', 'node16')]],
  ['6', 'ts6', [...COMMON, ...PRESERVE, ...NODE('node20', 'node16')]],
]
const BESIDE = ['express', '@types/express', '@types/node'] as const

describe.each(MATRIX)('TypeScript %s accepts right uses and no wrong ones of', (_version, compiler, programs) => {
  let diagnostics: string[][]
  beforeAll(async () => {
    const made = await project({ beside: BESIDE, files: FILES })
    const asked = programs.map(({ file, options }) => ({ file, options: { ...STRICT, ...LIBRARIES, ...options } }))
    diagnostics = JSON.parse(
      await made.output(join(import.meta.dirname, 'typecheck.cjs'), toolAt(compiler), JSON.stringify(asked)),
    )
  })

  it.each(programs.map(({ title }, index) => [title, index] as const))('%s', (_title, index) => {
    expect(diagnostics[index]).toEqual([])
  })
})

describe.concurrent('TypeScript 7 accepts right uses and no wrong ones of', () => {
  let made: Project
  beforeAll(async () => {
    made = await project({ beside: BESIDE, files: FILES })
  })

  it.each([...COMMON, ...PRESERVE].map((program) => [program.title, program] as const))(
    '%s',
    async (_title, program) => {
      const flags = Object.entries({ ...STRICT, noEmit: true, ...program.options }).flatMap(([name, value]) => [
        `--${name}`,
        String(value),
      ])
      const types = ['--ignoreConfig', '--lib', 'es2022', '--types', 'node']
      const { code, stdout } = await made.node(tsc('typescript7'), ...flags, ...types, program.file)
      expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    },
  )
})

describe.concurrent('what TypeScript makes of a typed app remembers sessions', () => {
  const typed = `import type { ErrorRequestHandler } from 'express'\n${AUGMENTATION}${appBody(': ErrorRequestHandler')}export { app }\n`
  const rest = `import { cookieSession } from 'sealed-session/migrate'\n${typed}`
  const imports = `import express from 'express'\nimport session, { KeyRing, SessionError } from 'sealed-session'\n${rest}`
  const bare = imports.replace("import express from 'express'", "import express = require('express')")
  const requires = bare
    .replace(
      "import session, { KeyRing, SessionError } from 'sealed-session'",
      "import session = require('sealed-session')",
    )
    .replace('KeyRing.from', 'session.KeyRing.from')
    .replace('instanceof SessionError', 'instanceof session.SessionError')

  it.each<[string, string, Kind, Options, string]>([
    [
      '5.0, as CommonJS without esModuleInterop',
      'ts50',
      'commonjs',
      { module: 'commonjs', moduleResolution: 'node10', ...NO_INTEROP },
      bare,
    ],
    ['5.9, as CommonJS', 'typescript', 'commonjs', { module: 'nodenext', moduleResolution: 'nodenext' }, requires],
    ['6, as CommonJS', 'ts6', 'commonjs', { module: 'nodenext', moduleResolution: 'nodenext' }, imports],
    ['7, as ESM', 'typescript7', 'module', { module: 'nodenext', moduleResolution: 'nodenext' }, imports],
  ])('with TypeScript %s', async (_how, compiler, type, options, source) => {
    const compilerOptions = { ...STRICT, skipLibCheck: true, ...LIBRARIES, outDir: 'out', rootDir: '.', ...options }
    const tsconfig = JSON.stringify({ compilerOptions, files: ['app.ts'] })
    const made = await project({
      type,
      beside: BESIDE,
      files: { 'app.ts': source, 'tsconfig.json': tsconfig, ...VISIT },
    })
    const { code, stdout } = await made.node(tsc(compiler), '-p', '.')
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(JSON.parse(await made.output('visit.mjs', './out/app.js'))).toEqual({
      visits: [1, 2],
      moved: 42,
      known: true,
    })
  })
})

/** The compiler's command. TypeScript 7 is the repository's own. */
function tsc(compiler: string): string {
  return join(toolAt(compiler), 'bin/tsc')
}
