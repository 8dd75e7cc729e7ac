import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'

/**
 * Makes a pair of keys. They go through DER, because Node 20 may hang for ever where it exports a key that it has made as a
 * JWK: it locks the key, and once more where the job that has made it is collected meanwhile.
 *
 * @param kind a curve, or `RSA`
 */
export function newKeyPair(kind = 'P-256'): { privateKey: KeyObject; publicKey: KeyObject } {
  const privateKeyEncoding = { type: 'pkcs8', format: 'der' } as const
  const publicKeyEncoding = { type: 'spki', format: 'der' } as const
  const { privateKey, publicKey } =
    kind === 'RSA'
      ? generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding, publicKeyEncoding })
      : generateKeyPairSync('ec', { namedCurve: kind, privateKeyEncoding, publicKeyEncoding })
  return {
    privateKey: createPrivateKey({ ...privateKeyEncoding, key: privateKey }),
    publicKey: createPublicKey({ ...publicKeyEncoding, key: publicKey }),
  }
}
