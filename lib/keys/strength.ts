/** What every secret holds at least, in bytes: 256 bits, so that no key derived from it can be guessed (RFC 8725, 3.5). */
export const LEAST_BYTES = 32

const LEAST_VARIETY = 8

/** From documentation and starter projects, as letters and digits only. */
const PLACEHOLDERS = [
  'changeme',
  'changethis',
  'replaceme',
  'replacethis',
  'keyboardcat',
  'yoursecret',
  'yoursession',
  'supersecret',
  'topsecret',
  'secretkey',
  'placeholder',
  'complexpassword',
  'atleast32',
  'randomlygenerated',
  'longrandomstring',
]

/**
 * Why a secret would not protect anything, or undefined if nothing is wrong with it.
 * The secret itself is not in the answer.
 */
export function weakness(secret: Uint8Array): string | undefined {
  if (secret.length < LEAST_BYTES) return `has ${secret.length} bytes and needs at least ${LEAST_BYTES}`
  if (isRepetitive(secret)) return 'repeats itself or follows a pattern'
  if (isPlaceholder(secret)) return 'is a well-known placeholder'
  return undefined
}

/** Few different bytes (`aaaa`), few different steps from byte to byte (`abcd`), or one piece said again and again. */
function isRepetitive(secret: Uint8Array): boolean {
  const steps = secret.subarray(1).map((byte, index) => byte - (secret[index] ?? 0))
  return new Set(secret).size < LEAST_VARIETY || new Set(steps).size < LEAST_VARIETY || hasPeriod(secret)
}

function hasPeriod(secret: Uint8Array): boolean {
  for (let period = 1; period <= secret.length / 2; period++) {
    if (secret.every((byte, index) => byte === secret[index % period])) return true
  }
  return false
}

function isPlaceholder(secret: Uint8Array): boolean {
  const letters = Buffer.from(secret)
    .toString('latin1')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
  return PLACEHOLDERS.some((placeholder) => letters.includes(placeholder))
}
