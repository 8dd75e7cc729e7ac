import { inspect } from 'node:util'
import { MemoryStore } from 'express-session'
import Keygrip from 'keygrip'
import { describe, expect, it } from 'vitest'
import { authJs, cookieSession, custom, expressOpenidConnect, expressSession, jwe } from '../../lib/migrate/index.js'

type Any = any

const SECRET = 'a secret that nobody must see'
const KEY = new Uint8Array(32)
const store = new MemoryStore()

/** Each reader with options that it takes. */
const READERS: readonly (readonly [string, (options: Any) => unknown, object])[] = [
  ['cookieSession', cookieSession, { keys: [SECRET] }],
  ['expressSession', expressSession, { store, secret: SECRET }],
  ['expressOpenidConnect', expressOpenidConnect, { secret: SECRET }],
  ['authJs', authJs, { secret: SECRET }],
  ['jwe', jwe, { name: 'token', key: KEY }],
]

/** What the error says. */
function refusal(create: () => unknown): string {
  try {
    create()
  } catch (error) {
    expect(error).toMatchObject({ name: 'SessionError', code: 'ERR_SESSION_OPTIONS' })
    expect(inspect(error)).not.toContain(SECRET)
    return (error as Error).message
  }
  throw new Error('it was accepted')
}

describe.each(READERS)('the options of %s', (reader, create, good) => {
  const refusing = (options: object) => refusal(() => create({ ...good, ...options }))

  it('are an object', () => {
    for (const bad of [undefined, null, SECRET, [SECRET]]) {
      expect(refusal(() => create(bad))).toMatch(
        new RegExp(`^${reader}: its options must be an object: ${reader}\\(\\{`),
      )
    }
  })

  it('refuse unknown ones, and name the one that was probably meant', () => {
    expect(refusing({ tranform: () => ({}) })).toBe(`${reader}: unknown option "tranform": did you mean "transform"?`)
    expect(refusing({ Domain: 'x' })).toBe(`${reader}: unknown option "Domain": did you mean "domain"?`)
    expect(refusing({ httpOnly: true })).toMatch(/unknown option "httpOnly": leave it out, as reading needs only "/)
    expect(refusing({ cookie: { path: '/' } })).toMatch(/unknown option "cookie": set its "path" and "domain" beside/)
  })

  it('have a prefix that browsers know', () => {
    for (const prefix of ['__Host-Http-', '__Host-', '__Http-', '__Secure-']) {
      expect(() => create({ ...good, prefix })).not.toThrow()
    }
    for (const prefix of ['', '__host-', '__Host', 'session', 7, null]) {
      expect(refusing({ prefix })).toBe(`${reader}: prefix must be "__Host-Http-", "__Host-", "__Http-" or "__Secure-"`)
    }
  })

  it('have a name that a cookie can have, prefix included', () => {
    for (const name of ['', 'a b', 'a=b', 'a;b', 'n\u00e4me', 'x'.repeat(129), 7, null]) {
      expect(refusing({ name })).toMatch(/: name must be the name of the cookie as it was set/)
    }
    expect(() => create({ ...good, name: '__Host-s.e$s' })).not.toThrow()
  })

  it('have a path and a domain that a cookie can have', () => {
    for (const path of ['', 'app', '/a;b', '/\n', 7]) expect(refusing({ path })).toMatch(/: path must be the path/)
    for (const domain of ['', 'a b', 'a;b', 7]) expect(refusing({ domain })).toMatch(/: domain must be the domain/)
    expect(() => create({ ...good, path: '/app', domain: '.example.test' })).not.toThrow()
    expect(() => create({ ...good, path: undefined, domain: undefined, transform: undefined })).not.toThrow()
  })

  it('have a function as transform', () => {
    expect(refusing({ transform: {} })).toMatch(/: transform must be a function/)
  })

  it('are shown by nothing that the reader shows', () => {
    expect(inspect(create(good), { depth: 20, showHidden: true })).not.toContain(SECRET)
  })
})

describe.each(READERS.filter(([reader]) => reader !== 'jwe'))('the secret of %s', (reader, create, good) => {
  it('has to be there, as text or bytes, or several of them', () => {
    const option = reader === 'cookieSession' ? 'keys' : 'secret'
    for (const secret of [null, [], [null], 7, {}, KEY.slice(0, 0)]) {
      expect(refusal(() => create({ ...good, [option]: secret }))).toMatch(`${reader}: ${option} must be the secret of`)
    }
    for (const secret of [[KEY], [SECRET, 'old']]) expect(() => create({ ...good, [option]: secret })).not.toThrow()
  })

  it('is said to be of a variable that is not set, by its place', () => {
    const option = reader === 'cookieSession' ? 'keys' : 'secret'
    const told = (given: unknown) => refusal(() => create({ ...good, [option]: given }))
    const fix = 'as from a variable that is not set: set it to the secret of the other package'
    expect(told(undefined)).toBe(`${reader}: ${option} is undefined, ${fix}`)
    expect(told('')).toBe(`${reader}: ${option} is empty, ${fix}`)
    expect(told([SECRET, undefined])).toBe(`${reader}: ${option}[1] is undefined, ${fix}`)
    expect(told([''])).toBe(`${reader}: ${option}[0] is empty, ${fix}`)
  })

  it('is not weighed, as sessions are there already', () => {
    const option = reader === 'cookieSession' ? 'keys' : 'secret'
    expect(() => create({ ...good, [option]: ['x'] })).not.toThrow()
  })
})

describe('cookieSession', () => {
  const refusing = (options: object) => refusal(() => cookieSession(options as Any))

  it('takes keys or a secret, not both', () => {
    expect(refusing({ keys: [SECRET], secret: SECRET })).toMatch(
      /keys and secret were both given.* when it has keys: leave secret out$/,
    )
    expect(refusing({ secret: '' })).toMatch(/: secret is empty, /)
    expect(refusing({ secret: undefined })).toMatch(/: secret is undefined, /)
    expect(refusing({ keys: [], secret: undefined })).toMatch(/: keys must be the secret/)
    expect(refusing({})).toMatch(/: keys must be the secret/)
  })

  it('takes a hash of this Node, and an encoding of Keygrip', () => {
    for (const algorithm of ['', 'sha-one', 'shake128', 7])
      expect(refusing({ keys: [SECRET], algorithm })).toMatch(/getHashes/)
    for (const encoding of ['', 'latin1', 7])
      expect(refusing({ keys: [SECRET], encoding })).toMatch(/"base64url" or "hex"/)
  })

  it('takes neither beside a Keygrip, which has its own', () => {
    const keys = new Keygrip([SECRET])
    expect(refusing({ keys, algorithm: 'sha1' })).toMatch(/leave them out here$/)
    expect(refusing({ keys, encoding: 'hex' })).toMatch(/leave them out here$/)
  })

  it('refuses options of writing, such as signed', () => {
    expect(refusing({ keys: [SECRET], signed: false })).toMatch(/unknown option "signed": leave it out/)
  })
})

it('expressSession takes a store', () => {
  for (const bad of [undefined, null, {}, { get: true }]) {
    expect(refusal(() => expressSession({ store, keys: SECRET } as Any))).toMatch(/unknown option "keys": set "secret"/)
    expect(refusal(() => expressSession({ secret: SECRET, store: bad as Any }))).toMatch(/: store must be the store of/)
  }
})

describe('jwe', () => {
  const refusing = (options: object) => refusal(() => jwe({ name: 'token', key: KEY, ...options } as Any))

  it('takes a name and a key', () => {
    expect(refusing({ name: undefined })).toMatch(/: name must be/)
    for (const key of [undefined, null, SECRET, [KEY]])
      expect(refusing({ key })).toMatch(/: key must be the bytes of the key/)
  })

  it('takes bytes of a length with which anything could open', () => {
    expect(refusing({ key: KEY.slice(1) })).toMatch(/: key has 31 bytes, but .* need 32 or 64: set the three as/)
    expect(refusing({ algorithms: ['dir'], encryptions: ['A256CBC-HS512'] })).toMatch(/need 64: set/)
    expect(refusing({ algorithms: ['RSA-OAEP'] })).toMatch(/need a key pair: set/)
  })

  it('takes names of algorithms', () => {
    for (const names of [[], 'dir', [7], null, {}]) {
      expect(refusing({ algorithms: names })).toMatch(
        /: algorithms (?:must be an array|has an unknown name: use any of dir, )/,
      )
    }
    expect(refusing({ algorithms: ['dir', 'A256KM'] })).toMatch(/: algorithms has an unknown name: use any of dir, /)
    expect(refusing({ encryptions: ['toString'] })).toMatch(/: encryptions has an unknown name: use any of A128GCM, /)
  })

  it('needs a limit for the size of an inflated token', () => {
    for (const bytes of [-1, 1.5, 65_537, Number.POSITIVE_INFINITY, '1']) {
      expect(refusing({ maxDecompressedLength: bytes })).toMatch(/from 0 to 65536$/)
    }
  })
})

describe('custom', () => {
  it('takes a function', () => {
    for (const bad of [undefined, null, {}])
      expect(refusal(() => custom(bad as Any))).toMatch(/: its first argument must be a function/)
  })

  it('takes the names of cookies, and nothing else', () => {
    const refusing = (options: Any) => refusal(() => custom(() => undefined, options))
    expect(refusing(null)).toMatch(/its options must be/)
    expect(refusing({ cookie: [] })).toMatch(/unknown option "cookie": the only option is "cookies"/)
    expect(refusing({ cookies: 'old' })).toMatch(/: cookies must be an array/)
    for (const bad of ['', 'a b', null, 7, {}]) expect(refusing({ cookies: [bad] })).toMatch(/: name must be/)
    expect(refusing({ cookies: [{ name: 'old', path: 'app' }] })).toMatch(/: path must be/)
  })
})
