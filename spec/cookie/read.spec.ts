import { performance } from 'node:perf_hooks'
import { describe, expect, it } from 'vitest'
import { candidates } from '../../lib/cookie/header.js'

describe('the candidates of a Cookie header', () => {
  it('are the values of the cookies with this name, in the order sent', () => {
    expect(candidates('session=a.b; theme=dark; session=c.d', 'session')).toEqual(['a.b', 'c.d'])
  })

  it('are none without a header, without the cookie, or in an empty header', () => {
    expect(candidates(undefined, 'session')).toEqual([])
    expect(candidates('theme=dark', 'session')).toEqual([])
    expect(candidates('', 'session')).toEqual([])
  })

  it('are at most four, those that were sent first', () => {
    const header = [1, 2, 3, 4, 5, 6].map((value) => `session=${value}`).join('; ')
    expect(candidates(header, 'session')).toEqual(['1', '2', '3', '4'])
  })

  it('are found at the beginning, in the middle and at the end', () => {
    for (const header of ['session=x; a=1; b=2', 'a=1; session=x; b=2', 'a=1; b=2; session=x']) {
      expect(candidates(header, 'session')).toEqual(['x'])
    }
  })
})

describe('the name', () => {
  it('is compared exactly: no other case, no prefix, no suffix, no ending of another', () => {
    const header = 'Session=1; SESSION=2; mysession=3; session2=4; __Host-Http-session=5; session.sig=6; my-session=7'
    expect(candidates(header, 'session')).toEqual([])
    expect(candidates(header, '__Host-Http-session')).toEqual(['5'])
  })

  it('may have characters that mean something in a regular expression', () => {
    expect(candidates('aXb=1; a.b=2', 'a.b')).toEqual(['2'])
    expect(candidates('a$|^*+=1; aa=2', 'a$|^*+')).toEqual(['1'])
  })

  it('may be that of an object member', () => {
    expect(candidates('__proto__=1; constructor=2', '__proto__')).toEqual(['1'])
    expect(candidates('a=1', 'toString')).toEqual([])
  })

  it('is not found within the value of another cookie', () => {
    expect(candidates('next=/login?session=evil; theme="; session', 'session')).toEqual([])
    expect(candidates('a=b session=evil', 'session')).toEqual([])
    expect(candidates('a=b,session=evil', 'session')).toEqual([])
  })

  it('stands directly before the equals sign, as browsers send it', () => {
    expect(candidates('session =x', 'session')).toEqual([])
  })

  it('without an equals sign is not read', () => {
    expect(candidates('session', 'session')).toEqual([])
    expect(candidates('session; session=x', 'session')).toEqual(['x'])
  })
})

describe('the value', () => {
  it('goes up to the next semicolon, and equals signs are part of it', () => {
    expect(candidates('session=a=b==; x=1', 'session')).toEqual(['a=b=='])
  })

  it('may be empty', () => {
    expect(candidates('session=', 'session')).toEqual([''])
    expect(candidates('session=; session=x', 'session')).toEqual(['', 'x'])
  })

  it('loses spaces and tabs around it, and no other white space', () => {
    expect(candidates('a=1;\t session=x \t;b=2', 'session')).toEqual(['x'])
    expect(candidates('session=\u00a0x\u00a0', 'session')).toEqual(['\u00a0x\u00a0'])
  })

  it('keeps quotes and percent signs, which mean themselves', () => {
    expect(candidates('session="x"', 'session')).toEqual(['"x"'])
    expect(candidates('session=%41%', 'session')).toEqual(['%41%'])
  })
})

describe('a header that no browser sends', () => {
  it('may have no space after its semicolons, or several semicolons', () => {
    expect(candidates('a=1;session=x;b=2', 'session')).toEqual(['x'])
    expect(candidates(';;; session=x ;; ; session=y;', 'session')).toEqual(['x', 'y'])
  })

  it('gives $Version no meaning (RFC 2965 is gone)', () => {
    expect(candidates('$Version=1; session=x; $Path=/', 'session')).toEqual(['x'])
    expect(candidates('$Version=1', '$Version')).toEqual(['1'])
  })

  it('is read in time that grows with its length only, however it is built', () => {
    const size = 1_000_000
    const hostile = [
      `${';'.repeat(size)}session=x`,
      `${' '.repeat(size)}session=x`,
      `${'sessio=;'.repeat(size / 8)}session=x`,
      `${'session='.repeat(size / 8)};`,
      `a=${'session=;'.repeat(3)}${'session'.repeat(size / 7)}`,
    ]
    const begin = performance.now()
    for (const header of hostile) candidates(header, 'session')
    // A hundred times what it takes; quadratic time would be a million times.
    expect(performance.now() - begin).toBeLessThan(5000)
  })
})
