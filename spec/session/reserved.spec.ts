import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { newRecord } from '../../lib/session/record.js'
import { dataFrom } from '../../lib/session/serialize.js'
import { LiveSession, reservedName } from '../../lib/session/session.js'

describe('a name that every session has', () => {
  it('is refused with a message that says what to do', () => {
    expect(reservedName('save')).toMatchObject({
      code: 'ERR_SESSION_RESERVED',
      message: expect.stringMatching(
        /"save" is the name of a property that every session has, .*: store the data under another name$/,
      ),
    })
    expect(reservedName('cookie').message).toMatch(
      /: set session\.cookie\.maxAge, or store the data under another name$/,
    )
  })
})

describe('a method that every session has', () => {
  it.each(['regenerate', 'save'])('cannot be replaced by a shim for Passport, and the message says so: %s', (name) => {
    const session = new LiveSession({} as never, newRecord(0), {}) as unknown as Record<string, unknown>
    expect(() => {
      session[name] = (done: () => void) => done()
    }).toThrow(
      expect.objectContaining({
        code: 'ERR_SESSION_RESERVED',
        message: `"${name}" is a method that every session has, and cannot be replaced, not even for Passport: delete the line that replaces it`,
      }),
    )
    expect(() => {
      session[name] = 'data'
    }).toThrow('cannot hold data')
  })
})

describe('a value that becomes the data of a session', () => {
  it('must be an object', () => {
    const data = { a: 1 }
    expect(dataFrom(data)).toBe(data)
  })

  it('may have no prototype, its own prototype, or that of another realm', () => {
    class Basket {
      items = []
    }
    for (const data of [Object.create(null), new Basket(), runInNewContext('({ a: 1 })')]) {
      expect(dataFrom(data)).toBe(data)
    }
  })

  const keepElsewhere = [
    new Map(),
    new Set(),
    new WeakMap(),
    new Date(0),
    new Uint8Array(1),
    new URLSearchParams('a=1'),
  ]
  const disguised = Object.assign(() => {}, { [Symbol.toStringTag]: 'Object' })
  it.each([
    null,
    undefined,
    1,
    'text',
    [1],
    ...keepElsewhere,
    disguised,
    Promise.resolve({}),
    runInNewContext('new Map()'),
  ])('must not be %s', (value) => {
    expect(() => dataFrom(value)).toThrow(
      expect.objectContaining({
        code: 'ERR_SESSION_OPTIONS',
        message: expect.stringMatching(
          /session data must be a plain object: store the value under a key, and await a promise first. To end the session, assign null$/,
        ),
      }),
    )
  })

  it.each(['plain', '__proto__', 'toString', 'accessor'])(
    'can be changed, listed and deleted under any key: %s',
    (key) => {
      // Other code may have put a setter there that would swallow the value.
      Object.defineProperty(Object.prototype, 'accessor', { configurable: true, set: () => {} })
      try {
        const session = new LiveSession({} as never, newRecord(0), { first: 0, [key]: 1 })
        expect(Object.getOwnPropertyDescriptor(session, key)).toEqual({
          value: 1,
          writable: true,
          enumerable: true,
          configurable: true,
        })
        expect(Object.keys(session)).toEqual(['first', key])
        expect(Object.getPrototypeOf(session)).toBe(LiveSession.prototype)
      } finally {
        Reflect.deleteProperty(Object.prototype, 'accessor')
      }
    },
  )
})
