import { describe, expect, it } from 'vitest'
import { SessionError } from '../../lib/index.js'
import { errorForNext } from '../../lib/request/validate.js'

describe('what validate threw', () => {
  it('goes to next as it is', () => {
    const error = new Error('the database is away')
    expect([errorForNext(error), errorForNext('away'), errorForNext(7)]).toEqual([error, 'away', 7])
  })

  it.each([undefined, null, false, 0, '', 'route', 'router'])(
    'is an error of ours if Express took it for none: %j',
    (thrown) => {
      expect(errorForNext(thrown)).toEqual(
        new SessionError(
          'ERR_SESSION_OPTIONS',
          'validate threw a value that is not an error: throw an Error, or return false to end the session',
        ),
      )
    },
  )
})
