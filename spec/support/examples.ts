import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { type Block, type Page, pageAt } from './pages.js'
import { REPOSITORY, runServer } from './script.js'
import { OTHER_SECRET, SECRET } from './secrets.js'

/** What the examples import, as their user has installed it; a stand-in plays `redis`. */
const INSTALLED = [
  ...['@types', 'express', 'express-session', 'iron-session', 'jose', 'passport', 'passport-local', 'prom-client'],
  ...['serverless-http', 'supertest', 'typescript', 'ws', 'zod'],
]

/** What the examples find in the environment. */
export const ENVIRONMENT = { OLD_KEY: 'the old key', SESSION_KEYS: SECRET, THIS_KEY: SECRET, NEXT_KEY: OTHER_SECRET }

/** The blocks of a page, which run in a folder where the built package and its neighbours are installed. */
export interface Examples {
  readonly page: Page
  readonly folder: string
  /** The blocks under a heading, of one language or of any. */
  under(heading: string, language?: string): Block[]
  /** Writes a program that stands under a heading into a file of the folder, and returns its path. */
  fileOf(heading: string, index?: number, name?: string): string
  /** Runs such a program as a server, until `use` is done. */
  serve(file: string, use: (origin: string) => Promise<void>, env?: Record<string, string>): Promise<void>
  /** Runs such a program to its end, and returns what it printed. */
  run(file: string, env?: Record<string, string | undefined>): string
  /** Takes down that blocks were executed in another way. */
  ran(...blocks: Block[]): void
  /** The blocks that were not executed. */
  left(): Block[]
}

export function examplesOf(path: string): Examples {
  const page = pageAt(path)
  const folder = mkdtempSync(join(tmpdir(), 'examples-'))
  const executed = new Set<Block>()
  beforeAll(() => install(folder))
  afterAll(() => rmSync(folder, { recursive: true }))

  function under(heading: string, language?: string): Block[] {
    const blocks = page.blocks.filter((block) => block.heading === heading)
    return language === undefined ? blocks : blocks.filter((block) => block.language === language)
  }

  return {
    page,
    folder,
    under,
    fileOf(heading, index = 0, name = `example-${executed.size}.js`) {
      const block = under(heading).filter(({ language }) => language === 'js' || language === 'ts')[index]
      if (block === undefined) throw new Error(`${path}: no program number ${index} under "${heading}"`)
      executed.add(block)
      const file = join(folder, name)
      writeFileSync(file, block.code)
      return file
    },
    async serve(file, use, env = {}) {
      const server = await runServer(file, { ...ENVIRONMENT, ...env })
      try {
        await use(server.origin)
      } finally {
        await server.stop()
      }
    },
    run(file, env = {}) {
      return execFileSync(process.execPath, [file], {
        encoding: 'utf8',
        timeout: 10_000,
        env: { ...process.env, ...ENVIRONMENT, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
    },
    ran(...blocks) {
      for (const block of blocks) executed.add(block)
    },
    left: () => page.blocks.filter((block) => !executed.has(block)),
  }
}

/** The last test of a page: that the others have executed every block of it, but for commands that do no harm. */
export function everyBlockRan({ page, left }: Examples): void {
  it(`every block of ${page.path} was executed`, () => {
    const unseen = left().filter(({ language, code }) => language !== 'sh' || !isHarmless(code))
    expect(unseen.map(({ heading, code }) => `${heading}: ${code}`)).toEqual([])
  })
}

/** Installs packages, or runs a script that the repository has. */
function isHarmless(code: string): boolean {
  return code.split('\n').every((line) => {
    const [command = ''] = line.split(/\s*(?:#|$)/)
    const [, script] = /^npm (?:run (?=\S)|(?=start|test))([\w:-]+)(?: -- [\w,: -]+)?$/.exec(command) ?? []
    if (script !== undefined && script in manifest.scripts) return true
    return command === '' || /^npm (?:un)?install(?: [\w@/-]+)*$/.test(command)
  })
}

function install(folder: string): void {
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, 'redis'), { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(modules, 'redis', 'package.json'), '{ "type": "module", "exports": "./index.js" }')
  copyFileSync(join(REPOSITORY, 'spec/support/redis-stand-in.mjs'), join(modules, 'redis', 'index.js'))
  symlinkSync(REPOSITORY, join(modules, 'sealed-session'))
  for (const name of INSTALLED) symlinkSync(whereIs(name), join(modules, name))
}

/** What only the benchmarks need is in their own folder. */
function whereIs(name: string): string {
  const places = ['node_modules', 'bench/node_modules'].map((place) => join(REPOSITORY, place, name))
  return places.find((place) => existsSync(place)) ?? (places[0] as string)
}

/** `name=value` of the first cookie that a response sets. */
export function cookieOf(response: Response): string {
  return response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
}
