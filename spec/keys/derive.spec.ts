import { createHmac, createSecretKey, subtle } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { deriveKey, deriveKid } from '../../lib/keys/root.js'
import { OTHER_SECRET, SECRET } from '../support/secrets.js'

const ROOT = createSecretKey(SECRET, 'utf8')
const OTHER_ROOT = createSecretKey(OTHER_SECRET, 'utf8')

/** HKDF with SHA-256, step by step as RFC 5869, section 2 says it. */
function hkdf(ikm: Uint8Array, info: string, length: number): string {
  const prk = createHmac('sha256', new Uint8Array(32)).update(ikm).digest()
  let okm = Buffer.alloc(0)
  let block = Buffer.alloc(0)
  for (let counter = 1; okm.length < length; counter++) {
    block = createHmac('sha256', prk).update(block).update(info, 'utf8').update(Uint8Array.of(counter)).digest()
    okm = Buffer.concat([okm, block])
  }
  return okm.subarray(0, length).toString('base64url')
}

function exported(root = ROOT, purpose = 'cookie/session'): string {
  return deriveKey(root, purpose, 'A256GCM').export().toString('base64url')
}

describe('a derived key', () => {
  it('is the known answer, which was computed in Python', () => {
    expect(exported()).toBe('9Bi9PdYX5EjAoNTBV1xwJaMo-BVW1m8jq5giyiHQdjQ')
  })

  it('is HKDF-SHA-256 by RFC 5869, with no salt, and the purpose and algorithm as info', () => {
    const testCase3 = Buffer.from(hkdf(new Uint8Array(22).fill(0x0b), '', 42), 'base64url').toString('hex')
    expect(testCase3).toBe('8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8')
    expect(exported()).toBe(hkdf(Buffer.from(SECRET), 'sealed-session/1/cookie/session/A256GCM', 32))
    expect(exported(OTHER_ROOT, 'cookie/a')).toBe(
      hkdf(Buffer.from(OTHER_SECRET), 'sealed-session/1/cookie/a/A256GCM', 32),
    )
  })

  it('is what Web Crypto derives', async () => {
    const ikm = await subtle.importKey('raw', Buffer.from(SECRET), 'HKDF', false, ['deriveBits'])
    const info = Buffer.from('sealed-session/1/cookie/session/A256GCM')
    const bits = await subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info }, ikm, 256)
    expect(exported()).toBe(Buffer.from(bits).toString('base64url'))
  })

  it('is as long as A256GCM asks (RFC 7518, section 5.3)', () => {
    expect(deriveKey(ROOT, 'cookie/session', 'A256GCM').symmetricKeySize).toBe(32)
  })

  it('is the same for the same root, purpose and algorithm, on every instance', () => {
    expect(exported()).toBe(exported(createSecretKey(SECRET, 'utf8')))
  })

  it('differs for another purpose, even if the names have much in common', () => {
    const names = ['cookie/session', 'cookie/Session', 'cookie/session2', 'cookie/sessio', 'ended/session', '']
    expect(new Set(names.map((name) => exported(ROOT, name))).size).toBe(names.length)
  })

  it('differs for another root', () => {
    expect(exported(OTHER_ROOT)).not.toBe(exported())
  })

  it('does not show its bytes when it is printed', () => {
    const shown = inspect(deriveKey(ROOT, 'cookie/session', 'A256GCM'), { showHidden: true, depth: 9 })
    expect(shown).not.toContain(exported())
    expect(shown).not.toContain(Buffer.from(exported(), 'base64url').toString('hex').slice(0, 8))
  })
})

describe('a derived kid', () => {
  it('is the known answer, which was computed in Python', () => {
    expect(deriveKid(ROOT)).toBe('jrR5-AZ_')
    expect(deriveKid(OTHER_ROOT)).toBe('eCygIECz')
  })

  it('is six bytes of HKDF-SHA-256 in base64url', () => {
    expect(deriveKid(ROOT)).toBe(hkdf(Buffer.from(SECRET), 'sealed-session/1/kid', 6))
  })
})
