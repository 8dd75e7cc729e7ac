import { createCipheriv, hkdfSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { KeyRing } from '../lib/index.js'
import { decodeClaims, encodeClaims } from '../lib/token/claims.js'
import { open } from '../lib/token/open.js'
import { START } from './support/clock.js'
import { tokenKeys } from './support/keys.js'
import { acceptPublishedKeys } from './support/published.js'
import { unbase64url } from './support/tokens.js'

/** The example's blocks, in order: what is indented by four spaces behind its heading. */
function exampleBlocks(): string[] {
  const page = readFileSync(new URL('format.md', import.meta.url), 'utf8')
  const [, example = ''] = page.split('## Worked example')
  return example
    .split(/\n\n/)
    .flatMap((part) => (part.startsWith('    ') ? [part.replaceAll(/^ {4}/gm, '').trim()] : []))
}

const [secret = '', keyLines = '', texts = '', tokenLines = ''] = exampleBlocks()
const [, kid = ''] = /kid = (\S+)/.exec(keyLines) ?? []
const [, key = ''] = /key = (\S+)/.exec(keyLines) ?? []
const [header = '', headerSegment = '', plaintext = ''] = texts.split('\n')
const token = tokenLines.replaceAll('\n', '')

acceptPublishedKeys()

describe('the worked example of spec/format.md', () => {
  it('follows from its own text with nothing but HKDF and AES-GCM', () => {
    const hkdf = (info: string, length: number) => Buffer.from(hkdfSync('sha256', secret, '', info, length))
    expect(hkdf('sealed-session/1/kid', 6).toString('base64url')).toBe(kid)
    expect(hkdf('sealed-session/1/cookie/session/A256GCM', 32).toString('base64url')).toBe(key)
    expect(Buffer.from(header).toString('base64url')).toBe(headerSegment)
    const iv = Buffer.from('000102030405060708090a0b', 'hex')
    const cipher = createCipheriv('aes-256-gcm', unbase64url(key), iv)
    cipher.setAAD(Buffer.from(headerSegment, 'ascii'))
    const parts = [iv, Buffer.concat([cipher.update(plaintext), cipher.final()]), cipher.getAuthTag()]
    expect([headerSegment, '', ...parts.map((part) => part.toString('base64url'))].join('.')).toBe(token)
  })

  it('is what the code does', () => {
    const content = decodeClaims(Buffer.from(plaintext))
    expect(open(token, tokenKeys(secret), START, 4096)).toEqual({ kid, ...content })
    expect(encodeClaims(content?.claims as never, JSON.stringify(content?.data))).toBe(plaintext)
    const [first] = KeyRing.from(secret).exportFor('session').keys
    expect(first).toEqual({ kty: 'oct', use: 'enc', alg: 'A256GCM', kid, k: key })
  })
})

describe('spec/format.md', () => {
  it('names every member that data must not have', async () => {
    const { isReserved } = await import('../lib/session/session.js')
    const page = readFileSync(new URL('format.md', import.meta.url), 'utf8')
    const [, list = ''] = /`data` must not have these members: ([^.]*)\./.exec(page) ?? []
    const named = [...list.matchAll(/`(\w+)`/g)].map(([, name]) => name as string)
    expect(named).toHaveLength(13)
    expect(named.every(isReserved)).toBe(true)
  })
})
