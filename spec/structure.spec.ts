import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { REPOSITORY, repositoryFiles } from './package/repository.js'

/**
 * The parts of lib/. Imports, those of types included, lead from a part to parts on lines below it, and nowhere else;
 * files of one folder may import each other.
 */
const ORDER = [
  ['commonjs.ts'],
  ['cli/', 'index.ts', 'migrate/'],
  ['middleware.ts'],
  ['request/'],
  ['options/'],
  ['http/'],
  ['device/'],
  ['cookie/'],
  ['session/'],
  ['token/'],
  ['keys/'],
  ['events.ts'],
  ['checks.ts', 'clock.ts', 'values.ts', 'warnings.ts'],
  ['caller.ts'],
  ['types.ts'],
  ['errors.ts'],
]

/** What lib/ may import: neither connections, nor Express, nor a module that has not been thought about. */
const FOUNDATIONS = [
  'jose',
  'node:async_hooks',
  'node:buffer',
  'node:crypto',
  'node:diagnostics_channel',
  'node:fs',
  'node:fs/promises',
  'node:http',
  'node:http2',
  'node:stream',
  'node:util',
  'node:v8',
]

const IMPORT = /^(?:import|export)\s+(type\s)?\s*([\w$*\s{},]*?)\s*\bfrom\s+'([^']+)'$/gm

interface Import {
  readonly file: string
  /** A path in lib/, or the name of a package or of a module of Node. */
  readonly module: string
  /** What is there at run time, so neither `import type` nor `type` before a name. */
  readonly values: readonly string[]
}

const files = repositoryFiles()
const sources = new Map(
  files
    .filter((path) => path.startsWith('lib/') && path.endsWith('.ts'))
    .map((path) => [path.slice('lib/'.length), read(path)]),
)
const code = new Map([...sources].map(([file, source]) => [file, withoutComments(source)]))
const imports = [...code].flatMap(([file, source]) => importsOf(file, source))

describe('lib/', () => {
  it('consists of these parts', () => {
    expect([...new Set([...sources.keys()].map(partOf))].sort()).toEqual(ORDER.flat().sort())
  })

  it('has a map, which names each of them, in the order in which imports lead, and files that are there', () => {
    const map = readFileSync(join(REPOSITORY, 'lib/README.md'), 'utf8')
    const named = [...map.matchAll(/^\| (`[^|]*`) \|/gm)].map(([, cell = '']) => cell.replaceAll('`', '').split(', '))
    expect(named.flat().sort()).toEqual(ORDER.flat().sort())
    const line = (part: string) => ORDER.findIndex((parts) => parts.includes(part))
    const lines = named.map((parts) => Math.min(...parts.map(line)))
    // What is exported stands first, though nothing else imports it.
    expect(lines.slice(1)).toEqual(lines.slice(1).toSorted((a, b) => a - b))
    const files = [...map.matchAll(/`([\w-]+\/[\w-]+\.ts)`/g)].map(([, file = '']) => file)
    expect(files.length).toBeGreaterThan(15)
    expect(files.filter((file) => !sources.has(file))).toEqual([])
  })

  it('has imports that lead one way, types included', () => {
    const against = imports.filter(({ file, module }) => sources.has(module) && !mayImport(file, module))
    expect(against.map(({ file, module }) => `${file} imports ${module}`)).toEqual([])
  })

  it('has no circle of imports, not even inside of a folder', () => {
    const left = new Set(sources.keys())
    const needsOneLeft = (file: string) => imports.some((one) => one.file === file && left.has(one.module))
    for (let before = -1; before !== left.size; ) {
      before = left.size
      for (const file of left) if (!needsOneLeft(file)) left.delete(file)
    }
    expect([...left]).toEqual([])
  })

  it('imports files that are there', () => {
    const inside = imports.filter(({ module }) => module.endsWith('.ts'))
    expect(inside.length).toBeGreaterThan(sources.size)
    expect(inside.filter(({ module }) => !sources.has(module))).toEqual([])
  })

  it('loads modules by imports at the top of a file, and in no other way, but for jose where a foreign token is opened', () => {
    const others = /^\s*import\b|\bimport\s*[.(]|\bfrom\s+["'`]|\bgetBuiltinModule\b/m
    expect(filesWith(others, (source) => source.replace(IMPORT, ''))).toEqual([
      'cli/bin.ts',
      'cli/cookie-input.ts',
      'migrate/jose.ts',
    ])
    const josesTypes = imports.filter(({ module }) => module === 'jose')
    expect(josesTypes.filter(({ file, values }) => partOf(file) !== 'cli/' || values.length > 0)).toEqual([])
    expect(code.get('cli/cookie-input.ts')?.match(/\bimport\(.*?\)/g)).toEqual(["import('jose')", "import('jose')"])
    expect(code.get('migrate/jose.ts')?.match(/\bimport\(.*?\)/g)).toEqual(["import('jose')", "import('jose')"])
    expect(code.get('cli/bin.ts')?.match(/\bimport\b[.(].*/g)).toEqual(["import.meta.url), 'utf8')"])
  })

  it('reads files in three places, and writes one where the command line is told to: in cli/files.ts', () => {
    const files = imports.filter(({ module }) => /^node:fs\b/.test(module))
    const reading = { module: 'node:fs/promises', values: ['readFile'] }
    expect(files).toEqual([
      { file: 'cli/bin.ts', ...reading },
      { file: 'cli/files.ts', module: 'node:fs', values: ['fchmodSync', 'fstatSync'] },
      {
        file: 'cli/files.ts',
        module: 'node:fs/promises',
        values: ['open', 'readFile', 'realpath', 'rename', 'stat', 'unlink'],
      },
      { file: 'keys/load.ts', module: 'node:fs', values: ['readFile'] },
    ])
  })

  it('is built on modules of Node, none of them for connections, and on jose where that is installed', () => {
    const outside = new Set(imports.map(({ module }) => module).filter((module) => !module.endsWith('.ts')))
    expect([...outside].sort()).toEqual(FOUNDATIONS)
    expect(manifest).not.toHaveProperty('dependencies')
  })

  it('takes from http and http2 types only: importing them loads half of Node', () => {
    const taken = imports.filter(({ module }) => /^node:https?2?$/.test(module)).flatMap(({ values }) => values)
    expect(taken).toEqual([])
  })

  it('does cryptography in token/ and keys/, in device/ for the keys of browsers, and in migrate/ for the cookies of others', () => {
    const importers = imports.filter(({ module }) => module === 'node:crypto').map(({ file }) => partOf(file))
    expect(new Set(importers)).toEqual(new Set(['device/', 'keys/', 'migrate/', 'token/']))
    expect(filesWith(/\bcrypto\./)).toEqual([])
  })

  it('knows responses in http/, the middleware and the request only; types.ts, index.ts and options only name them', () => {
    const knowing = filesWith(/\bres\b|\b\w*(?:Response|OutgoingMessage)\b/)
    expect([...new Set(knowing.map(partOf))].sort()).toEqual([
      'http/',
      'index.ts',
      'middleware.ts',
      'options/',
      'request/',
      'types.ts',
    ])
    expect(knowing.filter((file) => file.startsWith('options/'))).toEqual([
      'options/option-names.ts',
      'options/session-options.ts',
    ])
  })

  it('changes the head of a response in http/ only', () => {
    const changing = filesWith(/\.(?:setHeader|appendHeader|removeHeader|writeHead|flushHeaders|statusCode)\b/)
    expect(new Set(changing.map(partOf))).toEqual(new Set(['http/']))
  })

  it('is written in ASCII', () => {
    expect([...sources].filter(([, source]) => /[^\n\x20-\x7e]/.test(source)).map(([file]) => file)).toEqual([])
  })
})

describe('the repository', () => {
  it('has at its top what the ecosystem expects, lib/, spec/ and bench/', () => {
    const expected =
      /^(?:lib|spec|bench|package\.json|package-lock\.json|tsconfig\.json|README\.md|LICENSE|CHANGELOG\.md|\..+)$/
    const top = new Set(files.map((path) => path.split('/')[0] as string))
    expect(top).toContain('lib')
    expect([...top].filter((name) => !expected.test(name))).toEqual([])
  })

  it('mentions no path that is there on one machine only', () => {
    const local = /(?<![\w.~:-])\/(?:home|root|work|farm|tmp|Users|private)\/[a-z]|\.\.\/shared\b/
    const mentions = files.flatMap((path) => {
      const lines = read(path).split('\n')
      return lines.filter((line) => local.test(line)).map((line) => `${path}: ${line.trim().slice(0, 100)}`)
    })
    expect(mentions).toEqual([])
  })
})

function read(path: string): string {
  return readFileSync(join(REPOSITORY, path), 'utf8')
}

/** Good enough for this code base: no string or pattern of it holds the beginning of a comment after white space. */
function withoutComments(source: string): string {
  return source.replace(/(?<=^|\s)(?:\/\*[\s\S]*?\*\/|\/\/.*$)/gm, '')
}

function importsOf(file: string, source: string): Import[] {
  return [...source.matchAll(IMPORT)].map(([, type, names = '', specifier = '']) => ({
    file,
    module: specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier).replace(/\.js$/, '.ts') : specifier,
    values: type
      ? []
      : names
          .split(/[{},]/)
          .map((name) => name.trim())
          .filter((name) => name && !/^type\s/.test(name)),
  }))
}

/** Folders by their name and a slash, files at the top by their name. */
function partOf(file: string): string {
  return file.includes('/') ? file.replace(/\/.*/, '/') : file
}

function mayImport(file: string, module: string): boolean {
  const [from, to] = [file, module].map((path) => ORDER.findIndex((line) => line.includes(partOf(path)))) as [
    number,
    number,
  ]
  return from < to || (file.includes('/') && partOf(file) === partOf(module))
}

function filesWith(pattern: RegExp, prepare = (source: string) => source): string[] {
  return [...code].filter(([, source]) => pattern.test(prepare(source))).map(([file]) => file)
}
