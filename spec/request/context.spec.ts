import { describe, expect, it } from 'vitest'
import { SessionContext } from '../../lib/request/context.js'
import { refuseIfLate, warnIfLate } from '../../lib/request/late.js'
import type { ContextPort, Incoming } from '../../lib/request/port.js'
import { adoptedFrom } from '../../lib/request/resume.js'
import { LiveSession } from '../../lib/session/session.js'
import { catchWarnings } from '../support/warnings.js'

const NOW = 1_700_000_000
const claims = { sid: 'A'.repeat(22), sat: NOW - 60, iat: NOW - 60, exp: NOW + 3540 }
const NONE: Incoming = { status: 'none' }

/** A cookie that was good, and brought this. */
function valid(data: Record<string, unknown>, more: { ttl?: number; chk?: number } = {}, kid = 'new'): Incoming {
  const text = `{"sid":"${claims.sid}","data":${JSON.stringify(data)}}`
  return { status: 'valid', kid, claims: { ...claims, ...more }, data, text, ended: new Map() }
}

function contextOf(incoming: Incoming, more: Partial<ContextPort> = {}): SessionContext {
  const never = () => {
    throw new Error('nobody asked for that')
  }
  return new SessionContext({
    timeouts: { idle: 3600, absolute: 86_400 },
    now: () => NOW,
    receive: () => incoming,
    activeKid: () => 'new',
    cookieOf: never,
    measure: never,
    checkFits: () => {},
    rehearse: never,
    headersSent: () => false,
    where: () => 'POST /login',
    ...more,
  })
}

const KEPT = { incoming: 'valid', ended: false, empty: false, changed: false, due: false, inactiveKey: false }

describe('what has become of a session', () => {
  it('that came and was left as it was is nothing that anybody needs to serialize', () => {
    const incoming = valid({ user: 'Ada' })
    const { facts, sealable, brought, cause } = contextOf(incoming).assess()
    expect([facts, sealable, cause]).toEqual([KEPT, undefined, 'check'])
    expect(brought).toEqual({ sid: claims.sid, sat: claims.sat, ended: new Map() })
  })

  it('that came without data is that it is empty, and that nothing was brought', () => {
    const { facts, sealable, brought } = contextOf(valid({})).assess()
    expect([facts, sealable, brought]).toEqual([{ ...KEPT, empty: true }, undefined, undefined])
  })

  it('that came with objects in it and did not change is its JSON, as that tells', () => {
    const { facts, sealable } = contextOf(valid({ cart: [1] })).assess()
    expect([facts, sealable?.json]).toEqual([KEPT, '{"cart":[1]}'])
  })

  it('that was given data is that it changed, and what is to be sealed', () => {
    const context = contextOf(valid({ user: 'Ada' }))
    Object.assign(context.session as object, { user: 'Eve' })
    const { facts, sealable, cause } = context.assess()
    expect([facts, sealable?.json, cause]).toEqual([{ ...KEPT, changed: true }, '{"user":"Eve"}', 'app'])
  })

  it('that was emptied is that it changed and is empty', () => {
    const context = contextOf(valid({ user: 'Ada' }))
    delete (context.session as unknown as Record<string, unknown>)['user']
    expect(context.assess().facts).toEqual({ ...KEPT, changed: true, empty: true })
  })

  it('that holds only what JSON leaves out is empty', () => {
    const context = contextOf(NONE)
    Object.assign(context.session as object, { user: undefined })
    const { facts, sealable } = context.assess()
    expect([facts.empty, sealable?.json]).toEqual([true, '{}'])
  })

  it('that was touched is due, and must be written', () => {
    const context = contextOf(valid({ user: 'Ada' }))
    LiveSession.recordOf(context.session as LiveSession).touched = true
    const { facts, sealable, cause } = context.assess()
    expect([facts, sealable?.json, cause]).toEqual([{ ...KEPT, due: true }, '{"user":"Ada"}', 'app'])
  })

  it('that slides is due, and stays as it came where it cannot be written', () => {
    const { facts, cause } = contextOf(valid({ user: 'Ada' }), { now: () => NOW + 1800 }).assess()
    expect([facts, cause]).toEqual([{ ...KEPT, due: true }, 'renewal'])
  })

  it('that was validated is due, and may wait', () => {
    const context = contextOf(valid({ user: 'Ada' }, { chk: NOW - 60 }))
    LiveSession.recordOf(context.session as LiveSession).checked = NOW
    const { facts, sealable, cause } = context.assess()
    expect([facts, sealable?.json, cause]).toEqual([{ ...KEPT, due: true }, '{"user":"Ada"}', 'check'])
  })

  it.each([
    ['an older key', 'old', true],
    ['the key that seals', 'new', false],
  ])('that came under %s is that it is written, or not', (_which, kid, inactiveKey) => {
    const { facts, cause } = contextOf(valid({ user: 'Ada' }, {}, kid)).assess()
    expect([facts, cause]).toEqual([{ ...KEPT, inactiveKey }, inactiveKey ? 'renewal' : 'check'])
  })

  it('that came while no key may seal is left as it is', () => {
    const { facts } = contextOf(valid({ user: 'Ada' }, {}, 'old'), { activeKid: () => undefined }).assess()
    expect(facts).toEqual(KEPT)
  })

  it('that has ended is nothing to seal, whether one came or not', () => {
    for (const incoming of [NONE, valid({ user: 'Ada' })]) {
      const context = contextOf(incoming)
      context.session = null
      const { facts, sealable, cause } = context.assess()
      expect([facts, sealable, cause]).toEqual([
        { incoming: incoming.status, ended: true, empty: true, changed: true, due: false, inactiveKey: false },
        undefined,
        'app',
      ])
    }
  })

  it('that did not come is that it is new, and empty until it has data', () => {
    const context = contextOf(NONE)
    expect(context.assess().facts).toEqual({ ...KEPT, incoming: 'none', empty: true, changed: true })
    Object.assign(context.session as object, { user: 'Ada' })
    expect(context.assess().facts).toEqual({ ...KEPT, incoming: 'none', changed: true })
  })

  it('that came from another package is as if a cookie of ours had brought it', () => {
    const context = contextOf(NONE)
    expect(context.brought).toBeUndefined()
    context.adopt({ data: { user: 'Ada' }, createdAt: NOW - 5, cookies: [] }, 'source')
    const { facts, sealable } = context.assess()
    expect([facts, sealable?.json]).toEqual([{ ...KEPT, changed: true }, '{"user":"Ada"}'])
    expect(context.brought?.createdAt).toEqual(new Date((NOW - 5) * 1000))
    expect(context.assess().brought).toEqual({
      sid: expect.stringMatching(/^[\w-]{22}$/),
      src: 'source',
      sat: NOW - 5,
      ended: new Map(),
    })
  })
})

describe('the session that a request brought', () => {
  it('is none where it brought none, though the app has begun one', () => {
    const context = contextOf(NONE)
    Object.assign(context.session as object, { user: 'Ada' })
    expect(context.brought).toBeUndefined()
  })

  it('is there as long as it has data', () => {
    const context = contextOf(valid({ user: 'Ada' }))
    expect(context.brought).toBe(context.session)
    context.session = null
    expect(context.brought).toBeUndefined()
    expect(contextOf(valid({})).brought).toBeUndefined()
  })
})

describe('a session of another package', () => {
  it('may have begun in 1970, and its reader may leave the cookies out', () => {
    const { record, cookies } = adoptedFrom({ data: {}, createdAt: 0 } as never, undefined, NOW)
    expect([record.sat, cookies]).toEqual([0, []])
  })

  it.each([-1, Number.NaN])('cannot have begun at %d', (createdAt) => {
    expect(() => adoptedFrom({ data: {}, createdAt, cookies: [] }, undefined, NOW)).toThrow(
      expect.objectContaining({
        code: 'ERR_SESSION_OPTIONS',
        message: 'a reader returned a "createdAt" that is not a time: return seconds since 1970',
      }),
    )
  })
})

describe('what comes when the headers have left', () => {
  const warnings = catchWarnings()
  const port = (headersSent: boolean) => ({ headersSent: () => headersSent, where: () => 'POST /login' }) as ContextPort

  it('is warned about where it was assigned, as it may be a log-out that does not happen', () => {
    warnIfLate(port(false))
    expect(warnings.codes()).toEqual([])
    warnIfLate(port(true))
    expect(warnings.codes()).toEqual(['SESSION_WARN_LATE'])
    expect(warnings.messages()[0]).toContain('after the headers had left (POST /login), so it stays as it was')
  })

  it('is an error, and a warning in production too, where it was to have an effect', () => {
    expect(() => refuseIfLate(port(false), 'destroy')).not.toThrow()
    expect(() => refuseIfLate(port(true), 'destroy')).toThrow(
      expect.objectContaining({ code: 'ERR_SESSION_HEADERS_SENT' }),
    )
    expect(warnings.codes()).toEqual(['SESSION_WARN_LATE'])
  })
})

describe('that a session has ended', () => {
  const ENDED: Incoming = { status: 'rejected', reason: 'ended' }
  const endedIn = (context: SessionContext) => context.assess().facts.ended

  it('is known of one that the browser still has a cookie of, and of no other', () => {
    expect(endedIn(contextOf(ENDED))).toBe(true)
    expect(endedIn(contextOf({ status: 'rejected', reason: 'expired' }))).toBe(false)
    expect([endedIn(contextOf(NONE)), endedIn(contextOf(valid({ user: 'Ada' })))]).toEqual([false, false])
  })

  it('is so after destroy(), regenerate() and a refusal', () => {
    for (const end of ['destroy', 'regenerate', 'refuse'] as const) {
      const context = contextOf(valid({ user: 'Ada' }))
      expect(context.session).toBeDefined()
      context[end]()
      expect(endedIn(context), end).toBe(true)
      expect(context.assess().facts.empty).toBe(true)
    }
  })

  it('stays so when the app assigns data behind it', () => {
    const context = contextOf(NONE)
    context.session = null
    context.session = {}
    expect(context.assess().facts).toMatchObject({ ended: true, empty: true })
  })

  it('is taken back by reload(), unless the session may not go on or had ended before', () => {
    const context = contextOf(valid({ user: 'Ada' }))
    expect(context.session).toBeDefined()
    context.destroy()
    context.reload()
    expect([endedIn(context), { ...context.session }]).toEqual([false, { user: 'Ada' }])
    const refused = contextOf(valid({ user: 'Ada' }))
    expect(refused.brought).toBeDefined()
    refused.refuse()
    refused.reload()
    expect([endedIn(refused), { ...refused.session }]).toEqual([true, {}])
    const ended = contextOf(ENDED)
    ended.reload()
    expect([endedIn(ended), { ...ended.session }]).toEqual([true, {}])
  })
})

describe('assigning a session to itself', () => {
  it('changes nothing', () => {
    const context = contextOf(valid({ user: 'Ada' }))
    const { session } = context
    context.session = session
    expect(context.session).toBe(session)
  })
})
