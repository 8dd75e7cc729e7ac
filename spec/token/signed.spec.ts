import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isHmacAlgorithm, verifier } from '../../lib/migrate/reader.js'
import { OTHER_SECRET, SECRET, THIRD_SECRET } from '../support/secrets.js'

describe('a signature', () => {
  it.each(['base64', 'base64url', 'hex'] as const)(
    'is verified as it is spelled in %s, without padding',
    (encoding) => {
      const signature = createHmac('sha1', SECRET).update('text').digest(encoding)
      const verify = verifier([SECRET], 'sha1', encoding)
      expect(verify('text', signature.replace(/=+$/, ''))).toBe(true)
      expect(verify('other', signature.replace(/=+$/, ''))).toBe(false)
      expect(verify('text', `${signature.replace(/=+$/, '')}=`)).toBe(false)
    },
  )

  it('has no padding, where base64 would have two characters of it', () => {
    // 64 bytes are 86 characters and two of padding.
    const padded = createHmac('sha512', SECRET).update('text').digest('base64')
    expect(padded.endsWith('==')).toBe(true)
    const verify = verifier([SECRET], 'sha512', 'base64')
    expect([verify('text', padded.slice(0, -2)), verify('text', padded)]).toEqual([true, false])
  })

  it('is that of any of the secrets, as long as they are in force', () => {
    const signed = (secret: string) => createHmac('sha256', secret).update('text').digest('hex')
    const verify = verifier([SECRET, Buffer.from(OTHER_SECRET)], 'sha256', 'hex')
    expect([SECRET, OTHER_SECRET, THIRD_SECRET].map((secret) => verify('text', signed(secret)))).toEqual([
      true,
      true,
      false,
    ])
    expect(verifier([], 'sha256', 'hex')('text', signed(SECRET))).toBe(false)
  })

  it.each(['', 'short', 'x'.repeat(64), 'x'.repeat(100)])('is refused without an error: %j', (given) => {
    expect(verifier([SECRET], 'sha256', 'hex')('text', given)).toBe(false)
  })
})

describe('a hash', () => {
  it('is one that this Node can make an HMAC with', () => {
    expect(['sha1', 'sha256', 'sha512'].map(isHmacAlgorithm)).toEqual([true, true, true])
    expect(['', 'sha', 'rot13', '__proto__'].map(isHmacAlgorithm)).toEqual([false, false, false, false])
  })
})
