/**
 * What sealing and opening a session costs, beside `jose` with an imported CryptoKey, which is its fastest way.
 * Each does the whole work, from the data to the token and back, and they must agree before they are timed.
 */
import assert from 'node:assert/strict'
import { CompactEncrypt, compactDecrypt } from 'jose'
import { KeyRing } from '../../lib/index.js'
import { encodeClaims } from '../../lib/token/claims.js'
import { keysOfCookie, type TokenKey } from '../../lib/token/key.js'
import { open } from '../../lib/token/open.js'
import { seal } from '../../lib/token/seal.js'
import { inRounds } from './rounds.js'

const SIZES = [100, 1024, 2800]
const now = Math.floor(Date.now() / 1000)
const claims = { sid: 'AAAAAAAAAAAAAAAAAAAAAA', sat: now, iat: now, exp: now + 86_400 }

const ring = KeyRing.from('v3Jq8nXw0PzLr5TtY1uBk7HcGe2MsDf9')
const keys = keysOfCookie(ring, 'session')
const key = keys.active(now) as TokenKey
const cryptoKey = await crypto.subtle.importKey('raw', key.key.export(), 'AES-GCM', false, ['encrypt', 'decrypt'])

function sealed(data: object): string {
  return seal(encodeClaims(claims, JSON.stringify(data)), key)
}

function opened(token: string): unknown {
  const outcome = open(token, keys, now, 8192)
  return 'data' in outcome ? outcome.data : undefined
}

function joseSealed(data: object): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(JSON.stringify({ ...claims, data })))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: key.kid })
    .encrypt(cryptoKey)
}

async function joseOpened(token: string): Promise<unknown> {
  const { plaintext } = await compactDecrypt(token, cryptoKey)
  return JSON.parse(new TextDecoder().decode(plaintext)).data
}

console.log(
  `Node ${process.version} ${process.platform}-${process.arch}, us for seal + open (elapsed / CPU of all threads)`,
)
console.log('session JSON   sealed-session               jose      ratio')
for (const size of SIZES) {
  const data = { text: 'x'.repeat(size - '{"text":""}'.length) }
  assert.deepEqual(opened(await joseSealed(data)), data)
  assert.deepEqual(await joseOpened(sealed(data)), data)
  const { ours, jose } = await inRounds({
    ours: () => opened(sealed(data)),
    jose: async () => joseOpened(await joseSealed(data)),
  })
  const columns = [ours, jose].map(({ wall, cpu }) => `${wall.toFixed(1)} / ${cpu.toFixed(1)}`.padStart(16))
  const ratio = `${(ours.wall / jose.wall).toFixed(2)} / ${(ours.cpu / jose.cpu).toFixed(2)}`
  console.log(`${String(size).padStart(8)} B  ${columns.join('   ')}   ${ratio}`)
}
