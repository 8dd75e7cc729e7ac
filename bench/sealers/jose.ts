import { randomBytes } from 'node:crypto'
import { CompactEncrypt, compactDecrypt } from 'jose'
import type { Sealer } from './sealer.js'
import { jwk, LIFETIME } from './secrets.js'

const key = await crypto.subtle.importKey('raw', Buffer.from(jwk.k, 'base64url'), 'AES-GCM', false, [
  'encrypt',
  'decrypt',
])
const sid = randomBytes(16).toString('base64url')
const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** The same tokens by `jose`, with an imported CryptoKey, which is its fastest way. */
export const jose: Sealer = { name: 'jose', packages: ['jose'], seal, open }

function seal(data: object): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  const claims = { sid, sat: now, iat: now, exp: now + LIFETIME, data }
  return new CompactEncrypt(encoder.encode(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: jwk.kid })
    .encrypt(key)
}

async function open(token: string): Promise<object> {
  const { plaintext } = await compactDecrypt(token, key)
  return JSON.parse(decoder.decode(plaintext)).data
}
