import { MemoryStore } from 'express-session'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { authJs, cookieSession, expressOpenidConnect, expressSession, jwe } from '../../lib/migrate/index.js'
import { garbage } from '../support/garbage.js'
import { asking } from './support.js'

const secret = 'a secret'
const READERS = [
  ['cookieSession', cookieSession({ secret }), 'session'],
  ['expressSession', expressSession({ secret, store: new MemoryStore() }), 'connect.sid'],
  ['expressOpenidConnect', expressOpenidConnect({ secret }), 'appSession'],
  ['authJs', authJs({ secret }), 'authjs.session-token'],
  ['jwe', jwe({ name: 'token', key: new Uint8Array(32) }), 'token'],
] as const

describe.each(READERS)('whatever the Cookie header is, %s', (_reader, reader, name) => {
  const cookie = fc
    .tuple(fc.constantFrom(name, `${name}.sig`, `${name}.0`, `${name}.1`, `${name}.10`, `__Secure-${name}`), garbage)
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
