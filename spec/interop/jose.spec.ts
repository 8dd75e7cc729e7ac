import { CompactEncrypt, compactDecrypt } from 'jose'
import { describe, expect, it } from 'vitest'
import session, { KeyRing } from '../../lib/index.js'
import { open, seal } from '../../lib/token/jwe.js'
import type { TokenKey } from '../../lib/token/key.js'
import { START } from '../support/clock.js'
import { tokenKeys } from '../support/keys.js'
import { OTHER_SECRET, SECRET } from '../support/secrets.js'
import { base64url, CLAIMS, plaintextOf, remade, unbase64url } from '../support/tokens.js'

const ring = KeyRing.from(SECRET)
const [jwk] = ring.exportFor('session').keys as [ReturnType<KeyRing['exportFor']>['keys'][number]]
const keys = tokenKeys()
const key = keys.active(START) as TokenKey

function mint(plaintext: string, header: object = {}): Promise<string> {
  return new CompactEncrypt(Buffer.from(plaintext))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: jwk.kid, ...header })
    .encrypt(jwk)
}

describe('jose', () => {
  it('opens a cookie of the app with the exported key', async () => {
    const { value } = session({ keys: SECRET }).seal({ user: 'Ada' } as object)
    const { plaintext, protectedHeader } = await compactDecrypt(value, jwk)
    expect(JSON.parse(Buffer.from(plaintext).toString())).toMatchObject({ data: { user: 'Ada' } })
    expect(protectedHeader).toEqual({ alg: 'dir', enc: 'A256GCM', kid: jwk.kid })
  })

  it('mints a cookie with the exported key that the app opens', async () => {
    expect(open(await mint(plaintextOf({ user: 'Ada' })), keys, START, 4096)).toEqual({
      kid: jwk.kid,
      claims: CLAIMS,
      data: { user: 'Ada' },
      text: plaintextOf({ user: 'Ada' }),
    })
  })

  it('does not open the cookie of another name with the exported key', async () => {
    const other = session({ keys: SECRET, name: 'other' }).seal({})
    await expect(compactDecrypt(other.value, jwk)).rejects.toThrow()
  })

  it('finds the exported key of every root, and of no ended one', () => {
    const now = Math.floor(Date.now() / 1000)
    const keySet = {
      keys: [
        { kty: 'oct', kid: 'new', k: base64url(SECRET), nbf: now - 10 },
        { kty: 'oct', kid: 'old', k: base64url(OTHER_SECRET) },
        { kty: 'oct', kid: 'gone', k: base64url(`${OTHER_SECRET}!`), exp: now - 1 },
      ],
    } as const
    const direct = KeyRing.from(keySet)
      .exportFor('session')
      .keys.filter(({ alg }) => alg === 'A256GCM')
    expect(direct).toMatchObject([
      { kty: 'oct', use: 'enc', alg: 'A256GCM', kid: 'new' },
      { kty: 'oct', use: 'enc', alg: 'A256GCM', kid: 'old' },
    ])
  })
})

describe('what jose rejects, the app rejects', () => {
  const token = seal(plaintextOf({ user: 'Ada' }), key)
  const changes: [string, string][] = [
    [
      'a changed header',
      remade(token, ([, ...rest]) => [base64url(JSON.stringify({ alg: 'dir', enc: 'A256GCM' })), ...rest]),
    ],
    ['a short tag', remade(token, ([a, b, c, d, tag]) => [a, b, c, d, base64url(unbase64url(tag).subarray(0, 12))])],
    ['a short IV', remade(token, ([a, b, iv, d, e]) => [a, b, base64url(unbase64url(iv).subarray(0, 8)), d, e])],
    ['an encrypted key', remade(token, ([a, , c, d, e]) => [a, 'AAAA', c, d, e])],
    ['no ciphertext', remade(token, ([a, b, c, , e]) => [a, b, c, '', e])],
    ['four parts', token.slice(0, token.lastIndexOf('.'))],
  ]

  it.each(changes)('%s', async (_what, changed) => {
    await expect(compactDecrypt(changed, jwk)).rejects.toThrow()
    expect(open(changed, keys, START, 4096)).toHaveProperty('rejected')
  })

  it('an algorithm that was not allowed', async () => {
    const minted = await mint(plaintextOf({}), { typ: 'JWT' })
    await expect(compactDecrypt(minted, jwk, { keyManagementAlgorithms: ['A256KW'] })).rejects.toThrow()
    expect(open(minted, keys, START, 4096)).toHaveProperty('claims')
  })
})

describe('stricter than jose', () => {
  it('rejects compressed tokens, which a key holder could make a bomb of', async () => {
    const bomb = await mint(plaintextOf({ text: 'x'.repeat(200_000) }), { zip: 'DEF' })
    expect(bomb.length).toBeLessThan(1000)
    expect((await compactDecrypt(bomb, jwk)).plaintext.length).toBeGreaterThan(200_000)
    expect(open(bomb, keys, START, 4096)).toEqual({ rejected: 'malformed' })
  })

  it('rejects base64url that is not canonical', async () => {
    const padded = `${seal(plaintextOf({}), key)}==`
    await expect(compactDecrypt(padded, jwk)).resolves.toBeDefined()
    expect(open(padded, keys, START, 4096)).toHaveProperty('rejected', 'malformed')
  })
})
