import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { pageAt } from '../support/pages.js'
import { type Project, project, toolAt } from './project.js'

/**
 * Declarations of other packages that speak of `req.session` too. Those of express-session say that it is their own,
 * which no other declaration can agree with: they have to stay out of the program, whoever imports them.
 */
const NEIGHBOURS = ['express-session', 'cookie-session', 'passport', 'connect-pg-simple']

const APP = `
import express from 'express'
import session from 'sealed-session'
import { expressSession } from 'sealed-session/migrate'
declare module 'sealed-session' {
  interface SessionData {
    cart: string[]
  }
}
const app = express()
app.use(session())
app.get('/', async (req, res) => {
  const cart: string[] | undefined = req.session.cart
  // @ts-expect-error a cart is a list
  req.session.cart = 1
  // @ts-expect-error there is no such data
  req.session.views = 1
  await req.session.regenerate()
  res.send([cart, req.sessionID, req.session.createdAt])
  req.session = null
})
export { app, expressSession }
`
const beside = (name: string) => `import neighbour from '${name}'\nexport { neighbour }\n`

function blocksOf(heading: string): [string, string] {
  const blocks = pageAt('spec/guide/api.md').blocks.filter((block) => block.heading === heading)
  return blocks.map(({ code }) => code) as [string, string]
}

/** What the guide says that a program needs where another package's declarations import those of express-session. */
const [COMPILER_OPTIONS, STUB] = blocksOf('Beside the types of other session packages')
const MOVING_FROM_PG = `
import connectPgSimple from 'connect-pg-simple'
import oldSession from 'express-session'
const Store = connectPgSimple(oldSession)
const reader = expressSession({ secret: 'x', store: new Store({ conString: 'postgres://localhost' }) })
app.use('/moving', session({ migrateFrom: [reader] }))
`

const FILES = {
  'alone.ts': APP,
  ...Object.fromEntries(
    NEIGHBOURS.flatMap((name) => [
      [`before-${name}.ts`, beside(name) + APP],
      [`after-${name}.ts`, APP + beside(name)],
    ]),
  ),
  'moving.ts': APP + MOVING_FROM_PG,
  'types/express-session.d.cts': STUB,
}
const OPTIONS = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  esModuleInterop: true,
  target: 'es2022',
  lib: ['es2022'],
  module: 'node16',
  moduleResolution: 'node16',
}
const ONLY_NODE = { ...OPTIONS, types: ['node'] }
const STUBBED = { ...OPTIONS, ...JSON.parse(COMPILER_OPTIONS).compilerOptions }
const PACKAGES = ['express', ...['express', 'node', 'pg', ...NEIGHBOURS].map((name) => `@types/${name}`)]

const PROGRAMS = [
  { file: 'before-cookie-session.ts', options: ONLY_NODE },
  { file: 'after-cookie-session.ts', options: ONLY_NODE },
  { file: 'before-passport.ts', options: ONLY_NODE },
  { file: 'after-passport.ts', options: ONLY_NODE },
  { file: 'alone.ts', options: ONLY_NODE },
  { file: 'alone.ts', options: OPTIONS },
  { file: 'before-express-session.ts', options: ONLY_NODE },
  { file: 'after-express-session.ts', options: ONLY_NODE },
  { file: 'before-express-session.ts', options: STUBBED },
  { file: 'after-connect-pg-simple.ts', options: STUBBED },
  { file: 'moving.ts', options: STUBBED },
] as const

describe.each([
  ['5.0', 'ts50'],
  ['5.9', 'typescript'],
  ['6', 'ts6'],
])('with TypeScript %s, req.session is typed', (version, compiler) => {
  let results: string[][]
  const diagnosticsOf = (file: string, options: object) =>
    results[PROGRAMS.findIndex((program) => program.file === file && program.options === options)]
  beforeAll(async () => {
    const made: Project = await project({ type: 'module', beside: PACKAGES, files: FILES })
    const script = join(import.meta.dirname, 'typecheck.cjs')
    results = JSON.parse(await made.output(script, toolAt(compiler), JSON.stringify(PROGRAMS)))
  })

  it.each(['cookie-session', 'passport'])('beside the declarations of %s', (name) => {
    expect(diagnosticsOf(`before-${name}.ts`, ONLY_NODE)).toEqual([])
    expect(diagnosticsOf(`after-${name}.ts`, ONLY_NODE)).toEqual([])
  })

  it('where the declarations of express-session are installed, if "types" does not let them in unasked', () => {
    expect(diagnosticsOf('alone.ts', ONLY_NODE)).toEqual([])
  })

  it.runIf(version !== '6')('not where they are let in unasked, as they were before TypeScript 6', () => {
    expect(diagnosticsOf('alone.ts', OPTIONS)).toContainEqual(expect.stringMatching(/session/))
  })

  it.each(['before', 'after'])('not if they are imported, %s it', (when) => {
    expect(diagnosticsOf(`${when}-express-session.ts`, ONLY_NODE)).toContainEqual(expect.stringMatching(/session/))
  })

  it('beside an import of express-session, and of a store for it, if "paths" leads to a stub', () => {
    expect(diagnosticsOf('before-express-session.ts', STUBBED)).toEqual([])
    expect(diagnosticsOf('after-connect-pg-simple.ts', STUBBED)).toEqual([])
  })

  it('where a store of express-session is moved in from, if "paths" leads to a stub', () => {
    expect(diagnosticsOf('moving.ts', STUBBED)).toEqual([])
  })
})
