import { describe, expect, it } from 'vitest'
import { endedBy, endOf, isDue } from '../../lib/session/lifetime.js'

const timeouts = { idle: 100, absolute: 1000 }
const session = { sat: 5000, iat: 5000, exp: 5100 }

describe('when a session ends', () => {
  it('lives until the second before its idle timeout, and ends at it', () => {
    expect(endedBy(session, timeouts, 5099)).toBeUndefined()
    expect(endedBy(session, timeouts, 5100)).toBe('idle')
  })

  it('lives until the second before its absolute timeout, and ends at it', () => {
    const slid = { ...session, iat: 5990, exp: 6000 }
    expect(endedBy(slid, timeouts, 5999)).toBeUndefined()
    expect(endedBy(slid, timeouts, 6000)).toBe('absolute')
  })

  it('ends when its sealed end has passed, though the timeouts were lengthened since', () => {
    expect(endedBy(session, { idle: 500, absolute: 1000 }, 5100)).toBe('expired')
  })

  it('ends earlier when the timeouts were shortened since', () => {
    expect(endedBy(session, { idle: 50, absolute: 1000 }, 5050)).toBe('idle')
    expect(endedBy(session, { idle: 100, absolute: 60 }, 5060)).toBe('absolute')
  })

  it('is not accepted from more than 60 seconds in the future, by its sealing or by its beginning', () => {
    expect(endedBy(session, timeouts, 4940)).toBeUndefined()
    expect(endedBy(session, timeouts, 4939)).toBe('future')
    expect(endedBy({ ...session, sat: 5200, iat: 5000 }, timeouts, 5050)).toBe('future')
    expect(endedBy({ ...session, sat: 5000, iat: 5200 }, timeouts, 5050)).toBe('future')
  })

  it('has an idle timeout of its own if it was given one, longer or shorter', () => {
    expect(endedBy({ ...session, exp: 5300, ttl: 300 }, timeouts, 5299)).toBeUndefined()
    expect(endedBy({ ...session, ttl: 30 }, timeouts, 5030)).toBe('idle')
  })

  it('ends by the common idle timeout when its cookie ends with the browser', () => {
    expect(endedBy({ ...session, ttl: 0 }, timeouts, 5099)).toBeUndefined()
    expect(endedBy({ ...session, ttl: 0 }, timeouts, 5100)).toBe('idle')
  })
})

describe('the end that is sealed in', () => {
  it('is the idle timeout from now', () => {
    expect(endOf({ sat: 5000 }, timeouts, 5200)).toBe(5300)
  })

  it('is never past the absolute timeout', () => {
    expect(endOf({ sat: 5000 }, timeouts, 5950)).toBe(6000)
    expect(endOf({ sat: 5000, ttl: 5000 }, timeouts, 5000)).toBe(6000)
  })
})

describe('sliding', () => {
  it('is due when more than half of the idle timeout has passed', () => {
    expect(isDue(session, timeouts, 5050)).toBe(false)
    expect(isDue(session, timeouts, 5051)).toBe(true)
  })

  it("counts half of the session's own timeout", () => {
    expect(isDue({ ...session, ttl: 400, exp: 5400 }, timeouts, 5199)).toBe(false)
    expect(isDue({ ...session, ttl: 400, exp: 5400 }, timeouts, 5201)).toBe(true)
  })

  it('keeps a session that is in use when the timeouts were shortened since: half of what it has now counts', () => {
    const shorter = { idle: 40, absolute: 1000 }
    expect(isDue(session, shorter, 5020)).toBe(false)
    expect(isDue(session, shorter, 5021)).toBe(true)
  })

  it('keeps a session that is in use when the timeouts were lengthened since: half of what it was given counts', () => {
    const longer = { idle: 800, absolute: 1000 }
    expect(isDue(session, longer, 5050)).toBe(false)
    expect(isDue(session, longer, 5051)).toBe(true)
    const capped = { sat: 5000, iat: 5960, exp: 6000 }
    expect(isDue(capped, { idle: 100, absolute: 2000 }, 5980)).toBe(false)
    expect(isDue(capped, { idle: 100, absolute: 2000 }, 5981)).toBe(true)
  })

  it('is not due when the absolute timeout leaves nothing to gain, shortened or not', () => {
    expect(isDue(session, { idle: 100, absolute: 60 }, 5059)).toBe(false)
    expect(isDue({ sat: 5000, iat: 5920, exp: 6000 }, timeouts, 5990)).toBe(false)
  })
})
