import { createDecipheriv, createSecretKey } from 'node:crypto'
import { CompactEncrypt, compactDecrypt } from 'jose'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { KeyRing } from '../../lib/index.js'
import { cbcHs512, gcm, unwrap, wrap } from '../../lib/token/algorithms.js'
import { open, seal, sealedLength } from '../../lib/token/jwe.js'
import type { Sealing, TokenKey } from '../../lib/token/key.js'
import { START } from '../support/clock.js'
import { SEALINGS, tokenKeys } from '../support/keys.js'
import { SECRET } from '../support/secrets.js'
import { base64url, CLAIMS, type Parts, plaintextOf, remade, unbase64url } from '../support/tokens.js'

vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof import('node:crypto')>()
  return { ...crypto, createDecipheriv: vi.fn(crypto.createDecipheriv) }
})

const PLAINTEXT = plaintextOf({ user: 'Ada' })
const OPENED = { claims: CLAIMS, data: { user: 'Ada' } }
const exported = KeyRing.from(SECRET).exportFor('session').keys

function keyFor(sealing: Sealing): TokenKey {
  return tokenKeys(SECRET, 'session', sealing).active(START) as TokenKey
}

function opening(token: string) {
  return open(token, tokenKeys(), START, 4096)
}

/** The exported key that jose needs for a token. */
function jwkFor({ alg, enc }: Sealing) {
  return exported.find((jwk) => jwk.alg === (alg === 'dir' ? enc : alg)) as (typeof exported)[number]
}

describe.each(SEALINGS)('a token sealed with $alg and $enc', (sealing) => {
  const key = keyFor(sealing)
  // Not while the specs are collected: a failure there is nobody's test.
  let token: string
  beforeAll(() => {
    token = seal(PLAINTEXT, key)
  })

  it('opens, whichever way new ones are sealed', () => {
    for (const other of SEALINGS) {
      expect(open(token, tokenKeys(SECRET, 'session', other), START, 4096)).toMatchObject(OPENED)
    }
  })

  it('is as long as was computed before it was sealed', () => {
    for (let length = 0; length < 40; length++) {
      const plaintext = plaintextOf({ text: 'x'.repeat(length) })
      expect(seal(plaintext, key)).toHaveLength(sealedLength(Buffer.byteLength(plaintext), key))
    }
  })

  it('says in its header how it is sealed, and nothing else', () => {
    const [header] = token.split('.') as Parts
    expect(unbase64url(header).toString()).toBe(JSON.stringify({ ...sealing, kid: key.kid }))
  })

  it('is opened by jose with the exported key, and with no other', async () => {
    const { plaintext } = await compactDecrypt(token, jwkFor(sealing))
    expect(Buffer.from(plaintext).toString()).toBe(PLAINTEXT)
    for (const jwk of exported) {
      if (jwk !== jwkFor(sealing)) await expect(compactDecrypt(token, jwk)).rejects.toThrow()
    }
  })

  it('may be minted by jose with the exported key', async () => {
    const minted = await new CompactEncrypt(Buffer.from(PLAINTEXT))
      .setProtectedHeader({ ...sealing, kid: key.kid })
      .encrypt(jwkFor(sealing))
    expect(opening(minted)).toMatchObject(OPENED)
  })

  it('is refused when any character of it is another', () => {
    for (let place = 0; place < token.length; place++) {
      const other = token[place] === 'A' ? 'B' : 'A'
      expect(opening(token.slice(0, place) + other + token.slice(place + 1))).toHaveProperty('rejected')
    }
  })

  it('is refused by the app and by jose when a part has another length', async () => {
    for (let part = 1; part < 5; part++) {
      for (const change of [(bytes: Buffer) => bytes.subarray(1), (bytes: Buffer) => Buffer.concat([bytes, bytes])]) {
        const changed = remade(
          token,
          (parts) => parts.map((one, i) => (i === part ? base64url(change(unbase64url(one))) : one)) as Parts,
        )
        if (changed === token) continue
        expect(opening(changed)).toHaveProperty('rejected')
        await expect(compactDecrypt(changed, jwkFor(sealing))).rejects.toThrow()
      }
    }
  })

  it('is refused by the app and by jose under the header of another way', async () => {
    for (const other of SEALINGS) {
      if (other === sealing) continue
      const changed = remade(token, ([, ...rest]) => [keyFor(other).header, ...rest])
      expect(opening(changed)).toHaveProperty('rejected')
      await expect(compactDecrypt(changed, jwkFor(sealing))).rejects.toThrow()
    }
  })

  it('does not open under another name', () => {
    expect(open(token, tokenKeys(SECRET, 'other'), START, 4096)).toMatchObject({ rejected: 'tampered' })
  })
})

describe('what a token takes beyond one of dir and A256GCM, in characters', () => {
  it.each([
    ['dir', 'A256CBC-HS512', 36, 57],
    ['A256KW', 'A256GCM', 58, 58],
    ['A256KW', 'A256CBC-HS512', 136, 157],
  ] as const)('is for %s and %s what spec/guide/keys.md says', (alg, enc, least, most) => {
    const lengths = Array.from({ length: 48 }, (_, index) => {
      const bytes = 200 + index
      const { header } = keyFor({ alg, enc })
      return sealedLength(bytes, { alg, enc, header }) - sealedLength(bytes, keyFor({ alg: 'dir', enc: 'A256GCM' }))
    })
    expect([Math.min(...lengths), Math.max(...lengths)]).toEqual([least, most])
  })
})

describe('known answers', () => {
  const bytes = (hex: string) => Buffer.from(hex.replaceAll(/\s/g, ''), 'hex')
  const upTo = (count: number) => Buffer.from(Array.from({ length: count }, (_, index) => index))

  it('A256CBC-HS512 is that of RFC 7518, appendix B.3', () => {
    const plaintext =
      'A cipher system must not be required to be secret, and it must be able to fall into the hands of the enemy ' +
      'without inconvenience'
    const encrypted = {
      iv: bytes('1af38c2dc2b96ffdd86694092341bc04'),
      ciphertext: bytes(`4affaaadb78c31c5da4b1b590d10ffbd3dd8d5d302423526912da037ecbcc7bd
        822c301dd67c373bccb584ad3e9279c2e6d12a1374b77f077553df829410446b
        36ebd97066296ae6427ea75c2e0846a11a09ccf5370dc80bfecbad28c73f09b3
        a3b75e662a2594410ae496b2e2e6609e31e6e02cc837f053d21f37ff4f51950b
        be2638d09dd7a4930930806d0703b1f6`),
      tag: bytes('4dd3b4c088a7f45c216839645b2012bf2e6269a8c56a816dbc1b267761955bc5'),
    }
    const aad = Buffer.from('The second principle of Auguste Kerckhoffs')
    expect(cbcHs512.decrypt(encrypted, upTo(64), aad)?.toString()).toBe(plaintext)
    expect(cbcHs512.decrypt(encrypted, createSecretKey(upTo(64)), aad)?.toString()).toBe(plaintext)
  })

  it('A256KW is that of RFC 3394, section 4.6', () => {
    const key = createSecretKey(upTo(32))
    const contentKey = bytes('00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F')
    const wrapped = bytes(`28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326
      CBC7F0E71A99F43BFB988B9B7A02DD21`)
    expect(wrap(contentKey, key)).toEqual(wrapped)
    expect(unwrap(wrapped, key)).toEqual(contentKey)
  })

  it('A256GCM is that of test case 16 of the GCM specification', () => {
    const encrypted = {
      iv: bytes('cafebabefacedbaddecaf888'),
      ciphertext: bytes(`522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa
        8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662`),
      tag: bytes('76fc6ece0f4e1768cddf8853bb2d551b'),
    }
    const key = bytes('feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308')
    const aad = bytes('feedfacedeadbeeffeedfacedeadbeefabaddad2')
    expect(gcm.decrypt(encrypted, key, aad)?.toString('hex')).toBe(
      'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
    )
  })
})

describe('opening A256CBC-HS512', () => {
  it('refuses a ciphertext that is not a whole number of blocks, before it computes anything', () => {
    const token = seal(PLAINTEXT, keyFor({ alg: 'dir', enc: 'A256CBC-HS512' }))
    const cut = remade(token, ([header, encryptedKey, iv, ciphertext, tag]) => {
      return [header, encryptedKey, iv, base64url(unbase64url(ciphertext).subarray(1)), tag]
    })
    expect(opening(cut)).toMatchObject({ rejected: 'malformed' })
  })

  it('opens A256GCM with a whole tag only, as one of four bytes can be guessed', () => {
    const key = keyFor({ alg: 'dir', enc: 'A256GCM' })
    const derived = key.derived('A256GCM')
    const { iv, ciphertext, tag } = gcm.encrypt(PLAINTEXT, derived, key.aad)
    const decrypt = (bytes: number) => gcm.decrypt({ iv, ciphertext, tag: tag.subarray(0, bytes) }, derived, key.aad)
    expect(decrypt(16)?.toString()).toBe(PLAINTEXT)
    for (const bytes of [4, 8, 12, 13, 14, 15]) expect(() => decrypt(bytes)).toThrow(/tag/)
  })

  it('has no padding oracle: padding is checked only after the tag has verified', () => {
    const key = keyFor({ alg: 'dir', enc: 'A256CBC-HS512' })
    const derived = key.derived('A256CBC-HS512')
    const { iv, ciphertext, tag } = cbcHs512.encrypt(PLAINTEXT, derived, key.aad)
    const decipher = vi.mocked(createDecipheriv)
    // A byte before the last block decides about its padding: one of these values or another makes it valid again.
    for (let value = 0; value < 256; value++) {
      decipher.mockClear()
      const changed = Buffer.from(ciphertext)
      const place = changed.length - 17
      changed[place] = (changed[place] as number) ^ value
      const plaintext = cbcHs512.decrypt({ iv, ciphertext: changed, tag }, derived, key.aad)
      expect(plaintext?.toString()).toBe(value === 0 ? PLAINTEXT : undefined)
      // By the time that deciphering takes, too, padding could be told.
      expect(decipher).toHaveBeenCalledTimes(value === 0 ? 1 : 0)
    }
  })
})
