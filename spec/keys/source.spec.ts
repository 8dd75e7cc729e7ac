import { createSecretKey } from 'node:crypto'
import { inspect } from 'node:util'
import Keygrip from 'keygrip'
import { describe, expect, it } from 'vitest'
import { SessionError } from '../../lib/errors.js'
import { KeyRing } from '../../lib/keys/ring.js'
import { HOW_TO_MAKE, type KeyInput, type RootJwk, readKeys } from '../../lib/keys/source.js'
import { type } from '../cli/terminal.js'
import { OTHER_SECRET, SECRET, THIRD_SECRET } from '../support/secrets.js'

const K = base64url(SECRET)
const JWK = { kty: 'oct', k: K } as const
const OTHER_JWK = { kty: 'oct', k: base64url(OTHER_SECRET), kid: 'other' } as const

function base64url(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64url')
}

/** As libraries of promises made them before there was one. */
class Thenable {
  // biome-ignore lint/suspicious/noThenProperty: it is what makes it one
  then() {}
}

function kids(keys: KeyInput): string[] {
  return readKeys(keys).map(({ kid }) => kid)
}

/** What a key is, told by what is derived from it. */
function bytesOf(keys: KeyInput): string[] {
  return readKeys(keys).map((key) => key.derive('cookie/session', 'A256GCM').export().toString('hex'))
}

function refusal(keys: unknown): SessionError {
  try {
    readKeys(keys)
  } catch (error) {
    expect(error).toBeInstanceOf(SessionError)
    return error as SessionError
  }
  throw new Error('the keys were taken')
}

describe('keys are given', () => {
  it('as a secret string, of which the UTF-8 bytes count', () => {
    expect(bytesOf(SECRET)).toEqual(bytesOf({ kty: 'oct', k: K }))
    const umlauts = 'ÄöüßéèñçÅøæœþðłžŧ'
    expect(umlauts).toHaveLength(17)
    expect(bytesOf(umlauts)).toEqual(bytesOf({ kty: 'oct', k: base64url(umlauts) }))
  })

  it('as an array, in its order', () => {
    expect(bytesOf([SECRET, OTHER_SECRET])).toEqual([...bytesOf(SECRET), ...bytesOf(OTHER_SECRET)])
  })

  it('as an oct JWK', () => {
    expect(kids(OTHER_JWK)).toEqual(['other'])
    expect(bytesOf(OTHER_JWK)).toEqual(bytesOf(OTHER_SECRET))
  })

  it('as a JWK Set, in its order', () => {
    expect(kids({ keys: [OTHER_JWK, { ...JWK, kid: 'first' }] })).toEqual(['other', 'first'])
  })

  it('as an array of secrets and JWKs, mixed', () => {
    expect(bytesOf([OTHER_JWK, SECRET])).toEqual([...bytesOf(OTHER_SECRET), ...bytesOf(SECRET)])
  })

  it.each([
    ['a JWK', JSON.stringify(OTHER_JWK)],
    ['a JWK Set', JSON.stringify({ keys: [OTHER_JWK] })],
    ['an array of JWKs', JSON.stringify([OTHER_JWK])],
    ['a JWK Set with white space around it, as from a file', `\n ${JSON.stringify({ keys: [OTHER_JWK] }, null, 2)}\n`],
  ])('as the JSON text of %s', (_form, text) => {
    expect(kids(text)).toEqual(['other'])
    expect(bytesOf(text)).toEqual(bytesOf(OTHER_SECRET))
  })

  it('as the JSON text of an array of secrets', () => {
    expect(bytesOf(JSON.stringify([SECRET, OTHER_SECRET]))).toEqual(bytesOf([SECRET, OTHER_SECRET]))
  })

  it('as JSON text behind a byte order mark, as some editors write it', () => {
    const text = `\uFEFF${JSON.stringify({ keys: [{ ...JWK, kid: 'new' }] })}`
    expect([kids(text), bytesOf(text)]).toEqual([['new'], bytesOf(JWK)])
    expect(kids([SECRET, `\uFEFF${JSON.stringify(OTHER_JWK)}`])[1]).toBe('other')
  })

  it('as a secret that has braces and brackets, unless it begins with one', () => {
    const secret = 'q{X7}k[2]mZ9:"w","B4r"/T1y=U8p~E5'
    expect(bytesOf(secret)).toEqual(bytesOf({ kty: 'oct', k: base64url(secret) }))
  })

  it('as an array of JSON texts, as from one environment variable per key', () => {
    expect(kids([JSON.stringify({ ...JWK, kid: 'new' }), JSON.stringify(OTHER_JWK)])).toEqual(['new', 'other'])
  })

  it('with members of a JWK that mean nothing here, which are ignored (RFC 7517, section 4)', () => {
    expect(bytesOf({ ...JWK, use: 'enc', x5t: 'abc', comment: 'rotated in May' })).toEqual(bytesOf(JWK))
  })
})

describe('a kid', () => {
  it('is derived from the secret when the key has none: 8 characters of base64url', () => {
    const [kid] = kids(SECRET)
    expect(kid).toMatch(/^[A-Za-z0-9_-]{8}$/)
    expect(kids(JWK)).toEqual([kid])
    expect(kids(OTHER_SECRET)).not.toEqual([kid])
  })

  it.each(['k', 'A-Z_09', '2026-01', 'x'.repeat(32)])("of a JWK's own may be %j", (kid) => {
    expect(kids({ ...JWK, kid })).toEqual([kid])
  })

  it.each(['', 'x'.repeat(33), 'two words', 'a.b', 'a/b', 'kid\n', 'schlüssel', 7, null])('cannot be %j', (kid) => {
    const { message } = refusal({ ...JWK, kid })
    expect(message).toMatch(/^the "kid" of key 1 /)
    expect(message).toMatch(/1 to 32 characters of A-Z a-z 0-9 _ -: change it, or leave it out$/)
  })

  it('of a secret that another kid revokes is refused, as what has leaked has leaked under every name', () => {
    const jwk = (kid: string, times = {}): RootJwk => ({
      kty: 'oct',
      k: Buffer.from(SECRET).toString('base64url'),
      kid,
      ...times,
    })
    for (const revoked of [true, 1]) {
      expect(refusal([jwk('new'), jwk('old', { revoked })]).message).toBe(
        'the keys "new" and "old" are the same secret, but only one is revoked: revoke both',
      )
    }
    expect(kids([jwk('new', { revoked: true }), jwk('old', { revoked: true }), OTHER_SECRET])).toContain('new')
    expect(kids([jwk('new'), jwk('old', { revoked: false })])).toEqual(['new', 'old'])
  })

  it.each([{}, { kid: 'a' }, { kid: 'a', nbf: 1 }, { kid: 'a', exp: 4_000_000_000 }])(
    'may not be weak in a JWK either, whatever else that says: %j',
    (members) => {
      for (const weak of ['a'.repeat(64), SECRET.slice(0, 31), 'changeme'.repeat(4)]) {
        const jwk = { kty: 'oct', k: base64url(weak), ...members } as const
        for (const keys of [jwk, { keys: [jwk] }, [OTHER_SECRET, jwk], JSON.stringify(jwk)]) {
          expect(() => readKeys(keys)).toThrow(expect.objectContaining({ code: 'ERR_SESSION_KEYS' }))
        }
      }
    },
  )

  it('that two keys share is refused by name, as is the same secret twice', () => {
    const twice = refusal([OTHER_JWK, { ...JWK, kid: 'other' }])
    expect(twice.message).toContain('two keys have the kid "other"')
    expect(twice.message).toMatch(/leave one out, or give each its own "kid"$/)
    expect(refusal([SECRET, OTHER_SECRET, SECRET]).message).toContain(`two keys have the kid "${kids(SECRET)[0]}"`)
  })

  it('does not allow the same secret twice under two kids', () => {
    expect(kids([{ ...JWK, kid: 'a' }, OTHER_JWK])).toEqual(['a', 'other'])
  })
})

describe('the times of a JWK', () => {
  it('are its nbf, exp and revoked, in seconds since the epoch', () => {
    expect(readKeys({ ...JWK, nbf: 1_767_225_600, exp: 1_800_000_000.5, revoked: 1_790_000_000 })[0]?.times).toEqual({
      nbf: 1_767_225_600,
      exp: 1_800_000_000.5,
      revoked: 1_790_000_000,
    })
  })

  it('are absent for a secret, and for a JWK without them', () => {
    expect(readKeys(JWK)[0]?.times).toEqual({})
    expect(readKeys(SECRET)[0]?.times).toEqual({})
  })

  it('may be the epoch itself', () => {
    expect(readKeys({ ...JWK, nbf: 0 })[0]?.times).toEqual({ nbf: 0 })
  })

  it.each([true, false])('have a revoked that may be %j', (revoked) => {
    expect(readKeys({ ...JWK, revoked })[0]?.times).toEqual({ revoked })
  })

  it.each([
    ['nbf', 1_767_225_600_000],
    ['nbf', -1],
    ['nbf', '2026-01-01'],
    ['nbf', true],
    ['exp', Number.NaN],
    ['exp', Number.POSITIVE_INFINITY],
    ['exp', 100_000_000_000],
    ['exp', null],
    ['revoked', 'true'],
    ['revoked', 1_767_225_600_000],
  ])('are refused when %s is %j', (member, value) => {
    const { message } = refusal([SECRET, { ...OTHER_JWK, [member]: value }])
    expect(message).toContain(`"${member}" of key 2 is not a number of seconds since 1970`)
    expect(message).toMatch(/: set (?:true, or )?seconds such as 1767225600, not milliseconds$/)
    expect(message.includes('true')).toBe(member === 'revoked')
  })
})

describe('a bad key is refused, with what to do:', () => {
  const SHORT = 'zW5hX1pQ8tR3'
  const COMMAND = 'npx sealed-session keygen'

  type Row = [what: string, keys: unknown, secret: string, problem: string, fix: string]
  const rows: Row[] = [
    ['a short secret', SHORT, SHORT, 'key 1 has 12 bytes and needs at least 32', COMMAND],
    ['a repetitive one', 'xK7'.repeat(11), 'xK7xK7', 'key 1 repeats itself', COMMAND],
    [
      'a placeholder',
      'Change-Me qJ7vB2nM4kL9wE1rT6yU3iO8pZ5',
      'qJ7vB2nM4kL9',
      'key 1 is a well-known placeholder',
      COMMAND,
    ],
    ['a short one among good ones', [SECRET, SHORT], SHORT, 'key 2 has 12 bytes', COMMAND],
    ['a secret with a line feed at its end, as from a file', `${SECRET}\n`, SECRET, 'white space', 'trim it'],
    ['a secret with white space before it', ` ${SECRET}`, SECRET, 'white space', 'trim it'],
    [
      'an empty string, as from SESSION_KEYS=',
      '',
      SECRET,
      'key 1 is empty, as from a variable that has no value',
      COMMAND,
    ],
    ['an empty array', [], SECRET, 'the list of keys is empty', COMMAND],
    ['an empty JWK Set', { keys: [] }, SECRET, 'the list of keys is empty', COMMAND],
    ['nothing', undefined, SECRET, 'key 1 is undefined, as from a variable that is not set', COMMAND],
    ['null', null, SECRET, 'key 1 is null', COMMAND],
    ['a number', 12_345_678, '12345678', 'key 1 is a number', 'in quotation marks'],
    ['NaN', Number.NaN, SECRET, 'key 1 is a number', 'in quotation marks'],
    ['a bigint', 12_345_678n, '12345678', 'key 1 is a number', 'in quotation marks'],
    ['a boolean', true, SECRET, 'key 1 is a boolean', 'give a secret'],
    ['a symbol', Symbol(SECRET), SECRET, 'key 1 is a symbol', 'give a secret as text'],
    ['a function', () => SECRET, SECRET, 'key 1 is a function', 'call it, or give it to KeyRing.load'],
    ['an async function', async () => SECRET, SECRET, 'key 1 is a function', 'KeyRing.load'],
    ['a promise', Promise.resolve(SECRET), SECRET, 'key 1 is a promise', 'await it, or use KeyRing.load'],
    ['a promise of another library', new Thenable(), SECRET, 'key 1 is a promise', 'KeyRing.load'],
    ['a Buffer', Buffer.from(SECRET), SECRET, 'key 1 holds bytes', "key.toString('base64url')"],
    ['bytes', new TextEncoder().encode(SECRET), SECRET, 'key 1 holds bytes', "key.toString('base64url')"],
    ['an ArrayBuffer', new ArrayBuffer(32), SECRET, 'key 1 holds bytes', "key.toString('base64url')"],
    ['a DataView', new DataView(new ArrayBuffer(32)), SECRET, 'key 1 holds bytes', "key.toString('base64url')"],
    [
      'a Buffer that went through JSON',
      JSON.stringify(Buffer.from(SECRET)),
      SECRET,
      'key 1 is a Buffer that went through JSON',
      "key.toString('base64url')",
    ],
    [
      'a KeyObject',
      createSecretKey(Buffer.from(SECRET)),
      SECRET,
      'key 1 is a KeyObject',
      "key.export({ format: 'jwk' })",
    ],
    ['a Map', new Map([['new', SECRET]]), SECRET, 'key 1 is a Map', 'as an array, newest first'],
    ['a Set', new Set([SECRET]), SECRET, 'key 1 is a Set', 'as an array, newest first'],
    ['a URL', new URL(`file:///${SECRET}`), SECRET, 'key 1 is a URL', 'KeyRing.load(keysFromFile(url))'],
    ['a Keygrip', new Keygrip([SECRET]), SECRET, 'key 1 is a Keygrip', 'give the secrets that it was made of'],
    [
      'a KeyRing among keys',
      [SECRET, KeyRing.from(OTHER_SECRET)],
      SECRET,
      'key 2 is a KeyRing',
      'set session({ keys: ring })',
    ],
    ['a String object', new String(SECRET), SECRET, 'key 1 is a String object', 'without new'],
    ['an environment variable that is unset', [SECRET, undefined], SECRET, 'key 2 is undefined', COMMAND],
    ['a hole in an array', new Array(1).concat([SECRET]), SECRET, 'key 1 is undefined', COMMAND],
    [
      'an empty one among others',
      [SECRET, ' '],
      SECRET,
      'key 2 is empty, as from a variable that has no value',
      COMMAND,
    ],
    ['a JWK for signatures', { ...JWK, use: 'sig' }, K, 'key 1 has a "use" that is not "enc"', COMMAND],
    ...['revoke', 'Revoked', 'is_revoked', 'compromised'].map(
      (name): Row => [
        `a JWK with "${name}"`,
        { ...JWK, [name]: true },
        K,
        'key 1 has a "revoked" under another name',
        'call it "revoked"',
      ],
    ),
    ...['expires', 'expiresAt', 'not_after', 'EXP'].map(
      (name): Row => [
        `a JWK with "${name}"`,
        { ...JWK, [name]: 1 },
        K,
        'key 1 has a "exp" under another name',
        'call it "exp"',
      ],
    ),
    ...['notBefore', 'not-before', 'Nbf'].map(
      (name): Row => [
        `a JWK with "${name}"`,
        { ...JWK, [name]: 1 },
        K,
        'key 1 has a "nbf" under another name',
        'call it "nbf"',
      ],
    ),
    ['an array in an array', [[SECRET]], SECRET, 'key 1 is an array in an array', 'newest first'],
    ['a JWK Set in an array', [{ keys: [JWK] }], K, 'key 1 is a JWK Set among other keys', 'give the keys in it'],
    ['a JWK Set whose keys are no array', { keys: SECRET }, SECRET, 'whose "keys" is not an array', '{ keys: [...] }'],
    ['a JWK without kty', { k: K }, K, 'key 1 has a "k" but no "kty"', 'add kty: "oct"'],
    ['an object by another name', { secret: SECRET }, SECRET, 'key 1 is an object', 'give its "secret"'],
    [
      'what a secrets manager answers',
      { SecretString: SECRET },
      SECRET,
      'key 1 is an object',
      'give its "SecretString"',
    ],
    [
      'keys by names of their own',
      { old: SECRET, new: OTHER_SECRET },
      SECRET,
      'have no order',
      'as an array, newest first',
    ],
    ['an object whose name is the secret', { [SECRET]: 1 }, SECRET, 'key 1 is an object', 'as an array, newest first'],
    ['an empty object', {}, SECRET, 'key 1 is an object without members', 'give a secret string'],
    ['an EC key', { kty: 'EC', crv: 'P-256', x: K, y: K }, K, 'JWK of another kind than "oct"', COMMAND],
    ['an RSA key', { kty: 'RSA', n: K, e: 'AQAB', d: K }, K, 'JWK of another kind than "oct"', COMMAND],
    ['a short JWK', { kty: 'oct', k: base64url(SHORT) }, base64url(SHORT), 'key 1 has 12 bytes', COMMAND],
    ['a JWK without k', { kty: 'oct' }, SECRET, 'the "k" of key 1 is missing', 'base64url without padding'],
    ['a k that is no text', { kty: 'oct', k: [K] }, K, 'the "k" of key 1 is not text', 'base64url without padding'],
    [
      'a k with padding',
      { kty: 'oct', k: `${K}=` },
      K,
      'the "k" of key 1 ends in padding (leave the = out)',
      'base64url',
    ],
    [
      'a k in base64 of the other alphabet',
      { kty: 'oct', k: Buffer.alloc(36, 0xfb).toString('base64') },
      '+/v7',
      'the "k" of key 1 has + or / (write - for + and _ for /)',
      'base64url without padding',
    ],
    ['a k with a line feed', { kty: 'oct', k: `${K}\n` }, K, 'the "k" of key 1 has white space', 'without padding'],
    [
      'a k that is a variable',
      { kty: 'oct', k: '%VAULT_ENTRY%' },
      'VAULT_ENTRY',
      'the "k" of key 1 is a ref',
      'stands for',
    ],
    [
      'a k with bits too many',
      { kty: 'oct', k: `${K.slice(0, -1)}9` },
      K.slice(0, 42),
      'the "k" of key 1',
      'base64url',
    ],
    ['a truncated JSON text', `{"kty":"oct","k":"${K}"`, K, 'cannot be parsed', 'give the whole JSON'],
    ['a JSON text whose quotes a shell ate', `[{kty:oct,k:${K}}]`, K, 'cannot be parsed', 'with its quotation marks'],
    [
      'a JSON text of something else',
      `[${JSON.stringify({ secret: SECRET })}]`,
      SECRET,
      'key 1 is an object',
      '"secret"',
    ],
  ]

  it.each(rows)('%s', (_what, keys, _secret, problem, fix) => {
    const error = refusal(keys)
    expect(error).toMatchObject({ code: 'ERR_SESSION_KEYS', status: 500, expose: false })
    expect(error.message).toContain(problem)
    expect(error.message).toContain(fix)
    expect(error.message.indexOf(fix)).toBeGreaterThan(error.message.indexOf(problem))
  })

  it.each(rows)('%s, and the error does not hold the secret', (_what, keys, secret) => {
    const error = refusal(keys)
    const everything = [error.message, error.stack, inspect(error, { showHidden: true, depth: 9 }), String(error.cause)]
    expect(everything.join('\n')).not.toContain(secret)
  })

  it('a key that was exported for one cookie, which can seal nothing for another', () => {
    const { code, message } = refusal({ ...JWK, kid: 'x', use: 'enc', alg: 'A256GCM' })
    expect(code).toBe('ERR_SESSION_KEYS')
    expect(message).toContain('key 1 has an "alg"')
    expect(message).not.toContain(K)
  })
})

describe('the command that makes a secret', () => {
  it('makes one that is taken, and another one each time', async () => {
    const command = /npx sealed-session (.+)$/.exec(HOW_TO_MAKE)?.[1] ?? ''
    const made = [await type(command), await type(command)].map(({ stdout }) =>
      stdout.trim().replace(/^SESSION_KEYS=/, ''),
    )
    expect(new Set(kids(made)).size).toBe(2)
  })
})

describe('a root key that was read', () => {
  it('shows no secret when it is printed or turned into JSON', () => {
    const [key] = readKeys(THIRD_SECRET)
    const shown = inspect(key, { showHidden: true, depth: 9 }) + JSON.stringify(key)
    expect(shown).not.toContain(THIRD_SECRET)
    expect(shown).not.toContain(base64url(THIRD_SECRET))
    expect(shown).not.toContain(Buffer.from(THIRD_SECRET).toString('hex'))
  })
})

describe('a secret in literal quotation marks', () => {
  it.each(['"', "'"])('is refused, because quotation marks are not part of it: %s', (mark) => {
    expect(() => readKeys([`${mark}${K}${mark}`])).toThrow(
      /begins with a quotation mark: leave the quotation marks out/,
    )
  })
})

describe('the text of a .env file', () => {
  it.each([`SESSION_KEYS=${K}`, `export  SESSION_KEYS = ${K}`, `DATABASE_URL=postgres://db\nSESSION_KEYS=${K}`])(
    'is refused, as it would be another key than what it sets: %#',
    (text) => {
      expect(() => readKeys(text)).toThrow(/is text of a \.env file: give only the value of SESSION_KEYS/)
    },
  )

  it('is not a secret that has the name in it', () => {
    expect(readKeys(`${K}-SESSION_KEYS=`)).toHaveLength(1)
  })
})

describe('a secret of other letters than ASCII', () => {
  it('is its bytes in UTF-8', () => {
    const text = '\u00fcber-\u20ac-1b7Zq9Lx4Rt8Wm2Ks6Vd0p'
    expect(readKeys([text])[0]?.kid).toBe(readKeys([{ kty: 'oct', k: base64url(text) }])[0]?.kid)
  })
})
