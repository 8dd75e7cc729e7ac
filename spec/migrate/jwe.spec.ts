import { createSecretKey, randomBytes, webcrypto } from 'node:crypto'
import { CompactEncrypt, createLocalJWKSet, EncryptJWT, exportJWK, type JWK } from 'jose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { newKeyPair } from '../../bench/measure/key-pair.js'
import { jwe } from '../../lib/migrate/index.js'
import { at, HOUR, START, startClock, stopClock } from '../support/clock.js'
import { altered, asking, HOSTILE_JSON } from './support.js'

type Any = any

beforeEach(stopClock)
afterEach(startClock)

const KEY = new Uint8Array(randomBytes(32))
const LONG_KEY = new Uint8Array(randomBytes(64))
const DATA = { user: { id: 'u1', name: 'Ada \u2713' }, views: 3 }

function seal(header: Any = {}, key: Any = KEY, plaintext = JSON.stringify(DATA)): Promise<string> {
  return new CompactEncrypt(Buffer.from(plaintext))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', ...header })
    .encrypt(key)
}

async function read(token: string, options: Any = {}): Promise<Any> {
  return jwe({ name: 'token', key: KEY, ...options }).read(asking(`token=${token}`))
}

describe('a session in a JWE', () => {
  it('is read with every member as data', async () => {
    const times = { iat: START, exp: START + HOUR }
    const token = await new EncryptJWT({ ...DATA, ...times })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .encrypt(KEY)
    expect(await read(token, { path: '/app', domain: 'example.test' })).toEqual({
      data: { ...DATA, ...times },
      cookies: [{ name: 'token', path: '/app', domain: 'example.test' }],
      accepted: [token],
    })
    expect(jwe({ name: 'token', key: KEY }).from).toBe('jwe')
  })

  it.each([
    ['dir', 'A256GCM', KEY],
    ['dir', 'A256CBC-HS512', LONG_KEY],
    ['A256KW', 'A256GCM', KEY],
    ['A256KW', 'A256CBC-HS512', KEY],
  ])('may be sealed with %s and %s without further ado', async (alg, enc, key) => {
    expect((await read(await seal({ alg, enc }, key), { key })).data).toEqual(DATA)
  })

  it.each([
    ['dir', 'A128GCM', 16],
    ['dir', 'A192GCM', 24],
    ['dir', 'A128CBC-HS256', 32],
    ['dir', 'A192CBC-HS384', 48],
    ['A128KW', 'A256GCM', 16],
    ['A192KW', 'A256GCM', 24],
    ['A128GCMKW', 'A256GCM', 16],
    ['A192GCMKW', 'A256GCM', 24],
    ['A256GCMKW', 'A256GCM', 32],
    ['PBES2-HS256+A128KW', 'A256GCM', 20],
  ])('may be sealed with %s and %s if that is allowed', async (alg, enc, bytes) => {
    const key = new Uint8Array(randomBytes(bytes))
    const token = await seal({ alg, enc }, key)
    expect((await read(token, { key, algorithms: [alg], encryptions: [enc] })).data).toEqual(DATA)
    expect(await read(token, { key: () => key })).toBeUndefined()
  })

  it.each(['RSA-OAEP-256', 'ECDH-ES', 'ECDH-ES+A256KW'])(
    'may be sealed to a key pair with %s if that is allowed',
    async (alg) => {
      const pair = newKeyPair(alg.startsWith('RSA') ? 'RSA' : 'P-256')
      const token = await seal({ alg }, pair.publicKey)
      expect((await read(token, { key: pair.privateKey, algorithms: [alg] })).data).toEqual(DATA)
      expect((await read(token, { key: await exportJWK(pair.privateKey), algorithms: [alg] })).data).toEqual(DATA)
      expect(await read(token, { key: pair.privateKey })).toBeUndefined()
    },
  )

  it('opens with the key in every form that jose takes', async () => {
    const token = await seal()
    const jwk: JWK = { kty: 'oct', k: Buffer.from(KEY).toString('base64url') }
    const cryptoKey = await webcrypto.subtle.importKey('raw', KEY, 'AES-GCM', false, ['decrypt'])
    for (const key of [KEY, Buffer.from(KEY), createSecretKey(KEY), cryptoKey, jwk]) {
      expect((await jwe({ name: 'token', key }).read(asking(`token=${token}`)))?.data).toEqual(DATA)
    }
  })

  it('opens with the key that a function finds by the header, at once or later', async () => {
    const token = await seal({ kid: 'one' })
    const key = vi.fn(({ kid }: Any) => (kid === 'one' ? KEY : undefined))
    expect((await read(token, { key })).data).toEqual(DATA)
    expect((await read(token, { key: async (header: Any) => key(header) })).data).toEqual(DATA)
    expect(await read(await seal({ kid: 'two' }), { key })).toBeUndefined()
    expect(key).toHaveBeenCalledTimes(3)
  })

  it('is one of sixteen attempts at most, of all readers of a request together', async () => {
    const key = vi.fn(() => KEY)
    const others = await Promise.all(Array.from({ length: 4 }, () => seal({}, new Uint8Array(32).fill(9))))
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    const req = asking(names.map((name) => others.map((token) => `${name}=${token}`).join('; ')).join('; '))
    for (const name of names) expect(await jwe({ name, key }).read(req)).toBeUndefined()
    expect(key).toHaveBeenCalledTimes(16)
    expect(await read(await seal())).toBeDefined()
  })

  it('is one of two attempts at most where its key is made from a password, as its sender says how often', async () => {
    const key = vi.fn(() => randomBytes(20))
    const alg = 'PBES2-HS256+A128KW'
    const tokens = await Promise.all(Array.from({ length: 4 }, () => seal({ alg, enc: 'A256GCM' }, randomBytes(20))))
    const req = asking(tokens.map((token) => `token=${token}`).join('; '))
    await jwe({ name: 'token', key, algorithms: [alg] }).read(req)
    expect(key).toHaveBeenCalledTimes(2)
  })

  it('may be in several cookies', async () => {
    const token = await seal()
    const found = await jwe({ name: 'token', key: KEY }).read(
      asking(`token.1=${token.slice(40)}; token.0=${token.slice(0, 40)}`),
    )
    expect(found).toMatchObject({ data: DATA, cookies: [{ name: 'token.0' }, { name: 'token.1' }] })
  })

  it('lives from its nbf to its exp, if it has them', async () => {
    const token = await seal({}, KEY, JSON.stringify({ ...DATA, nbf: START + 10, exp: START + 20 }))
    for (const [time, alive] of [
      [9, false],
      [10, true],
      [19, true],
      [20, false],
    ] as const) {
      at(time)
      expect((await read(token)) !== undefined).toBe(alive)
    }
  })

  it('keeps what transform returns, and is none if that is undefined', async () => {
    const token = await seal()
    expect((await read(token, { transform: ({ views }: Any) => ({ views }) })).data).toEqual({ views: 3 })
    expect(await read(token, { transform: () => undefined })).toBeUndefined()
  })

  it('may have members with names of Object, which change nothing else', async () => {
    const { data } = await read(await seal({}, KEY, HOSTILE_JSON))
    expect(Object.keys(data)).toEqual(['__proto__', 'constructor', 'user'])
    expect(({} as Any).admin).toBeUndefined()
  })
})

describe('a compressed token', () => {
  const zipped = (bytes: number) => seal({ zip: 'DEF' }, KEY, JSON.stringify({ text: 'x'.repeat(bytes - 11) }))

  it('is refused by default', async () => {
    expect(await read(await zipped(100))).toBeUndefined()
  })

  it('opens up to as many bytes as are allowed', async () => {
    expect((await read(await zipped(1000), { maxDecompressedLength: 1000 })).data.text).toHaveLength(989)
    expect(await read(await zipped(1001), { maxDecompressedLength: 1000 })).toBeUndefined()
    expect(await read(await zipped(100_000), { maxDecompressedLength: 65_536 })).toBeUndefined()
  })
})

describe('jwe finds nothing', () => {
  it('at once and without a promise if there is no such cookie', () => {
    const key = vi.fn()
    const reader = jwe({ name: 'token', key })
    for (const cookie of [undefined, '', 'theme=dark', 'token', 'token=', `token=${'A'.repeat(4097)}`]) {
      expect(reader.read(asking(cookie))).toBeUndefined()
    }
    expect(key).not.toHaveBeenCalled()
  })

  it('with another key, even one of another kind', async () => {
    const { privateKey } = newKeyPair()
    const signing = await webcrypto.subtle.importKey('raw', KEY, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify'])
    for (const key of [new Uint8Array(32), LONG_KEY, privateKey, signing, { kty: 'oct' }, () => 'text', () => null]) {
      expect(await read(await seal(), { key })).toBeUndefined()
    }
  })

  it('if any part of the token differs or is missing', async () => {
    const parts = (await seal({ alg: 'A256KW' })).split('.')
    for (const [index, part] of parts.entries()) {
      expect(await read(parts.with(index, altered(part, 3)).join('.'))).toBeUndefined()
      expect(await read(parts.toSpliced(index, 1).join('.'))).toBeUndefined()
    }
  })

  it('in a sealed text that is not a JSON object', async () => {
    for (const text of ['', 'null', '[]', '"text"', '{', '{}', '\u0000']) {
      expect(await read(await seal({}, KEY, text))).toBeUndefined()
    }
  })

  it('if the function that finds keys has none, which a key set of jose says by an error', async () => {
    const key = createLocalJWKSet({ keys: [] })
    expect(await read(await seal({ kid: 'one' }), { key })).toBeUndefined()
  })
})

it('what fails in finding the key is an error', async () => {
  const error = new Error('no connection')
  for (const key of [
    () => Promise.reject(error),
    () => {
      throw error
    },
  ]) {
    await expect(read(await seal(), { key })).rejects.toBe(error)
  }
})
