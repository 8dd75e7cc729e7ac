import { describe, expect, it } from 'vitest'
import { FrozenSession } from '../../lib/request/standalone.js'

const CLAIMS = { sid: 'the-id', sat: 1_700_000_000, iat: 1_700_000_100, exp: 1_700_001_000 }

describe('a session that is read without a response', () => {
  it('has an id, the times when it began and ends, and says whether it holds data', () => {
    const session = new FrozenSession(CLAIMS, { user: 'Ada' }, 1_700_000_500)
    expect(session.id).toBe('the-id')
    expect(session.createdAt).toEqual(new Date(1_700_000_000_000))
    expect(session.expiresAt).toEqual(new Date(1_700_000_500_000))
    expect(session.isPopulated).toBe(true)
    expect(new FrozenSession(CLAIMS, {}, 1_700_000_500).isPopulated).toBe(false)
  })

  it('is frozen all the way down', () => {
    const session = new FrozenSession(CLAIMS, { cart: { items: [{ price: 1 }] }, nothing: null }, 1_700_000_500)
    const { cart } = session as unknown as { cart: { items: { price: number }[] } }
    for (const value of [session, cart, cart.items, cart.items[0]]) expect(Object.isFrozen(value)).toBe(true)
  })

  it('leaves instances of classes as they are, which may be shared, refer to themselves, or refuse', () => {
    class Node {
      readonly self = this
    }
    const data = { node: new Node(), bytes: new Uint8Array(1) }
    new FrozenSession(CLAIMS, data, 1_700_000_500)
    expect(Object.isFrozen(data.node)).toBe(false)
  })
})
