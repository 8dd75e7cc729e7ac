import { createCipheriv, hkdfSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import handlerOf, { KeyRing } from '../lib/index.js'
import { decodeClaims, encodeClaims } from '../lib/token/claims.js'
import { open } from '../lib/token/jwe.js'
import { keysFor } from '../lib/token/key.js'
import { at, DAY, HOUR, START, startClock, stopClock } from './support/clock.js'
import { DIRECT_GCM } from './support/keys.js'
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

const [secret = '', keyLines = '', headerLines = '', plaintext = '', tokenLines = '', ...more] = exampleBlocks()
const [seenText = '', seenLines = '', stagingKeyLine = '', stagingLines = ''] = more
const [, kid = ''] = /kid = (\S+)/.exec(keyLines) ?? []
const [, key = ''] = /key = (\S+)/.exec(keyLines) ?? []
const [, seenKey = ''] = /seen = (\S+)/.exec(keyLines) ?? []
const [header = '', headerSegment = ''] = headerLines.split('\n')
const session = {
  purpose: 'cookie/session',
  audience: undefined,
  key,
  iv: '000102030405060708090a0b',
  plaintext,
  token: joined(tokenLines),
}
const ofStaging = {
  ...session,
  audience: 'staging',
  key: stagingKeyLine.replace('key = ', ''),
  iv: '18191a1b1c1d1e1f20212223',
  token: joined(stagingLines),
}
const companion = {
  purpose: 'seen/session',
  audience: undefined,
  key: seenKey,
  iv: '0c0d0e0f1011121314151617',
  plaintext: seenText,
  token: joined(seenLines),
}

function joined(lines: string): string {
  return lines.replaceAll('\n', '')
}

acceptPublishedKeys()

describe.each([
  ['a session', session],
  ['a companion', companion],
  ['a session of an audience', ofStaging],
])('the worked example of %s in spec/format.md', (_what, { purpose, audience, key, iv: ivInHex, plaintext, token }) => {
  it('follows from its own text with nothing but HKDF and AES-GCM', () => {
    const hkdf = (info: string, length: number) => Buffer.from(hkdfSync('sha256', secret, '', info, length))
    expect(hkdf('sealed-session/1/kid', 6).toString('base64url')).toBe(kid)
    const behind = audience === undefined ? '' : `/${audience}`
    expect(hkdf(`sealed-session/1/${purpose}/A256GCM${behind}`, 32).toString('base64url')).toBe(key)
    expect(Buffer.from(header).toString('base64url')).toBe(headerSegment)
    const iv = Buffer.from(ivInHex, 'hex')
    const cipher = createCipheriv('aes-256-gcm', unbase64url(key), iv)
    cipher.setAAD(Buffer.from(headerSegment, 'ascii'))
    const parts = [iv, Buffer.concat([cipher.update(plaintext), cipher.final()]), cipher.getAuthTag()]
    expect([headerSegment, '', ...parts.map((part) => part.toString('base64url'))].join('.')).toBe(token)
  })

  it('is what the code does', () => {
    const content = decodeClaims(Buffer.from(plaintext))
    const keys = keysFor(KeyRing.from(secret), purpose, { ...DIRECT_GCM, audience })
    expect(open(token, keys, START, 4096)).toEqual({ kid, ...content })
    expect(encodeClaims(content?.claims as never, JSON.stringify(content?.data))).toBe(plaintext)
  })
})

describe('the worked examples of spec/format.md', () => {
  afterEach(startClock)

  it('are a session that was last used, and last checked, when its companion says so', () => {
    stopClock()
    const sessions = handlerOf({ keys: secret })
    const both = `session=${session.token}; session.seen=${companion.token}`
    at(4 * HOUR)
    expect(sessions.open({ headers: { cookie: `session=${session.token}` } }).session?.expiresAt).toEqual(dateAt(DAY))
    expect(sessions.open({ headers: { cookie: both } }).session?.expiresAt).toEqual(dateAt(DAY + 4 * HOUR))
    at(DAY)
    expect(sessions.open({ headers: { cookie: `session=${session.token}` } }).rejected).toBe('idle')
    at(DAY + 4 * HOUR - 1)
    expect(sessions.open({ headers: { cookie: both } }).session).toEqual({ user: 'Ada' })
    at(DAY + 4 * HOUR)
    expect(sessions.open({ headers: { cookie: both } }).rejected).toBe('idle')
  })

  it('are under keys of which only that of the session is exported', () => {
    const { keys } = KeyRing.from(secret).exportFor('session')
    expect(keys[0]).toEqual({ kty: 'oct', use: 'enc', alg: 'A256GCM', kid, k: key })
    expect(keys.map(({ k }) => k)).not.toContain(seenKey)
    expect(KeyRing.from(secret).exportFor('session', 'staging').keys[0]?.k).toBe(ofStaging.key)
  })
})

/** So many seconds after the session of the example began. */
function dateAt(seconds: number): Date {
  return new Date((START + seconds) * 1000)
}

describe('spec/format.md', () => {
  it('names every member that data must not have', async () => {
    const { isReserved } = await import('../lib/session/session.js')
    const page = readFileSync(new URL('format.md', import.meta.url), 'utf8')
    const [, list = ''] = /`data` must not have these members: ([^.]*)\./.exec(page) ?? []
    const named = [...list.matchAll(/`(\w+)`/g)].map(([, name]) => name as string)
    expect(named).toHaveLength(16)
    expect(named.every(isReserved)).toBe(true)
  })
})
