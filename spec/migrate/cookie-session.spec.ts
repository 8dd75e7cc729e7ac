import { getHashes } from 'node:crypto'
import cookieSessionOf from 'cookie-session'
import express from 'express'
import Keygrip from 'keygrip'
import { describe, expect, it, vi } from 'vitest'
import { cookieSession } from '../../lib/migrate/index.js'
import { altered, asking, cookiesOf, HOSTILE_JSON, headerOf } from './support.js'

type Any = any

const KEYS = ['new secret', 'old secret']
const DATA = { user: { id: 'u1', name: 'Ada \u2713' }, views: 3 }

/** What cookie-session sets for this data. */
function minted(options: Any = { keys: KEYS }, data: object = DATA): Promise<Map<string, string>> {
  const app = express()
  app.use(cookieSessionOf(options))
  app.get('/', (req: Any, res) => {
    req.session = data
    res.end()
  })
  return cookiesOf(app)
}

/** A session signed by hand, for text that cookie-session would not write. */
function signed(text: string, keys: Any = new Keygrip(KEYS)): string {
  const value = Buffer.from(text).toString('base64')
  return `session=${value}; session.sig=${keys.sign(`session=${value}`)}`
}

function read(cookie: string | undefined, options: Any = { keys: KEYS }): Any {
  return cookieSession(options).read(asking(cookie))
}

describe('a session of cookie-session', () => {
  it('is read at once, with the two cookies that go', async () => {
    const cookies = await minted()
    expect(read(headerOf(cookies))).toEqual({
      data: DATA,
      cookies: [{ name: 'session' }, { name: 'session.sig' }],
      accepted: [cookies.get('session')],
      createdAt: undefined,
    })
    expect(cookieSession({ keys: KEYS }).from).toBe('cookie-session')
  })

  it('is read under a prefix only where one is asked for, as one without it may have been planted', async () => {
    const [prefixed, plain] = [
      await minted({ keys: KEYS, name: '__Host-sess' }),
      await minted({ keys: KEYS, name: 'sess' }),
    ]
    const header = `${headerOf(plain)}; ${headerOf(prefixed)}`
    for (const name of ['sess', '__Host-sess']) {
      const found = read(header, { keys: KEYS, name, prefix: '__Host-' })
      expect(found.cookies).toEqual([{ name: '__Host-sess' }, { name: '__Host-sess.sig' }])
      expect(read(headerOf(plain), { keys: KEYS, name, prefix: '__Host-' })).toBeUndefined()
    }
  })

  it('may have another name, path and domain', async () => {
    const cookies = await minted({ keys: KEYS, name: '__Secure-sess', path: '/app', domain: 'example.test' })
    const where = { path: '/app', domain: 'example.test' }
    expect(read(headerOf(cookies), { keys: KEYS, name: '__Secure-sess', ...where })).toEqual({
      data: DATA,
      cookies: [
        { name: '__Secure-sess', ...where },
        { name: '__Secure-sess.sig', ...where },
      ],
      accepted: [cookies.get('__Secure-sess')],
      createdAt: undefined,
    })
    expect(read(headerOf(cookies))).toBeUndefined()
  })

  it('may be signed with the option secret', async () => {
    expect(read(headerOf(await minted({ secret: 'only' })), { secret: 'only' }).data).toEqual(DATA)
  })

  it('may be signed with any of several keys, text or bytes', async () => {
    const old = headerOf(await minted({ keys: ['old secret'] }))
    expect(read(old).data).toEqual(DATA)
    expect(read(old, { keys: [Buffer.from('new secret'), Buffer.from('old secret')] }).data).toEqual(DATA)
    expect(read(old, { keys: ['new secret'] })).toBeUndefined()
  })

  it.each(['base64', 'hex'] as const)('may be signed with any hash that Node has, in %s', async (encoding) => {
    // Of those whose length is the caller's choice no HMAC is made.
    const hashes = getHashes().filter((hash) => !/shake|kmac/i.test(hash))
    expect(hashes).toEqual(expect.arrayContaining(['sha1', 'sha256', 'sha512']))
    for (const algorithm of hashes) {
      const cookies = headerOf(await minted({ keys: new Keygrip(KEYS, algorithm as Any, encoding as Any) }))
      expect(read(cookies, { keys: KEYS, algorithm, encoding }).data).toEqual(DATA)
      if (!/sha-?1/i.test(algorithm)) expect(read(cookies)).toBeUndefined()
    }
  })

  it('is verified by the Keygrip instance itself if that is given', async () => {
    const keys = new Keygrip(KEYS, 'sha512' as Any)
    const cookies = headerOf(await minted({ keys }))
    expect(read(cookies, { keys }).data).toEqual(DATA)
    expect(read(cookies, { keys: { verify: () => false } })).toBeUndefined()
  })

  it('keeps what transform returns, and is none if that is undefined or empty', async () => {
    const cookies = headerOf(await minted())
    const transform = ({ user }: Any) => ({ userId: user.id })
    expect(read(cookies, { keys: KEYS, transform }).data).toEqual({ userId: 'u1' })
    expect(read(cookies, { keys: KEYS, transform: () => undefined })).toBeUndefined()
    expect(read(cookies, { keys: KEYS, transform: () => ({}) })).toBeUndefined()
  })

  it('is an error if transform is async, also where its promise is rejected', () => {
    for (const transform of [async () => ({}), () => Promise.reject(new Error('away'))]) {
      expect(() => read(signed('{"a":1}'), { keys: KEYS, transform })).toThrow(
        expect.objectContaining({
          code: 'ERR_SESSION_OPTIONS',
          message: expect.stringMatching(/function that is not async/),
        }),
      )
    }
  })

  it.each([[null], ['text'], [[1]], [new Map()]])('is an error if transform returns %o', (value) => {
    expect(() => read(signed('{"a":1}'), { keys: KEYS, transform: () => value })).toThrow(
      expect.objectContaining({ code: 'ERR_SESSION_OPTIONS', message: expect.stringMatching(/return \{ \.\.\./) }),
    )
  })

  it('may have members with names of Object, which change nothing else', () => {
    const { data } = read(signed(HOSTILE_JSON))
    expect(Object.keys(data)).toEqual(['__proto__', 'constructor', 'user'])
    expect(Object.getPrototypeOf(data)).toBe(Object.prototype)
    expect(({} as Any).admin).toBeUndefined()
  })
})

describe('cookieSession finds nothing', () => {
  it('without the cookie, or without its signature', async () => {
    const cookies = await minted()
    expect(read(undefined)).toBeUndefined()
    expect(read('theme=dark')).toBeUndefined()
    expect(read(`session=${cookies.get('session')}`)).toBeUndefined()
    expect(read(`session.sig=${cookies.get('session.sig')}`)).toBeUndefined()
    expect(read(`session=${cookies.get('session')}; session.sig=`)).toBeUndefined()
  })

  it('in a session that cookie-session did not sign', async () => {
    expect(read(headerOf(await minted({ signed: false })))).toBeUndefined()
  })

  it('if a character of the value or of the signature differs, or is missing', async () => {
    const cookies = await minted()
    for (const [name, value] of cookies) {
      for (const bad of [
        altered(value, 0),
        altered(value, 9),
        altered(value, -1),
        value.slice(1),
        value.slice(0, -1),
        `${value}=`,
      ]) {
        expect(read(headerOf(new Map(cookies).set(name, bad)))).toBeUndefined()
      }
    }
  })

  it('if the signature is that of a cookie with another name', async () => {
    const cookies = await minted({ keys: KEYS, name: 'other' })
    expect(read(`session=${cookies.get('other')}; session.sig=${cookies.get('other.sig')}`)).toBeUndefined()
  })

  it('in a signed value that is not a JSON object', () => {
    for (const text of ['', 'null', '[]', '"text"', '1', '{', '{}', '\u0000'])
      expect(read(signed(text))).toBeUndefined()
  })

  it('in a value that is longer than a cookie can be, which is not even verified', () => {
    const verify = vi.fn(() => true)
    expect(read(`session=${'A'.repeat(4097)}; session.sig=x`, { keys: { verify } })).toBeUndefined()
    expect(read(`session=x; session.sig=${'A'.repeat(4097)}`, { keys: { verify } })).toBeUndefined()
    expect(verify).not.toHaveBeenCalled()
    const text = JSON.stringify({ text: 'x'.repeat(3061) })
    expect(read(signed(text)).data).toEqual(JSON.parse(text))
  })
})

describe('several cookies of the name', () => {
  it('are tried in turn, with each of the signatures', async () => {
    const good = headerOf(await minted())
    expect(read(`session=evil; session.sig=evil; ${good}`).data).toEqual(DATA)
    expect(read(`session=evil; ${good}; session.sig=evil`).data).toEqual(DATA)
  })

  it('are tried four at most', async () => {
    const good = headerOf(await minted())
    expect(read(`${'session=evil; '.repeat(3)}${good}`).data).toEqual(DATA)
    expect(read(`${'session=evil; '.repeat(4)}${good}`)).toBeUndefined()
  })
})
