import { describe, expect, it } from 'vitest'
import { type Beside, project, toolAt } from './project.js'

/** Seals by Node alone what the readers open, as the oldest versions of jose cannot, and prints what they make of it. */
const READS = `
const { createCipheriv, hkdfSync } = require('node:crypto')
const { deflateRawSync } = require('node:zlib')
const { authJs, jwe } = require('sealed-session/migrate')

function sealed(key, header, data) {
  const aad = Buffer.from(JSON.stringify({ alg: 'dir', enc: 'A256GCM', ...header })).toString('base64url')
  const iv = Buffer.alloc(12, 1)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(aad))
  const text = Buffer.concat([cipher.update(data), cipher.final()])
  return [aad, '', ...[iv, text, cipher.getAuthTag()].map((bytes) => bytes.toString('base64url'))].join('.')
}
const key = Buffer.alloc(32, 7)
const claims = JSON.stringify({ sub: 'ada', exp: 4e9 })
const rules = { algorithms: ['dir'], encryptions: ['A256GCM'] }
const authJsKey = hkdfSync('sha256', 'a secret', 'token', 'Auth.js Generated Encryption Key (token)', 32)

async function read(reader, token) {
  const found = await reader.read({ headers: { cookie: 'token=' + token } })
  return found && found.data
}
const reading = {
  jwe: () => read(jwe({ name: 'token', key, ...rules }), sealed(key, {}, '{"views":6}')),
  authJs: () => read(authJs({ name: 'token', secret: 'a secret' }), sealed(Buffer.from(authJsKey), {}, claims)),
  inflating: () => read(jwe({ name: 'token', key, ...rules }), sealed(key, { zip: 'DEF' }, deflateRawSync('{"views":6}'))),
}
`
const PRINTS = `${READS}
async function main() {
  const seen = {}
  for (const name in reading) seen[name] = await reading[name]().catch(({ code, message }) => [code, message])
  console.log(JSON.stringify(seen))
}
main()
`
const TESTS = `${READS}
it('opens a JWE', async () => {
  expect(await reading.jwe()).toEqual({ views: 6 })
})
`

async function seenBeside(beside: Beside, kind: 'commonjs' | 'module'): Promise<unknown> {
  const imports = PRINTS.replaceAll(/const (\{.*\}) = require\((.*)\)/g, 'import $1 from $2')
  const files = { 'reads.js': kind === 'module' ? imports : PRINTS }
  return JSON.parse(await (await project({ type: kind, beside, files })).output('reads.js'))
}

const failing = (message: RegExp) => ['ERR_SESSION_OPTIONS', expect.stringMatching(message)]
const INSTALL = failing(/^JWE cookies are opened by the package jose: npm install jose$/)
const UPDATE = failing(/jose from version 4, and this one is older: npm install jose@latest$/)

describe.concurrent.each([
  ['require', 'commonjs'],
  ['import', 'module'],
] as const)('by %s, the readers of JWEs', (_how, kind) => {
  it.each([
    ['4', 'jose4'],
    ['5', 'jose5'],
    ['6', 'jose'],
  ])('open them with jose %s, and refuse what would have to be inflated', async (_version, from) => {
    expect(await seenBeside([['jose', from]], kind)).toMatchObject({ jwe: { views: 6 }, authJs: { sub: 'ada' } })
    expect(await seenBeside([['jose', from]], kind)).not.toHaveProperty('inflating')
  })

  it('say how to install jose where it is missing', async () => {
    expect(await seenBeside([], kind)).toMatchObject({ jwe: INSTALL, authJs: INSTALL })
  })

  it.each([
    ['2', 'jose2'],
    ['3', 'jose3'],
  ])('say how to update jose %s', async (_version, from) => {
    expect(await seenBeside([['jose', from]], kind)).toMatchObject({ jwe: UPDATE, authJs: UPDATE })
  })
})

describe.concurrent('within Jest, a reader of JWEs', () => {
  const jest = async (from: string, ...options: string[]) => {
    const made = await project({ beside: [['jose', from]], files: { 'reads.test.js': TESTS } })
    return made.node(...options, toolAt('jest', 'bin/jest.js'))
  }

  it.each([
    ['5', 'jose5'],
    ['6', 'jose'],
  ])('opens them with jose %s and --experimental-vm-modules', async (_version, from) => {
    expect(await jest(from, '--experimental-vm-modules')).toMatchObject({ code: 0 })
  })

  it('names that option where it is missing', async () => {
    const { code, stderr } = await jest('jose')
    expect(code).toBe(1)
    expect(stderr).toContain('run it with NODE_OPTIONS=--experimental-vm-modules')
  })
})
