import { createCipheriv } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import { KeyRing } from '../../lib/index.js'
import { holdsData } from '../../lib/token/claims.js'
import { open, seal, sealedLength } from '../../lib/token/jwe.js'
import type { TokenKey } from '../../lib/token/key.js'
import { START } from '../support/clock.js'
import { tokenKeys } from '../support/keys.js'
import { OTHER_SECRET, SECRET } from '../support/secrets.js'
import { base64url, CLAIMS, type Parts, plaintextOf, remade, unbase64url } from '../support/tokens.js'

const LIMIT = 4096
const keys = tokenKeys()
const key = keys.active(START) as TokenKey
const token = seal(plaintextOf({ user: 'Ada' }), key)

function opening(changed: string, ring = keys) {
  return open(changed, ring, START, LIMIT)
}

/** A token under our key, but with another protected header: what a key holder could mint. */
function mintedWith(header: string | Uint8Array, plaintext: string | Uint8Array = plaintextOf({})): string {
  const protectedHeader = base64url(header)
  const iv = Buffer.alloc(12, 7)
  const cipher = createCipheriv('aes-256-gcm', key.derived('A256GCM'), iv, { authTagLength: 16 })
  cipher.setAAD(Buffer.from(protectedHeader))
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return [protectedHeader, '', base64url(iv), base64url(ciphertext), base64url(cipher.getAuthTag())].join('.')
}

/** Bytes that stand for no character (RFC 3629, sections 3 and 10). */
const NOT_UTF8: readonly (readonly [string, readonly number[]])[] = [
  ['a byte that never occurs', [0xff]],
  ['a byte that begins nothing', [0x80]],
  ['a character that was cut off', [0xe4, 0xb8]],
  ['a slash in two bytes', [0xc0, 0xaf]],
  ['half of a pair of UTF-16', [0xed, 0xa0, 0x80]],
  ['a character beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
  ['a letter of Latin-1', [0xe9]],
]

/** The text in UTF-8, but with these bytes in the place of its `~`. */
function withBytes(text: string, bytes: readonly number[]): Buffer {
  return Buffer.from([...Buffer.from(text)].flatMap((byte) => (byte === 0x7e ? bytes : byte)))
}

function header(members: object): string {
  return JSON.stringify({ alg: 'dir', enc: 'A256GCM', kid: key.kid, ...members })
}

describe('a sealed token', () => {
  it('opens to the claims and data that were sealed', () => {
    expect(opening(token)).toEqual({
      kid: key.kid,
      claims: CLAIMS,
      data: { user: 'Ada' },
      text: plaintextOf({ user: 'Ada' }),
    })
  })

  it('is a JWE in compact serialization with an empty encrypted key', () => {
    const [head, encryptedKey, iv, , tag] = token.split('.') as Parts
    expect(unbase64url(head).toString()).toBe(`{"alg":"dir","enc":"A256GCM","kid":"${key.kid}"}`)
    expect(encryptedKey).toBe('')
    expect(unbase64url(iv)).toHaveLength(12)
    expect(unbase64url(tag)).toHaveLength(16)
  })

  it('is as long as was computed before it was sealed', () => {
    for (const data of [{}, { a: 'x' }, { a: 'xx' }, { a: '\u00e9\u4e16\u{1f600}' }]) {
      const plaintext = plaintextOf(data)
      expect(seal(plaintext, key)).toHaveLength(sealedLength(Buffer.byteLength(plaintext), key))
    }
  })

  it('never has the same initialization vector twice', () => {
    const vectors = Array.from({ length: 10_000 }, () => seal('{}', key).split('.')[2])
    expect(new Set(vectors).size).toBe(vectors.length)
  })
})

describe('a token that was changed', () => {
  it("is rejected as tampered when any part of it is another token's", () => {
    const other = seal(plaintextOf({ user: 'Eve' }), key).split('.')
    for (const part of [2, 3, 4]) {
      const mixed = remade(token, (parts) => parts.map((own, index) => (index === part ? other[part] : own)))
      expect(opening(mixed)).toEqual({ rejected: 'tampered', kid: key.kid })
    }
  })

  it('is rejected when it was moved to a cookie of another name', () => {
    // Names of cookies that differ in case are two to a browser (RFC 6265, section 5.3).
    for (const name of ['other', 'Session', 'SESSION', 'session2', 'sessio', 'session.ended']) {
      expect(opening(token, tokenKeys(SECRET, name)), name).toEqual({ rejected: 'tampered', kid: key.kid })
    }
  })

  it('is rejected when another secret has the same kid', () => {
    const jwk = { kty: 'oct', kid: key.kid, k: base64url(OTHER_SECRET) } as const
    expect(opening(token, tokenKeys(jwk))).toEqual({ rejected: 'tampered', kid: key.kid })
  })

  it.each([0, 1, 4, 8, 12, 15])(
    'is malformed with a tag of %i bytes, though Node would check as few as four',
    (length) => {
      const cut = remade(token, ([head, none, iv, text, tag]) => [
        head,
        none,
        iv,
        text,
        base64url(unbase64url(tag).subarray(0, length)),
      ])
      expect(opening(cut)).toEqual({ rejected: 'malformed', kid: key.kid })
    },
  )

  it.each([0, 8, 11, 13, 16])('is malformed with an initialization vector of %i bytes', (length) => {
    const changed = remade(token, ([head, none, , text, tag]) => [
      head,
      none,
      base64url(Buffer.alloc(length)),
      text,
      tag,
    ])
    expect(opening(changed)).toEqual({ rejected: 'malformed', kid: key.kid })
  })

  it('is malformed when base64url is spelled differently', () => {
    const spellings = [
      remade(token, ([head, none, iv, text, tag]) => [head, none, iv, text, `${tag}==`]),
      remade(token, ([head, none, iv, text, tag]) => [head, none, `${iv}\n`, text, tag]),
      remade(token, ([head, none, iv, text, tag]) => [head, none, iv, ` ${text}`, tag]),
      remade(token, ([head, ...rest]) => [`${head}=`, ...rest]),
    ]
    for (const spelling of spellings) expect(opening(spelling)).toMatchObject({ rejected: 'malformed' })
  })

  it('is malformed when bits after the last byte are set', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const respelled = remade(token, ([head, none, iv, text, tag]) => {
      const last = alphabet.indexOf(tag.at(-1) as string)
      return [head, none, iv, text, tag.slice(0, -1) + alphabet[last + 1]]
    })
    expect(unbase64url(respelled.split('.')[4] as string)).toEqual(unbase64url(token.split('.')[4] as string))
    expect(opening(respelled)).toEqual({ rejected: 'malformed', kid: key.kid })
  })

  it('is malformed with an encrypted key, which direct encryption does not have', () => {
    expect(opening(remade(token, ([head, , ...rest]) => [head, 'AAAA', ...rest]))).toEqual({
      rejected: 'malformed',
      kid: key.kid,
    })
  })

  it.each([
    ['nothing', ''],
    ['a word', 'undefined'],
    ['four parts', 'a.b.c.d'],
    ['six parts', `${token}.x`],
    ['dots only', '....'],
    ['a header that is no JSON', remade(token, ([, ...rest]) => [base64url('{"alg"'), ...rest])],
    ['a header that is no object', remade(token, ([, ...rest]) => [base64url('null'), ...rest])],
    ['a header that is an array', remade(token, ([, ...rest]) => [base64url('["dir"]'), ...rest])],
    ['null characters', '\0.\0.\0.\0.\0'],
  ])('is malformed when it is %s', (_what, text) => {
    expect(opening(text)).toEqual({ rejected: 'malformed' })
  })

  it('is not decoded at all when it is too long', () => {
    expect(opening('x'.repeat(LIMIT + 1))).toEqual({ rejected: 'too-long' })
    expect(opening('x'.repeat(LIMIT))).toEqual({ rejected: 'malformed' })
  })
})

describe('the protected header', () => {
  it('may have its members in any order, with white space, and a type', () => {
    const minted = mintedWith(`{ "typ": "JWT",\n "kid": "${key.kid}", "enc": "A256GCM", "alg": "dir" }`)
    expect(opening(minted)).toMatchObject({ claims: CLAIMS })
  })

  it('may have 256 characters of base64url, and is malformed before it is decoded if it has more', () => {
    const ofLength = (length: number) => {
      const text = `{"alg":"dir","enc":"A256GCM","kid":"${key.kid}"}`
      return text + ' '.repeat(length - text.length)
    }
    expect(opening(mintedWith(ofLength(192)))).toMatchObject({ claims: CLAIMS })
    const decode = vi.spyOn(JSON, 'parse')
    expect(opening(mintedWith(ofLength(193)))).toEqual({ rejected: 'malformed' })
    expect(decode).not.toHaveBeenCalled()
  })

  it.each([
    ['zip', { zip: 'DEF' }],
    ['crit', { crit: ['exp'], exp: 1 }],
    // RFC 7516, section 4.1.13: who accepts it must understand what it names, even if that is nothing.
    ['crit alone', { crit: ['kid'] }],
    ['an empty crit', { crit: [] }],
    ['crit and the b64 that it names', { crit: ['b64'], b64: false }],
    ['b64 alone', { b64: false }],
    ['b64 as by default', { b64: true }],
    ['apu', { apu: 'QWxpY2U' }],
    ['apv', { apv: 'Qm9i' }],
    ['epk', { epk: { kty: 'OKP' } }],
    ['iv and tag', { iv: 'AAAA', tag: 'AAAA' }],
    ['p2s', { p2s: 'AAAA' }],
    ['url', { url: 'https://example.com/' }],
    ['x5c', { x5c: ['AAAA'] }],
    ['x5t', { x5t: 'AAAA' }],
    ['x5t#S256', { 'x5t#S256': 'AAAA' }],
    ['x5u', { x5u: 'https://example.com/' }],
    ['claims that are replicated', { iss: 'https://example.com/' }],
    ['a member in other case', { Typ: 'JWT' }],
    ['a member without a name', { '': 1 }],
    ['a member that every object has', { constructor: 1 }],
    ['jku', { jku: 'https://example.com/keys' }],
    ['jwk', { jwk: { kty: 'oct', k: 'AAAA' } }],
    ['p2c', { p2c: 1_000_000 }],
    ['an unknown member', { nested: true }],
    ['another alg', { alg: 'A256GCMKW' }],
    ['alg none', { alg: 'none' }],
    ['alg in other case', { alg: 'DIR' }],
    ['a smaller enc', { enc: 'A128GCM' }],
    ['another enc', { enc: 'A192CBC-HS384' }],
    ['no kid', { kid: undefined }],
    ['a kid that is no string', { kid: [key.kid] }],
  ])('is malformed with %s, even under a valid tag', (_what, members) => {
    expect(opening(mintedWith(header(members)))).toEqual({ rejected: 'malformed' })
  })

  it.each(NOT_UTF8)('is malformed with %s, which is not UTF-8: nothing is replaced', (_what, bytes) => {
    for (const members of [{ typ: '~' }, { cty: 'a~b' }]) {
      expect(opening(mintedWith(withBytes(header(members), bytes)))).toEqual({ rejected: 'malformed' })
      // It would be accepted if the bytes were replaced.
      const [[name, value = ''] = ['']] = Object.entries(members)
      const replaced = header({ [name]: value.replace('~', '\ufffd') })
      expect(opening(mintedWith(replaced))).toMatchObject({ claims: CLAIMS })
    }
  })

  it('names its key exactly: no other spelling of the kid finds it', () => {
    const jwk = { kty: 'oct', kid: 'Key-1', k: base64url(SECRET) } as const
    const ring = tokenKeys(jwk)
    for (const kid of ['key-1', 'KEY-1', 'Key-1 ', ' Key-1', 'Key-1=', 'Key_1', 'Key-', 'Key-1\0']) {
      expect(opening(mintedWith(header({ kid })), ring), kid).toEqual({ rejected: 'missing-key' })
    }
    expect(opening(mintedWith(header({ kid: 'Key-1' })), ring)).toMatchObject({ claims: CLAIMS })
  })

  it('is not trusted to name a key that is not in the ring, nor anything that every object has', () => {
    for (const kid of ['unknown1', '__proto__', 'constructor', 'toString', '']) {
      expect(opening(mintedWith(header({ kid })))).toEqual({ rejected: 'missing-key' })
    }
  })
})

describe('the plaintext', () => {
  it.each([
    ['no JSON', 'x'],
    ['an array', '[]'],
    ['null', 'null'],
    ['without data', JSON.stringify(CLAIMS)],
    ['with data that are an array', plaintextOf([])],
    ['with data that are null', plaintextOf(null)],
    ['without sid', plaintextOf({}, { ...CLAIMS, sid: undefined })],
    ['with an empty sid', plaintextOf({}, { ...CLAIMS, sid: '' })],
    ['with a sid that would not survive JSON', plaintextOf({}, { ...CLAIMS, sid: 'a"b' })],
    ['with a sid that is too long', plaintextOf({}, { ...CLAIMS, sid: 'a'.repeat(65) })],
    ['without sat', plaintextOf({}, { ...CLAIMS, sat: undefined })],
    ['with a negative iat', plaintextOf({}, { ...CLAIMS, iat: -1 })],
    ['with a fractional exp', plaintextOf({}, { ...CLAIMS, exp: 1.5 })],
    ['with an exp of text', plaintextOf({}, { ...CLAIMS, exp: '1' })],
    ['with an exp beyond what numbers hold', plaintextOf({}, CLAIMS).replace(/"exp":\d+/, '"exp":1e400')],
    ['with a ttl of text', plaintextOf({}, { ...CLAIMS, ttl: 'x' })],
    ['with a ttl that is null', plaintextOf({}, { ...CLAIMS, ttl: null })],
    ['with a negative ttl', plaintextOf({}, { ...CLAIMS, ttl: -1 })],
    ['with a chk of text', plaintextOf({}, { ...CLAIMS, chk: '1' })],
    ['with a chk that is null', plaintextOf({}, { ...CLAIMS, chk: null })],
    ['with a fractional chk', plaintextOf({}, { ...CLAIMS, chk: START + 0.5 })],
    ['with a src that is no id', plaintextOf({}, { ...CLAIMS, src: 'a b' })],
    ['with a src that is null', plaintextOf({}, { ...CLAIMS, src: null })],
    ['with a src of several', plaintextOf({}, { ...CLAIMS, src: ['AAAA'] })],
    ['with a sid of several', plaintextOf({}, { ...CLAIMS, sid: ['AAAA'] })],
    ['without iat', plaintextOf({}, { ...CLAIMS, iat: undefined })],
    ['without exp', plaintextOf({}, { ...CLAIMS, exp: undefined })],
  ])('is malformed when it is %s', (_what, plaintext) => {
    expect(opening(seal(plaintext, key))).toEqual({ rejected: 'malformed', kid: key.kid })
  })

  it.each(NOT_UTF8)('is malformed with %s, which is not UTF-8: nothing is replaced', (_what, bytes) => {
    const minted = (plaintext: string) => mintedWith(header({}), withBytes(plaintext, bytes))
    for (const plaintext of [
      plaintextOf({ a: '~' }),
      plaintextOf({ '~': 1 }),
      plaintextOf({}, { ...CLAIMS, '~': 1 }),
      plaintextOf({}, { ...CLAIMS, sid: '~' }),
    ]) {
      expect(opening(minted(plaintext))).toEqual({ rejected: 'malformed', kid: key.kid })
    }
    // It would be a session if the bytes were replaced.
    expect(opening(mintedWith(header({}), plaintextOf({ a: '\ufffd' })))).toMatchObject({ data: { a: '\ufffd' } })
  })

  it('may have its members in any order, and members that a later version adds', () => {
    const { sid, sat, iat, exp } = CLAIMS
    const text = JSON.stringify({ data: { a: 1 }, later: {}, exp, iat, sat, sid })
    expect(opening(seal(text, key))).toEqual({ kid: key.kid, claims: CLAIMS, data: { a: 1 }, text })
  })
})

describe('whether data are those of a plaintext', () => {
  it.each([
    ['as we write it', plaintextOf({ a: 1 })],
    ['with white space', JSON.stringify({ ...CLAIMS, data: { a: 1 } }, null, 2)],
    ['with its members in another order', JSON.stringify({ data: { a: 1 }, ...CLAIMS })],
    [
      'with data in a member that we do not know',
      JSON.stringify({ data: { a: 1 }, ...CLAIMS, x: { y: 0, data: { a: 2 } } }),
    ],
    ['with data twice, of which the last counts', plaintextOf({ a: 2 }).replace(/}$/, ',"data":{"a":1}}')],
    ['with escapes that are not needed', plaintextOf({ a: 1 }).replace('"a"', '"\\u0061"')],
  ])('is told from the plaintext %s', (_how, text) => {
    expect(holdsData(text, '{"a":1}')).toBe(true)
    expect(holdsData(text, '{"a":2}')).toBe(false)
    expect(holdsData(text, '{}')).toBe(false)
  })
})

describe('key states', () => {
  const k = base64url(SECRET)
  const k2 = base64url(OTHER_SECRET)

  it('a pending key opens, a retired one opens, an expired or revoked one opens nothing', () => {
    const minted = seal(plaintextOf({}), key)
    const states = {
      pending: { nbf: START + 10 },
      retired: { nbf: START - 10 },
      expired: { exp: START },
      revoked: { revoked: true },
      'revoked by now': { revoked: START },
    }
    const outcomes = Object.entries(states).map(([state, times]) => {
      const active = { kty: 'oct', k: k2, nbf: START - 5 } as const
      const ring = tokenKeys({ keys: [{ kty: 'oct', kid: key.kid, k, ...times }, active] })
      return [state, 'rejected' in opening(minted, ring)]
    })
    expect(Object.fromEntries(outcomes)).toEqual({
      pending: false,
      retired: false,
      expired: true,
      revoked: true,
      'revoked by now': true,
    })
  })

  it('keys of a ring are never tried in turn: only the one that is named', () => {
    const ring = KeyRing.from([OTHER_SECRET, SECRET])
    expect(ring.find('nobody', START)).toBeUndefined()
    expect(opening(token, tokenKeys([OTHER_SECRET]))).toEqual({ rejected: 'missing-key' })
    expect(opening(token, tokenKeys([OTHER_SECRET, SECRET]))).toMatchObject({ claims: CLAIMS })
  })
})
