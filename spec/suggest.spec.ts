import { describe, expect, it } from 'vitest'
import { nearest } from '../lib/checks.js'

const KNOWN = ['keys', 'name', 'property', 'idleTimeout', 'absoluteTimeout', 'cookie', 'sizeLimit']

describe('the name that was probably meant', () => {
  it.each([
    ['a letter too many', 'cookies', 'cookie'],
    ['a letter too few', 'proprty', 'property'],
    ['a wrong letter', 'sizeLimet', 'sizeLimit'],
    ['two letters swapped', 'idleTimeuot', 'idleTimeout'],
    ['another case', 'IDLETIMEOUT', 'idleTimeout'],
    ['another case in the known name', 'absolutetimeout', 'absoluteTimeout'],
    ['a letter before it', 'xname', 'name'],
    ['one wrong letter of four', 'kews', 'keys'],
  ])('is found for one with %s', (_what, name, meant) => {
    expect(nearest(name, KNOWN)).toBe(meant)
  })

  it('is the nearest, not the first, and the first of two that are equally near', () => {
    expect(nearest('abcdefgx', ['abcdwxyz', 'abcdefgh', 'abcdefgi'])).toBe('abcdefgh')
  })

  it('may differ in a third of its letters, and not in more', () => {
    expect(nearest('abcdef', ['abcdxx'])).toBe('abcdxx')
    expect(nearest('abcdef', ['abcxxx'])).toBeUndefined()
    expect(nearest('abcdefghi', ['abcdefxxx'])).toBe('abcdefxxx')
    expect(nearest('abcdefghi', ['abcdexxxx'])).toBeUndefined()
  })

  it('may differ in one letter, however short it is', () => {
    expect(nearest('ab', ['ax'])).toBe('ax')
    expect(nearest('ab', ['xy'])).toBeUndefined()
  })

  it('is none when nothing is near, or nothing is known', () => {
    expect(nearest('saveUninitialized', KNOWN)).toBeUndefined()
    expect(nearest('', KNOWN)).toBeUndefined()
    expect(nearest('name', [])).toBeUndefined()
  })

  it('counts what is missing at either end', () => {
    expect(nearest('timeout', ['idleTimeout'])).toBeUndefined()
    expect(nearest('idleTimeo', ['idleTimeout'])).toBe('idleTimeout')
    expect(nearest('eTimeout', ['idleTimeout'])).toBeUndefined()
  })
})
