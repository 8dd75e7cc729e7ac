import express from 'express'
import { auth } from 'express-openid-connect'
import { CompactEncrypt } from 'jose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { expressOpenidConnect } from '../../lib/migrate/index.js'
import { foreignKey } from '../../lib/migrate/jose.js'
import { at, DAY, HOUR, START, startClock, stopClock } from '../support/clock.js'
import { altered, asking, cookiesOf, HOSTILE_JSON, headerOf } from './support.js'

type Any = any

// Only to see whether jose is asked.
const opened = vi.hoisted(() => vi.fn())
vi.mock('jose', async (original) => {
  const jose = await original<typeof import('jose')>()
  return {
    ...jose,
    compactDecrypt: (...given: Any[]) => (opened(given[0]), (jose.compactDecrypt as Any)(...given)),
  }
})

beforeEach(() => (stopClock(), opened.mockClear()))
afterEach(startClock)

const SECRETS = ['the new secret of the app', 'the old secret of the app']
const DATA = { id_token: 'a.b.c', user: { sub: 'u1', name: 'Ada \u2713' } }
const LARGE = { ...DATA, access_token: 'x'.repeat(7000) }

/** What express-openid-connect sets for this data, for an issuer that nobody asks. */
function minted(options: Any = {}, data: object = DATA, cookie = ''): Promise<Map<string, string>> {
  const { secret = SECRETS, ...session } = options
  const app = express()
  app.use(
    auth({
      issuerBaseURL: 'https://issuer.invalid',
      baseURL: 'https://app.test',
      clientID: 'client',
      authRequired: false,
      secret,
      session,
    }),
  )
  app.get('/', (req: Any, res) => void res.json(Object.assign(req[session.name ?? 'appSession'], data)))
  return cookiesOf(app, cookie)
}

/** A token under a secret of the app, with whatever header and plaintext. */
function sealed(header: object, plaintext = JSON.stringify(DATA), secret = SECRETS[0] as string): Promise<string> {
  const key = foreignKey(secret, '', 'JWE CEK', 32)
  return new CompactEncrypt(Buffer.from(plaintext))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', iat: START, uat: START, exp: START + HOUR, ...header })
    .encrypt(key)
}

async function read(cookie: string | undefined, options: Any = {}): Promise<Any> {
  return expressOpenidConnect({ secret: SECRETS, ...options }).read(asking(cookie))
}

describe('a session of express-openid-connect', () => {
  it('is read with the time when it began', async () => {
    const cookies = await minted()
    expect(await read(headerOf(cookies))).toEqual({
      data: DATA,
      cookies: [{ name: 'appSession' }],
      accepted: [cookies.get('appSession')],
      createdAt: START,
    })
    expect(expressOpenidConnect({ secret: 'x' }).from).toBe('express-openid-connect')
  })

  it('began when it was first set, however often it has been renewed', async () => {
    const cookie = headerOf(await minted())
    at(3 * HOUR)
    const renewed = headerOf(await minted({}, { more: 1 }, cookie))
    expect(await read(renewed)).toMatchObject({ data: { ...DATA, more: 1 }, createdAt: START })
  })

  it('may have another name, path and domain', async () => {
    const where = { path: '/app', domain: 'example.test' }
    const cookie = headerOf(await minted({ name: 'my.session', cookie: where }))
    const found = await read(cookie, { name: 'my.session', ...where })
    expect(found).toMatchObject({ data: DATA, cookies: [{ name: 'my.session', ...where }] })
    expect(await read(cookie)).toBeUndefined()
  })

  it('may be sealed with any of several secrets', async () => {
    const old = headerOf(await minted({ secret: 'the old secret of the app' }))
    expect((await read(old)).data).toEqual(DATA)
    expect((await read(old, { secret: Buffer.from('the old secret of the app') })).data).toEqual(DATA)
    expect(await read(old, { secret: 'the new secret of the app' })).toBeUndefined()
  })

  it('lives until the time in its header', async () => {
    const cookie = headerOf(await minted())
    at(DAY - 1)
    expect((await read(cookie)).data).toEqual(DATA)
    at(DAY)
    expect(await read(cookie)).toBeUndefined()
    expect(await read(`appSession=${await sealed({ exp: undefined })}`)).toBeUndefined()
    expect(await read(`appSession=${await sealed({ exp: '9999999999' })}`)).toBeUndefined()
  })

  it('does not tell when it began if its header does not, or names a time to come', async () => {
    for (const iat of [undefined, 'yesterday', 1.5, START + 1]) {
      expect((await read(`appSession=${await sealed({ iat })}`)).createdAt).toBeUndefined()
    }
  })

  it('keeps what transform returns, and is none if that is undefined', async () => {
    const cookie = headerOf(await minted())
    expect((await read(cookie, { transform: ({ user }: Any) => user })).data).toEqual(DATA.user)
    expect(await read(cookie, { transform: () => undefined })).toBeUndefined()
    await expect(read(cookie, { transform: () => 'Ada' })).rejects.toMatchObject({ code: 'ERR_SESSION_OPTIONS' })
  })

  it('may have members with names of Object, which change nothing else', async () => {
    const { data } = await read(`appSession=${await sealed({}, HOSTILE_JSON)}`)
    expect(Object.keys(data)).toEqual(['__proto__', 'constructor', 'user'])
    expect(({} as Any).admin).toBeUndefined()
  })
})

describe('a session in several cookies', () => {
  it('is read in the order of their numbers, and all of them go', async () => {
    const cookies = await minted({}, LARGE)
    expect([...cookies.keys()]).toEqual(['appSession.0', 'appSession.1', 'appSession.2'])
    expect(await read(headerOf([...cookies].reverse()))).toEqual({
      data: LARGE,
      cookies: [{ name: 'appSession.0' }, { name: 'appSession.1' }, { name: 'appSession.2' }],
      accepted: [[...cookies.values()].join('')],
      createdAt: START,
    })
  })

  it.each([0, 1, 2])(
    'is not a session without chunk %i, and is not decoded if others follow the gap',
    async (number) => {
      const cookies = await minted({}, LARGE)
      cookies.delete(`appSession.${number}`)
      expect(await read(headerOf(cookies))).toBeUndefined()
      expect(opened).toHaveBeenCalledTimes(number === 2 ? 2 : 0)
    },
  )

  it('may be ten, and no more', async () => {
    const token = await sealed({})
    const pieces = (count: number) =>
      Array.from({ length: count }, (_, index): [string, string] => [
        `appSession.${index}`,
        index < count - 1 ? token.slice(index, index + 1) : token.slice(index),
      ])
    const found = await read(headerOf(pieces(10)))
    expect(found.data).toEqual(DATA)
    expect(found.cookies).toHaveLength(10)
    opened.mockClear()
    expect(await read(headerOf(pieces(11)))).toBeUndefined()
    expect(opened).not.toHaveBeenCalled()
  })

  it('is not decoded if it is longer than 16384 characters in all', async () => {
    const cookies = (count: number, length: number) =>
      headerOf(Array.from({ length: count }, (_, index) => [`appSession.${index}`, 'A'.repeat(length)]))
    expect(await read(cookies(5, 3277))).toBeUndefined()
    expect(opened).not.toHaveBeenCalled()
    expect(await read(cookies(4, 4096))).toBeUndefined()
    expect(opened).toHaveBeenCalled()
  })

  it('is found beside others that a sibling domain has added', async () => {
    const cookies = headerOf(await minted({}, LARGE))
    for (const evil of ['appSession=evil', 'appSession.0=evil', 'appSession.0=e; appSession.1=e; appSession.2=e']) {
      expect((await read(`${evil}; ${cookies}`)).data).toEqual(LARGE)
      expect((await read(`${cookies}; ${evil}`)).data).toEqual(LARGE)
    }
  })

  it('goes with the whole cookie that stands beside it', async () => {
    const header = headerOf([...(await minted()), ['appSession.0', 'stale']])
    expect((await read(header)).cookies).toEqual([{ name: 'appSession' }, { name: 'appSession.0' }])
  })
})

describe('expressOpenidConnect finds nothing', () => {
  it('at once and without a promise if there is no such cookie', () => {
    const reader = expressOpenidConnect({ secret: SECRETS })
    for (const cookie of [
      undefined,
      '',
      'theme=dark',
      'appSession',
      'appSession.x=1',
      'appSession=',
      'xappSession=1',
    ]) {
      expect(reader.read(asking(cookie))).toBeUndefined()
    }
    expect(opened).not.toHaveBeenCalled()
  })

  it('if any part of the token differs or is missing', async () => {
    const token = (await minted()).get('appSession') as string
    const parts = token.split('.')
    for (const [index, part] of parts.entries()) {
      const bad = part === '' ? 'AAAA' : altered(part, 3)
      expect(await read(`appSession=${parts.with(index, bad).join('.')}`)).toBeUndefined()
      expect(await read(`appSession=${parts.toSpliced(index, 1).join('.')}`)).toBeUndefined()
    }
    for (const length of [1, 50, token.length - 1]) {
      expect(await read(`appSession=${token.slice(0, length)}`)).toBeUndefined()
    }
  })

  it('in a value that is longer than a cookie can be, which is not decoded', async () => {
    const token = await sealed({}, JSON.stringify({ text: 'x'.repeat(3100) }))
    expect(token.length).toBeGreaterThan(4096)
    expect(await read(`appSession=${token}`)).toBeUndefined()
    expect(opened).not.toHaveBeenCalled()
  })

  it('in a token with other algorithms, or compressed', async () => {
    const key = foreignKey(SECRETS[0] as string, '', 'JWE CEK', 32)
    const seal = (header: Any) =>
      new CompactEncrypt(Buffer.from(JSON.stringify(DATA)))
        .setProtectedHeader({ exp: START + HOUR, ...header })
        .encrypt(key)
    expect(await read(`appSession=${await seal({ alg: 'dir', enc: 'A256GCM' })}`)).toBeDefined()
    for (const header of [
      { alg: 'A256KW', enc: 'A256GCM' },
      { alg: 'A256GCMKW', enc: 'A256GCM' },
      { alg: 'dir', enc: 'A128CBC-HS256' },
      { alg: 'dir', enc: 'A256GCM', zip: 'DEF' },
    ]) {
      expect(await read(`appSession=${await seal(header)}`)).toBeUndefined()
    }
  })

  it('in a sealed text that is not a JSON object', async () => {
    for (const text of ['', 'null', '[]', '"text"', '{', '{}', '\u0000']) {
      expect(await read(`appSession=${await sealed({}, text)}`)).toBeUndefined()
    }
  })
})

it('four whole cookies are tried, and no fifth', async () => {
  const good = headerOf(await minted())
  expect((await read(`${'appSession=evil; '.repeat(3)}${good}`)).data).toEqual(DATA)
  expect(await read(`${'appSession=evil; '.repeat(4)}${good}`)).toBeUndefined()
})
