import fc from 'fast-check'

/** Stands where a secret would. */
export const PRIVATE = 'a-value-that-no-message-may-show'

export const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true })

/** Values that an option does not take, or not beside every other. */
const WRONG: Readonly<Record<string, readonly unknown[]>> = {
  keys: [PRIVATE, [PRIVATE, PRIVATE], { keys: [{ kty: 'oct', k: PRIVATE }] }, `"${PRIVATE}"`, '', [], undefined, null],
  name: ['a.ended', 'a.seen', '__Host-x', 'a b', '', 'a;b', 'x'.repeat(65), '__proto__'],
  property: ['headers', 'constructor', '__proto__', '', 'sessionID'],
  idleTimeout: [999, '1y', '1000d', Number.NaN, -1, '', 1e300],
  absoluteTimeout: ['1s', 0, Number.POSITIVE_INFINITY, '7 days'],
  sizeLimit: [0, 255, 4097, 1e9, 400.5, '4093'],
  warnAt: [0, -1, '4000'],
  alg: ['none', 'RSA-OAEP', '__proto__', 'DIR'],
  enc: ['A128GCM', 'toString', ''],
  cacheControl: [0, 'private', null],
  logoutGuard: [1, null],
  slide: [0, 'never', null, {}],
  validate: [true, null, {}],
  validateEvery: ['1h', -1, 'always'],
  migrateFrom: [[{}], [null], {}, [{ read: null }]],
  onEvent: [null, {}],
  cookie: [
    { path: 'x' },
    { path: '/x;y' },
    { domain: 'a b' },
    { sameSite: 'none' },
    { partitioned: true },
    { maxAge: 1000 },
    { signed: true },
    () => ({ path: 'x' }),
    () => ({ maxAge: 1 }),
    () => null,
    async () => ({}),
    null,
    [],
  ],
  secret: [PRIVATE],
  ttl: [1],
  constructor: [1],
}

/** An option and a value that it probably does not take. */
export const wrong: fc.Arbitrary<[name: string, value: unknown]> = fc
  .constantFrom(...Object.keys(WRONG))
  .chain((name) =>
    fc.tuple(
      fc.constant(name),
      fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...(WRONG[name] as unknown[])) }, anything),
    ),
  )
