import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isSignedBy, keyFrom, MAX_PROOF, type Proof, readProof } from '../../lib/device/proof.js'
import { newDevice, proofOf, refreshProof, registrationProof } from '../support/device.js'
import { base64url, unbase64url } from '../support/tokens.js'

const device = newDevice()
const { jwk } = device
const HEADER = { alg: 'ES256', typ: 'dbsc+jwt', jwk }

/** Respells the last character of a coordinate, whose two lowest bits Node's decoder ignores. */
function respelled(coordinate: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return coordinate.slice(0, -1) + alphabet[alphabet.indexOf(coordinate.slice(-1)) + 1]
}

describe('a key', () => {
  it.each<[string, object]>([
    ['x in a list', { x: [jwk.x] }],
    ['y in a list', { y: [jwk.y] }],
    ['more before its coordinates', { x: `A${jwk.x}`, y: `A${jwk.y}` }],
  ])('with %s is none', (_what, other) => {
    const proof = readProof(proofOf(device, { jti: 'c' }, { ...HEADER, jwk: { ...jwk, ...other } }))
    expect(proof).toMatchObject({ challenge: 'c', key: undefined })
  })
})

describe('a proof', () => {
  it('is read with its challenge and its key, and verifies by that key', () => {
    const proof = readProof(registrationProof(device, 'the challenge')) as Proof
    expect(proof.challenge).toBe('the challenge')
    expect(proof.key).toMatchObject({ x: jwk.x, y: jwk.y })
    expect(isSignedBy(proof, proof.key as never)).toBe(true)
  })

  it('needs no key in a refresh, and verifies by the key that is known', () => {
    const proof = readProof(refreshProof(device, 'c')) as Proof
    expect(proof.key).toBeUndefined()
    expect(isSignedBy(proof, keyFrom(jwk.x, jwk.y) as never)).toBe(true)
  })

  it('does not verify by another key', () => {
    const { x, y } = newDevice().jwk
    expect(isSignedBy(readProof(refreshProof(device, 'c')) as Proof, keyFrom(x, y) as never)).toBe(false)
  })

  it('does not verify if one bit of what was signed is another', () => {
    const proof = readProof(refreshProof(device, 'c')) as Proof
    const other = { ...proof, signed: `${proof.signed.slice(0, -1)}${proof.signed.endsWith('A') ? 'B' : 'A'}` }
    expect(isSignedBy(other, keyFrom(jwk.x, jwk.y) as never)).toBe(false)
  })

  it.each<[string, string]>([
    ['with alg none', proofOf(device, { jti: 'c' }, { ...HEADER, alg: 'none' })],
    ['with alg RS256', proofOf(device, { jti: 'c' }, { ...HEADER, alg: 'RS256' })],
    ['with alg ES384', proofOf(device, { jti: 'c' }, { ...HEADER, alg: 'ES384' })],
    ['with alg HS256', proofOf(device, { jti: 'c' }, { ...HEADER, alg: 'HS256' })],
    ['without alg', proofOf(device, { jti: 'c' }, { typ: 'dbsc+jwt', jwk })],
    ['with another typ', proofOf(device, { jti: 'c' }, { ...HEADER, typ: 'jwt' })],
    ['without typ', proofOf(device, { jti: 'c' }, { alg: 'ES256', jwk })],
    ['without a challenge', proofOf(device, {}, HEADER)],
    ['with a challenge that is no text', proofOf(device, { jti: 1 }, HEADER)],
    ['with a challenge from a prototype only', proofOf(device, '{"__proto__":{"jti":"c"}}', HEADER)],
    ['with a header that is a list', proofOf(device, { jti: 'c' }, '[]')],
    ['with a header that is no JSON', proofOf(device, { jti: 'c' }, '{')],
    ['with a payload that is null', proofOf(device, 'null', HEADER)],
    ['with a signature in DER', proofOf(device, { jti: 'c' }, HEADER, 'der')],
    ['of two parts', 'e30.e30'],
    ['of four parts', `${registrationProof(device, 'c')}.e30`],
    ['of nothing', ''],
    ['of 2049 characters', registrationProof(device, 'c'.repeat(MAX_PROOF))],
  ])('is none %s', (_what, text) => {
    expect(readProof(text)).toBeUndefined()
  })

  it('is read up to 2048 characters, and no longer', () => {
    const spaced = (one: object, spaces: number) => JSON.stringify(one) + ' '.repeat(spaces)
    const ofLength = (length: number) =>
      [0, 1, 2]
        .flatMap((more) => {
          const room = Math.floor(((length - proofOf(device, { jti: 'c' }, HEADER).length) * 3) / 4)
          return [-2, -1, 0, 1].map((less) =>
            proofOf(device, spaced({ jti: 'c' }, room - less - more), spaced(HEADER, more)),
          )
        })
        .find((text) => text.length === length) as string
    expect(readProof(ofLength(MAX_PROOF))).toBeDefined()
    expect(readProof(ofLength(MAX_PROOF + 1))).toBeUndefined()
  })

  it.each([63, 65, 0])('is none with a signature of %i bytes', (bytes) => {
    const [head, body] = registrationProof(device, 'c').split('.')
    expect(readProof(`${head}.${body}.${base64url(Buffer.alloc(bytes, 1))}`)).toBeUndefined()
  })

  it('is none with a header that is not UTF-8, though the signature verifies', () => {
    const header = Buffer.concat([
      Buffer.from(JSON.stringify(HEADER).slice(0, -1)),
      Buffer.from(',"a":"\xff"}', 'latin1'),
    ])
    expect(readProof(registrationProof(device, 'c').replace(/^[^.]*/, base64url(header)))).toBeUndefined()
  })

  it('is none in another spelling of base64url', () => {
    const [head = '', body = '', tail = ''] = registrationProof(device, 'c').split('.')
    expect(readProof(`${head}=.${body}.${tail}`)).toBeUndefined()
    expect(readProof(`${head}.${body}.${respelled(tail)}`)).toBeUndefined()
  })

  it('that says that something is critical is none, as nothing of that is understood', () => {
    expect(readProof(registrationProof(device, 'c', { crit: ['b64'], b64: false }))).toBeUndefined()
  })

  it('ignores members that it does not know, a private key among them', () => {
    const proof = readProof(registrationProof(device, 'c', { jwk: { ...jwk, d: 'x', use: 'sig' }, kid: 'k' }))
    expect(proof?.key).toEqual(keyFrom(jwk.x, jwk.y))
  })

  it.each<[string, object | string | undefined]>([
    ['that is missing', undefined],
    ['of another type', { ...jwk, kty: 'OKP' }],
    ['of another curve', { ...jwk, crv: 'P-384' }],
    ['with the coordinates of P-384', { ...newDevice('P-384').jwk, crv: 'P-256' }],
    ['with a respelled coordinate', { ...jwk, x: respelled(jwk.x) }],
    ['with padding', { ...jwk, x: `${jwk.x}=` }],
    ['without y', { kty: jwk.kty, crv: jwk.crv, x: jwk.x }],
    ['with a coordinate that is a number', { ...jwk, y: 1 }],
    ['that is a text', 'key'],
    ['with all members inherited', JSON.parse(`{"__proto__":${JSON.stringify(jwk)}}`)],
  ])('has no key if it comes with one %s', (_what, key) => {
    const proof = readProof(registrationProof(device, 'c', { jwk: key }))
    expect(proof).toBeDefined()
    expect(proof?.key).toBeUndefined()
  })

  it.each<[string, string, string]>([
    ['zero', 'A'.repeat(43), 'A'.repeat(43)],
    ['its coordinates swapped', jwk.y, jwk.x],
  ])('was not signed by a point off the curve: %s', (_what, x, y) => {
    expect(isSignedBy(readProof(refreshProof(device, 'c')) as Proof, keyFrom(x, y) as never)).toBe(false)
  })
})

describe("a key's thumbprint", () => {
  it('is the first half of that of RFC 7638', () => {
    const members = { crv: 'P-256', kty: 'EC', x: jwk.x, y: jwk.y }
    const digest = createHash('sha256').update(JSON.stringify(members)).digest()
    expect(unbase64url(keyFrom(jwk.x, jwk.y)?.thumbprint as string)).toEqual(digest.subarray(0, 16))
  })
})
