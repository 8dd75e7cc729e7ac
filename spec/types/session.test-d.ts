import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttp2Server } from 'node:http2'
import express, { type Request as Request5, type RequestHandler as RequestHandler5, Router } from 'express'
import express4, { type Request as Request4, type RequestHandler as RequestHandler4 } from 'express4'
import { assertType, describe, expectTypeOf, it } from 'vitest'
import session, {
  type CookieOptions,
  type DeviceEvent,
  type DeviceOptions,
  type KeyCost,
  KeyRing,
  session as named,
  type OpenedSession,
  type OpenResult,
  type Rejection,
  type SealedCookie,
  type Session,
  type SessionCallback,
  type SessionCookie,
  type SessionData,
  SessionError,
  type SessionErrorCode,
  type SessionEvent,
  type SessionHandler,
  type SessionOptions,
  type SessionRequest,
  type SessionResponse,
  type SessionSize,
} from '../../lib/index.js'

interface MyData {
  user: { name: string }
  views: number
}

interface Renewed {
  readonly type: 'renewed'
  readonly name: string
  readonly kid: string
  readonly session: string
}

interface Migrated {
  readonly type: 'migrated'
  readonly name: string
  readonly from: string
  readonly session: string
}

interface MigrationFailed {
  readonly type: 'migration-failed'
  readonly name: string
  readonly from: string
  readonly code: string | null
}

// Nothing here runs: the compiler reads it.
declare const handler: SessionHandler
declare const mine: SessionHandler<MyData>
declare const live: Session<MyData>
declare const req: IncomingMessage
declare const req5: Request5
declare const req4: Request4

describe('the handler', () => {
  it('is middleware of Express 5', () => {
    assertType<RequestHandler5>(handler)
    assertType<RequestHandler5>(mine)
    express().use(handler)
    express().use('/admin', handler)
    express().get('/:id', handler, (request, res) => res.send(request.params.id))
    Router().use(handler)
  })

  it('is middleware of Express 4', () => {
    assertType<RequestHandler4>(handler)
    assertType<RequestHandler4>(mine)
    express4().use(handler)
    express4().use('/admin', handler)
    express4().get('/:id', handler, (request, res) => res.send(request.params.id))
    express4.Router().use(handler)
  })

  it('is middleware of connect, and of whatever takes the same, such as io.engine.use', () => {
    type ConnectMiddleware = (req: IncomingMessage, res: ServerResponse, next: (err?: any) => void) => void
    assertType<ConnectMiddleware>(handler)
    assertType<ConnectMiddleware>(mine)
  })

  it('serves bare http and HTTP/2', () => {
    createServer((request, res) => handler(request, res, () => res.end()))
    createHttp2Server((request, res) => handler(request, res, () => res.end()))
  })

  it('needs a response and a next', () => {
    createServer((request, res) => {
      // @ts-expect-error without next nobody would hear of a failed commit
      handler(request, res)
    })
  })

  it('is what the factory returns, and not the factory', () => {
    expectTypeOf(session).toEqualTypeOf(named)
    expectTypeOf(session()).toEqualTypeOf<SessionHandler>()
    // @ts-expect-error the factory is to be called: app.use(session({ keys }))
    assertType<RequestHandler5>(session)
    // @ts-expect-error the factory is to be called: app.use(session({ keys }))
    assertType<RequestHandler4>(session)
  })
})

describe('req.session, on Express 5 as on Express 4,', () => {
  it('is a session with its members', () => {
    expectTypeOf(req5.session).toEqualTypeOf<Session>()
    expectTypeOf(req4.session).toEqualTypeOf<Session>()
    expectTypeOf(req5.session.id).toEqualTypeOf<string>()
    expectTypeOf(req5.session.cookie).toEqualTypeOf<SessionCookie>()
    expectTypeOf(req5.session.createdAt).toEqualTypeOf<Date>()
    expectTypeOf(req5.session.expiresAt).toEqualTypeOf<Date>()
    expectTypeOf(req5.session.rejected).toEqualTypeOf<Rejection | undefined>()
    expectTypeOf(req5.session.size).toEqualTypeOf<SessionSize>()
    expectTypeOf<Pick<Session, 'isNew' | 'isChanged' | 'isPopulated'>>().toEqualTypeOf<{
      readonly isNew: boolean
      readonly isChanged: boolean
      readonly isPopulated: boolean
    }>()
  })

  it('takes null and undefined, which end it', () => {
    req5.session = null
    req4.session = null
    req5.session = undefined
    req4.session = undefined
  })

  it('takes an object, which replaces the data', () => {
    req5.session = {}
    req4.session = {}
  })

  it('takes nothing that is no object', () => {
    // @ts-expect-error text has no keys to store
    req5.session = 'x'
    // @ts-expect-error text has no keys to store
    req4.session = 'x'
    // @ts-expect-error a number has no keys to store
    req5.session = 1
    // @ts-expect-error to end a session is to assign null
    req5.session = false
  })
})

describe('options', () => {
  it('are optional, each and all', () => {
    session()
    session({})
    session({ keys: process.env['SESSION_KEYS'], cookie: { domain: process.env['DOMAIN'] } })
    expectTypeOf<SessionOptions>().toEqualTypeOf<Partial<SessionOptions>>()
    expectTypeOf<CookieOptions>().toEqualTypeOf<Partial<CookieOptions>>()
  })

  it('take keys in every form', () => {
    session({ keys: 'secret' })
    session({ keys: ['new', 'old'] })
    session({ keys: { kty: 'oct', k: 'secret', kid: 'a', nbf: 1, exp: 2, revoked: false } })
    session({ keys: { keys: [{ kty: 'oct', k: 'secret' }] } })
    session({ keys: KeyRing.from('secret') })
    // @ts-expect-error the key of a session is symmetric
    session({ keys: { kty: 'EC', k: 'secret' } })
    // @ts-expect-error bytes would be taken for an array of keys
    session({ keys: Buffer.from('secret') })
  })

  it('take whether a request counts as use, or a function of the request that says so', () => {
    session({ slide: false })
    session({ slide: (request) => request.url !== '/health' })
    // @ts-expect-error headers cannot wait for a promise
    session({ slide: async () => true })
    // @ts-expect-error it says true or false
    session({ slide: () => 'no' })
  })

  it('take durations as milliseconds or text', () => {
    session({ idleTimeout: 1_800_000, absoluteTimeout: '7d' })
    // @ts-expect-error a Date is a moment and no duration
    session({ idleTimeout: new Date() })
  })

  it('take attributes, or a function that gives them for a request', () => {
    session({ cookie: { secure: 'auto', sameSite: 'lax', path: '/', httpOnly: true, priority: 'high', maxAge: null } })
    session({ cookie: (request) => ({ secure: request.headers['x-forwarded-proto'] === 'https' }) })
    // @ts-expect-error browsers know lax, strict and none
    session({ cookie: { sameSite: 'loose' } })
  })

  it('do not compile when they are unknown, misspelled or misplaced', () => {
    // @ts-expect-error misspelled
    session({ idletimeout: '1h' })
    // @ts-expect-error it belongs under cookie
    session({ secure: true })
    // @ts-expect-error it belongs beside cookie
    session({ cookie: { name: 'sid' } })
    // @ts-expect-error misspelled
    session({ cookie: { maxage: 1000 } })
    // @ts-expect-error express-session's: a cookie-only session has none
    session({ store: {} })
    // @ts-expect-error express-session's: every change is written
    session({ resave: false })
    // @ts-expect-error express-session's: a session without data is never written
    session({ saveUninitialized: false })
    // @ts-expect-error express-session's: it is called keys
    session({ secret: 'secret' })
  })
})

describe('data of a type of your own', () => {
  it('are all optional, as a session begins without any', () => {
    expectTypeOf(live.user).toEqualTypeOf<{ name: string } | undefined>()
    expectTypeOf(live.views).toEqualTypeOf<number | undefined>()
    // @ts-expect-error there may be no user yet
    live.user.name
  })

  it('can be assigned and deleted, and hold nothing else', () => {
    live.views = 1
    delete live.views
    // @ts-expect-error views are counted
    live.views = 'many'
    // @ts-expect-error there are no such data
    live.clicks = 1
  })

  it('type what open() returns', () => {
    expectTypeOf(mine.open(req)).toEqualTypeOf<OpenResult<MyData>>()
    expectTypeOf(mine.open(req5)).toEqualTypeOf<OpenResult<MyData>>()
    expectTypeOf(mine.open(req4)).toEqualTypeOf<OpenResult<MyData>>()
    expectTypeOf(session<MyData>()).toEqualTypeOf<SessionHandler<MyData>>()
    const { session: opened } = mine.open(req)
    expectTypeOf(opened).toEqualTypeOf<OpenedSession<MyData> | null>()
    expectTypeOf(opened?.user).toEqualTypeOf<{ name: string } | undefined>()
    expectTypeOf(opened?.id).toEqualTypeOf<string | undefined>()
    expectTypeOf(opened?.createdAt).toEqualTypeOf<Date | undefined>()
    expectTypeOf(opened?.expiresAt).toEqualTypeOf<Date | undefined>()
  })

  it('cannot be changed in what open() returns, which no response carries', () => {
    const { session: opened } = mine.open(req)
    if (opened === null) return
    // @ts-expect-error it is read-only
    opened.views = 1
    // @ts-expect-error it is read-only
    opened.createdAt = new Date()
    // @ts-expect-error there is nothing to save
    opened.save()
  })

  it('type what seal() takes', () => {
    expectTypeOf(mine.seal({ user: { name: 'Ada' }, views: 1 })).toEqualTypeOf<SealedCookie>()
    mine.seal({ user: { name: 'Ada' }, views: 1 }, { secure: true, req })
    // @ts-expect-error a user has a name
    mine.seal({ user: 'Ada', views: 1 })
    // @ts-expect-error there are no such data
    mine.seal({ user: { name: 'Ada' }, views: 1, clicks: 1 })
    // @ts-expect-error misspelled
    mine.seal({ user: { name: 'Ada' }, views: 1 }, { secured: true })
  })

  it('are optional in seal() too, as in the session that it mints', () => {
    mine.seal({ user: { name: 'Ada' } })
    mine.seal({})
  })

  it('are those of SessionData unless you say otherwise', () => {
    expectTypeOf<Session>().toEqualTypeOf<Session<SessionData>>()
    expectTypeOf(handler.open(req)).toEqualTypeOf<OpenResult<SessionData>>()
  })
})

describe('the methods of a session', () => {
  it('return the session when they are given a callback', () => {
    expectTypeOf(live.save(() => {})).toEqualTypeOf(live)
    expectTypeOf(live.regenerate(() => {})).toEqualTypeOf(live)
    expectTypeOf(live.destroy(() => {})).toEqualTypeOf(live)
    expectTypeOf(live.reload(() => {})).toEqualTypeOf(live)
  })

  it('return a promise of nothing without one', () => {
    expectTypeOf(live.save()).toEqualTypeOf<Promise<void>>()
    expectTypeOf(live.regenerate()).toEqualTypeOf<Promise<void>>()
    expectTypeOf(live.destroy()).toEqualTypeOf<Promise<void>>()
    expectTypeOf(live.reload()).toEqualTypeOf<Promise<void>>()
  })

  it('call back with an error or nothing, so that Express can be given its next', () => {
    expectTypeOf<Parameters<SessionCallback>>().toEqualTypeOf<[error?: any]>()
    // As apps of express-session write it.
    express().get('/', (request) => void request.session.save((error: Error) => error.message))
    express().post('/', (request, _res, next) => void request.session.save(next))
    express4().post('/', (request, _res, next) => void request.session.save(next))
    // @ts-expect-error nothing but an error is handed over
    live.save((_error: unknown, _session: Session) => {})
  })

  it('touch() and resetMaxAge() return the session', () => {
    expectTypeOf(live.touch()).toEqualTypeOf(live)
    expectTypeOf(live.resetMaxAge()).toEqualTypeOf(live)
  })

  it('and the other members are not for assignment', () => {
    // @ts-expect-error a new id comes with regenerate()
    live.id = 'mine'
    // @ts-expect-error its maxAge can be set, the cookie itself not
    live.cookie = {}
    // @ts-expect-error it is known from the cookie
    live.isNew = true
    // @ts-expect-error a new beginning comes with regenerate()
    live.createdAt = new Date()
    // @ts-expect-error its end follows from its use
    live.expiresAt = new Date()
    // @ts-expect-error it is known from the cookie
    live.rejected = 'idle'
    // @ts-expect-error the limit is an option
    live.size.limit = 1
    // @ts-expect-error it is req.session.id
    req5.sessionID = 'mine'
  })
})

describe('req.session.cookie', () => {
  it('takes a lifetime in milliseconds or as a Date, and none for one that ends with the browser', () => {
    live.cookie.maxAge = 60_000
    live.cookie.maxAge = null
    live.cookie.expires = new Date()
    live.cookie.expires = false
    // @ts-expect-error text is for options
    live.cookie.maxAge = '30m'
  })

  it('shows a lifetime in milliseconds and as a Date, null for one that ends with the browser', () => {
    expectTypeOf(live.cookie.maxAge).toEqualTypeOf<number | null>()
    expectTypeOf(live.cookie.expires).toEqualTypeOf<Date | null>()
    expectTypeOf(live.cookie.originalMaxAge).toEqualTypeOf<number | null>()
  })

  it('shows the attributes, which options decide', () => {
    expectTypeOf(live.cookie.sameSite).toEqualTypeOf<'lax' | 'strict' | 'none' | false>()
    // @ts-expect-error it is an option
    live.cookie.secure = true
    // @ts-expect-error it is an option
    live.cookie.path = '/admin'
  })
})

describe('SessionError', () => {
  it('has one of nine codes', () => {
    expectTypeOf<SessionError['code']>().toEqualTypeOf<SessionErrorCode>()
    expectTypeOf<SessionErrorCode>().toEqualTypeOf<
      | 'ERR_SESSION_OPTIONS'
      | 'ERR_SESSION_KEYS'
      | 'ERR_SESSION_OVERFLOW'
      | 'ERR_SESSION_UNSERIALIZABLE'
      | 'ERR_SESSION_INSECURE'
      | 'ERR_SESSION_HEADERS_SENT'
      | 'ERR_SESSION_DUPLICATE'
      | 'ERR_SESSION_RESERVED'
      | 'ERR_SESSION_SCHEMA'
    >()
  })

  it('is told from other errors by instanceof, and then compares with no other code', () => {
    const error: unknown = undefined
    if (!(error instanceof SessionError)) return
    assertType<Error>(error)
    assertType<boolean>(error.code === 'ERR_SESSION_OVERFLOW')
    // @ts-expect-error no error has this code
    assertType<boolean>(error.code === 'ERR_SESSION_TOO_LARGE')
  })

  it('has details that depend on the code', () => {
    expectTypeOf<SessionError['bytes']>().toEqualTypeOf<number | undefined>()
    expectTypeOf<SessionError['limit']>().toEqualTypeOf<number | undefined>()
    expectTypeOf<SessionError['largest']>().toEqualTypeOf<readonly KeyCost[] | undefined>()
    expectTypeOf<SessionError['path']>().toEqualTypeOf<string | undefined>()
    expectTypeOf<SessionError['status']>().toEqualTypeOf<number>()
  })
})

describe('what can be told apart', () => {
  it('is an event by its type', () => {
    session({
      onError(error, req, res) {
        expectTypeOf(error).toBeUnknown()
        expectTypeOf(req).toEqualTypeOf<SessionRequest>()
        expectTypeOf(res).toEqualTypeOf<SessionResponse>()
      },
      onEvent(event) {
        expectTypeOf(event).toEqualTypeOf<SessionEvent>()
        // @ts-expect-error not every event is about a sealed session
        event.bytes
        if (event.type === 'sealed') expectTypeOf(event.bytes).toEqualTypeOf<number>()
        if (event.type === 'rejected') expectTypeOf(event.reason).toEqualTypeOf<Rejection>()
        if (event.type === 'resealed') expectTypeOf(event.oldKid).toEqualTypeOf<string>()
        if (event.type === 'renewed') expectTypeOf(event).toEqualTypeOf<Renewed>()
        if (event.type === 'migrated') expectTypeOf(event).toEqualTypeOf<Migrated>()
        if (event.type === 'migration-failed') expectTypeOf(event).toEqualTypeOf<MigrationFailed>()
        if (event.type === 'cleared') expectTypeOf(event.session).toEqualTypeOf<string | null>()
        if (event.type === 'rejected') expectTypeOf(event.paths).toEqualTypeOf<readonly string[] | undefined>()
        if (event.type === 'overflow') expectTypeOf(event.limit).toEqualTypeOf<number>()
        // @ts-expect-error no event is called that
        if (event.type === 'saved') return
      },
    })
  })

  it('is an event by a switch that leaves nothing over', () => {
    const kidOf = (event: SessionEvent): string | undefined => {
      switch (event.type) {
        case 'opened':
        case 'sealed':
        case 'resealed':
        case 'renewed':
        case 'rejected':
          return event.kid
        case 'migrated':
        case 'migration-failed':
        case 'cleared':
        case 'overflow':
        case 'offered':
        case 'registered':
        case 'challenged':
        case 'proved':
        case 'bound':
        case 'device-refused':
          return undefined
        default:
          return expectTypeOf(event).toBeNever() as never
      }
    }
    assertType<(event: SessionEvent) => string | undefined>(kidOf)
  })

  it('is what open() found, by the session', () => {
    const result = mine.open(req)
    if (result.session) {
      expectTypeOf(result.session).toEqualTypeOf<OpenedSession<MyData>>()
      expectTypeOf(result.rejected).toBeNull()
    } else {
      expectTypeOf(result.rejected).toEqualTypeOf<Rejection | null>()
    }
  })

  it('is what open() found, by the rejection', () => {
    const result = mine.open(req)
    if (result.rejected) {
      expectTypeOf(result.session).toBeNull()
      expectTypeOf(result.rejected).toEqualTypeOf<Rejection>()
    } else {
      expectTypeOf(result.session).toEqualTypeOf<OpenedSession<MyData> | null>()
    }
  })

  it('is why a cookie was rejected', () => {
    expectTypeOf<Rejection>().toEqualTypeOf<
      | 'malformed'
      | 'too-long'
      | 'missing-key'
      | 'tampered'
      | 'future'
      | 'absolute'
      | 'idle'
      | 'expired'
      | 'ended'
      | 'schema'
      | 'invalidated'
      | 'unproven'
      | 'unbound'
    >()
  })
})

describe('what is about devices', () => {
  it('is an option by its own type', () => {
    const options: DeviceOptions = { proofTimeout: '10m', initiators: ['app.example.com'], enforce: false }
    expectTypeOf(options).toExtend<NonNullable<SessionOptions['deviceBound']>>()
    expectTypeOf<SessionOptions['deviceBound']>().toEqualTypeOf<boolean | DeviceOptions | undefined>()
  })

  it('is an event among others', () => {
    expectTypeOf<DeviceEvent>().toExtend<SessionEvent>()
    expectTypeOf<Extract<SessionEvent, { type: 'bound' }>>().toExtend<DeviceEvent>()
    expectTypeOf<Extract<SessionEvent, { type: 'opened' }>>().not.toExtend<DeviceEvent>()
  })
})
