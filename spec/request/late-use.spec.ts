import { describe, expect, it } from 'vitest'
import { tooLate, warnOfLateAssignment, warnOfLateCall, warnOfLateChange } from '../../lib/request/late-use.js'
import { catchWarnings } from '../support/warnings.js'

const warnings = catchWarnings()

describe('what comes after the headers have left', () => {
  it.each<[string, (where: string) => unknown, (where: string) => string]>([
    [
      'an assignment',
      (where) => warnOfLateAssignment('req.session was assigned', where),
      (where) =>
        `req.session was assigned after the headers were sent (${where}), so the session stays as it was: ` +
        'do it before the response is sent',
    ],
    [
      'a call',
      (where) => warnOfLateCall('session.touch()', where),
      (where) => `session.touch() came after the headers were sent (${where}): call it before the response is sent`,
    ],
    [
      'a method that can have no effect',
      (where) => tooLate('session.destroy()', where),
      (where) => `session.destroy() came after the headers were sent (${where}): call it before the response is sent`,
    ],
    [
      'a change',
      (where) => warnOfLateChange('session.cart.items', where),
      (where) =>
        `session.cart.items was changed after the headers were sent (${where}), so the change is lost: ` +
        'make it before the response is sent',
    ],
  ])('is warned about once for each route: %s', (_what, warn, message) => {
    for (const where of ['GET /', 'GET /', 'POST /login']) warn(where)
    expect(warnings.messages()).toEqual([message('GET /'), message('POST /login')])
    expect(new Set(warnings.codes())).toEqual(new Set(['SESSION_WARN_LATE']))
  })

  it('is warned about once for each thing that is called or changed', () => {
    for (const name of ['touch', 'save']) warnOfLateCall(`session.${name}()`, 'GET /')
    for (const key of ['user', 'cart']) warnOfLateChange(`session.${key}`, 'GET /')
    expect(warnings.messages()).toHaveLength(4)
  })

  it('is an error as well, if it is a method that can have no effect', () => {
    expect(tooLate('session.destroy()', 'GET /')).toMatchObject({
      code: 'ERR_SESSION_HEADERS_SENT',
      message: 'session.destroy() came after the headers were sent: call it before the response is sent',
    })
  })
})
