import { describe, expect, it } from 'vitest'
import { bindingOf, endpointEnd, mayBind, refusalOf, unboundEndOf } from '../../lib/device/binding.js'
import { START } from '../support/clock.js'

const SID = 'AAAAAAAAAAAAAAAAAAAAAA'
const DEV = 'CCCCCCCCCCCCCCCCCCCCCA'
const own = { sid: SID, dev: DEV, since: START }
const foreign = { sid: 'BBBBBBBBBBBBBBBBBBBBBB', dev: 'DDDDDDDDDDDDDDDDDDDDDA', since: START }

const NONE = { came: false, proved: [] }
const BAD = { came: true, proved: [] }
const proofs = (...proved: (typeof own)[]) => ({ came: true, proved })

describe('a session that names no key', () => {
  const session = { sid: SID, sat: START }

  it.each([
    ['no proof', NONE],
    ['a proof that is no good', BAD],
    ['the proof of another session', proofs(foreign)],
  ])('is unbound with %s', (_what, came) => {
    expect(bindingOf(session, came)).toMatchObject({ state: 'unbound', dev: undefined })
  })

  it('is registered with a proof of its own, among others', () => {
    expect(bindingOf(session, proofs(foreign, own))).toEqual({ state: 'registered', dev: DEV, since: START })
  })
})

describe('a session that names a key', () => {
  const session = { sid: SID, sat: START, dev: DEV }

  it('is bound with a proof of that key, whichever session it was proved for', () => {
    expect(bindingOf(session, proofs(foreign, { ...own, sid: foreign.sid }))).toMatchObject({
      state: 'bound',
      dev: DEV,
    })
  })

  it('is lapsed without a proof', () => {
    expect(bindingOf(session, NONE)).toMatchObject({ state: 'lapsed', dev: DEV })
  })

  it.each([
    ['that is no good', BAD],
    ['of another key, though of this session', proofs({ ...own, dev: foreign.dev })],
  ])('has a stray with a proof %s', (_what, came) => {
    expect(bindingOf(session, came)).toMatchObject({ state: 'stray', dev: DEV })
  })
})

describe('a session that stays without a key', () => {
  const endOf = (dev: string | undefined, settings: object | undefined) => unboundEndOf(START, dev, settings as never)

  it('ends after unboundTimeout, where that is enforced', () => {
    expect(endOf(undefined, { enforce: true, unboundTimeout: 60 })).toBe(START + 60)
    expect(endOf(undefined, { enforce: false, unboundTimeout: 60 })).toBe(Number.POSITIVE_INFINITY)
  })

  it('has no end of its own once it has a key, nor without deviceBound', () => {
    expect(endOf(DEV, { enforce: true, unboundTimeout: 60 })).toBe(Number.POSITIVE_INFINITY)
    expect(endOf(undefined, undefined)).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('a session is refused', () => {
  const session = { sid: SID, sat: START }
  const refusal = (state: string, unboundTimeout: number, now: number) =>
    refusalOf({ state } as never, session, { unboundTimeout } as never, now)

  it.each(['lapsed', 'stray'])('as unproven when %s, at once', (state) => {
    expect(refusal(state, Number.POSITIVE_INFINITY, START)).toBe('unproven')
  })

  it.each(['registered', 'bound'])('never when %s', (state) => {
    expect(refusal(state, 60, START + 3600)).toBeUndefined()
  })

  it('as unbound from the second at which its time without a key is over', () => {
    expect(refusal('unbound', 60, START + 59)).toBeUndefined()
    expect(refusal('unbound', 60, START + 60)).toBe('unbound')
    expect(refusal('unbound', Number.POSITIVE_INFINITY, START + 1e9)).toBeUndefined()
  })
})

describe('a request that only reads binds', () => {
  const binds = (state: string, isPage: boolean, passed: number) =>
    mayBind({ state, dev: DEV, since: START } as never, isPage, START + passed)

  it('a registered session at once if it is a page, and ten seconds later if it is not', () => {
    expect(binds('registered', true, 0)).toBe(true)
    expect(binds('registered', false, 9)).toBe(false)
    expect(binds('registered', false, 10)).toBe(true)
  })

  it.each(['unbound', 'bound', 'lapsed', 'stray'])('none that is %s', (state) => {
    expect(binds(state, true, 3600)).toBe(false)
  })
})

describe('the path of the endpoint', () => {
  it('ends in the name of the cookie, without a character that a browser would resolve', () => {
    const names = ['session', 'shop.session', 'a-b_c', 'a#b', 'a%23b', 'a~23b', 'a/b']
    const ends = names.map(endpointEnd)
    expect(ends.slice(0, 4)).toEqual(['/.bound/session', '/.bound/shop.session', '/.bound/a-b_c', '/.bound/a~23b'])
    expect(new Set(ends).size).toBe(names.length)
    for (const end of ends) expect(end).toMatch(/^\/\.bound\/[\w.~-]+$/)
  })
})
