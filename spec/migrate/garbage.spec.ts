import { MemoryStore } from 'express-session'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { authJs, cookieSession, expressOpenidConnect, expressSession, jwe } from '../../lib/migrate/index.js'
import { asking } from './support.js'

const secret = 'a secret'
const READERS = [
  ['cookieSession', cookieSession({ secret }), 'session'],
  ['expressSession', expressSession({ secret, store: new MemoryStore() }), 'connect.sid'],
  ['expressOpenidConnect', expressOpenidConnect({ secret }), 'appSession'],
  ['authJs', authJs({ secret }), 'authjs.session-token'],
  ['jwe', jwe({ name: 'token', key: new Uint8Array(32) }), 'token'],
] as const

const base64url = fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes).toString('base64url'))
const headers = fc
  .record(
    {
      alg: fc.constantFrom('dir', 'A256KW', 'PBES2-HS256+A128KW', 'RSA-OAEP', 'ECDH-ES', 'none', '__proto__'),
      enc: fc.constantFrom('A256GCM', 'A256CBC-HS512', 'A128GCM', 'none', '__proto__'),
      zip: fc.constant('DEF'),
      crit: fc.jsonValue(),
      p2c: fc.constant(1e9),
      kid: fc.jsonValue(),
      exp: fc.jsonValue(),
    },
    { requiredKeys: [] },
  )
  .map((header) => Buffer.from(JSON.stringify(header)).toString('base64url'))
const token = fc
  .tuple(fc.oneof(headers, base64url), fc.oneof(fc.constant(''), base64url), base64url, base64url, base64url)
  .map((parts) => parts.join('.'))
const value = fc.oneof(
  token,
  fc.string({ unit: 'binary' }),
  fc.json().map((text) => Buffer.from(text).toString('base64')),
  fc.tuple(fc.string(), base64url).map(([id, signature]) => `s%3A${id}.${signature}`),
  fc.constantFrom('%', '%E0%A4%A', 's:', 's%3A', '....', 'A'.repeat(5000)),
)

describe.each(READERS)('whatever the Cookie header is, %s', (_reader, reader, name) => {
  const cookie = fc
    .tuple(fc.constantFrom(name, `${name}.sig`, `${name}.0`, `${name}.1`, `${name}.10`, `__Secure-${name}`), value)
    .map((pair) => pair.join('='))
  const header = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(cookie, { maxLength: 14 }).map((cookies) => cookies.join('; ')),
  )

  it('neither fails nor finds a session', async () => {
    await fc.assert(
      fc.asyncProperty(header, async (text) => {
        expect(await reader.read(asking(text))).toBeUndefined()
      }),
      { numRuns: 400 },
    )
  })
})
