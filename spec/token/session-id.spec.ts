import { describe, expect, it } from 'vitest'
import { hashSessionId, newSessionId } from '../../lib/token/session-id.js'

describe('a session id', () => {
  it('is 16 random bytes in base64url', () => {
    const ids = Array.from({ length: 1000 }, newSessionId)
    for (const id of ids) expect(Buffer.from(id, 'base64url')).toHaveLength(16)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('is stood for in events by a hash that is the same for the same session and does not contain it', () => {
    const id = newSessionId()
    expect(hashSessionId(id)).toBe(hashSessionId(id))
    expect(hashSessionId(id)).not.toBe(hashSessionId(newSessionId()))
    expect(hashSessionId(id)).toMatch(/^[A-Za-z0-9_-]{16}$/)
    expect(id).not.toContain(hashSessionId(id))
  })
})
