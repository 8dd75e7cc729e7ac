import { describe, expect, it } from 'vitest'
import { absoluteEndOf, endedBy, endOf, isDue, type Lifetime, type Timeouts } from '../../lib/session/lifetime.js'

const timeouts = { idle: 100, absolute: 1000 }
const session = { sat: 5000, iat: 5000, exp: 6000 }

/** Why a session has ended at a time, if it was last used when it was sealed. */
const endedAt = (one: Lifetime, now: number, inForce: Timeouts = timeouts) => endedBy(one, inForce, one.iat, now)

describe('when a session ends', () => {
  it('lives until the second before its idle timeout, and ends at it', () => {
    expect(endedAt(session, 5099)).toBeUndefined()
    expect(endedAt(session, 5100)).toBe('idle')
  })

  it('counts the idle timeout from its last use, whenever it was sealed', () => {
    expect(endedBy(session, timeouts, 5500, 5599)).toBeUndefined()
    expect(endedBy(session, timeouts, 5500, 5600)).toBe('idle')
  })

  it('lives until the second before its absolute timeout, and ends at it', () => {
    expect(endedBy(session, timeouts, 5990, 5999)).toBeUndefined()
    expect(endedBy(session, timeouts, 5990, 6000)).toBe('absolute')
  })

  it('ends when its sealed end has passed, though the timeouts were lengthened since', () => {
    expect(endedBy(session, { idle: 100, absolute: 2000 }, 5990, 6000)).toBe('expired')
  })

  it('ends earlier when the timeouts were shortened since', () => {
    expect(endedAt(session, 5050, { idle: 50, absolute: 1000 })).toBe('idle')
    expect(endedAt(session, 5060, { idle: 100, absolute: 60 })).toBe('absolute')
  })

  it('is not accepted from more than 60 seconds in the future, by its sealing or by its beginning', () => {
    expect(endedAt(session, 4940)).toBeUndefined()
    expect(endedAt(session, 4939)).toBe('future')
    expect(endedAt({ ...session, sat: 5200, iat: 5000 }, 5050)).toBe('future')
    expect(endedAt({ ...session, sat: 5000, iat: 5200 }, 5050)).toBe('future')
  })

  it('has an idle timeout of its own if it was given one, longer or shorter', () => {
    expect(endedAt({ ...session, ttl: 300 }, 5299)).toBeUndefined()
    expect(endedAt({ ...session, ttl: 30 }, 5030)).toBe('idle')
  })

  it('ends by the common idle timeout when its cookie ends with the browser', () => {
    expect(endedAt({ ...session, ttl: 0 }, 5099)).toBeUndefined()
    expect(endedAt({ ...session, ttl: 0 }, 5100)).toBe('idle')
  })
})

describe('the end of a session that is not used any more', () => {
  it('is the idle timeout from its last use', () => {
    expect(endOf({ sat: 5000 }, timeouts, 5200)).toBe(5300)
  })

  it('is never past the absolute timeout', () => {
    expect(endOf({ sat: 5000 }, timeouts, 5950)).toBe(6000)
    expect(endOf({ sat: 5000, ttl: 5000 }, timeouts, 5000)).toBe(6000)
  })
})

describe('the end that is sealed in', () => {
  it('is the absolute one, whatever idle timeout the session has', () => {
    expect(absoluteEndOf({ sat: 5000 }, timeouts)).toBe(6000)
  })
})

describe('sliding', () => {
  it('is due when a tenth of the idle timeout has passed since the last use', () => {
    expect([isDue(session, timeouts, 5000, 5009), isDue(session, timeouts, 5000, 5010)]).toEqual([false, true])
    expect([isDue(session, timeouts, 5400, 5409), isDue(session, timeouts, 5400, 5410)]).toEqual([false, true])
  })

  it("counts a tenth of the session's own timeout", () => {
    const own = { ...session, ttl: 400 }
    expect([isDue(own, timeouts, 5000, 5039), isDue(own, timeouts, 5000, 5040)]).toEqual([false, true])
  })

  it('counts a tenth of the timeout that is in force, though it was another when the session was sealed', () => {
    const other = { idle: 40, absolute: 1000 }
    expect([isDue(session, other, 5000, 5003), isDue(session, other, 5000, 5004)]).toEqual([false, true])
  })

  it('is not due when the absolute timeout leaves nothing to gain', () => {
    expect(isDue(session, timeouts, 5900, 5990)).toBe(false)
    expect(isDue(session, { idle: 100, absolute: 60 }, 5000, 5059)).toBe(false)
  })
})
