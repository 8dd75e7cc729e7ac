import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { reachOf } from './support/reach.js'

const root = new URL('../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
const manifest = JSON.parse(read('package.json'))
const ELSEWHERE = /(?:^|\/)(?:node_modules|\.build|\.tmp|\.report)\//

/** The code in a folder, without what was installed or built. */
function codeIn(folder: string): string[] {
  return readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path}`)
    .filter((path) => /\.(?:[cm]?[jt]s|css)$/.test(path) && !ELSEWHERE.test(path))
}

interface Locked {
  readonly integrity?: string
  readonly resolved?: string
  readonly link?: boolean
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

describe('the package', () => {
  it('runs nothing when it is installed', () => {
    const scripts = Object.keys(manifest.scripts)
    for (const name of ['preinstall', 'install', 'postinstall', 'prepare']) expect(scripts).not.toContain(name)
  })

  it('brings no other package along', () => {
    expect(manifest).not.toHaveProperty('dependencies')
    expect(manifest).not.toHaveProperty('optionalDependencies')
    for (const peer of Object.keys(manifest.peerDependencies)) {
      expect(manifest.peerDependenciesMeta[peer]).toEqual({ optional: true })
    }
  })

  it('ships what was built and the documents, and beside them only what npm always adds', () => {
    expect(manifest.files).toEqual([
      'dist',
      'CHANGELOG.md',
      'spec/guide/*.md',
      'spec/guide/pictures/*.svg',
      'spec/format.md',
    ])
  })
})

describe.each([
  'package-lock.json',
  'bench/package-lock.json',
  'spec/mutation/package-lock.json',
  'spec/tools/package-lock.json',
])('%s', (path) => {
  const { lockfileVersion, packages } = JSON.parse(read(path)) as {
    lockfileVersion: number
    packages: Record<string, Locked>
  }
  const installed = Object.entries(packages).filter(([folder, { link }]) => folder.startsWith('node_modules/') && !link)

  it('has the hash of every package, and no address', () => {
    expect(lockfileVersion).toBe(3)
    expect(installed.length).toBeGreaterThan(50)
    for (const [folder, { integrity, resolved }] of installed) {
      expect(integrity, folder).toMatch(/^sha512-/)
      expect(resolved, folder).toBeUndefined()
    }
  })

  it('has the binaries of every platform, so that `npm ci` works on all of them', () => {
    const names = new Set(installed.map(([folder]) => folder.slice(folder.lastIndexOf('node_modules/') + 13)))
    const binaries = installed.flatMap(([, { optionalDependencies = {} }]) => Object.keys(optionalDependencies))
    expect(binaries.filter((name) => !names.has(name))).toEqual([])
  })
})

describe('the bill of materials of a release', () => {
  const sbom = JSON.parse(execFileSync('node', ['.ci/sbom.mjs'], { cwd: root, encoding: 'utf8' }))

  it('names the package as it is published, in the format of CycloneDX', () => {
    expect(sbom).toMatchObject({ bomFormat: 'CycloneDX', metadata: { component: { name: 'sealed-session' } } })
    expect(sbom.metadata.component.version).toBe(manifest.version)
  })

  it('names nothing else, as nothing else is built into the files', () => {
    expect(sbom.components).toEqual([])
    expect(sbom.dependencies).toEqual([{ ref: `sealed-session@${manifest.version}`, dependsOn: [] }])
  })
})

describe('the workflows', () => {
  const files = readdirSync(new URL('.github/workflows', root))
  const workflows = files.map((file) => [file, read(`.github/workflows/${file}`)] as const)

  it.each(workflows)('%s takes every action at a commit, which nobody can move as a tag can be', (_file, text) => {
    const uses = [...text.matchAll(/uses: (.+)/g)].map(([, action]) => action as string)
    expect(uses.length).toBeGreaterThan(0)
    for (const action of uses) expect(action).toMatch(/^[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
  })

  it.each(workflows)('%s may only read, unless a job says otherwise', (_file, text) => {
    expect(text).toMatch(/^permissions:\n {2}contents: read\n\n/m)
  })

  it('run everything on every change, and before a release', () => {
    for (const [, text] of workflows) expect(text).toContain('- run: bash .ci/run')
  })

  it('share the jobs of .ci/run between machines, and leave none out', () => {
    const [, jobs] = /^JOBS=\((.*)\)$/m.exec(read('.ci/run')) ?? []
    const [, shared] = /^ {8}job: \[(.*)\]$/m.exec(read('.github/workflows/ci.yml')) ?? []
    expect(jobs?.split(' ').length).toBeGreaterThan(5)
    expect(shared?.split(', ')).toEqual(jobs?.split(' '))
  })

  it('publish with provenance, without a token, and only what is tested and tagged with its version', () => {
    const release = read('.github/workflows/release.yml')
    expect(manifest.publishConfig).toEqual({ access: 'public', provenance: true })
    expect(release).toContain('needs: test')
    expect(release).toContain('id-token: write')
    expect(release).toContain('test "$GITHUB_REF_NAME" = "v')
    expect(release).not.toMatch(/secrets\.|NODE_AUTH_TOKEN/)
  })
})

describe('the source', () => {
  const library = codeIn('lib')

  it('of the library is ASCII, so that nothing in it can look like something else', () => {
    expect(library.length).toBeGreaterThan(80)
    expect(library.filter((path) => /[^\n\x20-\x7e]/.test(read(path)))).toEqual([])
  })

  it('has no character anywhere that is not seen or turns text around (CVE-2021-42574)', () => {
    const code = [...library, ...codeIn('spec'), ...codeIn('bench'), ...codeIn('.ci')]
    expect(code.length).toBeGreaterThan(400)
    expect(code.filter((path) => /[\p{Cf}\p{Zl}\p{Zp}]/u.test(read(path)))).toEqual([])
  })

  it('makes no code of text', () => {
    for (const path of library) expect(read(path), path).not.toMatch(/\beval\(|\bnew Function\b|\bFunction\(/)
  })

  it('makes no network call, and writes no file but the one that the command line is told to write', () => {
    const files = library.filter((path) => path.endsWith('.ts'))
    expect(files.length).toBeGreaterThan(80)
    for (const path of files) expect(forbiddenIn(read(path)), path).toEqual(WRITERS[path] ?? [])
    // Nothing that an app loads leads there.
    expect(files.filter((path) => /\/files\.js'/.test(read(path)))).toEqual(['lib/cli/bin.ts'])
  })

  it.each([
    ["import { request } from 'node:https'", 'node:https'],
    ["import {\n  request\n} from 'node:https'", 'node:https'],
    ["import https from 'https'", 'https'],
    ["import * as net from 'node:net'", 'node:net'],
    ["import 'node:net'", 'node:net'],
    ["import { type Socket, connect } from 'node:net'", 'node:net'],
    ["import net = require('node:net')", 'node:net'],
    ["export { connect } from 'node:net'", 'node:net'],
    ["export * from 'node:net'", 'node:net'],
    ["const { connect } = await import('node:net')", 'node:net'],
    ['await import(`node:net`)', 'node:net'],
    ["await import(/* a comment */ 'node:' + 'net')", '(computed)'],
    ["import undici from 'undici'", 'undici'],
    ["import fs from 'node:fs'\nfs.writeFileSync('a', 'b')", 'node:fs default'],
    ["import { readFile, promises } from 'node:fs'", 'node:fs promises'],
    ["import { writeFile } from 'node:fs/promises'", 'node:fs/promises writeFile'],
    ["import { readFile, writeFile as readToo } from 'node:fs/promises'", 'node:fs/promises writeFile'],
    ["import fs from 'node:fs/promises'", 'node:fs/promises default'],
    ["import * as fs from 'node:fs/promises'", 'node:fs/promises *'],
    ["const { writeFile } = await import('node:fs/promises')", 'node:fs/promises *'],
    ["export { writeFile } from 'node:fs/promises'", 'node:fs/promises writeFile'],
    ["import { writeHeapSnapshot } from 'node:v8'", 'node:v8 writeHeapSnapshot'],
    ["require('node:net')", 'require'],
    ["process.getBuiltinModule('node:net')", 'process.getBuiltinModule'],
    ["process['binding']('fs')", 'process.binding'],
    ["process['bind' + 'ing']('fs')", 'process.(computed)'],
    ['const { binding } = process', 'process'],
    ["fetch('http://a.test')", 'fetch'],
    ["globalThis.fetch('http://a.test')", 'fetch'],
    ["globalThis['fetch']('http://a.test')", 'fetch'],
    ["globalThis['fe' + 'tch']('http://a.test')", 'globalThis'],
    ['const { fetch: ask } = globalThis', 'fetch'],
    ["new WebSocket('ws://a.test')", 'WebSocket'],
    ["new global.EventSource('http://a.test')", 'EventSource'],
    ['new (globalThis as any).XMLHttpRequest()', 'XMLHttpRequest'],
    ["createRemoteJWKSet(new URL('http://a.test'))", 'createRemoteJWKSet'],
  ])('would be seen to: %j', (source, what) => {
    expect(forbiddenIn(`${source}\nexport {}`)).toContain(what)
  })

  it('may have types of what it must not use, and speak of it', () => {
    const source = `
      import type { Socket } from 'node:net'
      export type { IncomingMessage } from 'node:http'
      declare global { interface Asking { ask: typeof import('node:https') } }
      // fetch('http://a.test')
      export const text = "require('node:net') and fetch()"`
    expect(forbiddenIn(source)).toEqual([])
  })
})

/** What lib may import, and where a module can do harm, which of its names. */
const HARMLESS: Readonly<Record<string, readonly string[] | undefined>> = {
  'node:async_hooks': undefined,
  'node:buffer': undefined,
  'node:crypto': undefined,
  'node:diagnostics_channel': undefined,
  'node:fs': ['readFile'],
  'node:fs/promises': ['readFile'],
  'node:stream': undefined,
  'node:util': undefined,
  'node:v8': ['startupSnapshot'],
  // Built into the package.
  cookie: undefined,
  // Loaded where a token of another package is opened.
  jose: undefined,
}

/**
 * The one file that writes another: `keygen --write` and `rotate --write` replace the file that their user names, as a
 * shell could not do it without a moment in which half of it is there, or others can read it.
 */
const WRITERS: Readonly<Record<string, readonly string[] | undefined>> = {
  'lib/cli/files.ts': [
    ...['fchmodSync', 'fstatSync'].map((name) => `node:fs ${name}`),
    ...['open', 'realpath', 'rename', 'stat', 'unlink'].map((name) => `node:fs/promises ${name}`),
  ],
}

function forbiddenIn(source: string): string[] {
  const { modules, globals } = reachOf(source)
  const forbidden = modules.flatMap(([module, ...names]) => {
    if (module.startsWith('.')) return []
    if (!Object.hasOwn(HARMLESS, module)) return [module]
    return names.filter((name) => HARMLESS[module]?.includes(name) === false).map((name) => `${module} ${name}`)
  })
  return [...forbidden, ...globals]
}
