import type { IncomingMessage, ServerResponse } from 'node:http'
import express, { type Express } from 'express'
import { describe, expect, it, vi } from 'vitest'
import { Head } from '../../lib/http/head.js'
import { commitWithHeaders } from '../../lib/http/response-hook.js'
import session, { type SessionOptions } from '../../lib/index.js'
import { type Settings, settingsFrom } from '../../lib/options/options.js'
import { RequestSession } from '../../lib/request/request-session.js'
import type { LiveSession } from '../../lib/session/session.js'
import { Browser, setCookies } from '../support/browser.js'
import { OTHER_SECRET, SECRET } from '../support/secrets.js'
import { catchWarnings } from '../support/warnings.js'

type Any = any

const warnings = catchWarnings()

function app(options: SessionOptions, before: (req: Any) => void = () => {}): Express {
  const app = express()
  app.use((req, _res, next) => {
    before(req)
    next()
  })
  app.use(session({ keys: SECRET, ...options }))
  app.get('/login', (req: Any, res) => {
    req.session.user = 'Ada'
    res.json(null)
  })
  app.get('/logout', (req: Any, res) => {
    req.session = null
    res.json(null)
  })
  return app
}

describe('a response with a session', () => {
  it('has one cookie where it can carry no more, and that is the session, or its removal', async () => {
    const browser = new Browser(
      app({}, (req) => {
        req.apiGateway = { event: { requestContext: { elb: {} } } }
      }),
    )
    expect(setCookies(await browser.get('/login'))).toEqual([expect.stringMatching(/^session=ey/)])
    expect(setCookies(await browser.get('/logout'))).toEqual([expect.stringMatching(/^session=; Max-Age=0/)])
  })

  it('is warned about when its head is large, and one that only removes it is not', async () => {
    const browser = new Browser(app({}))
    await browser.get('/login')
    const small = new Browser(app({ warnAt: 256 }))
    for (const [name, value] of browser.jar) small.jar.set(name, value)
    await small.get('/logout')
    expect(warnings.codes()).toEqual([])
    await small.get('/login')
    expect(warnings.codes()).toEqual(['SESSION_WARN_HEAD'])
  })
})

const sealed = session({ keys: SECRET }).seal({ user: 'Ada' }).cookie

/** The session of a request that brings this cookie, and what its response would set. */
function requestWith(cookie?: string, options: SessionOptions = {}, says: Partial<ServerResponse> = {}) {
  return requestOf(settingsFrom({ keys: SECRET, ...options }), cookie, says)
}

function requestOf(settings: Settings, cookie?: string, says: Partial<ServerResponse> = {}) {
  const headers = new Map<string, unknown>()
  const res = {
    getHeader: (name: string) => headers.get(name),
    setHeader: (name: string, value: unknown) => headers.set(name, value),
    removeHeader: (name: string) => headers.delete(name),
    ...says,
  } as unknown as ServerResponse
  const req = { method: 'POST', url: '/login', headers: { cookie } } as unknown as IncomingMessage
  const current = new RequestSession(settings, req, res)
  Object.defineProperty(req, 'session', { configurable: true, get: () => current.session })
  const commit = () => {
    const head = new Head(res)
    current.commit(head)
    current.apply(head)
    return [headers.get('Set-Cookie') ?? []]
      .flat()
      .map((line) => String(line).replace(/=.*?(;.*)$/, (_, rest) => (/Max-Age=0/.test(rest) ? ' cleared' : ' set')))
  }
  return { req, res, current, commit }
}

describe('a session that ends', () => {
  it.each(['destroy', 'regenerate'] as const)('by %s() clears its cookie, and sets the guard', (end) => {
    const { current, commit } = requestWith(sealed)
    expect({ ...current.session }).toEqual({ user: 'Ada' })
    current[end]({})
    expect(commit()).toEqual(['session cleared', 'session.ended set'])
  })

  it('by null stays ended when the app assigns data without content behind it', () => {
    const { current, commit } = requestWith()
    current.session = null
    current.session = {}
    expect(commit()).toEqual(['session cleared'])
  })

  it('is back after reload(), and nothing is written', () => {
    const { current, commit } = requestWith(sealed)
    current.destroy()
    current.reload()
    expect([{ ...current.session }, commit()]).toEqual([{ user: 'Ada' }, []])
  })

  it('is back after reload() as it moved in, without the timeout that it was given since', () => {
    const read = () => ({ data: { user: 'Ada' }, cookies: [{ name: 'sid' }] })
    const { current } = requestWith('sid=1', { migrateFrom: [{ from: 'test', read }] })
    current.admit()
    const moved = current.session as LiveSession
    moved.cookie.maxAge = 60_000
    current.reload()
    const again = current.session as LiveSession
    expect([again.id, { ...again }, again.cookie.originalMaxAge]).toEqual([moved.id, { user: 'Ada' }, 86_400_000])
  })

  it('because validate refuses it is left in the browser, and is not back after reload()', () => {
    const { current, commit } = requestWith(sealed, { validate: () => false })
    current.admit()
    current.reload()
    expect([{ ...current.session }, commit()]).toEqual([{}, []])
    expect((current.session as LiveSession).rejected).toBe('invalidated')
  })

  it('is not back after reload() where it had ended before this request', () => {
    const first = requestWith(sealed)
    first.current.session = null
    first.commit()
    const guard = String(first.res.getHeader('Set-Cookie')).match(/session\.ended=[^;]+/)?.[0]
    const { current, commit } = requestWith(`${sealed}; ${guard}`)
    current.reload()
    expect([{ ...current.session }, commit()]).toEqual([{}, []])
    expect((current.session as LiveSession).rejected).toBe('ended')
  })
})

describe('a session that is assigned to itself', () => {
  it('is not changed', () => {
    const { current, commit } = requestWith(sealed)
    const { session } = current
    current.session = session
    expect([current.session === session, commit()]).toEqual([true, []])
  })
})

describe('the session that a request brought', () => {
  it('is none where it brought none, though the app has begun one', () => {
    const { current } = requestWith()
    Object.assign(current.session as object, { user: 'Ada' })
    expect(current.incomingSession).toBeUndefined()
  })

  it('is there as long as it has data', () => {
    const { current } = requestWith(sealed)
    expect(current.incomingSession).toBe(current.session)
    current.session = null
    expect(current.incomingSession).toBeUndefined()
    const empty = session({ keys: SECRET }).seal({}).cookie
    expect(requestWith(empty).current.incomingSession).toBeUndefined()
  })
})

describe('a session of another package', () => {
  const movedIn = (found: object, options: SessionOptions = {}) => {
    const reader = { from: 'test', read: () => found as never }
    const made = requestWith(undefined, { migrateFrom: [reader], ...options })
    made.current.admit()
    return made.current
  }
  const warnings = catchWarnings()

  it('may have begun in 1970, and its reader may leave the cookies out', () => {
    const absoluteTimeout = 10 * Date.now()
    const { incomingSession } = movedIn({ data: { user: 'Ada' }, createdAt: 0 }, { absoluteTimeout })
    expect(incomingSession?.createdAt).toEqual(new Date(0))
  })

  it.each([-1, Number.NaN])('cannot have begun at %d', (createdAt) => {
    const absoluteTimeout = 10 * Date.now()
    expect(
      movedIn({ data: { user: 'Ada' }, createdAt, cookies: [] }, { absoluteTimeout }).incomingSession,
    ).toBeUndefined()
    expect(warnings.messages()[0]).toContain(
      '(ERR_SESSION_OPTIONS: a reader returned a "createdAt" that is not a time: return seconds since 1970)',
    )
  })

  it('has to fit, up to the very byte of the limit', () => {
    const found = { data: { text: 'x'.repeat(400) }, createdAt: 1_767_225_600, cookies: [] }
    const absoluteTimeout = 10 * Date.now()
    const bytes = (movedIn(found, { absoluteTimeout }).session as LiveSession).size.bytes
    expect(movedIn(found, { absoluteTimeout, sizeLimit: bytes }).incomingSession).toBeDefined()
    expect(movedIn(found, { absoluteTimeout, sizeLimit: bytes - 1 }).incomingSession).toBeUndefined()
    expect(warnings.messages()[0]).toContain('(ERR_SESSION_OVERFLOW: the session is too large')
  })
})

describe('what comes after the headers have left', () => {
  const warnings = catchWarnings()

  it('is warned about where it was assigned, as it may be a log-out that does not happen', () => {
    requestWith(sealed, {}, { headersSent: false }).current.session = null
    expect(warnings.codes()).toEqual([])
    requestWith(sealed, {}, { headersSent: true }).current.session = null
    expect(warnings.codes()).toEqual(['SESSION_WARN_LATE'])
    expect(warnings.messages()[0]).toContain(
      'after the headers were sent (POST /login), so the session stays as it was',
    )
  })

  it('is an error, and a warning in production too, where it was to have an effect', () => {
    expect(() => requestWith(sealed, {}, { headersSent: false }).current.destroy()).not.toThrow()
    expect(() => requestWith(sealed, {}, { headersSent: true }).current.destroy()).toThrow(
      expect.objectContaining({ code: 'ERR_SESSION_HEADERS_SENT' }),
    )
    expect(warnings.codes()).toEqual(['SESSION_WARN_LATE'])
  })

  it.each([
    ['does not say so, as that of an upgrade', {}],
    ['says that it never has, as that of @fastify/express', { headersSent: false }],
  ])('comes late also where the response %s, as our own writeHead tells', (_how, says) => {
    const writeHead = () => {}
    const { req, res, current } = requestWith(sealed, {}, { ...says, writeHead } as unknown as ServerResponse)
    const committer = { commit: () => {}, apply: () => {}, withdraw: () => {} }
    commitWithHeaders(req, res, { committer, next: () => {}, onError: undefined })
    expect(() => current.regenerate({})).not.toThrow()
    res.writeHead(200)
    expect(() => current.regenerate({})).toThrow(expect.objectContaining({ code: 'ERR_SESSION_HEADERS_SENT' }))
  })
})

describe('slide', () => {
  it('is asked once, though the headers try to leave more than once', () => {
    vi.useFakeTimers({ now: Date.now() + 12 * 3_600_000, toFake: ['Date'] })
    const slide = vi.fn(() => true)
    const { current, commit } = requestWith(sealed, { slide })
    void current.session
    for (const _time of [1, 2]) expect(commit()).toEqual(['session.seen set'])
    expect(slide).toHaveBeenCalledTimes(1)
    vi.useRealTimers()
  })

  it('is asked by the first request of all, too, which is not due: a mistake must not wait until one is', () => {
    const slide = vi.fn(() => true)
    const settings = settingsFrom({ keys: SECRET, slide })
    for (const _request of [1, 2]) {
      const { current, commit } = requestOf(settings, sealed)
      void current.session
      expect(commit()).toEqual([])
    }
    expect(slide).toHaveBeenCalledTimes(1)
  })

  it.each([[Promise.resolve(false)], [undefined], ['no']])('has to answer yes or no at once: not %s', (answer) => {
    const { current, commit } = requestWith(sealed, { slide: (() => answer) as never })
    void current.session
    expect(commit).toThrow(
      expect.objectContaining({
        message: 'slide returned neither true nor false: return one of them at once, not a promise',
      }),
    )
  })
})

describe('a response that may show a session', () => {
  const cacheControl = ({ res }: ReturnType<typeof requestWith>) => res.getHeader('Cache-Control')

  it('is private where the session was only read, and where its commit has failed', () => {
    const read = requestWith(sealed)
    expect({ ...read.current.session }).toEqual({ user: 'Ada' })
    read.commit()
    const failed = requestWith(sealed)
    Object.assign(failed.current.session as object, { text: 'x'.repeat(5000) })
    expect(() => failed.current.commit(new Head(failed.res))).toThrow(
      expect.objectContaining({ code: 'ERR_SESSION_OVERFLOW' }),
    )
    failed.current.withdraw(new Head(failed.res))
    failed.current.apply(new Head(failed.res))
    expect([cacheControl(read), cacheControl(failed)]).toEqual(['private', 'private'])
  })
})

describe('why a session was not accepted', () => {
  const rejectedOf = ({ current }: ReturnType<typeof requestWith>) => (current.session as LiveSession).rejected

  it('is told by the empty session in its place, and by no other', () => {
    expect(rejectedOf(requestWith('session=rubbish'))).toBe('malformed')
    expect(rejectedOf(requestWith(sealed, { keys: OTHER_SECRET }))).toBe('missing-key')
    expect([rejectedOf(requestWith()), rejectedOf(requestWith(sealed))]).toEqual([undefined, undefined])
  })

  it('is forgotten once the app has begun a session', () => {
    const made = requestWith('session=rubbish')
    expect(rejectedOf(made)).toBe('malformed')
    made.current.regenerate({})
    expect(rejectedOf(made)).toBeUndefined()
  })

  it('clears nothing: a rejected cookie is left where it is', () => {
    const { current, commit } = requestWith('session=rubbish')
    expect([(current.session as LiveSession).isPopulated, commit()]).toEqual([false, []])
  })
})

describe('the end of a session', () => {
  /** In seconds after it began. */
  const endOf = ({ current }: ReturnType<typeof requestWith>) => {
    const { expiresAt, createdAt } = current.session as LiveSession
    return (expiresAt.getTime() - createdAt.getTime()) / 1000
  }

  it('is its idle timeout from its last use, or its absolute end where that comes first', () => {
    expect(endOf(requestWith(sealed, { idleTimeout: '1h' }))).toBe(3600)
    expect(endOf(requestWith(sealed, { idleTimeout: '2h', absoluteTimeout: '2h' }))).toBe(7200)
  })

  it('is its idle timeout from now, where it has just begun', () => {
    const end = endOf(requestWith())
    expect(end).toBeGreaterThanOrEqual(86_400)
    expect(end).toBeLessThan(86_410)
  })
})
