import { hkdfSync } from 'node:crypto'
import { compactDecrypt } from 'jose'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import session, { type ExportedJwk, KeyRing } from '../../lib/index.js'
import { endedBy } from '../../lib/session/lifetime.js'
import { open } from '../../lib/token/open.js'
import type { SessionRequest } from '../../lib/types.js'
import { startClock, stopClock } from '../support/clock.js'
import { SEALINGS, tokenKeys } from '../support/keys.js'
import { acceptPublishedKeys } from '../support/published.js'
import { type OpenedVector, TIMEOUTS, type VectorFile, vectorFiles } from '../vectors/vectors.js'

const files = vectorFiles()
const LIMIT = 4096

acceptPublishedKeys()
beforeEach(stopClock)
afterAll(startClock)

function setClock(seconds: number): void {
  vi.setSystemTime(seconds * 1000)
}

/** What an app makes of a token that comes in a cookie. */
function opening(keys: VectorFile['keys'], name: string, token: string) {
  const [idleTimeout, absoluteTimeout] = [TIMEOUTS.idle * 1000, TIMEOUTS.absolute * 1000]
  const app = session<Record<string, unknown>>({ keys, name, idleTimeout, absoluteTimeout })
  return app.open({ headers: { cookie: `${name}=${token}` }, socket: {} } as SessionRequest)
}

function titled<Vector extends { readonly what: string }>(vectors: readonly Vector[]): [string, Vector][] {
  return vectors.map((vector) => [vector.what, vector])
}

/** With the stated key, so that neither side of it is ours. */
async function openedByJose(file: VectorFile, vector: OpenedVector): Promise<void> {
  const { alg, enc, kid, claims, data, token } = vector
  const key = statedKey(file, vector)
  if (key === undefined) throw new Error(`no key is stated for ${alg}, ${enc} and ${kid}`)
  const { plaintext, protectedHeader } = await compactDecrypt(token, key)
  expect(JSON.parse(Buffer.from(plaintext).toString())).toMatchObject({ ...claims, data })
  expect(protectedHeader).toMatchObject({ alg, enc, kid })
}

/** The stated key for a token, by its name and its header. */
function statedKey({ exports }: VectorFile, { name, kid, alg, enc }: OpenedVector): ExportedJwk | undefined {
  const stated = exports.filter((one) => one.name === name).flatMap(({ keys }) => keys)
  return stated.find((key) => key.kid === kid && key.alg === (alg === 'dir' ? enc : alg))
}

describe.each(files)('the frozen vectors of spec/vectors/%s.json', (_file, file) => {
  const { keys, exports, opened, rejected } = file

  it.each(exports.map((one) => [one.name, one.at, one.keys] as const))(
    'derive the stated keys for the cookie %s at %i',
    (name, at, stated) => {
      setClock(at)
      const exported = KeyRing.from(keys).exportFor(name).keys
      expect(exported).toEqual(expect.arrayContaining(stated as ExportedJwk[]))
      expect(new Set(exported.map(({ kid }) => kid))).toEqual(new Set(stated.map(({ kid }) => kid)))
    },
  )

  it.each(titled(opened))('open: %s', async (_what, vector) => {
    const { name, at, kid, claims, data, token } = vector
    setClock(at)
    for (const sealing of SEALINGS) {
      const outcome = open(token, tokenKeys(keys, name, sealing), at, LIMIT)
      expect(outcome).toEqual({ kid, claims, data, text: expect.any(String) })
    }
    expect(endedBy(claims, TIMEOUTS, claims.iat, at)).toBeUndefined()

    const { session: one, rejected: reason } = opening(keys, name, token)
    expect(reason).toBeNull()
    expect({ ...one }).toEqual(data)
    expect(one?.id).toBe(claims.sid)

    await openedByJose(file, vector)
  })

  it.each(titled(rejected))('do not open: %s', (_what, { name, at, reason, token }) => {
    setClock(at)
    expect(opening(keys, name, token)).toEqual({ session: null, rejected: reason })
  })
})

describe('the frozen vectors', () => {
  const everyOpened = files.flatMap(([, { opened }]) => opened)
  const everyRejected = files.flatMap(([, { rejected }]) => rejected)

  it('are those of six forms of keys', () => {
    expect(files.map(([file]) => file)).toEqual(['json-text', 'jwk', 'jwk-set', 'mixed', 'secret', 'secrets'])
  })

  it('state keys that follow from the secret by HKDF alone, as spec/format.md says', () => {
    const { keys, exports } = new Map(files).get('secret') as VectorFile
    const derived = (info: string, length: number) =>
      Buffer.from(hkdfSync('sha256', keys as string, '', `sealed-session/1/${info}`, length)).toString('base64url')
    for (const { name, keys: stated } of exports) {
      expect(stated).toHaveLength(3)
      for (const { kid, alg, k } of stated) {
        expect(kid).toBe(derived('kid', 6))
        expect(k).toBe(derived(`cookie/${name}/${alg}`, alg === 'A256CBC-HS512' ? 64 : 32))
      }
    }
  })

  it('have each combination with and without a ttl, with ASCII data and with others', () => {
    for (const { alg, enc } of SEALINGS) {
      const those = everyOpened.filter((vector) => vector.alg === alg && vector.enc === enc)
      const isAscii = ({ data }: OpenedVector) => /^[ -~]*$/.test(JSON.stringify(data))
      expect(new Set(those.map(({ claims }) => 'ttl' in claims))).toEqual(new Set([true, false]))
      expect(new Set(those.map(isAscii))).toEqual(new Set([true, false]))
    }
  })

  it('have every reason to reject that a token can give', () => {
    expect(new Set(everyRejected.map(({ reason }) => reason))).toEqual(
      new Set(['too-long', 'malformed', 'missing-key', 'tampered', 'future', 'absolute', 'idle', 'expired']),
    )
  })

  it('never have one token twice', () => {
    const tokens = [...everyOpened, ...everyRejected].map(({ token }) => token)
    expect(new Set(tokens).size).toBe(tokens.length)
  })
})
