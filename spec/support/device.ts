import { type KeyObject, sign } from 'node:crypto'
import { newKeyPair } from '../../bench/measure/key-pair.js'
import { base64url } from './tokens.js'

/** A browser's key, as its device would keep it. */
export interface Device {
  readonly privateKey: KeyObject
  readonly jwk: { readonly kty: string; readonly crv: string; readonly x: string; readonly y: string }
}

export function newDevice(namedCurve = 'P-256'): Device {
  const { privateKey, publicKey } = newKeyPair(namedCurve)
  return { privateKey, jwk: publicKey.export({ format: 'jwk' }) as Device['jwk'] }
}

/** A JWS with ES256, as browsers make their proofs. */
export function proofOf(
  { privateKey }: Device,
  payload: object | string,
  header: object | string,
  dsaEncoding: 'ieee-p1363' | 'der' = 'ieee-p1363',
): string {
  const part = (value: object | string) => base64url(typeof value === 'string' ? value : JSON.stringify(value))
  const signed = `${part(header)}.${part(payload)}`
  return `${signed}.${base64url(sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding }))}`
}

/** The proof of a registration. */
export function registrationProof(device: Device, challenge: string, header: object = {}): string {
  return proofOf(device, { jti: challenge }, { alg: 'ES256', jwk: device.jwk, typ: 'dbsc+jwt', ...header })
}

/** The proof of a refresh: the browser leaves out the key. */
export function refreshProof(device: Device, challenge: string): string {
  return proofOf(device, { jti: challenge }, { alg: 'ES256', typ: 'dbsc+jwt' })
}
