import { describe, expect, it, vi } from 'vitest'
import { unwrap } from '../../lib/token/algorithms.js'
import { seal } from '../../lib/token/jwe.js'
import type { Sealing, TokenKey } from '../../lib/token/key.js'
import { START } from '../support/clock.js'
import { drawn } from '../support/drawn.js'
import { SEALINGS, tokenKeys } from '../support/keys.js'
import { SECRET } from '../support/secrets.js'
import { type Parts, plaintextOf, unbase64url } from '../support/tokens.js'

vi.mock('node:crypto', async (original) => {
  const { recordingCrypto } = await import('../support/drawn.js')
  return recordingCrypto(await original())
})

/** More than three times as many as IVs are drawn at once. */
const MANY = 200
/** RFC 7518, sections 5.3 and 5.2.5. */
const BYTES = { A256GCM: { iv: 12, key: 32 }, 'A256CBC-HS512': { iv: 16, key: 64 } }

function keyFor(sealing: Sealing): TokenKey {
  return tokenKeys(SECRET, 'session', sealing).active(START) as TokenKey
}

function manySealedWith(key: TokenKey): Parts[] {
  return Array.from({ length: MANY }, () => seal(plaintextOf({ user: 'Ada' }), key).split('.') as Parts)
}

/** Those that are of another length, or did not come from Node's generator. */
function notDrawn(hex: readonly string[], bytes: number): string[] {
  return hex.filter((one) => one.length !== 2 * bytes || !drawn.some((some) => some.includes(one)))
}

describe.each(SEALINGS)('tokens sealed with $alg and $enc', (sealing) => {
  it('never have the same IV: each is random, and as long as the standard has it', () => {
    const ivs = manySealedWith(keyFor(sealing)).map(([, , iv]) => unbase64url(iv).toString('hex'))
    expect(new Set(ivs).size).toBe(MANY)
    expect(notDrawn(ivs, BYTES[sealing.enc].iv)).toEqual([])
  })
})

describe.each(SEALINGS.filter(({ alg }) => alg === 'A256KW'))('tokens sealed with $alg and $enc', (sealing) => {
  const key = keyFor(sealing)
  const contentKeyIn = (encryptedKey: string) => unwrap(unbase64url(encryptedKey), key.derived('A256KW')) as Buffer

  it('never have the same content key: each is random, and as long as the standard has it', () => {
    const encryptedKeys = manySealedWith(key).map(([, encryptedKey]) => encryptedKey)
    expect(new Set(encryptedKeys).size).toBe(MANY)
    const contentKeys = encryptedKeys.map((one) => contentKeyIn(one).toString('hex'))
    expect(new Set(contentKeys).size).toBe(MANY)
    expect(notDrawn(contentKeys, BYTES[sealing.enc].key)).toEqual([])
  })

  it('are never encrypted with a derived key, nor with a part of one', () => {
    const derived = (['A256GCM', 'A256CBC-HS512', 'A256KW'] as const).map((one) => key.derived(one).export())
    for (const [, encryptedKey] of manySealedWith(key)) {
      const contentKey = contentKeyIn(encryptedKey)
      expect(derived.filter((one) => one.includes(contentKey) || contentKey.includes(one))).toEqual([])
    }
  })
})
