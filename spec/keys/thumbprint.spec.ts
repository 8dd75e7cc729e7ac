import { calculateJwkThumbprint } from 'jose'
import { describe, expect, it } from 'vitest'
import { readKeys } from '../../lib/keys/source.js'
import { OTHER_SECRET, SECRET } from '../support/secrets.js'

describe('the thumbprint of a key', () => {
  it.each([SECRET, OTHER_SECRET])('is that of RFC 7638, as jose computes it, whatever its kid is', async (secret) => {
    const k = Buffer.from(secret).toString('base64url')
    const [plain, named] = readKeys([secret, { kty: 'oct', k, kid: 'named' }])
    const expected = await calculateJwkThumbprint({ kty: 'oct', k })
    expect([plain?.thumbprint(), named?.thumbprint()]).toEqual([expected, expected])
  })
})
