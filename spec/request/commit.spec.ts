import { describe, expect, it } from 'vitest'
import { SessionError } from '../../lib/index.js'
import { type Settings, settingsFrom } from '../../lib/options/options.js'
import { type CommitInput, commit } from '../../lib/request/commit.js'
import { requestCookie } from '../../lib/request/request-cookie.js'
import { newRecord } from '../../lib/session/record.js'
import { SECRET } from '../support/secrets.js'

const NOW = 1_767_225_600
const settings = settingsFrom({ keys: SECRET })
const cookie = requestCookie(settings.cookieFor(undefined), { secure: false, known: true }, settings, undefined)

/** A session that the app has not changed, and that is due to slide. */
const sliding: CommitInput = {
  facts: { incoming: 'valid', ended: false, empty: false, changed: false, due: true, inactiveKey: false },
  sealable: { record: newRecord(NOW), json: '{"user":"Ada"}' },
  previous: undefined,
  cause: 'renewal',
}

/** Settings whose keys cannot be asked. */
const broken = (error: unknown): Settings => ({
  ...settings,
  keys: {
    ...settings.keys,
    active: () => {
      throw error
    },
  },
})

describe('a session that is to slide, and cannot be sealed', () => {
  it('stays as it came if what is in the way has a code, and tells what that is', () => {
    const error = new SessionError('ERR_SESSION_KEYS', 'none is left')
    expect(commit(sliding, cookie, broken(error), NOW)).toEqual({ decision: 'keep', lines: [], obstacle: error })
  })

  it('is an error to the app if nobody knows what is in the way', () => {
    const error = new TypeError('no entropy')
    expect(() => commit(sliding, cookie, broken(error), NOW)).toThrow(error)
  })
})

describe('a session that was only checked', () => {
  const checked: CommitInput = { ...sliding, cause: 'check' }

  it('stays as it came if it cannot be sealed, and nobody is told', () => {
    const error = new SessionError('ERR_SESSION_OVERFLOW', 'too large')
    expect(commit(checked, cookie, broken(error), NOW)).toStrictEqual({ decision: 'keep', lines: [] })
  })

  it('is not written without the time of the check, which is all that there is to write', () => {
    const record = { ...newRecord(NOW), checked: NOW }
    const bytesOf = (input: CommitInput) => (commit(input, cookie, settings, NOW) as { bytes: number }).bytes
    const withTime = { ...checked, sealable: { record, json: '{"user":"Ada"}' } }
    const tight = { ...settings, sizeLimit: bytesOf(withTime) - 1 }
    expect(commit(withTime, cookie, tight, NOW)).toEqual({ decision: 'keep', lines: [] })
    expect(commit({ ...withTime, cause: 'renewal' }, cookie, tight, NOW)).toMatchObject({ decision: 'write' })
  })
})
