import type { IncomingMessage, ServerResponse } from 'node:http'
import express, { type Express } from 'express'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { commitWithHeaders } from '../../lib/http/commit-with-headers.js'
import { Head } from '../../lib/http/head.js'
import session, { type SessionOptions } from '../../lib/index.js'
import { settingsFrom } from '../../lib/options/options.js'
import { RequestSession } from '../../lib/request/request-session.js'
import type { LiveSession } from '../../lib/session/session.js'
import { Browser, setCookies } from '../support/browser.js'
import { SECRET } from '../support/secrets.js'
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
  const headers = new Map<string, unknown>()
  const res = {
    getHeader: (name: string) => headers.get(name),
    setHeader: (name: string, value: unknown) => headers.set(name, value),
    removeHeader: (name: string) => headers.delete(name),
    ...says,
  } as unknown as ServerResponse
  const req = { method: 'POST', url: '/login', headers: { cookie } } as unknown as IncomingMessage
  const current = new RequestSession(settingsFrom({ keys: SECRET, ...options }), req, res)
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
    current[end]()
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

  it('is none after reload() where none came, and nothing is written', () => {
    const { current, commit } = requestWith()
    current.reload()
    expect([{ ...current.session }, commit()]).toEqual([{}, []])
  })

  it('is not back after reload() where validate has refused it', () => {
    const { current, commit } = requestWith(sealed, { validate: () => false })
    current.admit()
    current.reload()
    expect([{ ...current.session }, commit()]).toEqual([{}, ['session cleared', 'session.ended set']])
  })

  it('is not back after reload() where it had ended before this request', () => {
    const first = requestWith(sealed)
    first.current.session = null
    first.commit()
    const guard = String(first.res.getHeader('Set-Cookie')).match(/session\.ended=[^;]+/)?.[0]
    const { current, commit } = requestWith(`${sealed}; ${guard}`)
    current.reload()
    expect([{ ...current.session }, commit()]).toEqual([{}, ['session cleared']])
  })
})

describe('a lifetime that is not what it seems', () => {
  it('is warned about with the request in which it was given', () => {
    const { current } = requestWith(sealed)
    ;(current.session as Any).cookie.maxAge = 3600
    expect(warnings.messages().join()).toContain('session.cookie.maxAge is 3600 milliseconds from now (POST /login)')
  })
})

describe('a session that JSON alters', () => {
  it('is warned about when it is written', () => {
    const { current, commit } = requestWith(sealed)
    Object.assign(current.session as object, { at: new Date(0) })
    expect(commit()).toEqual(['session set'])
    expect(warnings.codes()).toEqual(['SESSION_WARN_ALTERED'])
  })
})

describe('a cookie that was rejected', () => {
  it('is left alone, unless it is that of a session that has ended', () => {
    const { current, commit } = requestWith('session=rubbish')
    expect([{ ...current.session }, commit()]).toEqual([{}, []])
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

  it.each<[string, object | undefined, string[]]>([
    [
      'with the cookies that it came in removed',
      [{ name: 'sid' }, { name: 'sid.sig' }],
      ['sid cleared', 'sid.sig cleared'],
    ],
    ['and nothing else changes where its reader names no cookies', undefined, []],
  ])('is written, %s', (_how, cookies, removed) => {
    const read = () => ({ data: { user: 'Ada' }, cookies }) as never
    const { current, commit } = requestWith(undefined, { migrateFrom: [{ from: 'test', read }] })
    current.admit()
    expect(commit()).toEqual(['session set', ...removed])
  })

  it('is as it came again after reload()', () => {
    const current = movedIn({ data: { cart: { items: ['tea'] } } })
    ;(current.session as Any).cart.items.push('milk')
    current.reload()
    expect({ ...current.session }).toEqual({ cart: { items: ['tea'] } })
  })

  it('may be refused by validate, and no key is told, as it was sealed under none', () => {
    const onEvent = vi.fn()
    movedIn({ data: { user: 'Ada' } }, { validate: () => false, onEvent })
    expect(onEvent.mock.lastCall).toStrictEqual([{ type: 'rejected', name: 'session', reason: 'invalidated' }])
  })

  it.each([-1, Number.NaN])('cannot have begun at %d', (createdAt) => {
    const absoluteTimeout = 10 * Date.now()
    expect(
      movedIn({ data: { user: 'Ada' }, createdAt, cookies: [] }, { absoluteTimeout }).incomingSession,
    ).toBeUndefined()
    expect(warnings.messages()[0]).toContain('(ERR_SESSION_OPTIONS)')
  })

  it('has to fit, up to the very byte of the limit', () => {
    const found = { data: { text: 'x'.repeat(400) }, createdAt: 1_767_225_600, cookies: [] }
    const absoluteTimeout = 10 * Date.now()
    const bytes = (movedIn(found, { absoluteTimeout }).session as LiveSession).size.bytes
    expect(movedIn(found, { absoluteTimeout, sizeLimit: bytes }).incomingSession).toBeDefined()
    expect(movedIn(found, { absoluteTimeout, sizeLimit: bytes - 1 }).incomingSession).toBeUndefined()
    expect(warnings.messages()[0]).toContain('(ERR_SESSION_OVERFLOW)')
  })
})

describe('what comes after the headers have left', () => {
  const warnings = catchWarnings()

  it('is warned about where it was assigned, as it may be a log-out that does not happen', () => {
    requestWith(sealed, {}, { headersSent: false }).current.session = null
    expect(warnings.codes()).toEqual([])
    requestWith(sealed, {}, { headersSent: true }).current.session = null
    expect(warnings.codes()).toEqual(['SESSION_WARN_LATE'])
    expect(warnings.messages()[0]).toContain('after the headers had left (POST /login), so it stays as it was')
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
    expect(() => current.regenerate()).not.toThrow()
    res.writeHead(200)
    expect(() => current.regenerate()).toThrow(expect.objectContaining({ code: 'ERR_SESSION_HEADERS_SENT' }))
  })
})

describe('a session that cannot be sealed', () => {
  const options = { sizeLimit: 300 }
  const fill = (current: RequestSession) => Object.assign(current.session as object, { text: 'x'.repeat(400) })
  const tooLarge = expect.objectContaining({ code: 'ERR_SESSION_OVERFLOW' })

  it('is an error when the headers leave, also those of an error page that has nothing to do with it', () => {
    for (const statusCode of [200, 500]) {
      const { current, commit } = requestWith(undefined, options, { statusCode })
      fill(current)
      expect(commit).toThrow(tooLarge)
    }
  })

  it.each([
    [200, 'throws'],
    [399, 'throws'],
    [400, 'leaves'],
    [503, 'leaves'],
  ])('after a save() that failed: a response with %d %s', (statusCode, becomes) => {
    const { current, commit } = requestWith(undefined, options, { statusCode })
    fill(current)
    expect(() => current.save(current.session as LiveSession)).toThrow(tooLarge)
    if (becomes === 'throws') expect(commit).toThrow(tooLarge)
    else expect(commit()).toEqual([])
  })

  it('is an error over plain HTTP in production, with what to do', () => {
    vi.stubEnv('NODE_ENV', 'production')
    const { current, commit } = requestWith()
    Object.assign(current.session as object, { user: 'Ada' })
    Object.assign(current.cookie, { refused: true })
    expect(commit).toThrow(
      'the session would leave over plain HTTP in production. Behind a proxy that ends TLS, call ' +
        'app.set("trust proxy", 1) and have the proxy send X-Forwarded-Proto. Without Express, or where the proxy cannot ' +
        "send it, give session({ cookie: { secure: 'assume' } }). " +
        'To allow plain HTTP, give session({ cookie: { secure: false } })',
    )
  })

  it('is an error on an error page, too, where a later save() went well', () => {
    const { current, commit } = requestWith(undefined, options, { statusCode: 500 })
    fill(current)
    expect(() => current.save(current.session as LiveSession)).toThrow(tooLarge)
    current.session = {}
    current.save(current.session as LiveSession)
    fill(current)
    expect(commit).toThrow(tooLarge)
  })
})

describe('a session of another request', () => {
  it('may be saved, as a dry run that changes nothing here', () => {
    const other = requestWith(sealed).current.session as LiveSession
    const { current, commit } = requestWith()
    expect(() => current.save(other)).not.toThrow()
    expect(commit()).toEqual([])
    expect(warnings.codes()).toEqual([])
  })
})

describe('a session whose headers nearly left', () => {
  it('is told of no late change when the next commit failed, as the app was told of that', () => {
    const ends: (() => void)[] = []
    const once = (_event: string, act: () => void) => ends.push(act)
    const { res, current, commit } = requestWith(undefined, { sizeLimit: 300 }, { once } as never)
    Object.assign(current.session as object, { user: 'Ada' })
    expect(commit()).toEqual(['session set'])
    Object.assign(current.session as object, { text: 'x'.repeat(400) })
    expect(commit).toThrow(expect.objectContaining({ code: 'ERR_SESSION_OVERFLOW' }))
    Object.assign(res, { headersSent: true })
    for (const end of ends) end()
    expect(warnings.codes()).toEqual([])
  })

  it('is sealed once, also where the app took it off the request and put data in its place', () => {
    const { req, res, commit } = requestWith(sealed)
    void (req as Any).session.user
    delete (req as Any).session
    Object.assign(req, { session: { user: 'Eve' } })
    const lines = [commit, commit].map((act) => (act(), res.getHeader('Set-Cookie')))
    expect(lines[0]).toHaveLength(2)
    expect(lines[1]).toEqual(lines[0])
  })
})

describe('a session that ends without a guard', () => {
  it('may have its cookie removed by the app as well', () => {
    const { current, res, commit } = requestWith(sealed, { logoutGuard: false })
    current.session = null
    res.setHeader('Set-Cookie', ['session=; Path=/; Max-Age=0'])
    commit()
    expect(warnings.codes()).toEqual([])
  })
})

describe('a late look at the session, in production,', () => {
  const options = { cookie: { secure: false } }
  const warnings = catchWarnings()
  beforeEach(() => void vi.stubEnv('NODE_ENV', 'production'))
  afterEach(() => vi.useRealTimers())

  /** A request whose headers have left, without the session having been asked for, and the end of its response. */
  function late(cookie?: string, more: SessionOptions = {}, says: Partial<ServerResponse> = { headersSent: true }) {
    const ends: (() => void)[] = []
    const once = (_event: string, act: () => void) => ends.push(act)
    const made = requestWith(cookie, { ...options, ...more }, { ...says, once } as never)
    const end = () => {
      for (const act of ends) act()
      return warnings.codes()
    }
    return { ...made, end }
  }

  it.each<[string, SessionOptions, number]>([
    ['as it came', {}, 0],
    ['due to slide', { idleTimeout: '1h' }, 2000],
    ['sealed under an older key', { keys: [`${SECRET}, which is new`, SECRET] }, 0],
  ])('is no change, if it is only read: %s', (_which, more, age) => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const { cookie } = session({ keys: SECRET, ...options, ...more, ...(more.keys && { keys: SECRET }) }).seal({
      user: 'Ada',
    })
    vi.setSystemTime(Date.now() + age * 1000)
    const { current, end } = late(cookie, more)
    expect({ ...current.session }).toEqual({ user: 'Ada' })
    expect(end()).toEqual([])
  })

  it.each<[string, string | undefined]>([
    ['that came', sealed],
    ['that is new', undefined],
  ])('is a change, if it is written to: %s', (_which, cookie) => {
    const { current, end } = late(cookie)
    Object.assign(current.session as object, { cart: 1 })
    expect(end()).toEqual(['SESSION_WARN_LATE'])
  })

  it('is a change, if it cannot be told what has become of it', () => {
    const { current, end } = late(sealed)
    Object.assign(current.session as object, { big: 1n })
    expect(end()).toEqual(['SESSION_WARN_LATE'])
  })

  it('goes by what left with the headers', () => {
    const change = (current: RequestSession, user: string) => Object.assign(current.session as object, { user })
    const before = () => {
      const made = late(sealed, {}, {})
      change(made.current, 'Eve')
      expect(made.commit()).toEqual(['session set'])
      Object.assign(made.res, { headersSent: true })
      return made
    }
    const same = before()
    change(same.current, 'Eve')
    expect(same.end()).toEqual([])
    const other = before()
    change(other.current, 'Ada')
    expect(other.end()).toEqual(['SESSION_WARN_LATE'])
  })

  it('is none of a session whose failed commit was told', () => {
    const { res, current, commit, end } = late(sealed, { sizeLimit: 300 }, {})
    Object.assign(current.session as object, { text: 'x'.repeat(400) })
    expect(commit).toThrow(expect.objectContaining({ code: 'ERR_SESSION_OVERFLOW' }))
    Object.assign(res, { headersSent: true })
    Object.assign(current.session as object, { user: 'Eve' })
    expect(end()).toEqual([])
  })
})
