/** Content encryptions (RFC 7518, section 5.1), each with the length of its key in bytes. */
export const ENCRYPTIONS: Readonly<Record<string, number>> = {
  A128GCM: 16,
  A192GCM: 24,
  A256GCM: 32,
  'A128CBC-HS256': 32,
  'A192CBC-HS384': 48,
  'A256CBC-HS512': 64,
}

/** Key management with a symmetric key (RFC 7518, sections 4.4 and 4.7), each with the length of its key in bytes. */
const WRAPPING: Readonly<Record<string, number>> = {
  A128KW: 16,
  A192KW: 24,
  A256KW: 32,
  A128GCMKW: 16,
  A192GCMKW: 24,
  A256GCMKW: 32,
}

/** Key management from a password (RFC 7518, section 4.8), of any length. */
const PASSWORD = ['PBES2-HS256+A128KW', 'PBES2-HS384+A192KW', 'PBES2-HS512+A256KW']

/** Key management with a key pair (RFC 7518, sections 4.3 and 4.6; RSA-OAEP with longer hashes: W3C's registrations). */
const ASYMMETRIC = [
  ...['RSA-OAEP', 'RSA-OAEP-256', 'RSA-OAEP-384', 'RSA-OAEP-512'],
  ...['ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A192KW', 'ECDH-ES+A256KW'],
]

/** Key management (RFC 7518, section 4.1), as far as jose knows it. */
export const ALGORITHMS: readonly string[] = ['dir', ...Object.keys(WRAPPING), ...PASSWORD, ...ASYMMETRIC]

/** The lengths in bytes that a secret may have to open anything at all; undefined for any. */
export function secretLengths(algorithms: readonly string[], encryptions: readonly string[]): number[] | undefined {
  if (algorithms.some((alg) => PASSWORD.includes(alg))) return undefined
  return algorithms
    .flatMap((alg) => (alg === 'dir' ? encryptions.map((enc) => ENCRYPTIONS[enc]) : WRAPPING[alg]) ?? [])
    .filter((bytes) => bytes !== undefined)
}
