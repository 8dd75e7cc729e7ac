import { describe, expect, it } from 'vitest'
import { readable, seconds } from '../lib/checks.js'

describe('a duration', () => {
  it.each([
    [1000, 1],
    [1_800_000, 1800],
    [86_400_000, 86_400],
  ])('as a number is milliseconds, as everywhere in Express: %i', (value, expected) => {
    expect(seconds(value, 'idleTimeout')).toBe(expected)
  })

  it.each([
    ['5000ms', 5],
    ['45s', 45],
    ['30m', 1800],
    ['24h', 86_400],
    ['7d', 604_800],
    ['2w', 1_209_600],
    ['30 m', 1800],
    ['1.5h', 5400],
    ['0.5m', 30],
    ['007s', 7],
  ])('as text has a unit: %s', (value, expected) => {
    expect(seconds(value, 'idleTimeout')).toBe(expected)
  })

  it('is cut to whole seconds, since a token counts in seconds', () => {
    expect(seconds(1999, 'idleTimeout')).toBe(1)
    expect(seconds('2.9s', 'idleTimeout')).toBe(2)
    expect(seconds('1500ms', 'idleTimeout')).toBe(1)
  })

  it.each([
    ['4.1m', 246],
    ['2.05h', 7380],
    ['0.7d', 60_480],
    ['1.13w', 683_424],
  ])('with a fraction is exact, where binary fractions are not: %s', (value, expected) => {
    expect(seconds(value, 'idleTimeout')).toBe(expected)
  })

  it('is at least one second', () => {
    expect(seconds(1000, 'idleTimeout')).toBe(1)
    expect(seconds('1s', 'idleTimeout')).toBe(1)
    for (const value of [999, 0, -1000, '999ms', '0s', '0.9s', '0d']) {
      expect(() => seconds(value, 'idleTimeout')).toThrow('at least one second')
    }
  })

  it.each([
    ['a number without a unit', '30'],
    ['an unknown unit', '30y'],
    ['a unit spelled out', '30min'],
    ['several units', '1h30m'],
    ['a sign', '-30m'],
    ['an upper-case unit', '24H'],
    ['white space around it', ' 30m'],
    ['a line feed', '30m\n'],
    ['no digit before the point', '.5h'],
    ['an exponent', '1e3s'],
    ['two spaces', '30  m'],
    ['digits of another script', '٣٠m'],
    ['no text at all', ''],
    ['a unit only', 'm'],
    ['NaN', Number.NaN],
    ['true', true],
    ['null', null],
    ['undefined', undefined],
    ['a Date', new Date(1_800_000)],
    ['a BigInt', 1_800_000n],
    ['an array', ['30m']],
  ])('cannot be %s', (_what, value) => {
    expect(() => seconds(value, 'idleTimeout')).toThrow(
      expect.objectContaining({
        code: 'ERR_SESSION_OPTIONS',
        message: expect.stringMatching(
          /^idleTimeout is not a duration of at least one second: set text such as '30m', '24h' or '7d', or milliseconds \(1800000\)$/,
        ),
      }),
    )
  })

  it.each([
    ['infinity', Number.POSITIVE_INFINITY],
    ['the largest number', Number.MAX_VALUE],
    ['more digits than a number holds', `${'9'.repeat(400)}d`],
  ])('cannot be longer than 3,000 years, such as %s', (_what, value) => {
    expect(() => seconds(value, 'idleTimeout')).toThrow(
      expect.objectContaining({
        code: 'ERR_SESSION_OPTIONS',
        message: "idleTimeout is longer than 3,000 years: set a shorter one, such as '7d'",
      }),
    )
  })

  it('is named in the error as the app wrote it', () => {
    expect(() => seconds('soon', 'cookie.maxAge')).toThrow(/^cookie\.maxAge is not a duration/)
  })
})

describe('a readable duration', () => {
  it.each([
    [604_800, '7d'],
    [86_400, '1d'],
    [90_000, '25h'],
    [3600, '1h'],
    [5400, '90m'],
    [60, '1m'],
    [61, '61s'],
    [1, '1s'],
  ])('of %i seconds is %s, in the largest unit that is exact', (value, expected) => {
    expect(readable(value)).toBe(expected)
    expect(seconds(expected, 'idleTimeout')).toBe(value)
  })
})
