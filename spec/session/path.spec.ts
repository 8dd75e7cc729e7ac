import { describe, expect, it } from 'vitest'
import { inSession, pathTo } from '../../lib/session/altered.js'

describe('the path of a value in a session', () => {
  it('is written as in code', () => {
    expect(pathTo('', 'cart')).toBe('cart')
    expect(pathTo('cart', 'items')).toBe('cart.items')
    expect(pathTo('cart.items', 2)).toBe('cart.items[2]')
    expect(pathTo('', 2)).toBe('[2]')
    expect(pathTo('cart', 'two words')).toBe('cart["two words"]')
    expect(pathTo('cart', '2')).toBe('cart["2"]')
  })

  it('is one line, whatever key a user chose', () => {
    expect(pathTo('', 'a\u2028b\u2029c\nd')).toBe('["a?b?c\\nd"]')
  })

  it('has at most 40 characters of a key', () => {
    expect(pathTo('', 'k'.repeat(40))).toBe('k'.repeat(40))
    expect(pathTo('', 'k'.repeat(41))).toBe(`${'k'.repeat(40)}...`)
  })

  it('begins with session, or with another property of the request', () => {
    expect(inSession('')).toBe('session')
    expect(inSession('cart[2]')).toBe('session.cart[2]')
    expect(inSession('["two words"]')).toBe('session["two words"]')
    expect(inSession('cart', 'data')).toBe('data.cart')
  })
})
