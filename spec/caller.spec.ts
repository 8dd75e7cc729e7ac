import compression from 'compression'
import type express from 'express'
import { describe, expect, it, onTestFinished } from 'vitest'
import { deepCallerOf, limitStacks } from '../lib/caller.js'
import session, { KeyRing, SessionError } from '../lib/index.js'
import { authJs, cookieSession, custom, expressOpenidConnect, expressSession, jwe } from '../lib/migrate/index.js'
import { attempt } from '../lib/token/algorithms.js'
import { EXPRESSES } from './support/app.js'
import { serving } from './support/raw.js'
import { SECRET } from './support/secrets.js'

type Any = any

const ring = KeyRing.from(SECRET)
const sessions = session({ keys: SECRET })
const HERE = /^ {4}at .*caller\.spec\.ts:\d+:\d+\)?$/

/** Its message in the first line, and in the second where it comes from. */
function expectToBeginHere(error: unknown): void {
  expect(error).toBeInstanceOf(SessionError)
  const { name, message, stack = '' } = error as SessionError
  const [first, second] = stack.split('\n')
  expect(first).toBe(`${name}: ${message}`)
  expect(second).toMatch(HERE)
}

function thrownBy(act: () => unknown): unknown {
  try {
    act()
  } catch (error) {
    return error
  }
  return undefined
}

describe('an error at startup begins at the line of the app that', () => {
  it.each<[string, () => unknown]>([
    ['calls session() with a weak key', () => session({ keys: 'short' })],
    ['calls session() with an unknown option', () => session({ store: 1 } as Any)],
    ['calls session() with attributes that no browser takes', () => session({ keys: SECRET, cookie: { path: 'x' } })],
    ['calls KeyRing.from()', () => KeyRing.from('short')],
    ['calls exportFor()', () => ring.exportFor('__Host-Http-session')],
    ['calls open()', () => sessions.open(undefined as Any)],
    ['calls seal()', () => sessions.seal('text' as Any)],
    ['makes a reader with cookieSession()', () => cookieSession({})],
    ['makes a reader with expressSession()', () => expressSession({} as Any)],
    ['makes a reader with expressOpenidConnect()', () => expressOpenidConnect({} as Any)],
    ['makes a reader with authJs()', () => authJs({} as Any)],
    ['makes a reader with jwe()', () => jwe({} as Any)],
    ['makes a reader with custom()', () => custom('text' as Any)],
  ])('%s', (_what, act) => {
    expectToBeginHere(thrownBy(act))
  })

  it.each<[string, Any]>([
    ['at once', 'no function'],
    ['with keys that cannot be used', () => 'short'],
    ['with keys that cannot be used, later', async () => (await undefined, 'short')],
  ])('calls KeyRing.load(), if it fails %s', async (_when, loader) => {
    expectToBeginHere(await KeyRing.load(loader).catch((error: unknown) => error))
  })
})

describe.each(EXPRESSES)('on %s', (_version, create) => {
  /** What the error handler is given when a route does this. */
  async function errorOf(handler: (req: Any, res: Any) => unknown, ...before: express.RequestHandler[]) {
    const app = create()
    for (const one of [...before, session({ keys: SECRET })]) app.use(one as express.RequestHandler)
    app.get('/', (req, res, next) => {
      Promise.resolve(handler(req, res)).catch(next)
    })
    let seen: unknown
    app.use(((error, _req, res, _next) => {
      seen = error
      res.status(500).end()
    }) satisfies express.ErrorRequestHandler)
    await serving(app, async (port) => {
      await fetch(`http://127.0.0.1:${port}/`)
    })
    return seen
  }

  const large = 'x'.repeat(5000)

  it.each<[string, (req: Any, res: Any) => unknown]>([
    ['puts data under the name of a member', (req) => (req.session.id = 1)],
    [
      'assigns what is no session',
      (req) => {
        req.session = 'text'
      },
    ],
    ['sets a timeout that is none', (req) => (req.session.cookie.maxAge = 'soon')],
    ['sets a date that is none', (req) => (req.session.cookie.expires = new Date(Number.NaN))],
    ['sets an attribute of one session', (req) => (req.session.cookie.path = '/x')],
    ['asks for the size of what JSON cannot hold', (req) => [(req.session.big = 1n), req.session.size]],
    ['saves what is too large', (req) => ((req.session.text = large), req.session.save())],
    ['regenerates when the response was sent', (req, res) => (res.end(), req.session.regenerate())],
  ])('an error begins at the line of the app that %s', async (_what, act) => {
    // A method that calls back is on the stack as well as one that returns a promise.
    expectToBeginHere(await errorOf(async (req, res) => act(req, res)))
  })

  it.each<[string, (res: Any) => unknown]>([
    ['json()', (res) => res.json('x')],
    ['send()', (res) => res.send('x')],
    ['end()', (res) => res.end('x')],
    ['write()', (res) => (res.write('x'), res.end())],
    ['writeHead()', (res) => (res.writeHead(200), res.end())],
    ['flushHeaders()', (res) => (res.flushHeaders(), res.end())],
    ['redirect()', (res) => res.redirect('/x')],
  ])('a failed commit begins at the line of the app that called %s, not in Express', async (_what, answer) => {
    const produce = (req: Any, res: Any) => ((req.session.text = large), answer(res), undefined)
    expectToBeginHere(await errorOf(produce))
    expectToBeginHere(await errorOf(produce, compression() as Any))
    expectToBeginHere(await errorOf(async (req, res) => (await undefined, produce(req, res))))
  })

  it('a second middleware for the same cookie begins where it was made', async () => {
    const app = create()
    app.use(sessions)
    app.use(session({ keys: SECRET, property: 'other' }))
    let seen: unknown
    app.use(((error, _req, res, _next) => {
      seen = error
      res.status(500).end()
    }) satisfies express.ErrorRequestHandler)
    await serving(app, (port) => fetch(`http://127.0.0.1:${port}/`))
    expectToBeginHere(seen)
  })

  it('a failed commit with none of the app on its stack keeps what there is', async () => {
    const { stack } = (await errorOf((req, res) => {
      req.session.text = large
      setTimeout(res.end.bind(res), 0)
    })) as SessionError
    expect(stack).toMatch(/^SessionError: the session .*\n {4}at /)
  })
})

describe('an error', () => {
  it('shows no more frames than the app wants', () => {
    const { stackTraceLimit } = Error
    Error.stackTraceLimit = 1
    const { stack = '' } = thrownBy(() => session({ keys: 'short' })) as SessionError
    Error.stackTraceLimit = stackTraceLimit
    expect(stack.split('\n')).toHaveLength(2)
  })

  it('does not come of a limit of stacks that the app has frozen, as --frozen-intrinsics does', () => {
    const { stackTraceLimit } = Error
    Object.defineProperty(Error, 'stackTraceLimit', { value: stackTraceLimit, writable: false })
    onTestFinished(() => {
      Object.defineProperty(Error, 'stackTraceLimit', { value: stackTraceLimit, writable: true })
    })
    limitStacks(1)
    expect(Error.stackTraceLimit).toBe(stackTraceLimit)
    expect(deepCallerOf(() => {})).toHaveProperty('stack')
    expect(attempt(() => JSON.parse('{'))).toBeUndefined()
  })

  it('stays as it is where the app formats stacks in its own way', () => {
    const { prepareStackTrace } = Error
    Error.prepareStackTrace = (_error, sites) => sites.length
    const { code, stack } = thrownBy(() => session({ keys: 'short' })) as Any
    Error.prepareStackTrace = prepareStackTrace
    expect({ code, stack: typeof stack }).toEqual({ code: 'ERR_SESSION_KEYS', stack: 'number' })
  })

  it('is named in the first line of its stack, and has no name of its own that logs repeat', () => {
    const error = new SessionError('ERR_SESSION_KEYS', 'no keys')
    expect(error.stack?.split('\n')[0]).toBe('SessionError: no keys')
    expect(Object.keys(error)).not.toContain('name')
  })
})
