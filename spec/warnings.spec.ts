import { describe, expect, it, vi } from 'vitest'
import { forgetWarnings, warnOnce } from '../lib/warnings.js'
import { catchWarnings } from './support/warnings.js'

const warnings = catchWarnings()

describe('a warning', () => {
  it("is one of Node's, with a type and a code, so that it can be listened to and silenced", () => {
    warnOnce('SESSION_WARN_TEST', 'something is off: put it right')
    expect(vi.mocked(process.emitWarning).mock.calls).toEqual([
      ['something is off: put it right', { type: 'SessionWarning', code: 'SESSION_WARN_TEST' }],
    ])
  })

  it('comes once, whatever its message', () => {
    warnOnce('SESSION_WARN_TEST', 'first')
    warnOnce('SESSION_WARN_TEST', 'second')
    expect(warnings.messages()).toEqual(['first'])
  })

  it('comes once for each code', () => {
    for (const code of ['A', 'B', 'A']) warnOnce(code, code)
    expect(warnings.codes()).toEqual(['A', 'B'])
  })

  it('comes once for each place', () => {
    for (const place of ['user.born', 'cart', 'user.born', '']) warnOnce('SESSION_WARN_TEST', place, place)
    expect(warnings.messages()).toEqual(['user.born', 'cart', ''])
  })

  it('comes again when the warnings were forgotten', () => {
    warnOnce('SESSION_WARN_TEST', 'once')
    forgetWarnings()
    warnOnce('SESSION_WARN_TEST', 'twice')
    expect(warnings.messages()).toEqual(['once', 'twice'])
  })
})

describe('places that users can choose', () => {
  it('are warned about a hundred times at most, so that they fill neither the log nor the memory', () => {
    for (let place = 0; place < 1000; place++) warnOnce('SESSION_WARN_TEST', 'message', `key${place}`)
    expect(warnings.codes()).toHaveLength(100)
  })

  it('do not silence the warnings of another code', () => {
    for (let place = 0; place < 1000; place++) warnOnce('SESSION_WARN_TEST', 'message', `key${place}`)
    warnOnce('SESSION_WARN_HEAD', 'raise proxy_buffer_size')
    expect(warnings.messages()).toContain('raise proxy_buffer_size')
  })
})
