import assert from 'node:assert/strict'
import fc from 'fast-check'
import session, { SessionError } from '../../lib/index.js'
import { SECRET } from '../support/secrets.js'
import { assertPrototypeIsClean, target } from './target.js'

const sessions = session<object>({ keys: SECRET })

const cycle: Record<string, unknown> = {}
cycle['self'] = { cycle }
const deep = (levels: number) => Array.from({ length: levels }).reduce<object>((inside) => ({ inside }), {})
const values = fc.oneof(
  { weight: 3, arbitrary: fc.jsonValue({ stringUnit: 'binary', maxDepth: 2 }) },
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withSparseArray: true }),
  fc
    .constantFrom<() => unknown>(
      () => cycle,
      () => deep(100),
      () => deep(20_000),
      () => ({ toJSON: () => undefined }),
      () => ({
        toJSON: () => {
          throw new Error('toJSON')
        },
      }),
      () =>
        Object.defineProperty({}, 'getter', {
          enumerable: true,
          get: () => {
            throw new Error('getter')
          },
        }),
      () => Object.freeze({ a: Object.freeze([1]) }),
      () =>
        new Proxy(
          {},
          {
            ownKeys: () => {
              throw new Error('proxy')
            },
          },
        ),
      () => Object.fromEntries(Array.from({ length: 10_000 }, (_, key) => [`key${key}`, key])),
      () => '\ud800',
      () => 'x'.repeat(5000),
      () => Symbol('s'),
      () => new Uint8Array(8),
    )
    .map((make) => make()),
)
const keys = fc.oneof(
  fc.constantFrom(
    'user',
    '__proto__',
    'constructor',
    'prototype',
    'toJSON',
    'hasOwnProperty',
    'then',
    'save',
    'id',
    '',
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
)

/** What an app may put into a session, users' keys and mistakes included: back as JSON has it, or an error with a code. */
export const data = target({
  name: 'data',
  inputs: fc.array(fc.tuple(keys, values), { maxLength: 5 }),
  reached: ['opened', 'ERR_SESSION_UNSERIALIZABLE', 'ERR_SESSION_OVERFLOW', 'ERR_SESSION_RESERVED'],
  check(entries) {
    const given = {}
    for (const [key, value] of entries) {
      Object.defineProperty(given, key, { value, writable: true, enumerable: true, configurable: true })
    }
    const outcome = roundTrip(given)
    assertPrototypeIsClean()
    return outcome
  },
})

function roundTrip(given: object): string {
  let cookie: string
  try {
    cookie = sessions.seal(given).cookie
  } catch (error) {
    assert.ok(error instanceof SessionError, String(error))
    return error.code
  }
  const { session: opened } = sessions.open({ headers: { cookie }, socket: {} } as never)
  assert.equal(JSON.stringify({ ...opened }), JSON.stringify(JSON.parse(JSON.stringify(given))))
  return 'opened'
}
