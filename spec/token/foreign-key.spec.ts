import { describe, expect, it } from 'vitest'
import { foreignKey } from '../../lib/migrate/jose.js'

describe('the key of another package', () => {
  it('is HKDF-SHA-256, as in test case 1 of RFC 5869', () => {
    const secret = Buffer.from('0b'.repeat(22), 'hex')
    const [salt, info] = [Buffer.from('000102030405060708090a0b0c', 'hex'), Buffer.from('f0f1f2f3f4f5f6f7f8f9', 'hex')]
    const key = foreignKey(secret, salt as never, info as never, 42)
    expect(key.export().toString('hex')).toBe(
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    )
  })

  it('is as long as that package asks', () => {
    expect([32, 64].map((bytes) => foreignKey('secret', '', 'info', bytes).symmetricKeySize)).toEqual([32, 64])
  })
})
