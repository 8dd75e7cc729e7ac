import { Auth, skipCSRFCheck } from '@auth/core'
import { encode, getToken } from '@auth/core/jwt'
import credentials from '@auth/core/providers/credentials'
import { EncryptJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { authJs } from '../../lib/migrate/index.js'
import { foreignKey } from '../../lib/migrate/jose.js'
import { at, DAY, HOUR, START, startClock, stopClock } from '../support/clock.js'
import { altered, asking, HOSTILE_JSON, headerOf } from './support.js'

type Any = any

beforeEach(stopClock)
afterEach(startClock)

const SECRETS = ['the new secret of the app', 'the old secret of the app']
const NAME = 'authjs.session-token'
const SECURE_NAME = `__Secure-${NAME}`
const CLAIMS = { sub: 'u1', name: 'Ada \u2713', email: 'ada@example.test' }

/** The session cookies that Auth.js sets when somebody signs in, over HTTP or HTTPS. */
async function signIn(scheme: string, claims: object = CLAIMS, options: Any = {}): Promise<Map<string, string>> {
  const request = new Request(`${scheme}://app.test/auth/callback/credentials`, { method: 'POST' })
  const response = await Auth(request, {
    basePath: '/auth',
    secret: SECRETS,
    trustHost: true,
    skipCSRFCheck,
    providers: [credentials({ authorize: () => ({ id: 'u1' }) })],
    callbacks: { jwt: () => claims as Any },
    logger: { error: () => {}, warn: () => {} },
    ...options,
  } as Any)
  const pairs = response.headers.getSetCookie().map((line: string): [string, string] => {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    return [name, value]
  })
  return new Map(pairs.filter(([name]: [string, string]) => name.includes('session')))
}

/** A token as Auth.js encodes it. */
function encoded(params: Any = {}): Promise<string> {
  return encode({ token: CLAIMS, secret: SECRETS, salt: NAME, ...params })
}

/** A token under a key of Auth.js, with whatever claims and content encryption. */
function sealed(claims: Any, enc: 'A256CBC-HS512' | 'A256GCM' = 'A256CBC-HS512', header: object = {}): Promise<string> {
  const bytes = enc === 'A256GCM' ? 32 : 64
  const key = foreignKey(SECRETS[0] as string, NAME, `Auth.js Generated Encryption Key (${NAME})`, bytes)
  return new EncryptJWT(claims).setProtectedHeader({ alg: 'dir', enc, ...header }).encrypt(key.export())
}

async function read(cookie: string | undefined, options: Any = {}): Promise<Any> {
  return authJs({ secret: SECRETS, ...options }).read(asking(cookie))
}

describe('a session of Auth.js', () => {
  it.each([
    ['http', NAME],
    ['https', SECURE_NAME],
  ])('is read as it was set over %s: its claims, without those of the token itself', async (scheme, name) => {
    const cookies = await signIn(scheme)
    expect([...cookies.keys()]).toEqual([name])
    const found = await read(headerOf(cookies))
    expect(found).toEqual({ data: CLAIMS, cookies: [{ name }], accepted: [cookies.get(name)] })
    expect(authJs({ secret: 'x' }).from).toBe('@auth/core')
  })

  it('is read under a prefix only where one is asked for', async () => {
    const [secure, plain] = [headerOf(await signIn('https')), headerOf(await signIn('http'))]
    expect((await read(secure, { prefix: '__Secure-' })).data).toEqual(CLAIMS)
    expect(await read(plain, { prefix: '__Secure-' })).toBeUndefined()
    expect(await read(secure, { prefix: '__Host-' })).toBeUndefined()
  })

  it('is what Auth.js itself makes of the cookies', async () => {
    const cookie = headerOf(await signIn('http'))
    const token = await getToken({ req: { headers: { cookie } } as Any, secret: SECRETS })
    const { iat: _iat, exp: _exp, jti: _jti, ...claims } = token as Any
    expect((await read(cookie)).data).toEqual(claims)
  })

  it('may have another name, for which the key is derived, and another path and domain', async () => {
    const token = await encoded({ salt: 'my.session' })
    const where = { path: '/app', domain: 'example.test' }
    const found = await read(`my.session=${token}`, { name: 'my.session', ...where })
    expect(found).toMatchObject({ data: CLAIMS, cookies: [{ name: 'my.session', ...where }] })
    expect(await read(`${NAME}=${token}`)).toBeUndefined()
    expect(await read(`${NAME}=${token}`, { name: 'my.session' })).toBeUndefined()
  })

  it('may be sealed with any of several secrets', async () => {
    const old = `${NAME}=${await encoded({ secret: SECRETS[1] })}`
    expect((await read(old)).data).toEqual(CLAIMS)
    expect((await read(old, { secret: SECRETS[1] })).data).toEqual(CLAIMS)
    expect(await read(old, { secret: SECRETS[0] })).toBeUndefined()
  })

  it('may be sealed with A256GCM, which Auth.js accepts as well', async () => {
    expect((await read(`${NAME}=${await sealed(CLAIMS, 'A256GCM')}`)).data).toEqual(CLAIMS)
    expect((await read(`${NAME}=${await sealed(CLAIMS)}`)).data).toEqual(CLAIMS)
  })

  it('lives until the time among its claims', async () => {
    const cookie = `${NAME}=${await encoded({ maxAge: DAY })}`
    at(DAY - 1)
    expect((await read(cookie)).data).toEqual(CLAIMS)
    at(DAY)
    expect(await read(cookie)).toBeUndefined()
  })

  it('may be in several cookies, whose key is derived for the name without a number', async () => {
    const claims = { ...CLAIMS, access_token: 'x'.repeat(7000) }
    const cookies = await signIn('https', claims)
    expect([...cookies.keys()]).toEqual([`${SECURE_NAME}.0`, `${SECURE_NAME}.1`, `${SECURE_NAME}.2`])
    const found = await read(headerOf([...cookies].reverse()))
    expect(found.data).toEqual(claims)
    expect(found.cookies).toEqual([...cookies.keys()].map((name) => ({ name })))
    cookies.delete(`${SECURE_NAME}.1`)
    expect(await read(headerOf(cookies))).toBeUndefined()
  })

  it('is taken from the cookie that opens, if there are both', async () => {
    const [plain, secure] = [await signIn('http', { sub: 'plain' }), await signIn('https', { sub: 'secure' })]
    expect((await read(headerOf([...plain, ...secure]))).data).toEqual({ sub: 'secure' })
    expect((await read(headerOf([...plain, [SECURE_NAME, 'stale']]))).data).toEqual({ sub: 'plain' })
    expect((await read(headerOf([[NAME, 'evil'], ...plain]))).data).toEqual({ sub: 'plain' })
  })

  it('keeps what transform returns, and is none if that is undefined', async () => {
    const cookie = `${NAME}=${await encoded()}`
    expect((await read(cookie, { transform: ({ sub }: Any) => ({ userId: sub }) })).data).toEqual({ userId: 'u1' })
    expect(await read(cookie, { transform: () => undefined })).toBeUndefined()
  })

  it('may have members with names of Object, which change nothing else', async () => {
    const { data } = await read(`${NAME}=${await sealed(JSON.parse(HOSTILE_JSON))}`)
    expect(Object.keys(data)).toContain('constructor')
    expect(Object.getPrototypeOf(data)).toBe(Object.prototype)
    expect(({} as Any).admin).toBeUndefined()
  })
})

describe('authJs finds nothing', () => {
  it('at once and without a promise if there is no such cookie', () => {
    const reader = authJs({ secret: SECRETS })
    for (const cookie of [undefined, '', 'theme=dark', `${NAME}=`, `${NAME}`, 'authjs.csrf-token=x']) {
      expect(reader.read(asking(cookie))).toBeUndefined()
    }
  })

  it('if any part of the token differs or is missing', async () => {
    const parts = (await encoded()).split('.')
    for (const [index, part] of parts.entries()) {
      const bad = part === '' ? 'AAAA' : altered(part, 3)
      expect(await read(`${NAME}=${parts.with(index, bad).join('.')}`)).toBeUndefined()
      expect(await read(`${NAME}=${parts.toSpliced(index, 1).join('.')}`)).toBeUndefined()
    }
  })

  it('with times that are not numbers, or before its nbf', async () => {
    for (const times of [{ exp: '9999999999' }, { exp: null }, { nbf: START + 1 }, { nbf: 'now' }, { exp: START }]) {
      expect(await read(`${NAME}=${await sealedText({ ...CLAIMS, ...times })}`)).toBeUndefined()
    }
    for (const times of [{}, { nbf: START }, { exp: START + HOUR }]) {
      expect((await read(`${NAME}=${await sealedText({ ...CLAIMS, ...times })}`)).data.sub).toBe('u1')
    }
  })

  it('if the token holds nothing but claims of its own', async () => {
    expect(await read(`${NAME}=${await encoded({ token: {} })}`)).toBeUndefined()
  })

  it('in a token that is sealed in another way than Auth.js does, though under its own key', async () => {
    const { CompactEncrypt } = await import('jose')
    const cookieBy = async (alg: string, enc: 'A256GCM' | 'A256CBC-HS512') => {
      const key = foreignKey(
        SECRETS[0] as string,
        NAME,
        `Auth.js Generated Encryption Key (${NAME})`,
        enc === 'A256GCM' ? 32 : 64,
      )
      const token = new CompactEncrypt(Buffer.from(JSON.stringify(CLAIMS))).setProtectedHeader({ alg, enc })
      return `${NAME}=${await token.encrypt(key.export())}`
    }
    for (const alg of ['A256KW', 'A256GCMKW']) expect(await read(await cookieBy(alg, 'A256GCM')), alg).toBeUndefined()
    const password = 'PBES2-HS256+A128KW'
    for (const enc of ['A256GCM', 'A256CBC-HS512'] as const) {
      expect(await read(await cookieBy(password, enc)), enc).toBeUndefined()
      expect((await read(await cookieBy('dir', enc))).data).toEqual(CLAIMS)
    }
  })

  it('in a token that is compressed', async () => {
    expect(await read(`${NAME}=${await sealed(CLAIMS, 'A256CBC-HS512', { zip: 'DEF' })}`)).toBeUndefined()
  })
})

/** As `sealed`, without jose looking at the claims. */
async function sealedText(claims: object): Promise<string> {
  const { CompactEncrypt } = await import('jose')
  const key = foreignKey(SECRETS[0] as string, NAME, `Auth.js Generated Encryption Key (${NAME})`, 64)
  return new CompactEncrypt(Buffer.from(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'dir', enc: 'A256CBC-HS512' })
    .encrypt(key.export())
}
