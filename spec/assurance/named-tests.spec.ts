import { describe, expect, it } from 'vitest'
import { NamedTests } from './named-tests.js'

const file = (path: string, group: string, ...titles: string[]) => ({
  path,
  text: `describe('${group}', () => {\n${titles.map((title) => `  it('${title}', () => {})\n`).join('')}})\n`,
})
const cookie = file('spec/cookie.spec.ts', 'a cookie', 'is read', 'is written')
const token = file('spec/token.spec.ts', 'a token', 'is read')

describe('the name of a test', () => {
  it('is its title, in whatever file it is', () => {
    expect(new NamedTests([cookie, token]).faultOf('is written')).toBeUndefined()
    expect(new NamedTests([{ ...cookie, path: 'spec/moved/other.system.ts' }]).faultOf('is written')).toBeUndefined()
  })

  it('is none when the test has another title or has gone', () => {
    expect(new NamedTests([cookie, token]).faultOf('is sealed')).toBe('no test has the title "is sealed"')
    expect(new NamedTests([token]).faultOf('is written')).toBe('no test has the title "is written"')
  })

  it('needs the group that it is in if several tests have the title', () => {
    const tests = new NamedTests([cookie, token])
    expect(tests.faultOf('is read')).toBe(
      '2 tests have the title "is read": put one of these groups before it, with " > ": "a cookie" in spec/cookie.spec.ts, "a token" in spec/token.spec.ts',
    )
    expect(tests.faultOf('a token > is read')).toBeUndefined()
    expect(tests.faultOf('a session > is read')).toBe('no test has the title "a session > is read"')
  })
})
