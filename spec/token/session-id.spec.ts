import { describe, expect, it, vi } from 'vitest'
import { hashSessionId, newSessionId, sourceOf } from '../../lib/token/claims.js'
import { drawn } from '../support/drawn.js'

vi.mock('node:crypto', async (original) => {
  const { recordingCrypto } = await import('../support/drawn.js')
  return recordingCrypto(await original())
})

describe('a session id', () => {
  it('is 16 random bytes in base64url', () => {
    const ids = Array.from({ length: 1000 }, newSessionId)
    for (const id of ids) expect(Buffer.from(id, 'base64url')).toHaveLength(16)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('has no predictable byte: each of the 16 takes many values, independently of the others', () => {
    const ids = Array.from({ length: 1000 }, () => Buffer.from(newSessionId(), 'base64url'))
    const values = (of: (id: Buffer) => number | undefined) => new Set(ids.map(of)).size
    for (let index = 0; index < 16; index++) {
      // Of 256 values, 1000 draws leave out five. So many as 56 are no accident.
      expect(values((id) => id[index])).toBeGreaterThan(200)
      for (let other = 0; other < index; other++) {
        expect(values((id) => (id[index] as number) ^ (id[other] as number))).toBeGreaterThan(200)
      }
    }
  })

  it("is drawn from Node's cryptographic generator, whole", () => {
    const ids = Array.from({ length: 100 }, () => Buffer.from(newSessionId(), 'base64url').toString('hex'))
    expect(ids.filter((id) => !drawn.some((bytes) => bytes.includes(id)))).toEqual([])
  })

  it('is stood for in events by a hash that is the same for the same session and does not contain it', () => {
    const id = newSessionId()
    expect(hashSessionId(id)).toBe(hashSessionId(id))
    expect(hashSessionId(id)).not.toBe(hashSessionId(newSessionId()))
    expect(hashSessionId(id)).toMatch(/^[A-Za-z0-9_-]{16}$/)
    expect(id).not.toContain(hashSessionId(id))
  })

  it('is stood for by nothing that can be undone, and nothing that two ids share: it is SHA-256 of the whole id', () => {
    // Computed by another program: printf %s AAECAwQFBgcICQoLDA0ODw | openssl sha256 -binary | basenc --base64url
    expect(hashSessionId('AAECAwQFBgcICQoLDA0ODw')).toBe('XSYR1aTdK0Cyd9_b')
    const ids = Array.from({ length: 22 }, (_, index) => `${'A'.repeat(index)}B${'A'.repeat(21 - index)}`)
    expect(new Set(ids.map(hashSessionId)).size).toBe(22)
  })
})

describe('what a session has moved in from', () => {
  it('is stood for by a hash that is an id, the same for the same cookies', () => {
    expect(sourceOf(['a', 'b'])).toBe(sourceOf(['a', 'b']))
    expect(sourceOf(['a-very-private-datum'])).toMatch(/^[A-Za-z0-9_-]{22}$/)
  })

  it('is another one for other cookies, however they are put together', () => {
    const cookies = [
      ['ab', 'c'],
      ['a', 'bc'],
      ['abc'],
      ['c', 'ab'],
      ['abc', ''],
      ['', 'abc'],
      ['ab,c'],
      ['"ab","c"'],
      [],
    ]
    expect(new Set(cookies.map(sourceOf)).size).toBe(cookies.length)
  })
})
