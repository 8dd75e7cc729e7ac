import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { MIN_BYTES, weakness } from '../../lib/keys/strength.js'
import { OTHER_SECRET, SECRET, THIRD_SECRET } from '../support/secrets.js'

function weaknessOf(text: string): string | undefined {
  return weakness(Buffer.from(text, 'utf8'))
}

/** Bytes that begin at 10 and grow by these steps, over and over. */
function climbing(steps: readonly number[]): Uint8Array {
  let byte = 10
  return Uint8Array.from({ length: 32 }, (_, index) => {
    byte += steps[index % steps.length] ?? 0
    return byte
  })
}

describe('a strong secret', () => {
  it.each([SECRET, OTHER_SECRET, THIRD_SECRET, `${SECRET}${OTHER_SECRET}`])('is taken: %s', (secret) => {
    expect(weaknessOf(secret)).toBeUndefined()
  })

  it.each(['base64url', 'base64', 'hex'] as const)('is what 32 random bytes are in %s', (encoding) => {
    for (let round = 0; round < 200; round++) {
      expect(weaknessOf(randomBytes(32).toString(encoding))).toBeUndefined()
    }
  })

  it('may be any bytes, since a JWK holds bytes', () => {
    for (let round = 0; round < 200; round++) expect(weakness(randomBytes(32))).toBeUndefined()
  })

  it('may be a passphrase of many words', () => {
    expect(weaknessOf('otter violin cement gravity lantern pickle')).toBeUndefined()
  })
})

describe('a short secret', () => {
  it('is one of less than 32 bytes', () => {
    expect(MIN_BYTES).toBe(32)
    expect(weaknessOf(SECRET.slice(0, 31))).toBe('has 31 bytes and needs at least 32')
    expect(weaknessOf(SECRET.slice(0, 32))).toBeUndefined()
  })

  it('is counted in bytes and not in characters', () => {
    expect(weaknessOf('ÄöüßéèñçÅøæœþðłž')).toBeUndefined()
    expect(weaknessOf('ÄöüßéèñçÅøæœþðł')).toContain('has 30 bytes')
  })

  it('may be empty', () => {
    expect(weakness(new Uint8Array())).toContain('has 0 bytes')
  })
})

describe('a repetitive secret is refused:', () => {
  it.each([
    ['one character', 'a'.repeat(64)],
    ['zeros', '\0'.repeat(32)],
    ['digits in order', '12345678901234567890123456789012'],
    ['the alphabet', 'abcdefghijklmnopqrstuvwxyz123456'],
    ['hexadecimal digits in order', '0123456789abcdef0123456789abcdef'],
    ['a word again and again', 'password'.repeat(4)],
    ['a strong piece twice', SECRET.slice(0, 16).repeat(2)],
    ['a strong piece twice and a half', SECRET.slice(0, 16).repeat(3).slice(0, 40)],
    ['two characters in a random order', '0110100110010110100101100110100110010110'],
  ])('%s', (_what, secret) => {
    const answer = weaknessOf(secret)
    expect(answer).toBe('repeats itself or follows a pattern')
    expect(answer).not.toContain(secret)
  })

  it('seven different bytes, but not eight', () => {
    const eight = 'ahbgcfdeachfbedgfahcebgdhdafcgbe'
    expect(new Set(eight).size).toBe(8)
    expect(weaknessOf(eight)).toBeUndefined()
    expect(weaknessOf(eight.replaceAll('h', 'a'))).toContain('repeats itself')
  })

  it('seven different steps from byte to byte, but not eight', () => {
    expect(weakness(climbing([1, 2, 3, 4, 5, 6, 7]))).toContain('follows a pattern')
    expect(weakness(climbing([1, 2, 3, 4, 5, 6, 7, 8]))).toBeUndefined()
  })

  it('but not one whose beginning only comes back at its end', () => {
    expect(weaknessOf(`${SECRET}${SECRET.slice(0, 12)}`)).toBeUndefined()
  })
})

describe('a placeholder is refused, however it is spelled:', () => {
  it.each([
    'keyboard cat and a lot of other animals',
    'CHANGE_ME_please_0123456789abcdef',
    'please-change-this-to-something-better',
    'replace-me-with-a-real-one-4f8a1c9e2b7d',
    'Replace this with your own 9c1d7f3a8b2e',
    'your-secret-key-goes-here-1234567890',
    'your_session_secret_at_least_this_long',
    'super-secret-of-my-app-0123456789abcdef',
    'Top Secret! nobody may know it 47110815',
    'my-secret-key-which-nobody-would-guess',
    'placeholder-for-a-session-key-4f8a1c9e',
    'complex_password_at_least_32_characters_long',
    'this-should-be-at-least-32-characters-long',
    'some-randomly-generated-text-goes-here',
    'insert a long random string over here',
    'this-is-a-very-secret-session-key-123456',
    'this-is-a-very-secret-session-key-for-dev',
    'my-very-secret-session-key-2026-11-29-prod',
    'a-string-of-at-least-thirty-two-bytes',
    'Sup3rS3cr3tS3ss10nK3yF0rMyApp!!2026!!',
    'use-a-real-secret-in-production-please',
  ])('%s', (secret) => {
    expect(Buffer.byteLength(secret)).toBeGreaterThanOrEqual(32)
    const answer = weaknessOf(secret)
    expect(answer).toBe('is a well-known placeholder')
  })
})
