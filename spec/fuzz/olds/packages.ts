import { createHmac, hkdfSync } from 'node:crypto'
import { CompactEncrypt } from 'jose'
import type { SessionReader } from '../../../lib/index.js'
import {
  authJs,
  cookieSession,
  custom,
  expressOpenidConnect,
  expressSession,
  jwe,
  type SessionStore,
} from '../../../lib/migrate/index.js'
import { NOW } from '../clock.js'
import { valuesIn } from '../pairs.js'

/** Another package, as it leaves a session behind. */
export interface Old {
  /** The name that its cookies begin with. */
  readonly name: string
  /** @param store what the store has, where there is one */
  reader(store: SessionStore): SessionReader
  /** The cookies of a session that held this JSON. */
  cookies(text: string): Promise<readonly (readonly [name: string, value: string])[]>
  /** Whether its value may be spread over several cookies. */
  readonly isChunked?: boolean
}

const secret = 'another secret'
const key = new Uint8Array(32)
/** The only id in the store. */
export const STORED = 'the-id'

function hmac(algorithm: string, text: string, encoding: 'base64' | 'base64url'): string {
  return createHmac(algorithm, secret).update(text).digest(encoding).replace(/=+$/, '')
}

function sealed(text: string, header: object, under: ArrayBuffer | Uint8Array): Promise<string> {
  return new CompactEncrypt(Buffer.from(text))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', ...header } as never)
    .encrypt(new Uint8Array(under))
}

/** By the function that reads it. */
export const OLDS: Readonly<Record<string, Old>> = {
  cookieSession: {
    name: 'session',
    reader: () => cookieSession({ secret }),
    async cookies(text) {
      const value = Buffer.from(text).toString('base64')
      return [
        ['session', value],
        ['session.sig', hmac('sha1', `session=${value}`, 'base64url')],
      ]
    },
  },
  expressSession: {
    name: 'connect.sid',
    reader: (store) => expressSession({ secret, store }),
    async cookies() {
      return [['connect.sid', encodeURIComponent(`s:${STORED}.${hmac('sha256', STORED, 'base64')}`)]]
    },
  },
  expressOpenidConnect: {
    name: 'appSession',
    isChunked: true,
    reader: () => expressOpenidConnect({ secret }),
    async cookies(text) {
      // Its end stands in the header.
      const exp = /"exp":([^,}]+)/.exec(text)?.[1]
      const times = { iat: NOW - 60, exp: exp === undefined ? NOW + 60 : JSON.parse(exp) }
      return [['appSession', await sealed(text, times, hkdfSync('sha256', secret, '', 'JWE CEK', 32))]]
    },
  },
  authJs: {
    name: 'authjs.session-token',
    isChunked: true,
    reader: () => authJs({ secret }),
    async cookies(text) {
      const name = 'authjs.session-token'
      const info = `Auth.js Generated Encryption Key (${name})`
      return [[name, await sealed(text, { enc: 'A256CBC-HS512' }, hkdfSync('sha256', secret, name, info, 64))]]
    },
  },
  jwe: {
    name: 'token',
    isChunked: true,
    reader: () => jwe({ name: 'token', key }),
    async cookies(text) {
      return [['token', await sealed(text, { alg: 'A256KW' }, key)]]
    },
  },
  /** One that takes any JSON for a session, and what is no JSON for an error. */
  custom: {
    name: 'mine',
    reader: () =>
      custom(
        ({ headers: { cookie = '' } }) => {
          const [text, signature] = valuesIn(cookie, 'mine')[0]?.split('.') ?? []
          return text && signature === hmac('sha256', text, 'base64url')
            ? JSON.parse(decodeURIComponent(text))
            : undefined
        },
        { cookies: ['mine'] },
      ),
    async cookies(text) {
      const value = encodeURIComponent(text).replaceAll('.', '%2E')
      return [['mine', `${value}.${hmac('sha256', value, 'base64url')}`]]
    },
  },
}
