import { calculateJwkThumbprint } from 'jose'
import { describe, expect, it } from 'vitest'
import { DAY, START } from '../support/clock.js'
import { OTHER_SECRET, SECRET, THIRD_SECRET } from '../support/secrets.js'
import { base64url } from '../support/tokens.js'
import { READERS } from './env-file.js'
import { type } from './terminal.js'

const jwk = (kid: string, more: object = {}) => ({ kty: 'oct', kid, k: base64url(`${SECRET} of ${kid}`), ...more })
const listed = (...keys: object[]) => type('keys', { env: { SESSION_KEYS: JSON.stringify({ keys }) } })

describe('sealed-session keys', () => {
  it('lists every key with its state, since when it may seal and until when it opens, newest first', async () => {
    const { code, stdout, stderr } = await listed(
      jwk('plain'),
      jwk('ended', { exp: START - 1 }),
      jwk('now', { nbf: START - 2 * DAY }),
      jwk('next', { nbf: START + DAY }),
      jwk('stolen', { revoked: START - DAY, exp: START + DAY }),
      jwk('gone', { revoked: true }),
      jwk('last', { nbf: START - 9 * DAY, exp: START + DAY }),
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toBe(`\
kid     state    since                 until
next    pending  2026-01-02T00:00:00Z  -
now     active   2025-12-30T00:00:00Z  -
last    retired  2025-12-23T00:00:00Z  2026-01-02T00:00:00Z
plain   retired  -                     -
ended   expired  -                     2025-12-31T23:59:59Z
stolen  revoked  -                     2025-12-31T00:00:00Z
gone    revoked  -                     -
`)
  })

  it('shows the thumbprints that jose computes, and no key, where asked to', async () => {
    const key = jwk('now')
    const env = { SESSION_KEYS: JSON.stringify({ keys: [key, jwk('old')] }) }
    const { stdout } = await type('keys --thumbprint', { env })
    const [titles, first] = stdout.split('\n')
    expect(titles).toMatch(/until +thumbprint$/)
    expect(first).toMatch(new RegExp(` ${await calculateJwkThumbprint(key)}$`))
    expect(stdout).not.toContain(key.k)
  })

  it('names plain secrets by the kid that is in their cookies', async () => {
    const { stdout } = await type('keys', { env: { SESSION_KEYS: JSON.stringify([SECRET, OTHER_SECRET]) } })
    expect(stdout.split('\n').map((line) => line.replace(/^[\w-]{8} /, 'KID '))).toEqual([
      'kid       state    since  until',
      'KID  active   -      -',
      'KID  retired  -      -',
      '',
    ])
  })

  it('answers no if none may seal now, and says so', async () => {
    const { code, stdout, stderr } = await listed(jwk('next', { nbf: START + 1 }), jwk('ended', { exp: START }))
    expect(code).toBe(1)
    expect(stdout).toMatch(/^next +pending .*\nended +expired/m)
    expect(stderr).toBe('No key may seal now: put the line that sealed-session keygen prints in their place.\n')
  })

  it('shows whatever time a key may have', async () => {
    expect((await listed(jwk('eternal', { exp: 99_999_999_999.5 }))).stdout).toMatch(/ 5138-11-16T09:46:39Z$/m)
  })
})

describe('the keys that a command works with come from', () => {
  const active = (kids: string) => expect.stringMatching(new RegExp(`^${kids} +active`, 'm'))
  const set = (kid: string) => JSON.stringify({ keys: [jwk(kid)] })

  it('SESSION_KEYS', async () => {
    expect((await type('keys', { env: { SESSION_KEYS: set('env') } })).stdout).toEqual(active('env'))
  })

  it('standard input, if there is no SESSION_KEYS', async () => {
    expect((await type('keys', { input: set('piped') })).stdout).toEqual(active('piped'))
    const both = await type('keys', { input: set('piped'), env: { SESSION_KEYS: set('env') } })
    expect(both.stdout).toEqual(active('env'))
  })

  it('the file of --keys-file before all, which is standard input for -', async () => {
    const terminal = { input: set('piped'), env: { SESSION_KEYS: set('env') }, files: { 'keys.json': set('file') } }
    expect((await type('keys --keys-file keys.json', terminal)).stdout).toEqual(active('file'))
    expect((await type('keys --keys-file=keys.json', terminal)).stdout).toEqual(active('file'))
    expect((await type('keys --keys-file -', terminal)).stdout).toEqual(active('piped'))
  })

  it.each([
    ['a secret and a line feed', `${SECRET}\n`],
    ['a JWK Set over several lines', JSON.stringify({ keys: [{ kty: 'oct', k: base64url(SECRET) }] }, null, 2)],
    ['a .env file', `# keys\nOTHER=${OTHER_SECRET}\nSESSION_KEYS=${SECRET}\nMORE="${THIRD_SECRET}"\n`],
    ['a .env file with quotation marks', `OTHER=1\nSESSION_KEYS="${SECRET}"\n`],
    ['a .env file with JSON', `SESSION_KEYS='${JSON.stringify([SECRET])}'\n`],
    ['a .env file with a byte order mark', `\ufeffSESSION_KEYS=${SECRET}\r\n`],
    ['a .env file for shells', `  export SESSION_KEYS=${SECRET}\r\n`],
  ])('a file that holds %s', async (_form, content) => {
    const expected = await type('keys', { env: { SESSION_KEYS: SECRET } })
    expect(await type('keys --keys-file given', { files: { given: content } })).toEqual(expected)
    expect(await type('keys', { input: content })).toEqual(expected)
  })

  it('a file in which newer keys were appended: the last line counts, which is said', async () => {
    const expected = await type('keys', { env: { SESSION_KEYS: SECRET } })
    const given = `SESSION_KEYS=${OTHER_SECRET}\n# SESSION_KEYS=x\nOTHER='\nSESSION_KEYS=x\n'\nSESSION_KEYS=${SECRET}\n`
    const stderr = 'SESSION_KEYS is set 2 times there, and the last line counts: take the others out.\n'
    expect(await type('keys --keys-file given', { files: { given } })).toEqual({ ...expected, stderr })
    expect(READERS['node --env-file']?.(given)).toBe(SECRET)
    expect(READERS['a shell']?.(`SESSION_KEYS=${OTHER_SECRET}\nSESSION_KEYS=${SECRET}\n`)).toBe(SECRET)
  })

  it.each([
    ['UTF-16', Buffer.from(`\ufeffSESSION_KEYS=${SECRET}`, 'utf16le')],
    ['random bytes', Buffer.from('d3ff'.repeat(16), 'hex')],
  ])('text, and not a file of bytes: %s', async (_what, given) => {
    const { code, stdout, stderr } = await type('keys --keys-file given', { files: { given } })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/is not text in UTF-8, but bytes, or text in UTF-16: write the key in base64url/)
  })

  it.each([
    ['nothing', '\n', /what was given holds no keys: make one/],
    ['a .env file with none in it', 'SESSION_KEYS=\nOTHER=1', /what was given holds no keys/],
    ['a .env file without SESSION_KEYS', `COOKIE_SECRET=${SECRET}\nOTHER=1`, /no line sets SESSION_KEYS: add/],
    ['several lines', `${SECRET}\n${OTHER_SECRET}`, /have several lines: give one secret, a JWK Set/],
    [
      'keys in quotation marks, as docker takes them',
      `'["${SECRET}"]'`,
      /key 1 begins with a quotation mark: leave the quotation marks out/,
    ],
    ['half of a JWK Set', set('half').slice(0, -1), /cannot be parsed: give the whole JSON, with its quotation marks/],
  ])('keys, and not a text with %s', async (_form, content, message) => {
    const { code, stdout, stderr } = await type('keys', { input: content })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(message)
  })

  it.each([
    ['keys', '--keys-file .env'],
    ['export-keys', '--keys-file .env'],
    ['rotate', '--write .env, or --keys-file .env'],
  ])(
    'a pipe, and neither a keyboard, where they would be seen, nor an empty one: %s names .env',
    async (command, how) => {
      for (const given of [{}, { input: '' }]) {
        expect(await type(command, given)).toEqual({
          code: 2,
          stdout: '',
          stderr:
            `sealed-session ${command}: no keys: a .env file is not read by itself, so give ${how}. ` +
            'Or set SESSION_KEYS, or pipe the keys in\n',
        })
      }
    },
  )

  it.each(['', ' \n'])(
    'SESSION_KEYS, but not one that is empty, which is not answered by a new key: %j',
    async (value) => {
      const { code, stderr } = await type('rotate', { env: { SESSION_KEYS: value } })
      expect(code).toBe(2)
      expect(stderr).toMatch(/: SESSION_KEYS is empty, as from a secret that is not set: set it to the keys of the app/)
      expect(stderr).not.toContain('keygen')
    },
  )

  it('a readable file; an error does not show the name, which may be a secret', async () => {
    expect(await type(`keys --keys-file ${SECRET}`)).toEqual({
      code: 2,
      stdout: '',
      stderr: 'sealed-session keys: the file of --keys-file cannot be read (ENOENT): give the path of one that can\n',
    })
  })

  it('an input that ends', async () => {
    const { code, stderr } = await type('keys', { input: '[ '.repeat(1_000_000) })
    expect(code).toBe(2)
    expect(stderr).toMatch(/cannot be parsed/)
  })
})
