import { compactDecrypt } from 'jose'
import { describe, expect, it } from 'vitest'
import session, { KeyRing } from '../../lib/index.js'
import { SECRET } from '../support/secrets.js'
import { type } from './terminal.js'

const env = { SESSION_KEYS: SECRET }

describe('sealed-session export-keys', () => {
  it('prints the JWK Set of one cookie, and a warning beside it', async () => {
    const { code, stdout, stderr } = await type('export-keys --name admin', { env })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual(KeyRing.from(SECRET).exportFor('admin'))
    expect(stderr).toMatch(
      /^With these keys, anyone can read and make the cookie admin: keep them as secret as SESSION_KEYS\.$/m,
    )
  })

  it('is about the cookie session unless said otherwise', async () => {
    const { stdout } = await type('export-keys', { env })
    expect(JSON.parse(stdout)).toEqual(KeyRing.from(SECRET).exportFor('session'))
    const { value } = session({ keys: SECRET }).seal({ user: 'Ada' } as object)
    const { plaintext } = await compactDecrypt(value, JSON.parse(stdout).keys[0])
    expect(JSON.parse(Buffer.from(plaintext).toString())).toMatchObject({ data: { user: 'Ada' } })
  })

  it('takes the name as browsers show it', async () => {
    const { stdout } = await type('export-keys --name __Host-Http-session', { env })
    expect(JSON.parse(stdout)).toEqual(KeyRing.from(SECRET).exportFor('session'))
  })

  it('prints those of the audience that the app has', async () => {
    const { stdout } = await type('export-keys --audience staging', { env })
    expect(JSON.parse(stdout)).toEqual(KeyRing.from(SECRET).exportFor('session', 'staging'))
    const { value } = session({ keys: SECRET, audience: 'staging' }).seal({ user: 'Ada' } as object)
    const { plaintext } = await compactDecrypt(value, JSON.parse(stdout).keys[0])
    expect(JSON.parse(Buffer.from(plaintext).toString())).toMatchObject({ data: { user: 'Ada' } })
  })

  it('refuses an audience that cannot be one', async () => {
    const { code, stdout, stderr } = await type(`export-keys --audience ${'x'.repeat(129)}`, { env })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^sealed-session export-keys: --audience must be 1 to 128 characters/)
  })

  it('refuses a name that no cookie has', async () => {
    const { code, stdout, stderr } = await type('export-keys --name a/b', { env })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^sealed-session export-keys: --name is not a valid cookie name/)
  })
})
