import { CompactEncrypt, exportJWK, generateKeyPair } from 'jose'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { START } from '../support/clock.js'
import { OTHER_SECRET, SECRET } from '../support/secrets.js'
import { base64url, plaintextOf } from '../support/tokens.js'
import { type Ended, type } from './terminal.js'

type Any = any

const CONTENT_KEY = { kty: 'oct', k: base64url(SECRET) }
const CLAIMS = JSON.stringify({ sub: 'ada@example.org', iat: START, exp: START + 3600, name: 'Ada' })

async function encrypted(plaintext: string, header: object, key: Any): Promise<string> {
  return new CompactEncrypt(Buffer.from(plaintext)).setProtectedHeader(header as Any).encrypt(key)
}

function inspected(token: string, jwks: unknown, keys?: string): Promise<Ended> {
  const env: Record<string, string> = keys === undefined ? {} : { SESSION_KEYS: keys }
  return type('inspect --jwk-file jwks.json', { input: token, env, files: { 'jwks.json': JSON.stringify(jwks) } })
}

let pair: { publicJwk: Any; privateJwk: Any }
beforeAll(async () => {
  const { publicKey, privateKey } = await generateKeyPair('ECDH-ES', { extractable: true })
  pair = { publicJwk: await exportJWK(publicKey), privateJwk: await exportJWK(privateKey) }
})

describe('with --jwk-file, sealed-session inspect opens', () => {
  it.each([
    ['dir', 'A256GCM'],
    ['A256KW', 'A256GCM'],
    ['A256KW', 'A128CBC-HS256'],
    ['A256GCMKW', 'A256CBC-HS512'],
  ])('a token of another library with %s and %s', async (alg, enc) => {
    const token = await encrypted(CLAIMS, { alg, enc, typ: 'JWT' }, CONTENT_KEY)
    const { code, stdout, stderr } = await inspected(token, CONTENT_KEY)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(new RegExp(`^header  alg ${alg}, enc ${enc}, typ JWT`, 'm'))
    expect(stdout).toMatch(/^opens {3}yes\niat {5}2026-01-01T00:00:00Z\nexp {5}2026-01-01T01:00:00Z$/m)
    expect(stdout).toMatch(/^ {2}sub +\d+ {2}#$/m)
    expect(stdout).not.toMatch(/Ada|ada@/)
  })

  it('one for a key pair', async () => {
    const token = await encrypted(CLAIMS, { alg: 'ECDH-ES', enc: 'A256GCM' }, pair.publicJwk)
    const { code, stdout } = await inspected(token, pair.privateJwk)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^header {2}alg ECDH-ES, enc A256GCM, epk \(\d+ bytes\)$/m)
  })

  it('one that holds something else than JSON', async () => {
    for (const [content, bytes] of [
      ['plain text', 10],
      ['[1,2]', 5],
      ['7', 1],
    ] as const) {
      const token = await encrypted(content, { alg: 'dir', enc: 'A256GCM' }, CONTENT_KEY)
      expect(await inspected(token, CONTENT_KEY)).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(new RegExp(`^opens +yes: ${bytes} bytes that are not a JSON object$`, 'm')),
      })
    }
  })

  it('one by its kid, out of a JWK Set, or without a kid by whichever fits', async () => {
    const keys = [
      { kty: 'oct', kid: 'a', k: base64url(OTHER_SECRET) },
      { ...CONTENT_KEY, kid: 'b' },
    ]
    const header = { alg: 'dir', enc: 'A256GCM' }
    expect((await inspected(await encrypted(CLAIMS, { ...header, kid: 'b' }, CONTENT_KEY), { keys })).code).toBe(0)
    expect((await inspected(await encrypted(CLAIMS, header, CONTENT_KEY), { keys })).code).toBe(0)
    const wrongly = await inspected(await encrypted(CLAIMS, { ...header, kid: 'a' }, CONTENT_KEY), { keys })
    expect(wrongly).toMatchObject({ code: 1, stdout: expect.stringMatching(/^opens +no: its tag does not verify/m) })
    const unknown = await inspected(await encrypted(CLAIMS, { ...header, kid: 'c' }, CONTENT_KEY), { keys })
    expect(unknown).toMatchObject({ code: 1, stdout: expect.stringMatching(/^opens +no: no key in --jwk-file has/m) })
  })

  it('a token of this package with exported keys, and says whether an app would accept it', async () => {
    const exported = await type('export-keys', { env: { SESSION_KEYS: SECRET } })
    const jwks = JSON.parse(exported.stdout)
    const { kid } = jwks.keys[0]
    for (const [alg, enc] of [
      ['dir', 'A256GCM'],
      ['dir', 'A256CBC-HS512'],
      ['A256KW', 'A256GCM'],
    ] as const) {
      const name = alg === 'dir' ? enc : alg
      const key = jwks.keys.find((each: Any) => each.alg === name)
      const token = await encrypted(plaintextOf({ user: 'Ada' }), { alg, enc, kid }, key)
      const { code, stdout } = await inspected(token, jwks)
      expect(code).toBe(0)
      expect(stdout).toMatch(/^verdict +accepted\nsession .*\ncreated +2026-01-01T00:00:00Z \(sat\)$/m)
      const late = await type('inspect --jwk-file j', { input: token, files: { j: exported.stdout }, now: START + 1e6 })
      expect(late).toMatchObject({ code: 1, stdout: expect.stringMatching(/^verdict +rejected as absolute: /m) })
    }
  })

  it('a token of this package with --keys-file, if that has its kid', async () => {
    const exported = await type('export-keys', { env: { SESSION_KEYS: SECRET } })
    const [key] = JSON.parse(exported.stdout).keys
    const token = await encrypted(plaintextOf({}), { alg: 'dir', enc: 'A256GCM', kid: key.kid }, key)
    expect((await inspected(token, CONTENT_KEY, SECRET)).stdout).toMatch(/^key +active$/m)
    expect((await inspected(token, CONTENT_KEY, OTHER_SECRET)).stdout).not.toMatch(/^key /m)
  })
})

describe('with --jwk-file, sealed-session inspect refuses', () => {
  it('a key made of a password, however few its rounds', async () => {
    const header = { alg: 'PBES2-HS256+A128KW', enc: 'A256GCM', p2c: 1000 }
    const encrypting = new CompactEncrypt(Buffer.from(CLAIMS)).setProtectedHeader({ alg: header.alg, enc: 'A256GCM' })
    const token = await encrypting.setKeyManagementParameters({ p2c: 1000 }).encrypt(Buffer.from(SECRET))
    const { code, stdout } = await inspected(token, CONTENT_KEY)
    expect(code).toBe(1)
    expect(stdout).toMatch(/^header +alg PBES2-HS256\+A128KW, enc A256GCM, .*p2c 1000/m)
    expect(stdout).toMatch(
      /^opens +no: it asks for a key made of a password \(PBES2\), which is refused: open it with the library that sealed it$/m,
    )
  })

  it.each([
    [
      'an algorithm that nobody knows',
      { alg: 'dir', enc: 'ROT13' },
      /^opens +no: the package jose does not know its algorithms: open it with/m,
    ],
    [
      'a key of another length',
      { alg: 'dir', enc: 'A128GCM' },
      /^opens +no: .*needs a key of another length: compare its header/m,
    ],
    [
      'a key of another kind',
      { alg: 'RSA-OAEP', enc: 'A256GCM' },
      /^opens +no: no key in --jwk-file is for its algorithms: give/m,
    ],
    ['a header without algorithms', {}, /^opens +no: it is malformed, inflates/m],
    [
      'a critical extension',
      { alg: 'dir', enc: 'A256GCM', crit: ['exp'], exp: 1 },
      /^opens +no: the package jose does not know/m,
    ],
  ])('%s', async (_what, header, message) => {
    const token = `${base64url(JSON.stringify(header))}..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA`
    const { code, stdout, stderr } = await inspected(token, CONTENT_KEY)
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(stdout).toMatch(message)
  })

  it('a token that inflates to more than any cookie held', async () => {
    const token = await encrypted('x'.repeat(1_000_000), { alg: 'dir', enc: 'A256GCM', zip: 'DEF' }, CONTENT_KEY)
    const { code, stdout } = await inspected(token, CONTENT_KEY)
    expect(code).toBe(1)
    expect(stdout).toMatch(/^opens +no: .*inflates to too much/m)
  })

  it('to go on without jose, and says how to get it', async () => {
    vi.doMock('jose', () => {
      throw new Error('ERR_MODULE_NOT_FOUND')
    })
    const token = `${base64url('{"alg":"dir"}')}....`
    const { code, stdout, stderr } = await inspected(token, CONTENT_KEY)
    vi.doUnmock('jose')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/tokens of other libraries are opened by the package jose: npm install jose/)
  })

  it('a file that holds no key, or cannot be read', async () => {
    for (const jwks of [null, 7, 'text', {}, [], { keys: [] }, { keys: [{}] }, { keys: 'x' }]) {
      expect(await inspected('session=a.b.c.d.e', jwks)).toEqual({
        code: 2,
        stdout: '',
        stderr:
          'sealed-session inspect: the file of --jwk-file holds neither a JWK nor a JWK Set: give one, such as {"kty":"oct","k":"..."}\n',
      })
    }
    const { stderr } = await type('inspect --jwk-file none', { input: 'session=a.b.c.d.e' })
    expect(stderr).toMatch(/the file of --jwk-file cannot be read \(ENOENT\)/)
    const broken = await type('inspect --jwk-file j', { input: 'session=a.b.c.d.e', files: { j: '{"k":' } })
    expect(broken.stderr).toMatch(/neither a JWK nor a JWK Set/)
  })
})
