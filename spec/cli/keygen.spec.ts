import { describe, expect, it } from 'vitest'
import { KeyRing } from '../../lib/index.js'
import { unbase64url } from '../support/tokens.js'
import { READERS } from './env-file.js'
import { type } from './terminal.js'

describe('sealed-session keygen', () => {
  it('prints a line for a .env file, with 32 random bytes', async () => {
    const { code, stdout, stderr } = await type('keygen')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const [, secret = ''] = /^SESSION_KEYS=([\w-]{43})\n$/.exec(stdout) ?? []
    expect(unbase64url(secret)).toHaveLength(32)
    expect(KeyRing.from(secret).exportFor('session').keys).not.toEqual([])
  })

  it.each(Object.entries(READERS))('prints a line that %s reads as it is meant', async (_reader, read) => {
    const { stdout } = await type('keygen')
    expect(read(`FIRST=1\n${stdout}LAST=2\n`)).toBe(stdout.slice('SESSION_KEYS='.length, -1))
  })

  it('makes another key every time', async () => {
    const made = new Set<string>()
    for (let count = 0; count < 20; count++) made.add((await type('keygen')).stdout)
    expect(made.size).toBe(20)
  })

  it('prints a JWK Set with --json, for a file of keys', async () => {
    const { code, stdout } = await type('keygen --json')
    const { keys } = JSON.parse(stdout)
    expect(code).toBe(0)
    expect(keys).toEqual([{ kty: 'oct', kid: expect.stringMatching(/^[\w-]{8}$/), k: expect.any(String) }])
    expect(unbase64url(keys[0].k)).toHaveLength(32)
    expect(KeyRing.from(stdout).exportFor('session').keys[0]?.kid).toBe(keys[0].kid)
  })

  it('prints a single JWK with --jwk', async () => {
    const { stdout } = await type('keygen --jwk')
    expect(JSON.parse(stdout)).toMatchObject({ kty: 'oct' })
    expect(KeyRing.from(stdout).exportFor('session').keys).not.toEqual([])
  })

  it('prints one line in every form, so that it can be redirected into a variable', async () => {
    for (const form of ['keygen', 'keygen --json', 'keygen --jwk']) {
      expect((await type(form)).stdout).toMatch(/^[^\n]+\n$/)
    }
  })

  it.each(['.env', 'deploy/.env', '.env.production', 'app.env'])(
    'writes no JSON into %s, of which node and dotenv read lines',
    async (file) => {
      expect(await type(`keygen --json --write ${file}`)).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringMatching(/a \.env file holds keys in a line that names them: leave --json out/),
      })
    },
  )

  it('takes no option twice, of which one would be ignored', async () => {
    expect(await type('keygen --write a.env --write b.env')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'sealed-session keygen: --write is there twice: give it once\n',
    })
  })

  it('does not guess which of two forms was meant', async () => {
    expect(await type('keygen --json --jwk')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'sealed-session keygen: --json and --jwk are two forms of the key: give one of them\n',
    })
  })
})
