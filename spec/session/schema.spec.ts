import { describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import type { SessionSchema } from '../../lib/index.js'
import { copyOf, fit, isUsable, readAgain } from '../../lib/session/schema.js'
import { catchWarnings } from '../support/warnings.js'

const warnings = catchWarnings()

/** A schema that answers what `answer` returns. */
const answering = (answer: (data: any) => unknown): SessionSchema =>
  ({ '~standard': { validate: answer } }) as SessionSchema
const giving = (value: unknown) => answering(() => ({ value }))
const refusing = (...paths: unknown[]) => answering(() => ({ issues: paths.map((path) => ({ message: 'no', path })) }))

describe('data that fit a schema', () => {
  it('become what it returns, with their JSON', () => {
    const at = new Date(0)
    expect(fit({ at: 0 }, giving({ at, gone: undefined }))).toEqual({
      data: { at, gone: undefined },
      json: '{"at":"1970-01-01T00:00:00.000Z"}',
    })
  })

  it('may have no prototype', () => {
    const value = Object.assign(Object.create(null), { a: 1 })
    expect(fit({}, giving(value))).toEqual({ data: value, json: '{"a":1}' })
  })
})

describe('data do not fit', () => {
  it.each([
    ['a key', ['user', 'id'], 'user.id'],
    ['a segment that is an object, as of valibot', [{ key: 'user' }, { key: 'id' }], 'user.id'],
    ['an index, which is left out', ['items', 12, 'price'], 'items[].price'],
    ['a key that is no name', ['user', 'two words'], 'user["two words"]'],
    ['a symbol', [Symbol('s')], '["Symbol(s)"]'],
    ['a long key, which is cut off', ['x'.repeat(500)], `${'x'.repeat(40)}...`],
    ['a long path, which is cut off', Array(80).fill('key'), 'key.'.repeat(25)],
  ])('where the schema says: %s', (_what, path, place) => {
    expect(fit({}, refusing(path))).toEqual({ misfits: [place] })
  })

  it('in at most ten places, each named once', () => {
    const keys = Array.from({ length: 30 }, (_, index) => [`key${index}`])
    const { misfits } = fit({}, refusing(keys[0], ...keys)) as { misfits: string[] }
    expect(misfits).toEqual(keys.slice(0, 10).flat())
  })

  it.each([
    ['names no place', refusing(undefined, [])],
    ['throws', answering(() => JSON.parse('a secret'))],
    ['returns a promise', answering(async () => ({ value: {} }))],
    ['returns nothing', answering(() => undefined)],
    ['has issues that are none', answering(() => ({ issues: 'many' }))],
    ['returns no object', giving('Ada')],
    ['returns null', giving(null)],
    ['returns what becomes text', giving({ toJSON: () => 'Ada' })],
    ['returns an array', giving([])],
    ['returns a Map', giving(new Map())],
    ['returns an instance of a class', giving(new (class User {})())],
  ])('where the schema %s, and no place is known', (_what, schema) => {
    expect(fit({}, schema)).toEqual({ misfits: [] })
  })

  it.each([
    ['has the name of a member', { save: 1 }, 'save'],
    ['cannot be written as JSON', { cart: { price: 5n } }, 'cart.price'],
    ['is a Map, which JSON empties and all sessions would share', { seen: new Map() }, 'seen'],
    ['is an instance of a class, which they would share', { list: [{ at: new (class Place {})() }] }, 'list[].at'],
  ])('where what the schema returns %s', (_what, value, place) => {
    expect(fit({}, giving(value))).toEqual({ misfits: [place] })
  })

  it('if the promise of a schema is rejected, which ends no process', async () => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    expect(
      fit(
        {},
        answering(() => Promise.reject(new Error('a secret'))),
      ),
    ).toEqual({ misfits: [] })
    await new Promise(setImmediate)
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
  })
})

describe('a schema is usable', () => {
  it('if it answers at once for a session without data, whatever it says', () => {
    expect(isUsable(refusing(['user']))).toBe(true)
    expect(isUsable(giving({}))).toBe(true)
  })

  it('unless it throws, or returns a promise', () => {
    expect(isUsable(answering(({ user }) => user.id))).toBe(false)
    expect(isUsable(answering(async () => ({ value: {} })))).toBe(false)
  })
})

describe('the copy that a session gets', () => {
  it('shares nothing that can be changed, but for instances of classes', () => {
    const list = [{ at: new Date(5) }]
    const data = { list, map: new Map(), nothing: null, ['__proto__']: 1 }
    Object.defineProperty(data, '__proto__', { value: { a: 1 }, enumerable: true })
    const copy = copyOf(data)
    expect(copy).toStrictEqual(data)
    expect(Object.keys(copy)).toEqual(Object.keys(data))
    expect(copy.list).not.toBe(list)
    expect(copy.list[0]).not.toBe(list[0])
    expect(copy.list[0]?.at).not.toBe(list[0]?.at)
    expect(copy.map).toBe(data.map)
  })
})

describe('what is written, in development,', () => {
  const schema = z.object({ user: z.object({ id: z.string(), since: z.coerce.date() }).optional() })
  const settings = { schema, property: 'session', production: false }

  it('is what the next request will make of it', () => {
    const since = new Date(0)
    expect(readAgain(JSON.stringify({ user: { id: 'a', since } }), settings)).toEqual({ user: { id: 'a', since } })
    expect(warnings.codes()).toEqual([])
  })

  it('warns once of each place that does not fit', () => {
    for (const id of [1, 2]) expect(readAgain(JSON.stringify({ user: { id, since: 'x' } }), settings)).toBeUndefined()
    expect(warnings.codes()).toEqual(['SESSION_WARN_SCHEMA', 'SESSION_WARN_SCHEMA'])
    expect(warnings.messages()[0]).toMatch(/^session\.user\.id does not fit the schema, so the next request begins /)
    expect(warnings.messages()[1]).toMatch(/^session\.user\.since does not fit/)
  })

  it('warns of a key that the schema drops', () => {
    expect(readAgain('{"passport":{"user":1}}', settings)).toEqual({})
    expect(warnings.messages()).toEqual(['session.passport is dropped by the schema: add it there'])
  })

  it('warns of the session where the schema names no place', () => {
    readAgain('{}', { ...settings, property: 'admin', schema: refusing([]) })
    expect(warnings.messages()).toEqual([expect.stringMatching(/^admin does not fit the schema/)])
  })

  it('is not looked at without a schema, nor in production', () => {
    const validate = vi.fn()
    expect(readAgain('{}', { ...settings, schema: answering(validate), production: true })).toBeUndefined()
    expect(readAgain('{}', { ...settings, schema: undefined })).toBeUndefined()
    expect(validate).not.toHaveBeenCalled()
    expect(warnings.codes()).toEqual([])
  })
})
