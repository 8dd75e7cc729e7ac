import sodium from 'sodium-native'
import type { Sealer } from './sealer.js'
import { LIFETIME, SECRET } from './secrets.js'

const { crypto_secretbox_MACBYTES: MAC_BYTES, crypto_secretbox_NONCEBYTES: NONCE_BYTES } = sodium
const key = Buffer.from(SECRET)

/**
 * libsodium's XSalsa20-Poly1305 as @fastify/secure-session 8 uses it: the time among the data, `box;nonce` in base64,
 * and the percent-encoding that its cookie serializer adds.
 */
export const secretbox: Sealer = { name: 'secretbox', packages: ['sodium-native'], seal, open }

function seal(data: object): string {
  const message = Buffer.from(JSON.stringify({ ...data, __ts: Math.round(Date.now() / 1000) }))
  const nonce = Buffer.allocUnsafe(NONCE_BYTES)
  sodium.randombytes_buf(nonce)
  const box = Buffer.allocUnsafe(message.length + MAC_BYTES)
  sodium.crypto_secretbox_easy(box, message, nonce, key)
  return encodeURIComponent(`${box.toString('base64')};${nonce.toString('base64')}`)
}

function open(token: string): object | null {
  const parts = decodeURIComponent(token).split(';')
  if (parts.length <= 1) return null
  const box = Buffer.from(parts[0] ?? '', 'base64')
  const nonce = Buffer.from(parts[1] ?? '', 'base64')
  if (box.length < MAC_BYTES || nonce.length !== NONCE_BYTES) return null
  const message = Buffer.allocUnsafe(box.length - MAC_BYTES)
  if (!sodium.crypto_secretbox_open_easy(message, box, nonce, key)) return null
  const { __ts, ...data } = JSON.parse(message.toString('utf8'))
  return (__ts + LIFETIME) * 1000 > Date.now() ? data : null
}
