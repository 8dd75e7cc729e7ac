import { randomBytes } from 'node:crypto'
import { CompactEncrypt, compactDecrypt } from 'jose'
import type { Sealer } from '../sealers/sealer.js'
import { NAME } from '../sealers/secrets.js'
import type { Contender } from './contender.js'
import { partsOfJwe } from './jwe.js'
import { unlimited } from './sealer.js'

const key = await crypto.subtle.importKey('raw', randomBytes(32), 'AES-GCM', false, ['encrypt', 'decrypt'])

/** The smallest JWE with direct encryption: neither a key id nor claims, so no rotation and no end. */
const bare: Sealer = {
  name: 'jose',
  packages: ['jose'],
  seal: (data) =>
    new CompactEncrypt(new TextEncoder().encode(JSON.stringify(data)))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .encrypt(key),
  open: async (token) => JSON.parse(new TextDecoder().decode((await compactDecrypt(token, key)).plaintext)),
}

export const jose: Contender = unlimited(bare, NAME, (value, json) => partsOfJwe(value, json, 'claims'))
