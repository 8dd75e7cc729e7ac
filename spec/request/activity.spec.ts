import { describe, expect, it, vi } from 'vitest'
import { settingsFrom } from '../../lib/options/options.js'
import type { SessionOptions } from '../../lib/options/session-options.js'
import { activityOf, companionLine, openCompanions } from '../../lib/request/activity.js'
import { requestCookie } from '../../lib/request/request-cookie.js'
import { newRecord } from '../../lib/session/record.js'
import { SECRET } from '../support/secrets.js'

const NOW = 1_767_225_600
const claims = { sid: 'A'.repeat(22), sat: NOW - 5000, iat: NOW - 5000, exp: NOW + 600_000 }

function settingsWith(options: SessionOptions = {}) {
  return settingsFrom({ keys: SECRET, idleTimeout: '1h', ...options })
}
const settings = settingsWith()
const cookie = requestCookie(settings.cookieFor(undefined), { secure: false, known: true }, settings, undefined)

/** The companion of a session, as a browser sends it. */
function companion(lastUse: number, lastCheck?: number, session = claims): string {
  const record = { ...newRecord(session.sat), sid: session.sid }
  const { line } = companionLine(record, { lastUse, lastCheck }, cookie, settings, NOW)
  return line.split(';')[0] as string
}

const activity = (header: string, session: Parameters<typeof activityOf>[0] = claims, options: SessionOptions = {}) => {
  const inForce = settingsWith(options)
  return activityOf(session, () => openCompanions(header, ['session'], inForce, NOW), inForce, NOW)
}

describe('the last use of a session', () => {
  it('is when its token was sealed, where no companion came', () => {
    expect(activity('')).toEqual({ lastUse: NOW - 5000, lastCheck: undefined })
  })

  it('is what the newest companion says', () => {
    const header = [companion(NOW - 300), companion(NOW - 100), companion(NOW - 200)].join('; ')
    expect(activity(header).lastUse).toBe(NOW - 100)
  })

  it('is the sealing of the token where that is newer, as what writes a session uses it', () => {
    expect(activity(companion(NOW - 900), { ...claims, iat: NOW - 800 }).lastUse).toBe(NOW - 800)
  })

  it.each([
    ['another session', companion(NOW, undefined, { ...claims, sid: 'B'.repeat(22) })],
    ['a session of this id that began at another time', companion(NOW, undefined, { ...claims, sat: NOW - 4999 })],
    ['nobody, as it does not open', 'session.seen=rubbish'],
    ['the future', companion(NOW + 61)],
  ])('is not told by a companion of %s', (_whose, header) => {
    expect(activity(header)).toEqual({ lastUse: NOW - 5000, lastCheck: undefined })
  })

  it('is told by a companion whose clock is a little ahead', () => {
    expect(activity(companion(NOW + 60)).lastUse).toBe(NOW + 60)
  })

  it('is looked for in four companions at most', () => {
    const rubbish = Array(4).fill('session.seen=rubbish').join('; ')
    expect(activity(`${rubbish}; ${companion(NOW)}`).lastUse).toBe(NOW - 5000)
  })
})

describe('the last check of a session', () => {
  it('is the later of what the token and the companions say', () => {
    const header = companion(NOW - 100, NOW - 100)
    expect(activity(header, { ...claims, chk: NOW - 200 }).lastCheck).toBe(NOW - 100)
    expect(activity(header, { ...claims, chk: NOW - 50 }).lastCheck).toBe(NOW - 50)
  })

  it('is not told by a companion more than a minute ahead, which would turn checking off', () => {
    expect(activity(companion(NOW, NOW + 61)).lastCheck).toBeUndefined()
    expect(activity(companion(NOW, NOW + 60)).lastCheck).toBe(NOW + 60)
  })
})

describe('a companion', () => {
  const opened = (session: Parameters<typeof activityOf>[0], options: SessionOptions = {}) => {
    const inForce = settingsWith(options)
    const companions = vi.fn(() => [])
    activityOf(session, companions, inForce, NOW)
    return companions.mock.calls.length
  }
  const fresh = { ...claims, iat: NOW - 359 }

  it('is not opened where the token alone settles whether the session ends or slides', () => {
    expect([opened(fresh), opened({ ...fresh, iat: NOW - 360 })]).toEqual([0, 1])
  })

  it('is opened where a check may be due that only the companion can have', () => {
    const validate = () => true
    expect(opened(fresh, { validate, validateEvery: '5m' })).toBe(1)
    expect(opened({ ...fresh, chk: NOW - 299 } as never, { validate, validateEvery: '5m' })).toBe(0)
    // Every request is checked, whatever a companion says.
    expect(opened(fresh, { validate })).toBe(0)
  })
})
