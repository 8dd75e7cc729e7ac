import { hkdfSync } from 'node:crypto'
import { encode } from '@auth/core/jwt'
import { EncryptJWT } from 'jose'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import session from '../../lib/index.js'
import { everyBlockRan, examplesOf } from '../support/examples.js'
import { appOf, changeOf, moveIn } from '../support/moving.js'

const page = examplesOf('spec/guide/from-authjs.md')
const secret = 'the secret of Auth.js'
const HELLO = { body: 'Hello, Ada', later: 'Hello, Ada' }

describe('the programs of the page about Auth.js', () => {
  it('the change leaves the page as it is for a stranger', async () => {
    const { text } = await request(appOf(changeOf(page), '+', { session })).get('/')
    expect(text).toBe('Hello, stranger')
  })

  it.each(['authjs.session-token', '__Secure-authjs.session-token'])('users stay signed in by %s', async (name) => {
    const value = await encode({ token: { sub: 'u1', name: 'Ada' }, secret, salt: name })
    const moved = await moveIn(page, 'A whole program', `${name}=${value}`, { AUTH_SECRET: secret })
    expect(moved).toEqual({ ...HELLO, removed: [name] })
  })

  it.each(['next-auth.session-token', '__Secure-next-auth.session-token'])(
    'users of NextAuth.js 4 stay signed in by %s',
    async (name) => {
      // As next-auth/jwt of version 4 encodes it, with which it was compared.
      const info = 'NextAuth.js Generated Encryption Key'
      const value = await new EncryptJWT({ sub: 'u1', name: 'Ada' })
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .setIssuedAt()
        .setExpirationTime('30 days')
        .setJti('an id')
        .encrypt(new Uint8Array(hkdfSync('sha256', secret, '', info, 32)))
      const moved = await moveIn(page, 'NextAuth.js 4', `${name}=${value}`, { AUTH_SECRET: secret })
      expect(moved).toEqual({ ...HELLO, removed: [name] })
    },
  )
})

everyBlockRan(page)
