import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import { mustRun, type Ran, run } from '../package/run.js'
import { appBody, REQUIRED, VISITED } from './apps.js'

const JWE = `
const key = new Uint8Array(32).fill(7)
async function makeToken() {
  const { CompactEncrypt } = await import('jose')
  return new CompactEncrypt(Buffer.from('{"views":6}')).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' }).encrypt(key)
}
`
const READER = "jwe({ name: 'token', key, algorithms: ['dir'], encryptions: ['A256GCM'] }), "
const APP = `${REQUIRED.replace('{ cookieSession', '{ cookieSession, jwe')}${JWE}${appBody('', READER)}${VISITED}`
const REMEMBERED = { visits: [1, 2], moved: 42, known: true, opened: 7 }

/** A folder as `npm init -y` leaves it, which is CommonJS, and an app in it. */
async function freshProject(): Promise<string> {
  const folder = await mkdtemp(join(inject('folder'), 'fresh-'))
  await mustRun(folder, 'npm', 'init', '-y')
  await writeFile(join(folder, 'app.js'), APP)
  return folder
}

/** Installs the package from its tarball, with other packages, from the cache as far as they are there. */
async function npm(folder: string, command: 'install' | 'ci', ...args: string[]): Promise<Ran> {
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error']
  return run(folder, 'npm', command, ...quiet, ...args)
}

async function tarball(): Promise<string> {
  const names = await readdir(inject('folder'))
  return join(inject('folder'), names.find((name) => name.endsWith('.tgz')) ?? 'no tarball')
}

const ended = (folder: string) => mustRun(folder, process.execPath, 'app.js').then((text) => JSON.parse(text))
const INSTALLED = { code: 0, stderr: '' }

describe('npm installs the package in a fresh project, which then remembers sessions and opens JWEs,', () => {
  it.each([
    ['express@5', 'jose@6'],
    ['express@5.0.0-beta.3', 'jose@5'],
    ['express@4.17.0', 'jose@4'],
  ])('beside %s and %s', async (express, jose) => {
    const folder = await freshProject()
    expect(await npm(folder, 'install', await tarball(), express, jose)).toMatchObject(INSTALLED)
    expect(await ended(folder)).toEqual(REMEMBERED)
  })

  it('for production, by its lock file, with npm ci --omit=dev', async () => {
    const folder = await freshProject()
    await npm(folder, 'install', await tarball(), 'express@5', 'jose@6')
    await rm(join(folder, 'node_modules'), { recursive: true })
    expect(await npm(folder, 'ci', '--omit=dev')).toMatchObject(INSTALLED)
    expect(await ended(folder)).toEqual(REMEMBERED)
  })

  it('where every package sees its own dependencies only, with --install-strategy=linked', async () => {
    const folder = await freshProject()
    const ran = await npm(folder, 'install', '--install-strategy=linked', await tarball(), 'express@5', 'jose@6')
    expect(ran).toMatchObject(INSTALLED)
    expect(await readdir(join(folder, 'node_modules'))).not.toContain('cookie')
    expect(await ended(folder)).toEqual(REMEMBERED)
  })
})

describe('npm', () => {
  it('begins a project in CommonJS, which is what the tests of fresh projects are', async () => {
    const { type } = JSON.parse(await readFile(join(await freshProject(), 'package.json'), 'utf8'))
    expect([undefined, 'commonjs']).toContain(type)
  })

  it('refuses the package beside an Express that is older than 4.17', async () => {
    const { code, stderr } = await npm(await freshProject(), 'install', await tarball(), 'express@4.16.4')
    expect(code).not.toBe(0)
    expect(stderr).toMatch(/ERESOLVE.*peerOptional express@"\^4\.17\.0 \|\|/s)
  })
})
