import { hkdfSync } from 'node:crypto'
import { calculateJwkThumbprint, compactDecrypt, compactVerify, importJWK } from 'jose'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { isSignedBy, readProof } from '../../lib/device/proof.js'
import session, { type ExportedJwk, KeyRing } from '../../lib/index.js'
import { settingsFrom } from '../../lib/options/options.js'
import { load, type RejectedSessions } from '../../lib/request/load.js'
import { endedBy } from '../../lib/session/lifetime.js'
import { open } from '../../lib/token/jwe.js'
import type { SessionRequest } from '../../lib/types.js'
import { startClock, stopClock } from '../support/clock.js'
import { DIRECT_GCM, SEALINGS } from '../support/keys.js'
import { acceptPublishedKeys } from '../support/published.js'
import {
  type Export,
  KINDS,
  keysOfKind,
  type OpenedVector,
  type RejectedVector,
  TIMEOUTS,
  type VectorFile,
  vectorFiles,
} from '../vectors/vectors.js'

const files = vectorFiles()
const LIMIT = 4096

acceptPublishedKeys()
beforeEach(stopClock)
afterAll(startClock)

function setClock(seconds: number): void {
  vi.setSystemTime(seconds * 1000)
}

/** The options of the app that a file is about. */
function optionsFor({ keys, audience, deviceBound }: VectorFile, name: string) {
  const [idleTimeout, absoluteTimeout] = [TIMEOUTS.idle * 1000, TIMEOUTS.absolute * 1000]
  return {
    keys,
    name,
    idleTimeout,
    absoluteTimeout,
    ...(audience !== undefined && { audience }),
    ...(deviceBound && { deviceBound }),
  }
}

/** What an app makes of a `Cookie` header. */
function opening(file: VectorFile, name: string, cookie: string) {
  const app = session<Record<string, unknown>>(optionsFor(file, name))
  return app.open({ headers: { cookie }, socket: {} } as SessionRequest)
}

/** A session may be as long as any cookie. */
function limitOf({ kind = 'session' }: { readonly kind?: keyof typeof KINDS }): number {
  return kind === 'session' ? LIMIT : 1024
}

/** What an app derives for a kind of tokens. */
function derivedIn({ keys, audience }: VectorFile, { name, kind, at }: Export): ExportedJwk[] {
  if (kind === undefined) return KeyRing.from(keys).exportFor(name, ...(audience === undefined ? [] : [audience])).keys
  const key = keysOfKind(keys, kind, name, DIRECT_GCM, audience).active(at)
  return (['A256GCM', 'A256CBC-HS512', 'A256KW'] as const).map((alg) => {
    const k = key?.derived(alg).export().toString('base64url') as string
    return { kty: 'oct', use: 'enc', alg, kid: key?.kid as string, k }
  })
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
function statedKey({ exports }: VectorFile, { name, kind, kid, alg, enc }: OpenedVector): ExportedJwk | undefined {
  const stated = exports.filter((one) => one.name === name && one.kind === kind).flatMap(({ keys }) => keys)
  return stated.find((key) => key.kid === kid && key.alg === (alg === 'dir' ? enc : alg))
}

describe.each(files)('the frozen vectors of spec/vectors/%s.json', (_file, file) => {
  const { keys, audience, deviceBound, exports, opened, rejected, requests = [] } = file

  it.each(exports.map((one) => [`${one.name}${KINDS[one.kind ?? 'session'].suffix}`, one.at, one] as const))(
    'derive the stated keys for the cookie %s at %i',
    (_name, at, one) => {
      const { keys: stated } = one
      setClock(at)
      const exported = derivedIn(file, one)
      expect(exported).toEqual(expect.arrayContaining(stated as ExportedJwk[]))
      expect(new Set(exported.map(({ kid }) => kid))).toEqual(new Set(stated.map(({ kid }) => kid)))
    },
  )

  it.each(titled(opened))('open: %s', async (_what, vector) => {
    const { name, kind, at, kid, claims, data, token } = vector
    setClock(at)
    for (const sealing of SEALINGS) {
      const outcome = open(token, keysOfKind(keys, kind, name, sealing, audience), at, limitOf(vector))
      expect(outcome).toEqual({ kid, claims, data, text: expect.any(String) })
    }
    await openedByJose(file, vector)
    if (kind !== undefined) return

    expect(endedBy(claims, TIMEOUTS, claims.iat, at)).toBeUndefined()
    // The requests below bring its proof.
    if (deviceBound && claims.dev !== undefined) return
    const { session: one, rejected: reason } = opening(file, name, `${name}=${token}`)
    expect(reason).toBeNull()
    expect({ ...one }).toEqual(data)
    expect(one?.id).toBe(claims.sid)
  })

  it.each(titled(rejected))('do not open: %s', async (_what, vector) => {
    const { name, kind, at, reason, token } = vector
    setClock(at)
    if (kind === undefined || kind === 'session') {
      expect(opening(file, name, `${name}=${token}`)).toEqual({ session: null, rejected: reason })
    }
    if (kind === undefined) return
    expect(open(token, keysOfKind(keys, kind, name, DIRECT_GCM, audience), at, limitOf(vector))).toMatchObject({
      rejected: reason,
    })
    const [, stated] =
      exports.map((one) => [one.kind ?? 'session', one.keys] as const).find(([of]) => of === kind) ?? []
    // One that is too long would open: the limit is ours.
    if (reason !== 'tampered') return
    const failed = expect.objectContaining({ code: 'ERR_JWE_DECRYPTION_FAILED' })
    await expect(compactDecrypt(token, stated?.[0] as ExportedJwk)).rejects.toThrow(failed)
  })

  it.each(titled(requests))('come to what is stated: %s', (_what, vector) => {
    const { name, at, cookies, rejected: reason, lastUse, lastCheck, isBound } = vector
    const header = cookies
      .map(([kind, what]) => `${name}${KINDS[kind].suffix}=${tokenNamed([...opened, ...rejected], what)}`)
      .join('; ')
    setClock(at)
    const { session: one, rejected: outcome } = opening(file, name, header)
    expect(outcome).toBe(reason)
    if (deviceBound) expect(one?.isBound).toBe(isBound)
    const loaded = load(header, [name], settingsFrom(optionsFor(file, name)), at)
    if (reason === null) {
      expect(one?.expiresAt).toEqual(new Date(((lastUse as number) + TIMEOUTS.idle) * 1000))
      expect(loaded).toMatchObject({ status: 'valid', lastUse })
      if (lastCheck !== undefined) expect(loaded).toMatchObject({ lastCheck })
    } else {
      // Only one that was idle may live in a response that is under way, and one without its proof in the browser.
      const { others = [], binding, ...told } = loaded as RejectedSessions
      expect(binding !== undefined).toBe(reason === 'unproven')
      expect(told).toEqual({ status: 'rejected', reason, ...(others.length > 0 && { ended: expect.any(Map) }) })
      expect(others.length > 0).toBe(reason === 'idle' || reason === 'unproven')
    }
  })
})

describe.each(files.filter(([, { proofs }]) => proofs))('the proofs of spec/vectors/%s.json', (_file, file) => {
  const { opened, proofs = [] } = file

  it.each(titled(proofs))('are verified with the stated key: %s', async (_what, { key, dev, challenge, proof }) => {
    const jti = tokenNamed(opened, challenge)
    const read = readProof(proof)
    expect(read?.challenge).toBe(jti)
    expect(isSignedBy(read as NonNullable<typeof read>, { ...key, thumbprint: dev })).toBe(true)
    if (read?.key) expect(read.key).toEqual({ x: key.x, y: key.y, thumbprint: dev })

    const { payload, protectedHeader } = await compactVerify(proof, await importJWK(key, 'ES256'))
    expect(JSON.parse(Buffer.from(payload).toString())).toEqual({ jti })
    expect(protectedHeader).toMatchObject({ alg: 'ES256', typ: 'dbsc+jwt' })
    const thumbprint = Buffer.from(await calculateJwkThumbprint(key), 'base64url')
    expect(thumbprint.subarray(0, 16).toString('base64url')).toBe(dev)
  })
})

function tokenNamed(vectors: readonly (OpenedVector | RejectedVector)[], what: string): string {
  const vector = vectors.find((one) => one.what === what)
  if (vector === undefined) throw new Error(`there is no token "${what}"`)
  return vector.token
}

describe('the frozen vectors', () => {
  const everyOpened = files.flatMap(([, { opened }]) => opened)
  const everyRejected = files.flatMap(([, { rejected }]) => rejected)

  it('are those of six forms of keys, of the kinds of tokens, and of an audience', () => {
    expect(files.map(([file]) => file)).toEqual([
      ...['audience', 'cookies', 'device'],
      ...['json-text', 'jwk', 'jwk-set', 'mixed', 'secret', 'secrets'],
    ])
  })

  it.each(['secret', 'cookies', 'device', 'audience'])(
    'of %s state keys that follow from the secret by HKDF alone',
    (name) => {
      const { keys, audience, exports } = new Map(files).get(name) as VectorFile
      const behind = audience === undefined ? '' : `/${audience}`
      const derived = (info: string, length: number) =>
        Buffer.from(hkdfSync('sha256', keys as string, '', `sealed-session/1/${info}`, length)).toString('base64url')
      for (const { name, kind = 'session', keys: stated } of exports) {
        expect(stated).toHaveLength(3)
        for (const { kid, alg, k } of stated) {
          expect(kid).toBe(derived('kid', 6))
          expect(k).toBe(derived(`${KINDS[kind].purpose}${name}/${alg}${behind}`, alg === 'A256CBC-HS512' ? 64 : 32))
        }
      }
    },
  )

  it('have each combination with and without a ttl, with ASCII data and with others', () => {
    for (const { alg, enc } of SEALINGS) {
      const those = everyOpened.filter((vector) => vector.alg === alg && vector.enc === enc)
      const isAscii = ({ data }: OpenedVector) => /^[ -~]*$/.test(JSON.stringify(data))
      expect(new Set(those.map(({ claims }) => 'ttl' in claims))).toEqual(new Set([true, false]))
      expect(new Set(those.map(isAscii))).toEqual(new Set([true, false]))
    }
  })

  it('have each combination of each kind, and of sessions with every claim', () => {
    for (const { alg, enc } of SEALINGS) {
      const those = everyOpened.filter((vector) => vector.alg === alg && vector.enc === enc)
      expect(new Set(those.map(({ kind = 'session' }) => kind))).toEqual(new Set(Object.keys(KINDS)))
      expect(those.some(({ claims: { ttl, chk, src } }) => ttl && chk && src)).toBe(true)
      expect(those.some(({ claims: { ttl, chk, dev, src } }) => ttl && chk && dev && src)).toBe(true)
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
