import { readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { appBody, BARE_IMPORTED, BARE_REQUIRED, bareBody, IMPORTED, VISITED } from './apps.js'
import { type Project, project } from './project.js'

/** The names by which `bundle.mjs` knows them. */
const BUNDLERS = [
  ['esbuild to CommonJS', 'esbuild-cjs'],
  ['esbuild to ESM', 'esbuild-esm'],
  ['webpack', 'webpack'],
  ['rollup', 'rollup'],
  ['rolldown', 'rolldown'],
  ['ncc', 'ncc'],
] as const

/** Says whether an error of the package is one to code that got at it in the other way. */
const ACROSS = `
const across = [() => theirs({ keys: 'short' }), () => theirReader({})].map((act) => {
  try { act() } catch (error) { return error instanceof SessionError }
})
seen.across = [...across, theirs === session]
`
const JWE = `
import { CompactEncrypt } from 'jose'
const key = new Uint8Array(32).fill(7)
const makeToken = () =>
  new CompactEncrypt(Buffer.from('{"views":6}')).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' }).encrypt(key)
`
const READER = "jwe({ name: 'token', key, algorithms: ['dir'], encryptions: ['A256GCM'] }), "

const FILES = {
  'imports.mjs': `${BARE_IMPORTED}${bareBody()}${VISITED}`,
  'requires.cjs': `${BARE_REQUIRED}${bareBody()}${VISITED}`,
  'both.mjs': `${IMPORTED}import { theirs, theirReader } from './theirs.cjs'\n${appBody()}${VISITED}${ACROSS}`,
  'theirs.cjs': `
    exports.theirs = require('sealed-session')
    exports.theirReader = require('sealed-session/migrate').cookieSession
  `,
  'starts.mjs': `
    import session from 'sealed-session'
    function startOfTheApp() {
      return session({ keys: 'short' })
    }
    startOfTheApp()
  `,
  'jwe.mjs': `${BARE_IMPORTED.replace('cookieSession', '$&, jwe')}${JWE}${bareBody(READER)}${VISITED}`,
}
const REMEMBERED = { visits: [1, 2], moved: 42, known: true }

describe.concurrent.each(BUNDLERS)('a bundle by %s', (_name, bundler) => {
  it('of an app with Express, that imports the package and requires it elsewhere, has it once', async () => {
    const made = await project({ beside: ['express'], files: FILES })
    const bundle = await bundled(made, bundler, 'both.mjs')
    expect(await printed(made, bundle)).toEqual({ ...REMEMBERED, across: [true, true, true] })
  })

  it.each([
    ['imports', 'imports.mjs'],
    ['requires', 'requires.cjs'],
  ])('of an app that %s the package remembers sessions, without jose', async (_how, entry) => {
    const made = await project({ files: FILES })
    expect(await printed(made, await bundled(made, bundler, entry))).toEqual(REMEMBERED)
  })

  it('of an app that reads JWEs has jose in it', async () => {
    const made = await project({ beside: ['jose'], files: FILES })
    expect(await printed(made, await bundled(made, bundler, 'jwe.mjs'))).toEqual({ ...REMEMBERED, opened: 7 })
  })

  it('shows of a mistake at the start the line of the app', async () => {
    const made = await project({ files: FILES })
    const bundle = await bundled(made, bundler, 'starts.mjs')
    const { code, stderr } = await made.node(bundle)
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^SessionError: key 1 .*\n +at startOfTheApp \(.*bundle\..js:\d+:\d+\)$/m),
    })
    const [, line] = /startOfTheApp \(.*:(\d+):\d+\)/.exec(stderr) ?? []
    const lines = (await readFile(join(made.folder, bundle), 'utf8')).split('\n')
    expect(lines[Number(line) - 1]).toMatch(/\(\{ keys: ['"]short['"] \}\)/)
  })
})

describe.concurrent('a minified bundle', () => {
  it.each(['esbuild-cjs', 'webpack'])('by %s remembers sessions, and tells errors by their name', async (bundler) => {
    const made = await project({ files: FILES })
    expect(await printed(made, await bundled(made, bundler, 'imports.mjs', 'minify'))).toEqual(REMEMBERED)
    const { stderr } = await made.node(await bundled(made, bundler, 'starts.mjs', 'minify'))
    expect(stderr).toMatch(/^SessionError: key 1 has 5 bytes/m)
  })
})

/** Bundles a file of the project. Returns the name of what it became. */
async function bundled(made: Project, ...args: string[]): Promise<string> {
  return (await made.output(join(import.meta.dirname, 'bundle.mjs'), ...args)).trim()
}

/** What a bundle prints, as JSON, when nothing is installed beside it. */
async function printed(made: Project, bundle: string): Promise<unknown> {
  await rename(join(made.folder, 'node_modules'), join(made.folder, 'gone'))
  const text = await made.output(bundle)
  await rename(join(made.folder, 'gone'), join(made.folder, 'node_modules'))
  return JSON.parse(text)
}
