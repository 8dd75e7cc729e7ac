import fc from 'fast-check'
import { KeyRing, type SessionOptions } from '../../lib/index.js'
import { cookieSession, custom } from '../../lib/migrate/index.js'
import { OTHER_SECRET, SECRET } from '../support/secrets.js'

type Any = any
type Options = SessionOptions<Any>

const jwk = (secret: string) => ({ kty: 'oct', k: Buffer.from(secret).toString('base64url') }) as const
const sometimes = <Value>(value: fc.Arbitrary<Value>) => fc.oneof(fc.constant(undefined), value)
const choice = <const Values extends readonly [unknown, ...unknown[]]>(
  ...values: Values
): fc.Arbitrary<Values[number] | undefined> => sometimes(fc.constantFrom(...values))

/** Attributes of which none needs another that is not there. */
const attributes = fc
  .record({
    path: choice('/', '/', '/app'),
    domain: sometimes(choice('example.com', '.Example.com')),
    secure: choice(true, false, 'auto', 'auto', 'assume'),
    prefix: choice(true, false),
    sameSite: choice('lax', 'strict', 'none', 'Lax', true, false),
    httpOnly: choice(true, false),
    partitioned: choice(true, false, false, false),
    priority: choice('high', 'HIGH', 'low'),
  })
  .map(({ secure, ...others }) => {
    const needsSecure = others.sameSite === 'none' || others.partitioned === true
    return { ...others, secure: needsSecure && secure !== 'assume' ? true : secure }
  })

/** Timeouts, also by the name that the ancestors have for one. */
const lifetimes: fc.Arbitrary<{ timeouts: Options; maxAge?: number | string | null }> = fc.constantFrom(
  { timeouts: {} },
  { timeouts: { idleTimeout: '30 m', absoluteTimeout: '8h' } },
  { timeouts: { idleTimeout: 1000, absoluteTimeout: 1999 } },
  { timeouts: { absoluteTimeout: 3_600_000 } },
  { timeouts: { idleTimeout: '7d' } },
  { timeouts: {}, maxAge: 60_000 },
  { timeouts: { absoluteTimeout: '400d' }, maxAge: '2w' },
  { timeouts: { idleTimeout: '1h' }, maxAge: null },
)

/** What an app may answer when it is asked about a session. Who says no says it of every session. */
export const no = (): boolean => false
const validations: fc.Arbitrary<Options> = fc.constantFrom(
  {},
  {},
  { validate: () => true },
  { validate: () => true, validateEvery: 0 },
  { validate: async () => true, validateEvery: '5m' },
  { validate: (session: Any) => ((session.seen = 1), true), validateEvery: 1000 },
  { validate: no },
  { validate: no, validateEvery: '1h' },
  { validate: () => 'yes' as Any },
  { validate: async () => Promise.reject(Object.assign(new Error('away'), { code: 'ECONNREFUSED' })) },
)

const readers: fc.Arbitrary<Options['migrateFrom']> = fc.constantFrom(
  undefined,
  [],
  [cookieSession({ secret: 'old' })],
  [custom(() => undefined), custom(async () => ({ user: 'Eve' }))],
  [custom(() => ({ save: 1 })), cookieSession({ keys: ['old'], name: 'old' })],
)

/** Options that mean something, each and all of them together. */
export const soundOptions: fc.Arbitrary<Options> = fc
  .record({
    keys: fc.constantFrom(
      SECRET,
      [SECRET, OTHER_SECRET],
      KeyRing.from(SECRET),
      jwk(SECRET),
      JSON.stringify(jwk(SECRET)),
    ),
    name: choice('session', 'sid', 'a.b', '!#$%&'),
    property: choice('session', 'visitor', 'a-b', 'user'),
    attributes: fc.tuple(fc.constantFrom('none', 'object', 'object', 'function'), attributes),
    lifetime: lifetimes,
    sizeLimit: choice(4093, 4096, 1000, 400, 256),
    warnAt: choice(4000, 1, 3400, Number.POSITIVE_INFINITY),
    alg: choice('dir', 'A256KW'),
    enc: choice('A256GCM', 'A256CBC-HS512'),
    cacheControl: choice(true, false),
    logoutGuard: choice(true, false),
    slide: choice(true, false, () => false),
    validation: validations,
    migrateFrom: readers,
    onEvent: choice(
      () => {},
      () => {
        throw new Error('listener')
      },
    ),
  })
  .map(({ attributes: [kind, made], lifetime: { timeouts, maxAge }, validation, ...others }) => {
    const hasMaxAge = maxAge !== undefined && { maxAge }
    const cookie =
      kind === 'function' && !hasMaxAge ? () => made : kind === 'none' ? { ...hasMaxAge } : { ...made, ...hasMaxAge }
    return { ...others, ...timeouts, ...validation, cookie } as Options
  })
