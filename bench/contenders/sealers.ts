import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { decode, encode } from '@auth/core/jwt'
import { createEncryptionKey, generateId, jweDecrypt, jweEncrypt } from '@hono/session/cookies'
import { util } from 'client-sessions'
import { sealData, unsealData } from 'iron-session'
import { CompactEncrypt, compactDecrypt } from 'jose'
import Keygrip from 'keygrip'
import sodium from 'sodium-native'
import { epochSeconds } from '../../lib/clock.js'
import { absoluteEndOf, endedBy } from '../../lib/session/lifetime.js'
import { serialize } from '../../lib/session/serialize.js'
import { encodeClaims, newSessionId } from '../../lib/token/claims.js'
import { open as openToken, seal as sealToken } from '../../lib/token/jwe.js'
import { keysOfCookie } from '../../lib/token/key.js'
import { floor, jwk, ring } from './floor.js'
import { LIFETIME, NAME, SECRET } from './settings.js'

/** A way to keep a session in a cookie: the whole work from the data to the cookie's value, and back. */
export interface Sealer {
  readonly name: string
  /** What it is made of, for the versions beside the results. */
  readonly packages: readonly string[]
  seal(data: object): string | Promise<string>
  /** The data, or null (or an error) for what was not sealed here, was changed, or has expired. */
  open(token: string): object | null | Promise<object | null>
}

const TIMEOUTS = { idle: LIFETIME, absolute: 7 * LIFETIME }
const LONGEST_TOKEN = 4096
const begun = { sid: newSessionId(), sat: epochSeconds() }
const keys = keysOfCookie(ring, NAME, { alg: 'dir', enc: 'A256GCM' })

/** Ours, by the functions that the middleware calls, with their checks of the token, its claims and its timeouts. */
export const sealedSession: Sealer = {
  name: 'sealed-session',
  packages: [],
  seal(data) {
    const now = epochSeconds()
    const key = keys.active(now)
    if (key === undefined) throw new Error('no key is active')
    return sealToken(encodeClaims({ ...begun, iat: now, exp: absoluteEndOf(begun, TIMEOUTS) }, serialize(data)), key)
  },
  open(token) {
    const now = epochSeconds()
    const outcome = openToken(token, keys, now, LONGEST_TOKEN)
    if ('rejected' in outcome) return null
    const { claims, data } = outcome
    return endedBy(claims, TIMEOUTS, claims.iat, now) ? null : data
  },
}

const cryptoKey = (bytes: Uint8Array<ArrayBuffer>) =>
  crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt'])
const encoder = new TextEncoder()
const decoder = new TextDecoder()
const ourKey = await cryptoKey(Buffer.from(jwk.k, 'base64url'))
const sid = randomBytes(16).toString('base64url')

/** The same tokens by `jose`, with an imported CryptoKey, which is its fastest way. */
const jose: Sealer = {
  name: 'jose',
  packages: ['jose'],
  seal(data) {
    const now = Math.floor(Date.now() / 1000)
    const claims = { sid, sat: now, iat: now, exp: now + LIFETIME, data }
    return new CompactEncrypt(encoder.encode(JSON.stringify(claims)))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: jwk.kid })
      .encrypt(ourKey)
  },
  open: async (token) => JSON.parse(decoder.decode((await compactDecrypt(token, ourKey)).plaintext)).data,
}

const otherKey = await cryptoKey(randomBytes(32))

/** The smallest JWE with direct encryption: neither a key id nor claims, so no rotation and no end. */
export const bareJose: Sealer = {
  name: 'jose',
  packages: ['jose'],
  seal: (data) =>
    new CompactEncrypt(encoder.encode(JSON.stringify(data)))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .encrypt(otherKey),
  open: async (token) => JSON.parse(decoder.decode((await compactDecrypt(token, otherKey)).plaintext)),
}

const keygrip = new Keygrip([SECRET])
const SIGNATURE = `; ${NAME}.sig=`

/** cookie-session, which signs and does not encrypt: the JSON in base64, and HMAC-SHA1 of it in a second cookie. */
const signedByKeygrip: Sealer = {
  name: 'keygrip',
  packages: ['keygrip', 'cookie-session'],
  seal(data) {
    const cookie = `${NAME}=${Buffer.from(JSON.stringify(data)).toString('base64')}`
    return `${cookie}${SIGNATURE}${keygrip.sign(cookie)}`
  },
  open(token) {
    const [cookie = '', signature = ''] = token.split(SIGNATURE)
    if (!keygrip.verify(cookie, signature)) return null
    return JSON.parse(Buffer.from(cookie.slice(NAME.length + 1), 'base64').toString('utf8'))
  },
}

const { crypto_secretbox_MACBYTES: MAC_BYTES, crypto_secretbox_NONCEBYTES: NONCE_BYTES } = sodium
const boxKey = Buffer.from(SECRET)

/**
 * libsodium's XSalsa20-Poly1305 as @fastify/secure-session 8 uses it: the time among the data, `box;nonce` in base64,
 * and the percent-encoding that its cookie serializer adds.
 */
export const secretbox: Sealer = {
  name: 'secretbox',
  packages: ['sodium-native'],
  seal(data) {
    const message = Buffer.from(JSON.stringify({ ...data, __ts: Math.round(Date.now() / 1000) }))
    const nonce = Buffer.allocUnsafe(NONCE_BYTES)
    sodium.randombytes_buf(nonce)
    const box = Buffer.allocUnsafe(message.length + MAC_BYTES)
    sodium.crypto_secretbox_easy(box, message, nonce, boxKey)
    return encodeURIComponent(`${box.toString('base64')};${nonce.toString('base64')}`)
  },
  open(token) {
    const parts = decodeURIComponent(token).split(';')
    if (parts.length <= 1) return null
    const box = Buffer.from(parts[0] ?? '', 'base64')
    const nonce = Buffer.from(parts[1] ?? '', 'base64')
    if (box.length < MAC_BYTES || nonce.length !== NONCE_BYTES) return null
    const message = Buffer.allocUnsafe(box.length - MAC_BYTES)
    if (!sodium.crypto_secretbox_open_easy(message, box, nonce, boxKey)) return null
    const { __ts, ...data } = JSON.parse(message.toString('utf8'))
    return (__ts + LIFETIME) * 1000 > Date.now() ? data : null
  },
}

// It keeps the keys that it derives from the secret in these options, so that they are derived once.
const clientOptions = { cookieName: NAME, secret: SECRET }

/** client-sessions: AES-256-CBC and HMAC-SHA256, the cookie's name sealed in, the times beside it. */
export const clientSessions: Sealer = {
  name: 'client-sessions',
  packages: ['client-sessions'],
  seal: (data) => util.encode(clientOptions, data, LIFETIME * 1000),
  open(token) {
    const opened = util.decode(clientOptions, token)
    return opened && opened.createdAt + opened.duration > Date.now() ? opened.content : null
  },
}

const ironOptions = { password: SECRET, ttl: LIFETIME, onUnsealError: refuse }

/** iron-session: AES-256-CBC and HMAC-SHA256, each under a key that is derived anew for every token. */
export const ironSession: Sealer = {
  name: 'iron-session',
  packages: ['iron-session'],
  seal: (data) => sealData(data, ironOptions),
  open: (token) => unsealData(token, ironOptions),
}

/** Without this, a token that does not open is an empty session, as is one that was sealed empty. */
function refuse(reason: string): never {
  throw new Error(reason)
}

const authOptions = { secret: SECRET, salt: NAME, maxAge: LIFETIME }

/** Auth.js: a JWE with A256CBC-HS512 that holds the data and its own claims side by side. */
export const authCore: Sealer = {
  name: '@auth/core',
  packages: ['@auth/core'],
  seal: (data) => encode({ ...authOptions, token: data }),
  async open(token) {
    const { iat: _iat, exp: _exp, jti: _jti, ...data } = await decode({ ...authOptions, token })
    return data
  },
}

const honoKey = await createEncryptionKey(SECRET)
const honoId = generateId()

/**
 * @hono/session without a storage, by the functions that its middleware calls: a JWE with A256GCM by `jose`, from a
 * key that the middleware derives once, with the data and its own claims side by side.
 */
export const honoSession: Sealer = {
  name: '@hono/session',
  packages: ['@hono/session', 'jose'],
  seal: async (data) => (await jweEncrypt({ sid: honoId, ...data }, honoKey, { absolute: LIFETIME })).jwe,
  async open(token) {
    const { payload } = await jweDecrypt(token, honoKey, { requiredClaims: ['sid'] })
    if (payload === undefined) return null
    const { exp: _exp, iat: _iat, sid: _sid, ...data } = payload
    return data
  },
}

/** Those that speak our format with our key: each opens what the others seal. */
const SAME_FORMAT: readonly Sealer[] = [floor, sealedSession, jose]

/** All of them, the floor and ours first. */
export const SEALERS: readonly Sealer[] = [
  ...SAME_FORMAT,
  ...[signedByKeygrip, secretbox, clientSessions, ironSession, authCore, honoSession],
]

/**
 * Throws unless each does what is timed: it gives back the data that it sealed, opens what others of the same format
 * seal, and opens no token that was changed.
 */
export async function checkAgreement(data: object): Promise<void> {
  for (const sealer of SEALERS) {
    const token = await sealer.seal(data)
    assert.deepEqual(await sealer.open(token), data, `${sealer.name} gives other data back`)
    for (const part of [0.3, 0.5, 0.7]) {
      const changed = withAnotherCharacter(token, Math.floor(token.length * part))
      assert.equal(await opened(sealer, changed), null, `${sealer.name} opens a token that was changed`)
    }
  }
  for (const one of SAME_FORMAT) {
    for (const other of SAME_FORMAT) {
      assert.deepEqual(await other.open(await one.seal(data)), data, `${other.name} does not open ${one.name}'s`)
    }
  }
}

async function opened(sealer: Sealer, token: string): Promise<object | null> {
  const { error } = console
  // @hono/session prints every token that it refuses.
  console.error = () => {}
  try {
    return await sealer.open(token)
  } catch {
    return null
  } finally {
    console.error = error
  }
}

function withAnotherCharacter(token: string, place: number): string {
  return token.slice(0, place) + (token[place] === 'A' ? 'z' : 'A') + token.slice(place + 1)
}
