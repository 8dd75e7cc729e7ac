import { describe, expect, it } from 'vitest'
import { cookieBytes, overflow, sizeOf } from '../../lib/cookie/budget.js'
import { SessionError } from '../../lib/errors.js'

/** The length of these data as JSON in base64url, as a token holds them. */
function encodedLength(data: object): number {
  return Buffer.from(JSON.stringify(data)).toString('base64url').length
}

describe('what a cookie costs', () => {
  it('is its name and value: neither the equals sign nor the attributes', () => {
    expect(cookieBytes('__Host-Http-session', 'x'.repeat(4000))).toBe(4019)
    expect(cookieBytes('session', '')).toBe(7)
  })

  it('needs the length of the value only, so that it is known before sealing', () => {
    expect(cookieBytes('session', { length: 100 })).toBe(107)
  })
})

describe('the size of a session', () => {
  it('says what remains, which is negative when the session is too large', () => {
    expect(sizeOf(1000, 4093, {})).toEqual({ bytes: 1000, limit: 4093, remaining: 3093, largest: [] })
    expect(sizeOf(5000, 4093, {}).remaining).toBe(-907)
  })

  it('names every key with its share, the dearest first', () => {
    const { largest } = sizeOf(0, 4093, { small: 1, cart: ['x'.repeat(300)], name: 'Ada Lovelace' })
    expect(largest.map(({ key }) => key)).toEqual(['cart', 'name', 'small'])
  })

  it('counts a key as JSON with its name, colon and comma, in base64url', () => {
    // "a":"xxx...", is 4 + 102 + 1 bytes, which are 143 characters of base64url.
    expect(sizeOf(0, 4093, { a: 'x'.repeat(100) }).largest).toEqual([{ key: 'a', bytes: 143 }])
  })

  it('counts UTF-8 bytes and escapes, not characters', () => {
    // "k":"€€€", is 4 + 11 + 1 bytes; "k":"\n\n\n", is 4 + 8 + 1.
    expect(sizeOf(0, 4093, { k: '€€€' }).largest).toEqual([{ key: 'k', bytes: 22 }])
    expect(sizeOf(0, 4093, { k: '\n\n\n' }).largest).toEqual([{ key: 'k', bytes: 18 }])
    // "€":0, is 5 + 1 + 1 + 1 bytes.
    expect(sizeOf(0, 4093, { '€': 0 }).largest).toEqual([{ key: '€', bytes: 11 }])
  })

  it('is right about what leaving a key out would save', () => {
    const data: Record<string, unknown> = {
      user: { id: 7, roles: ['admin', 'größe'] },
      cart: Array.from({ length: 20 }, (_, id) => ({ id })),
      csrf: 'c4NB3vYtq',
    }
    for (const { key, bytes } of sizeOf(0, 4093, data).largest) {
      const { [key]: _, ...rest } = data
      expect(Math.abs(encodedLength(data) - encodedLength(rest) - bytes)).toBeLessThanOrEqual(1)
    }
  })

  it('leaves out keys that JSON leaves out', () => {
    const { largest } = sizeOf(0, 4093, { gone: undefined, kept: null, work: () => {} })
    expect(largest.map(({ key }) => key)).toEqual(['kept'])
  })
})

describe('the error for a session that is too large', () => {
  const data = { user: 1, cart: 'x'.repeat(4000), history: 'y'.repeat(900), token: 'z'.repeat(90) }
  const failure = () => overflow(sizeOf(6789, 4093, data))

  it('has the numbers and every key, for code to act on', () => {
    const error = failure()
    expect(error).toBeInstanceOf(SessionError)
    expect(error).toMatchObject({ code: 'ERR_SESSION_OVERFLOW', bytes: 6789, limit: 4093, status: 500, expose: false })
    expect(error.largest?.map(({ key }) => key)).toEqual(['cart', 'history', 'token', 'user'])
  })

  it('names the three largest keys with what they cost, and ends in what to do', () => {
    const { message } = failure()
    expect(message).toContain('6789 bytes, and the limit is 4093')
    expect(message).toMatch(
      /largest keys are cart \(5\d{3} bytes\), history \(1\d{3} bytes\), token \(\d{3} bytes\)\. /,
    )
    expect(message).not.toContain('user')
    expect(message).toMatch(/Keep an id in the session, and what it stands for in a database$/)
  })

  it('holds no session data', () => {
    expect(failure().message + JSON.stringify(failure())).not.toMatch(/xxx|yyy|zzz/)
  })

  it('stays on one line, whatever the name of a key is', () => {
    const { message } = overflow(sizeOf(6789, 4093, { 'a\r\nFATAL forged log line\u2028': 1 }))
    expect(message).not.toMatch(/[\r\n\u2028]/)
  })

  it('cuts a key that is itself what is too large', () => {
    const { message } = overflow(sizeOf(6789, 4093, { ['k'.repeat(4000)]: 1 }))
    expect(message.length).toBeLessThan(300)
    expect(message).toContain('kkk... (')
  })
})
