import { cp, mkdir, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SECRET } from '../support/secrets.js'
import { REPOSITORY } from './repository.js'
import { mustRun, type Ran, run } from './run.js'

/** The package as it would be published, and as npm installs it. */
export interface Installed {
  readonly folder: string
  /** The files of the tarball. */
  readonly files: readonly string[]
  /** Bytes of the tarball. */
  readonly size: number
  readonly unpackedSize: number
}

const OFFLINE = ['--offline', '--no-audit', '--no-fund', '--no-update-notifier', '--ignore-scripts']

/**
 * Packs a copy of the repository as a clone would have it, so that `dist` is made for the tarball and nobody else's
 * is touched, and installs it with npm, together with the dependencies that it declares. The cache is empty and there is
 * no registry: what the package needs beyond them is not there.
 *
 * @param sources the repository's files without its `dist`
 */
export async function packAndInstall(folder: string, sources: readonly string[]): Promise<Installed> {
  const clone = join(folder, 'clone')
  for (const file of sources) await cp(join(REPOSITORY, file), join(clone, file))
  await symlink(join(REPOSITORY, 'node_modules'), join(clone, 'node_modules'))
  const options = ['--json', '--no-update-notifier', `--cache=${join(folder, 'cache')}`, `--pack-destination=${folder}`]
  const packed = report(await mustRun(clone, 'npm', 'pack', ...options))
  const { dependencies = {} } = JSON.parse(await readFile(join(clone, 'package.json'), 'utf8'))
  const tarballs = [packed.filename]
  for (const name of Object.keys(dependencies)) {
    const dependency = `./node_modules/${name}`
    tarballs.push(report(await mustRun(clone, 'npm', 'pack', dependency, '--ignore-scripts', ...options)).filename)
  }
  const user = join(folder, 'installed')
  await mkdir(user)
  await writeFile(join(user, 'package.json'), JSON.stringify({ name: 'user', private: true }))
  const paths = tarballs.map((filename) => join(folder, filename))
  await mustRun(user, 'npm', 'install', ...OFFLINE, `--cache=${join(folder, 'cache')}`, ...paths)
  return {
    folder,
    files: packed.files.map(({ path }) => path).sort(),
    size: packed.size,
    unpackedSize: packed.unpackedSize,
  }
}

interface PackReport {
  readonly filename: string
  readonly size: number
  readonly unpackedSize: number
  readonly files: readonly { readonly path: string }[]
}

function report(json: string): PackReport {
  const [packed] = JSON.parse(json) as PackReport[]
  if (packed === undefined) throw new Error('npm pack reported nothing')
  return packed
}

/** What a project has beside the package: `node_modules/<name>` from the repository's `node_modules/<value>`. */
export type Dependencies = Readonly<Record<string, string>>

export const EXPRESS_5: Dependencies = { express: 'express', '@types/express': '@types/express' }
export const EXPRESS_4: Dependencies = { express: 'express4', '@types/express': '@types/express4' }

/** A project of somebody who uses the package, in a temporary folder of its own. */
export interface Project {
  /** Type-checks and compiles it with TypeScript. */
  compile(): Promise<Ran>
  /** Runs JavaScript in it, as a module or as a CommonJS script, and returns what that printed as JSON. */
  evaluate(kind: 'module' | 'commonjs', code: string): Promise<unknown>
  /** Runs a file in it with Node. */
  run(...args: string[]): Promise<Ran>
  /** The folder that it lies in. */
  readonly folder: string
  /** Serves what a file exports as `app`, and visits it twice: without a cookie, and with the one that was set. */
  visit(file: string): Promise<Visits>
}

export interface Visits {
  readonly first: unknown
  readonly setCookie: readonly string[]
  readonly second: unknown
  readonly setCookieAgain: readonly string[]
}

export async function makeProject(
  installed: Installed,
  type: 'module' | 'commonjs',
  dependencies: Dependencies,
  files: Readonly<Record<string, string>>,
): Promise<Project> {
  const folder = await mkdtemp(join(installed.folder, 'project-'))
  const modules = join(folder, 'node_modules')
  await cp(join(installed.folder, 'installed/node_modules'), modules, { recursive: true })
  await mkdir(join(modules, '@types'))
  for (const [name, source] of Object.entries({ '@types/node': '@types/node', ...dependencies })) {
    await symlink(join(REPOSITORY, 'node_modules', source), join(modules, name))
  }
  const manifest = JSON.stringify({ name: 'project', private: true, type })
  for (const [name, content] of Object.entries({ 'package.json': manifest, 'visit.mjs': VISIT, ...files })) {
    await writeFile(join(folder, name), content)
  }
  return {
    compile: () => run(folder, process.execPath, join(REPOSITORY, 'node_modules/typescript/bin/tsc'), '-p', '.'),
    evaluate: async (kind, code) =>
      JSON.parse(await mustRun(folder, process.execPath, `--input-type=${kind}`, '-e', code)),
    run: (...args) => run(folder, process.execPath, ...args),
    folder,
    visit: async (file) => JSON.parse(await mustRun(folder, process.execPath, 'visit.mjs', file)) as Visits,
  }
}

const VISIT = `
import { once } from 'node:events'
const { app } = await import(new URL(process.argv[2], import.meta.url))
const server = app.listen(0, '127.0.0.1')
await once(server, 'listening')
const url = 'http://127.0.0.1:' + server.address().port
const first = await fetch(url)
const setCookie = first.headers.getSetCookie()
const cookie = setCookie.map((line) => line.split(';')[0]).join('; ')
const second = await fetch(url, { headers: { cookie } })
const setCookieAgain = second.headers.getSetCookie()
console.log(JSON.stringify({ first: await first.json(), setCookie, second: await second.json(), setCookieAgain }))
server.close()
server.closeAllConnections()
`

/** Says who was here before, and remembers Ada. */
const GREET = `
app.get('/', (req, res) => {
  const { user } = req.session
  req.session.user ??= { name: 'Ada' }
  res.json({ before: user ?? null })
})
`

export const ESM_JAVASCRIPT = `
import express from 'express'
import session, { KeyRing } from 'sealed-session'
export const app = express()
app.use(session({ keys: KeyRing.from('${SECRET}') }))
${GREET}`

export const COMMONJS_JAVASCRIPT = `
const express = require('express')
const session = require('sealed-session')
const app = express()
app.use(session({ keys: session.KeyRing.from('${SECRET}') }))
${GREET}
exports.app = app
`

const AUGMENTATION = `
declare module 'sealed-session' {
  interface SessionData {
    user?: { name: string }
  }
}
`

/** That the augmentation holds: were the session \`any\`, or the user unknown, these would not be errors. */
const WRONG_USES = `
app.post('/', (req, res) => {
  const name: string | undefined = req.session.user?.name
  // @ts-expect-error a user is an object with a name
  req.session.user = 'Ada'
  // @ts-expect-error there is no such data
  req.session.usre
  res.json({ name, id: req.sessionID })
})
`

export const ESM_TYPESCRIPT = `
import express, { type Express } from 'express'
import session, { KeyRing, SessionError, type SessionErrorCode, type SessionHandler, type SessionOptions } from 'sealed-session'
${AUGMENTATION}
const options: SessionOptions = { keys: KeyRing.from('${SECRET}'), idleTimeout: '30m' }
const sessions: SessionHandler = session(options)
export const app: Express = express()
app.use(sessions)
export const codeOf = (error: unknown): SessionErrorCode | undefined =>
  error instanceof SessionError ? error.code : undefined
${WRONG_USES}${GREET}`

export const REQUIRED_TYPESCRIPT = `
import express = require('express')
import session = require('sealed-session')
import type { SessionErrorCode, SessionHandler, SessionOptions } from 'sealed-session'
${AUGMENTATION}
const options: SessionOptions = { keys: session.KeyRing.from('${SECRET}'), idleTimeout: '30m' }
const sessions: SessionHandler = session(options)
const same: typeof session.session = session
const app = express()
app.use(sessions)
const codeOf = (error: unknown): SessionErrorCode | undefined =>
  error instanceof session.SessionError ? error.code : undefined
${WRONG_USES}${GREET}
export { app, codeOf }
`

/** Without Express: the handler in front of a bare \`http\` server. */
export const BARE_TYPESCRIPT = `
import { createServer, type IncomingMessage, type Server } from 'node:http'
import session, { type Session } from 'sealed-session'
interface Data {
  user: { name: string }
}
const sessions = session<Data>({ keys: '${SECRET}' })
export const app: Server = createServer((req: IncomingMessage & { session?: Session<Data> }, res) => {
  sessions(req, res, (error) => {
    if (error || !req.session) return res.writeHead(500).end()
    const { user } = req.session
    req.session.user ??= { name: 'Ada' }
    return res.setHeader('Content-Type', 'application/json').end(JSON.stringify({ before: user ?? null }))
  })
})
`

/** A strict project, which looks into the declarations of its dependencies too. */
export function tsconfig(...include: string[]): string {
  return JSON.stringify({
    compilerOptions: {
      module: 'nodenext',
      moduleResolution: 'nodenext',
      target: 'es2023',
      lib: ['es2023'],
      types: ['node'],
      strict: true,
      skipLibCheck: false,
      esModuleInterop: true,
      outDir: 'out',
    },
    include: include.length === 0 ? ['*.ts'] : include,
    exclude: ['out'],
  })
}
