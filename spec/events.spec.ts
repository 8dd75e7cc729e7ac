import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { reporter, type SessionEvent } from '../lib/events.js'
import session from '../lib/index.js'
import { cookieSession } from '../lib/migrate/index.js'
import { SECRET } from './support/secrets.js'
import { catchWarnings } from './support/warnings.js'

const CLEARED: SessionEvent = { type: 'cleared', name: 'session', session: null }
const OPENED: SessionEvent = { type: 'opened', name: 'session', kid: 'k', session: 'hash' }

const warnings = catchWarnings()

const published: unknown[] = []
function listener(message: unknown): void {
  published.push(message)
}

afterEach(() => {
  unsubscribe('sealed-session', listener)
  published.length = 0
})

describe('an event', () => {
  it('goes to onEvent', () => {
    const onEvent = vi.fn()
    reporter(onEvent)(() => CLEARED)
    expect(onEvent.mock.calls).toEqual([[CLEARED]])
  })

  it('goes to the diagnostics channel sealed-session', () => {
    subscribe('sealed-session', listener)
    reporter(undefined)(() => CLEARED)
    expect(published).toEqual([CLEARED])
    expect(warnings.codes()).toEqual([])
  })

  it('goes to both, described once', () => {
    subscribe('sealed-session', listener)
    const onEvent = vi.fn()
    const describeEvent = vi.fn(() => OPENED)
    reporter(onEvent)(describeEvent)
    expect(describeEvent).toHaveBeenCalledOnce()
    expect(onEvent).toHaveBeenCalledExactlyOnceWith(OPENED)
    expect(published).toEqual([OPENED])
  })

  it('goes to those who subscribe later, though the middleware was made before', () => {
    const report = reporter(undefined)
    subscribe('sealed-session', listener)
    report(() => OPENED)
    expect(published).toEqual([OPENED])
  })

  it('is frozen, so that one listener cannot change it for the next', () => {
    subscribe('sealed-session', listener)
    reporter(() => {})(() => ({ ...OPENED }))
    expect(Object.isFrozen(published[0])).toBe(true)
  })

  it('is not even described when nobody listens', () => {
    const describeEvent = vi.fn(() => OPENED)
    const report = reporter(undefined)
    report(describeEvent)
    subscribe('sealed-session', listener)
    unsubscribe('sealed-session', listener)
    report(describeEvent)
    expect(describeEvent).not.toHaveBeenCalled()
  })
})

describe('a listener that does not throw', () => {
  it.each([[undefined], [7], [Promise.resolve()]])('is not warned about, whatever it returns: %j', (returned) => {
    reporter(() => returned)(() => OPENED)
    expect(warnings.codes()).toEqual([])
  })
})

describe('a listener that throws', () => {
  function throwing(): never {
    throw new Error('password=hunter2')
  }

  it('does no harm to the request: it is warned about, with the event and what to do', () => {
    expect(() => reporter(throwing)(() => OPENED)).not.toThrow()
    expect(warnings.codes()).toEqual(['SESSION_WARN_LISTENER'])
    expect(warnings.messages()[0]).toContain('"opened"')
    expect(warnings.messages()[0]).toMatch(/catch its errors in the listener$/)
  })

  it('is warned about once for each type of event', () => {
    const report = reporter(throwing)
    for (const event of [OPENED, OPENED, CLEARED, OPENED]) report(() => event)
    expect(warnings.messages().map((message) => /"(\w+)"/.exec(message)?.[1])).toEqual(['opened', 'cleared'])
  })

  it('does not have what it threw in the warning', () => {
    reporter(throwing)(() => OPENED)
    expect(warnings.messages().join()).not.toContain('hunter2')
  })

  it('does not keep the event from the diagnostics channel', () => {
    subscribe('sealed-session', listener)
    reporter(throwing)(() => OPENED)
    expect(published).toEqual([OPENED])
  })

  it('is still called for the next event', () => {
    const onEvent = vi.fn(throwing)
    const report = reporter(onEvent)
    report(() => OPENED)
    report(() => CLEARED)
    expect(onEvent).toHaveBeenCalledTimes(2)
  })

  it('asynchronously is only warned about, too: an unhandled rejection would end the process', async () => {
    const rejected = Promise.reject(new Error('password=hunter2'))
    // So that this test process lives on while the rejection is nobody's.
    rejected.catch(() => {})
    reporter(() => rejected)(() => OPENED)
    await Promise.allSettled([rejected])
    await Promise.resolve()
    expect(warnings.codes()).toEqual(['SESSION_WARN_LISTENER'])
    expect(warnings.messages().join()).not.toContain('hunter2')
  })
})

describe('a flood of invalid cookies', () => {
  it('is a flood of rejected events, one for each request, and nothing is logged by itself', async () => {
    const reasons: string[] = []
    const onEvent = (event: SessionEvent) => reasons.push('reason' in event ? event.reason : event.type)
    const handler = session({
      keys: SECRET,
      validate: () => true,
      migrateFrom: [cookieSession({ keys: ['old'] })],
      onEvent,
    })
    const { value } = handler.seal({ user: 'Ada' } as object)
    const cookies = ['rubbish', value.slice(0, -9), `${value.slice(0, -1)}!`, 'x'.repeat(5000), '']
    const written = [vi.spyOn(process.stderr, 'write'), vi.spyOn(process.stdout, 'write'), vi.spyOn(console, 'error')]
    for (let count = 0; count < 1000; count++) {
      const cookie = `session=${cookies[count % cookies.length]}; session.ended=rubbish; session.sig=rubbish`
      handler({ headers: { cookie } } as never, { writeHead() {}, write() {}, end() {} } as never, () => {})
    }
    expect(written.map((spy) => spy.mock.calls.length)).toEqual([0, 0, 0])
    for (const spy of written) spy.mockRestore()
    expect(warnings.codes()).toEqual([])
    expect(reasons).toHaveLength(1000)
    expect(new Set(reasons)).toEqual(new Set(['malformed', 'too-long']))
  })
})
