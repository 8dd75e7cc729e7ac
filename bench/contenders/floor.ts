import { createCipheriv, createDecipheriv, createSecretKey, randomBytes, randomFillSync } from 'node:crypto'
import { KeyRing } from '../../lib/index.js'
import { LIFETIME, NAME, SECRET } from './settings.js'

export const ring: KeyRing = KeyRing.from(SECRET)

/** The key of our cookie as a JWK, for those that speak the same format. */
export const jwk: { readonly kid: string; readonly k: string } = activeJwk()

const key = createSecretKey(jwk.k, 'base64url')
const header = Buffer.from(JSON.stringify({ alg: 'dir', enc: 'A256GCM', kid: jwk.kid })).toString('base64url')
const aad = Buffer.from(header, 'latin1')
const sid = randomBytes(16).toString('base64url')

/** Many IVs at once, as drawing one takes OpenSSL as long: a floor that draws each could be gone below. */
const ivs = Buffer.alloc(64 * 12)
let next = ivs.length

/**
 * What the format itself costs: OpenSSL, base64url and JSON, and nothing else. It checks the tag, which OpenSSL does,
 * but not the header, the spelling, the claims or the clock, and knows one key.
 */
export const floor = { name: 'floor', packages: [], seal, open } as const

function seal(data: object): string {
  const now = Math.floor(Date.now() / 1000)
  const iv = newIv()
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: 16 }).setAAD(aad)
  const plaintext = JSON.stringify({ sid, sat: now, iat: now, exp: now + LIFETIME, data })
  const ciphertext = cipher.update(plaintext, 'utf8').toString('base64url')
  cipher.final()
  return `${header}..${iv.toString('base64url')}.${ciphertext}.${cipher.getAuthTag().toString('base64url')}`
}

function newIv(): Buffer {
  if (next === ivs.length) {
    randomFillSync(ivs)
    next = 0
  }
  next += 12
  return ivs.subarray(next - 12, next)
}

function open(token: string): Record<string, unknown> {
  const [, , iv = '', ciphertext = '', tag = ''] = token.split('.')
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'), { authTagLength: 16 })
  decipher.setAAD(aad).setAuthTag(Buffer.from(tag, 'base64url'))
  const plaintext = decipher.update(ciphertext, 'base64url')
  decipher.final()
  return JSON.parse(plaintext.toString('utf8')).data
}

/** The line that the floor sets its cookie with. */
export function floorCookie(data: object): string {
  return `${NAME}=${seal(data)}; Max-Age=86400; Path=/; HttpOnly; SameSite=Lax`
}

/** What a `Cookie` header that has this cookie only holds; empty without one. */
export function inFloorCookie(header = ''): Record<string, unknown> {
  return header === '' ? {} : open(header.slice(NAME.length + 1))
}

function activeJwk(): { kid: string; k: string } {
  const [first] = ring.exportFor(NAME).keys
  if (first === undefined) throw new Error('the ring exports no key')
  return first
}
