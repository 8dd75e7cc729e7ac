import { describe, expect, it } from 'vitest'
import { SessionError } from '../../lib/errors.js'
import { serialize } from '../../lib/session/serialize.js'

function failure(data: object): SessionError {
  try {
    serialize(data)
  } catch (error) {
    return error as SessionError
  }
  throw new Error('it was serialized')
}

describe('serializing a session', () => {
  it('gives JSON', () => {
    expect(serialize({ user: { id: 7 }, tags: ['a', null] })).toBe('{"user":{"id":7},"tags":["a",null]}')
  })

  it('names the place of a BigInt, and what to do', () => {
    const error = failure({ cart: { items: [{ price: 1 }, { price: 2n }] } })
    expect(error).toBeInstanceOf(SessionError)
    expect(error).toMatchObject({ code: 'ERR_SESSION_UNSERIALIZABLE', path: 'cart.items[1].price' })
    expect(error.message).toBe('session.cart.items[1].price is a BigInt, which JSON cannot hold: store it as a string')
  })

  it('names the place where a cycle closes', () => {
    const user: Record<string, unknown> = { name: 'Ada' }
    user['self'] = user
    expect(failure({ user })).toMatchObject({ path: 'user.self' })
    expect(failure({ user }).message).toContain('refers back')
  })

  it('accepts the same object twice, as that is not a cycle', () => {
    const shared = { a: 1 }
    expect(serialize({ one: shared, two: shared })).toBe('{"one":{"a":1},"two":{"a":1}}')
  })

  it('names a getter that throws, without the message of its error', () => {
    const user = {
      get name(): string {
        throw new Error('secret-value')
      },
    }
    const error = failure({ user })
    expect(error).toMatchObject({ path: 'user.name' })
    expect(error.message).toBe('session.user.name has a getter that throws: store its value')
    expect(error.cause).toBeUndefined()
  })

  it('names a toJSON that throws', () => {
    const when = {
      toJSON() {
        throw new Error('secret-value')
      },
    }
    expect(failure({ when })).toMatchObject({ path: 'when' })
    expect(failure({ when }).message).toBe('session.when has a toJSON that throws: store plain data')
  })

  it('looks past what JSON leaves out or writes as null', () => {
    expect(failure({ none: null, gone: undefined, act: () => 1, last: 1n })).toMatchObject({ path: 'last' })
  })

  it('looks past what an array has beside its elements, which JSON leaves out', () => {
    const beside = { total: 10n, '': 10n, '-1': 10n, '0.5': 10n, '00': 10n, 4294967295: 10n }
    const list = Object.assign(['a'], beside)
    expect(serialize({ list: Object.assign(['a'], beside) })).toBe('{"list":["a"]}')
    expect(failure({ list, amount: 5n })).toMatchObject({ path: 'amount' })
    expect(failure({ list: Object.assign(['a', 5n], beside) })).toMatchObject({ path: 'list[1]' })
    expect(failure({ list: Object.assign(['a'], { list }), amount: 5n })).toMatchObject({ path: 'amount' })
  })

  it('looks past the holes of an array, however many', () => {
    const list: unknown[] = []
    list[2] = 5n
    expect(failure({ list })).toMatchObject({ path: 'list[2]' })
    // The longest that there is, with a key behind all of its indexes.
    const longest = Object.assign(new Array(2 ** 32 - 1), { 4294967295: 10n })
    expect(failure({ longest })).toMatchObject({ path: '' })
    expect(failure({ longest, amount: 5n })).toMatchObject({ path: 'amount' })
  })

  it('looks into what a toJSON returns', () => {
    expect(failure({ money: { toJSON: () => ({ cents: 1n }) } })).toMatchObject({ path: 'money.cents' })
  })

  it('quotes keys that are not identifiers, and shortens long keys', () => {
    expect(failure({ 'two words': 1n }).message).toContain('session["two words"]')
    expect(failure({ ['k'.repeat(5000)]: 1n }).message.length).toBeLessThan(200)
  })

  it.each<[string, () => unknown]>([
    [
      'was revoked, as a draft of immer that is over',
      () => {
        const { proxy, revoke } = Proxy.revocable({ a: 1 }, {})
        revoke()
        return proxy
      },
    ],
    [
      'throws when its keys are asked for',
      () =>
        new Proxy(
          {},
          {
            ownKeys() {
              throw new Error('secret')
            },
          },
        ),
    ],
    [
      'throws at a property that it does not know, such as toJSON',
      () =>
        new Proxy(
          {},
          {
            get() {
              throw new Error('secret')
            },
          },
        ),
    ],
  ])('names the place of a proxy that %s', (_what, make) => {
    const { path, message } = failure({ cart: { items: [make()] } })
    expect(path).toBe('cart.items[0]')
    expect(message).toContain('session.cart.items[0] is a proxy that throws')
    expect(message).not.toContain('secret')
  })

  it('names the place of a getter for toJSON that throws', () => {
    const broken = {
      get toJSON() {
        throw new Error('secret')
      },
    }
    expect(failure({ a: { broken } })).toMatchObject({
      path: 'a.broken',
      message: 'session.a.broken has a toJSON that throws: store plain data',
    })
  })

  it('names the place of a BigInt that is wrapped in an object', () => {
    expect(failure({ a: { b: Object(1n) } })).toMatchObject({ path: 'a.b' })
    expect(failure({ a: { b: Object(1n) } }).message).toContain('is a BigInt')
  })

  it('refuses data that are nested too deeply, instead of overflowing the stack', () => {
    let deep: object = { big: 1n }
    for (let level = 0; level < 200_000; level++) deep = { deep }
    const { code, path, message } = failure({ deep })
    expect([code, path]).toEqual(['ERR_SESSION_UNSERIALIZABLE', ''])
    expect(message).toContain('nested too deeply')
  })

  it('refuses a toJSON of the whole session that does not return an object', () => {
    expect(failure({ toJSON: () => undefined })).toMatchObject({
      code: 'ERR_SESSION_UNSERIALIZABLE',
      path: 'toJSON',
      message: 'the session has a toJSON that does not return an object: store plain data',
    })
    expect(failure({ toJSON: () => 'text' })).toMatchObject({ code: 'ERR_SESSION_UNSERIALIZABLE' })
  })

  it('reports an error if JSON fails and no culprit is found', () => {
    let calls = 0
    const moody = {
      get value() {
        calls += 1
        if (calls === 1) throw new Error('only once')
        return 1
      },
    }
    expect(failure(moody)).toMatchObject({
      code: 'ERR_SESSION_UNSERIALIZABLE',
      path: '',
      message: 'session cannot be serialized as JSON: store plain data',
    })
  })
})
