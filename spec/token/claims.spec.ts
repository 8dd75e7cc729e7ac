import { describe, expect, it } from 'vitest'
import { decodeClaims, encodeClaims, holdsData } from '../../lib/token/claims.js'

const CLAIMS = { sid: 'id', sat: 1, iat: 2, exp: 3 }

describe('the data of a plaintext', () => {
  const json = '{"user":"Ada"}'
  const text = encodeClaims(CLAIMS, json)

  it('are recognized as they were written, and in any other spelling', () => {
    expect(holdsData(text, json)).toBe(true)
    expect(holdsData('{ "data": {"user": "\\u0041da"}, "sid": "id" }', json)).toBe(true)
  })

  it('are not taken for other data, even for such that the text ends with', () => {
    expect(holdsData(text, '{"user":"Eve"}')).toBe(false)
    expect(holdsData(encodeClaims(CLAIMS, '{"a":{"user":"Ada"}}'), json)).toBe(false)
    expect(holdsData(encodeClaims(CLAIMS, '{"data":{"user":"Ada"}}'), json)).toBe(false)
    expect(holdsData(encodeClaims(CLAIMS, '{}'), '')).toBe(false)
  })

  it('are recognized without parsing where encodeClaims wrote them', () => {
    // Not JSON before the data: whoever parsed it would throw.
    expect(holdsData(`not JSON,"data":${json}}`, json)).toBe(true)
  })
})

describe('a plaintext', () => {
  it('may have ttl and chk, and other claims do not count', () => {
    const decoded = decodeClaims(Buffer.from(encodeClaims({ ...CLAIMS, ttl: 60, chk: 5 }, '{}')))
    expect(decoded?.claims).toEqual({ ...CLAIMS, ttl: 60, chk: 5 })
  })

  it.each(['', '{', 'null', '[]', '"text"', '{"sid":"id"}', '{"data":{}}'])(
    'of another library is not a session: %s',
    (text) => {
      expect(decodeClaims(Buffer.from(text))).toBeUndefined()
    },
  )
})
