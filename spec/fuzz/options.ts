import assert from 'node:assert/strict'
import fc from 'fast-check'
import session, { KeyRing, SessionError } from '../../lib/index.js'
import { SECRET } from '../support/secrets.js'
import { assertPrototypeIsClean, target } from './target.js'

const PRIVATE = 'a-value-that-no-message-may-show'
const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true })
const keys = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom<unknown>(SECRET, [SECRET], KeyRing.from(SECRET)) },
  fc.constantFrom<unknown>(PRIVATE, [PRIVATE, PRIVATE], { keys: [{ kty: 'oct', k: PRIVATE }] }, `"${PRIVATE}"`, ''),
  anything,
)
const oneOf = (...likely: unknown[]) =>
  fc.oneof({ weight: 20, arbitrary: fc.constantFrom(...likely) }, { weight: 1, arbitrary: anything })
const cookie = fc.record(
  {
    path: oneOf('/', '/app', 'x;y'),
    domain: oneOf('example.com', '.example.com', 'a b'),
    secure: oneOf(true, false, 'auto'),
    sameSite: oneOf('lax', 'strict', 'none', 'Lax'),
    httpOnly: oneOf(true, false),
    partitioned: oneOf(true, false),
    priority: oneOf('high', 'HIGH'),
    maxAge: oneOf(1000),
  },
  { requiredKeys: [] },
)
const options = fc.record(
  {
    keys,
    name: oneOf('session', 'a.ended', '__Host-x', 'a b', ''),
    cookie: fc.oneof({ weight: 3, arbitrary: cookie }, { weight: 1, arbitrary: anything }),
    idleTimeout: oneOf('1d', 1000, 999, '30 minutes', Number.NaN, -1),
    absoluteTimeout: oneOf('7d', 60_000, '1s', Number.POSITIVE_INFINITY),
    sizeLimit: oneOf(4093, 4096, 0, 5000),
    alg: oneOf('dir', 'A256KW', 'none', 'RSA-OAEP'),
    enc: oneOf('A256GCM', 'A256CBC-HS512', 'A128GCM'),
    logoutGuard: oneOf(true, false),
    validate: oneOf(() => true),
    onEvent: oneOf(() => {}),
    secret: oneOf(PRIVATE),
  },
  { requiredKeys: [] },
)

/** What may be passed to `session()`: it works, or an error with a code says why not, without a secret. */
export const optionsOf = target({
  name: 'options',
  inputs: fc.oneof({ weight: 5, arbitrary: options as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: anything }),
  reached: ['works', 'ERR_SESSION_OPTIONS', 'ERR_SESSION_KEYS'],
  check(given) {
    try {
      session(given as never)
    } catch (error) {
      assert.ok(error instanceof SessionError, String(error))
      assert.ok(!`${error.message}${error.stack}`.includes(PRIVATE))
      return error.code
    } finally {
      assertPrototypeIsClean()
    }
    return 'works'
  },
})
