import { createHmac, timingSafeEqual } from 'node:crypto'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { verifier } from '../../lib/migrate/reader.js'
import { cbcHs512 } from '../../lib/token/algorithms.js'
import { SECRET } from '../support/secrets.js'

vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof import('node:crypto')>()
  return { ...crypto, timingSafeEqual: vi.fn(crypto.timingSafeEqual) }
})

const compare = vi.mocked(timingSafeEqual)
beforeEach(() => {
  // With the lies that nobody has heard.
  compare.mockReset()
})

/*
 * The comparison is made to lie: were there another one, before it or beside it, that one would tell how much of a
 * guess is right by how long it takes, and the lie would not decide.
 */
function lying<Outcome>(answer: boolean, run: () => Outcome): Outcome {
  compare.mockReturnValueOnce(answer)
  return run()
}

const key = Buffer.alloc(64, 'content key')
const aad = Buffer.from('header')

function changed(bytes: Buffer): Buffer {
  return bytes.map((byte, index) => (index === 0 ? byte ^ 1 : byte)) as Buffer
}

describe('the code that verifies', () => {
  it('compares tags and signatures with timingSafeEqual', () => {
    const { iv, ciphertext, tag } = cbcHs512.encrypt('text', key, aad)
    for (const given of [tag, changed(tag)]) {
      compare.mockClear()
      cbcHs512.decrypt({ iv, ciphertext, tag: given }, key, aad)
      expect(compare).toHaveBeenCalledExactlyOnceWith(given, tag)
    }
    const signature = createHmac('sha256', SECRET).update('text').digest()
    for (const given of [signature, changed(signature)]) {
      compare.mockClear()
      verifier([SECRET], 'sha256', 'hex')('text', given.toString('hex'))
      const texts = [given, signature].map((one) => Buffer.from(one.toString('hex')))
      expect(compare.mock.calls).toEqual([texts])
    }
  })

  it('has no other comparison of tags that decides', () => {
    const { iv, ciphertext, tag } = cbcHs512.encrypt('text', key, aad)
    const decrypted = (given: Buffer) => cbcHs512.decrypt({ iv, ciphertext, tag: given }, key, aad)?.toString()
    expect(lying(true, () => decrypted(changed(tag)))).toBe('text')
    expect(lying(false, () => decrypted(tag))).toBeUndefined()
  })

  it.each(['base64', 'base64url', 'hex'] as const)(
    'has no other comparison of signatures in %s that decides, but that of their lengths',
    (encoding) => {
      const signature = createHmac('sha256', SECRET).update('text').digest()
      const spelled = (bytes: Buffer) => bytes.toString(encoding).replace(/=+$/, '')
      const verify = verifier([SECRET], 'sha256', encoding)
      expect(lying(true, () => verify('text', spelled(changed(signature))))).toBe(true)
      expect(lying(false, () => verify('text', spelled(signature)))).toBe(false)
      compare.mockClear()
      expect(verify('text', spelled(signature).slice(1))).toBe(false)
      expect(compare).not.toHaveBeenCalled()
    },
  )
})
