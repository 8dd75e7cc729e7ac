import { once } from 'node:events'
import { createServer, IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, Socket } from 'node:net'
import type { Request, Response } from 'express'
import request from 'supertest'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { SessionError } from '../lib/errors.js'
import { session } from '../lib/index.js'
import { KeyRing } from '../lib/keys/ring.js'
import { isOfEveryRequest } from '../lib/options/option-names.js'
import { type Settings, settingsFrom } from '../lib/options/options.js'
import type { SessionOptions } from '../lib/options/session-options.js'
import { EXPRESSES } from './support/app.js'
import { DAY, HOUR, MINUTE } from './support/clock.js'
import { OTHER_SECRET, SECRET } from './support/secrets.js'
import { catchWarnings } from './support/warnings.js'

const warnings = catchWarnings()
const NOW = Date.now() / 1000
const SECRET_KID = 'jrR5-AZ_'
const OTHER_KID = 'eCygIECz'

beforeEach(() => {
  vi.stubEnv('SESSION_KEYS', undefined)
  vi.stubEnv('NODE_ENV', 'development')
})

/** Settings from what TypeScript may not allow, as an app in JavaScript gives it. */
function settings(options: object = {}): Settings {
  return settingsFrom({ keys: SECRET, ...options } as SessionOptions)
}

function refusalOf(make: () => unknown): SessionError {
  try {
    make()
  } catch (error) {
    expect(error).toBeInstanceOf(SessionError)
    return error as SessionError
  }
  throw new Error('the options were taken')
}

/** The message of a refusal, which is for the developer at start-up. */
function refusal(options: object): string {
  const error = refusalOf(() => settings(options))
  expect(error).toMatchObject({ code: 'ERR_SESSION_OPTIONS', status: 500, expose: false })
  return error.message
}

function aRequest(): IncomingMessage {
  return new IncomingMessage(new Socket())
}

describe('without options', () => {
  it('every option has its default', () => {
    const { name, property, timeouts, persistent, sizeLimit, warnAt, cacheControl, production } = settings()
    expect({ name, property, timeouts, persistent, sizeLimit, warnAt, cacheControl, production }).toEqual({
      name: 'session',
      property: 'session',
      timeouts: { idle: 24 * HOUR, absolute: 7 * DAY },
      persistent: true,
      sizeLimit: 4093,
      warnAt: 4000,
      cacheControl: true,
      production: false,
    })
  })

  it('the cookie has its defaults, whatever the request', () => {
    const { secure, overHttps, overHttp } = settings().cookieFor(undefined)
    expect(secure).toBe('auto')
    expect([overHttps.name, overHttp.name]).toEqual(['__Host-Http-session', 'session'])
    expect(overHttps.attributes).toEqual({
      path: '/',
      domain: undefined,
      httpOnly: true,
      secure: true,
      sameSite: 'lax',
      partitioned: false,
      priority: undefined,
    })
  })

  it('an option that is undefined has its default, too', () => {
    const all = ['name', 'property', 'idleTimeout', 'absoluteTimeout', 'cookie', 'sizeLimit', 'warnAt', 'cacheControl']
    const absent = Object.fromEntries([...all, 'onEvent', 'onError'].map((option) => [option, undefined]))
    expect(settings(absent)).toMatchObject({ name: 'session', sizeLimit: 4093, timeouts: { idle: 24 * HOUR } })
  })

  it('not even an object is needed', () => {
    vi.stubEnv('SESSION_KEYS', SECRET)
    expect(settingsFrom().name).toBe('session')
  })
})

describe('the settings', () => {
  it('are frozen', () => {
    expect(Object.isFrozen(settings())).toBe(true)
  })

  it('do not change when the options do', () => {
    const cookie = { path: '/shop' }
    const options = { idleTimeout: '1h', cookie }
    const { timeouts, cookieFor } = settings(options)
    options.idleTimeout = '2h'
    cookie.path = '/'
    expect(timeouts.idle).toBe(HOUR)
    expect(cookieFor(undefined).overHttp.attributes.path).toBe('/shop')
  })
})

describe('keys', () => {
  it('are taken from the option, in any form, before SESSION_KEYS', () => {
    vi.stubEnv('SESSION_KEYS', OTHER_SECRET)
    expect(settings({ keys: SECRET }).keys.active(NOW)?.kid).toBe(SECRET_KID)
    expect(settings({ keys: [SECRET, OTHER_SECRET] }).keys.find(OTHER_KID, NOW)?.kid).toBe(OTHER_KID)
  })

  it('may be a KeyRing, which several middlewares can share', () => {
    const ring = KeyRing.from(SECRET)
    const [a, b] = [settings({ keys: ring, name: 'a' }), settings({ keys: ring, name: 'b' })]
    expect(a.keys.active(NOW)?.kid).toBe(SECRET_KID)
    expect(b.keys.active(NOW)?.kid).toBe(SECRET_KID)
  })

  it('are for this cookie: the same secret is another key under another name', () => {
    const keyOf = (name: string) => settings({ name }).keys.active(NOW)?.derived('A256GCM').export().toString('hex')
    expect(keyOf('a')).not.toBe(keyOf('b'))
    expect(keyOf('a')).toBe(keyOf('a'))
  })

  it.each(['development', 'production'])(
    'are those of SESSION_KEYS when the option is absent, in %s',
    (environment) => {
      vi.stubEnv('NODE_ENV', environment)
      vi.stubEnv('SESSION_KEYS', SECRET)
      expect(settingsFrom({}).keys.active(NOW)?.kid).toBe(SECRET_KID)
      expect(warnings.codes()).toEqual([])
      // As from `process.env.ADMIN_KEYS`, which is misspelled.
      expect(settingsFrom({ keys: undefined }).keys.active(NOW)?.kid).toBe(SECRET_KID)
      expect(warnings.messages()).toEqual([expect.stringContaining('keys is undefined, as from a variable')])
    },
  )

  it('are random when there are none in development, with one warning for all middlewares', () => {
    const [a, b] = [settingsFrom({ name: 'a' }), settingsFrom({ name: 'b' })]
    expect(a.keys.active(NOW)?.kid).toBe(b.keys.active(NOW)?.kid)
    expect(warnings.codes()).toEqual(['SESSION_WARN_KEYS'])
  })

  it('are required in production', () => {
    vi.stubEnv('NODE_ENV', 'production')
    const { code, message } = refusalOf(() => settingsFrom())
    expect(code).toBe('ERR_SESSION_KEYS')
    expect(message).toContain('set SESSION_KEYS, or keys in session({ keys })')
  })

  it.each([['weak'], [''], [null], [[]], [[SECRET, SECRET]]])('are refused when they are %j', (keys) => {
    const error = refusalOf(() => settings({ keys }))
    expect(error.code).toBe('ERR_SESSION_KEYS')
    expect(error.message).not.toContain(SECRET)
  })
})

describe('name', () => {
  it('is the base name, to which the prefix is added', () => {
    const { name, cookieFor } = settings({ name: 'sid' })
    expect(name).toBe('sid')
    expect(cookieFor(undefined).overHttps.name).toBe('__Host-Http-sid')
  })

  it.each([[7], [null], [['sid']]])('cannot be %j', (name) => {
    expect(refusal({ name })).toBe('name must be the name of a cookie, such as "session"')
  })

  it.each(['', 'my session', 'a;b'])('cannot be %j', (name) => {
    expect(refusal({ name })).toContain('use letters, digits')
  })

  it.each([300, 1000, 5000])('cannot be so long that no session fits beside it: %i characters', (length) => {
    expect(refusal({ name: 'n'.repeat(length), sizeLimit: 256 })).toMatch(/^name /)
  })

  it.each([1000, 5000])('cannot be longer than HKDF takes it: %i characters', (length) => {
    expect(refusal({ name: 'n'.repeat(length) })).toMatch(/^name /)
  })

  it('has no prefix of its own', () => {
    for (const name of ['__Host-sid', '__Host-Http-sid', '__http-sid', 'Http-sid']) {
      expect(refusal({ name })).toMatch(/leave it out, as the prefix/)
    }
  })
})

describe('property', () => {
  it('is the property of the request', () => {
    expect(settings({ property: 'admin' }).property).toBe('admin')
  })

  it.each([[''], [7], [null], [Symbol('session')], ['session '], ['a b']])('cannot be %j', (property) => {
    expect(refusal({ property })).toMatch(/^property must be a name/)
  })

  it.each(['headers', 'connection', 'on', 'pipe', 'constructor', '__proto__', 'toString'])(
    'cannot be %s, which every request inherits',
    (property) => {
      expect(refusal({ property })).toBe(
        `property "${property}" is the name of a property that every request has: choose another name`,
      )
    },
  )

  it('cannot be anything that a request of this Node has', () => {
    const request: object = Reflect.construct(IncomingMessage, [])
    const names = new Set<string>()
    for (let object = request; object !== null; object = Object.getPrototypeOf(object)) {
      for (const name of Object.getOwnPropertyNames(object)) names.add(name)
    }
    expect([...names].filter((property) => isOfEveryRequest(property))).toEqual([...names])
  })

  it.each(EXPRESSES)('cannot be anything that a request has on %s', async (_name, create) => {
    const names = new Set(Object.getOwnPropertyNames(create.request))
    const app = create()
    app.use((req: object, res: { end(): void }) => {
      for (const name of Object.keys(req)) if (!name.startsWith('_')) names.add(name)
      res.end()
    })
    await request(app).get('/').expect(200)
    expect([...names]).toEqual(expect.arrayContaining(['ip', 'get', 'res', 'next', 'params', 'originalUrl']))
    expect([...names].filter((property) => !isOfEveryRequest(property))).toEqual([])
  })

  it.each(['url', 'method', 'socket', 'statusCode', 'httpVersion', 'complete'])(
    'cannot be %s, which every request has',
    (property) => {
      expect(refusal({ property })).toBe(
        `property "${property}" is the name of a property that every request has: choose another name`,
      )
    },
  )
})

describe('idleTimeout and absoluteTimeout', () => {
  it('are milliseconds or text', () => {
    const { timeouts } = settings({ idleTimeout: 1_800_000, absoluteTimeout: '12h' })
    expect(timeouts).toEqual({ idle: 30 * MINUTE, absolute: 12 * HOUR })
  })

  it('may be the same', () => {
    expect(settings({ idleTimeout: '2h', absoluteTimeout: '2h' }).timeouts).toEqual({ idle: 7200, absolute: 7200 })
  })

  it('have no default that contradicts what was given: a short absoluteTimeout shortens the idle one', () => {
    expect(settings({ absoluteTimeout: '1h' }).timeouts).toEqual({ idle: HOUR, absolute: HOUR })
    expect(settings({ absoluteTimeout: '30d' }).timeouts).toEqual({ idle: DAY, absolute: 30 * DAY })
  })

  it.each<[object]>([[{ idleTimeout: '8d' }], [{ idleTimeout: '2h', absoluteTimeout: '1h' }]])(
    'are refused when a session would end before it is unused for long enough: %j',
    (options) => {
      expect(refusal(options)).toMatch(/raise absoluteTimeout, or shorten idleTimeout$/)
    },
  )

  it('are named with their values when they are refused', () => {
    expect(refusal({ idleTimeout: '90m', absoluteTimeout: 3_600_000 })).toMatch(/\(90m\).* \(1h\)/)
  })

  it.each([
    ['idleTimeout', '30 minutes'],
    ['idleTimeout', 0],
    ['idleTimeout', -1],
    ['idleTimeout', false],
    ['idleTimeout', null],
    ['absoluteTimeout', 999],
    ['absoluteTimeout', 'never'],
    ['absoluteTimeout', Number.POSITIVE_INFINITY],
    ['absoluteTimeout', null],
  ])('%s cannot be %j', (option, value) => {
    expect(refusal({ [option]: value })).toBe(
      value === Number.POSITIVE_INFINITY
        ? `${option} is longer than 3,000 years: set a shorter one, such as '7d'`
        : `${option} is not a duration of at least one second: set text such as '30m', '24h' or '7d', or milliseconds (1800000)`,
    )
  })
})

describe('cookie.maxAge', () => {
  it('is another name for idleTimeout', () => {
    expect(settings({ cookie: { maxAge: 60_000 } })).toMatchObject({ timeouts: { idle: 60 }, persistent: true })
    expect(settings({ cookie: { maxAge: '2h' } }).timeouts.idle).toBe(2 * HOUR)
  })

  it('of null makes sessions end with the browser, by the idle timeout at the latest', () => {
    expect(settings({ cookie: { maxAge: null } })).toMatchObject({ timeouts: { idle: DAY }, persistent: false })
    expect(settings({ cookie: { maxAge: null }, idleTimeout: '1h' })).toMatchObject({
      timeouts: { idle: HOUR },
      persistent: false,
    })
  })

  it('has no effect if it is undefined', () => {
    expect(settings({ cookie: { maxAge: undefined }, idleTimeout: '1h' })).toMatchObject({
      timeouts: { idle: HOUR },
      persistent: true,
    })
  })

  it('is refused beside idleTimeout, even if they agree', () => {
    expect(refusal({ idleTimeout: '1h', cookie: { maxAge: '1h' } })).toMatch(
      /set the same timeout: leave one of them out$/,
    )
  })

  it.each([[0], ['soon'], [false], [-1000], [new Date()]])('cannot be %j', (maxAge) => {
    expect(refusal({ cookie: { maxAge } })).toMatch(/^cookie\.maxAge is not a duration .* set text such as/)
  })

  it('longer than absoluteTimeout, as apps that come from express-session have it, is refused by its own name', () => {
    const message = refusal({ cookie: { maxAge: 30 * DAY * 1000 } })
    expect(message).toContain('absoluteTimeout (7d)')
    expect(message).toContain('30d')
    expect(message).toMatch(/raise absoluteTimeout, or shorten cookie\.maxAge$/)
  })
})

describe('cookie', () => {
  it('takes the spellings of express-session and cookie-session', () => {
    const spelled = settings({ cookie: { sameSite: true, priority: 'High' } }).cookieFor(undefined)
    expect(spelled.overHttp.attributes).toMatchObject({ sameSite: 'strict', priority: 'high' })
    const upper = settings({ cookie: { sameSite: 'None', secure: true } }).cookieFor(undefined)
    expect(upper.overHttp.attributes).toMatchObject({ sameSite: 'none', secure: true })
  })

  it('takes every attribute', () => {
    const cookie = {
      secure: true,
      httpOnly: false,
      sameSite: 'strict',
      path: '/shop',
      domain: 'example.com',
      partitioned: true,
      priority: 'low',
    }
    expect(settings({ cookie }).cookieFor(undefined).overHttps.attributes).toEqual(cookie)
  })

  it.each([
    ['secure', 'yes', 'cookie.secure must be true or false or "auto" or "assume"'],
    ['secure', null, 'cookie.secure must be true or false or "auto" or "assume"'],
    ['secure', 1, 'cookie.secure must be true or false or "auto" or "assume"'],
    ['httpOnly', 'true', 'cookie.httpOnly must be true or false'],
    ['httpOnly', 0, 'cookie.httpOnly must be true or false'],
    ['sameSite', 'laxx', 'cookie.sameSite must be "lax" or "strict" or "none" or false'],
    ['sameSite', '', 'cookie.sameSite must be "lax" or "strict" or "none" or false'],
    [
      'sameSite',
      'auto',
      `cookie.sameSite "auto" is not known: leave it out for "lax", or, where other sites embed yours, set cookie: { sameSite: 'none', secure: true, partitioned: true }`,
    ],
    ['prefix', '__Host-', 'cookie.prefix must be true or false'],
    ['prefix', null, 'cookie.prefix must be true or false'],
    ['path', '', 'cookie.path must be text, such as "/"'],
    ['path', null, 'cookie.path must be text, such as "/"'],
    ['path', 7, 'cookie.path must be text, such as "/"'],
    ['domain', '', 'cookie.domain must be text, such as "example.com"'],
    ['domain', null, 'cookie.domain must be text, such as "example.com"'],
    ['domain', ['example.com'], 'cookie.domain must be text, such as "example.com"'],
    ['partitioned', 'true', 'cookie.partitioned must be true or false'],
    ['priority', 'urgent', 'cookie.priority must be "low" or "medium" or "high"'],
    ['priority', null, 'cookie.priority must be "low" or "medium" or "high"'],
    ['priority', 1, 'cookie.priority must be "low" or "medium" or "high"'],
  ])('cannot have the %s %j', (attribute, value, message) => {
    expect(refusal({ cookie: { [attribute]: value } })).toBe(message)
  })

  it.each([
    ['cookie.sameSite "none" needs cookie.secure: true', { sameSite: 'none' }],
    ['cookie.partitioned needs cookie.secure: true', { partitioned: true }],
    ['cookie.path does not begin with a slash', { path: 'shop' }],
    ['cookie.domain is not the name of a domain', { domain: 'https://example.com' }],
  ])('that browsers would refuse is refused at construction: %s', (message, cookie) => {
    expect(refusal({ cookie })).toContain(message)
  })

  it.each([[null], [true], ['secure'], [[]], [7]])('cannot be %j', (cookie) => {
    expect(refusal({ cookie })).toBe('cookie must be an object of attributes, or a function that returns one')
  })
})

describe('cookie as a function of the request', () => {
  it('is called with each request, and not before', () => {
    const cookie = vi.fn((req: IncomingMessage) => ({ domain: req.headers.host ?? 'none' }))
    const { cookieFor } = settings({ cookie })
    expect(cookie).not.toHaveBeenCalled()
    const [a, b] = [aRequest(), aRequest()]
    a.headers.host = 'a.example'
    b.headers.host = 'b.example'
    expect([a, b].map((req) => cookieFor(req).overHttps.attributes.domain)).toEqual(['a.example', 'b.example'])
    expect(cookie).toHaveBeenCalledTimes(2)
  })

  it('has the default timeouts, and those that are given', () => {
    const cookie = () => ({})
    expect(settings({ cookie })).toMatchObject({ timeouts: { idle: DAY }, persistent: true })
    expect(settings({ cookie, idleTimeout: '1h' }).timeouts.idle).toBe(HOUR)
  })

  it('needs a request, which seal() can be given', () => {
    const { cookieFor } = settings({ cookie: () => ({}) })
    expect(refusalOf(() => cookieFor(undefined)).message).toMatch(/call seal\(data, \{ req \}\)$/)
  })

  it.each<[string, unknown, string]>([
    ['an unknown attribute', { htponly: true }, 'did you mean "cookie.httpOnly"?'],
    ['a bad value', { sameSite: 'maybe' }, 'cookie.sameSite must be'],
    ['a contradiction', { partitioned: true }, 'needs cookie.secure: true'],
    ['a maxAge', { maxAge: 60_000 }, 'set session.cookie.maxAge instead'],
    ['no object', undefined, 'cookie must be an object of attributes, or a function that returns one'],
    ['a promise, whose attributes would come too late', Promise.resolve({ domain: 'a.example' }), 'cookie'],
  ])('cannot return %s', (_what, attributes, message) => {
    const { cookieFor } = settings({ cookie: () => attributes })
    const error = refusalOf(() => cookieFor(aRequest()))
    expect(error.code).toBe('ERR_SESSION_OPTIONS')
    expect(error.message).toContain(message)
  })
})

describe('sizeLimit', () => {
  it.each([256, 3000, 4096])('may be %i', (sizeLimit) => {
    expect(settings({ sizeLimit }).sizeLimit).toBe(sizeLimit)
  })

  it.each([[255], [4097], [0], [-1], [3000.5], ['3000'], [Number.NaN], [Number.POSITIVE_INFINITY], [true], [null]])(
    'cannot be %j: less holds no session, and of more browsers keep nothing',
    (sizeLimit) => {
      expect(refusal({ sizeLimit })).toBe('sizeLimit must be a whole number of bytes from 256 to 4096')
    },
  )
})

describe('warnAt', () => {
  it.each([1, 8000, Number.POSITIVE_INFINITY])('may be %d', (warnAt) => {
    expect(settings({ warnAt }).warnAt).toBe(warnAt)
  })

  it.each([[0], [-1], [1.5], ['4000'], [Number.NaN], [Number.NEGATIVE_INFINITY], [false], [null]])(
    'cannot be %j',
    (warnAt) => {
      expect(refusal({ warnAt })).toBe('warnAt must be a whole number of bytes from 1, or Infinity')
    },
  )
})

describe('cacheControl', () => {
  it('may be switched off', () => {
    expect(settings({ cacheControl: false }).cacheControl).toBe(false)
  })

  it.each([['no-store'], [0], [null]])('cannot be %j', (cacheControl) => {
    expect(refusal({ cacheControl })).toBe('cacheControl must be true or false')
  })
})

describe('validate and validateEvery', () => {
  const validate = () => true

  it('ask with every request unless a time is given, which is milliseconds or text', () => {
    expect(settings({ validate })).toMatchObject({ validate, validateEvery: 0 })
    expect(settings({ validate, validateEvery: 0 })).toMatchObject({ validate, validateEvery: 0 })
    expect(settings({ validate, validateEvery: '5m' }).validateEvery).toBe(5 * MINUTE)
    expect(settings({ validate, validateEvery: 30_000 }).validateEvery).toBe(30)
  })

  it.each([['5m'], [60_000], ['a while']])(
    'are refused when there is a time and nothing to ask: validateEvery of %j alone',
    (validateEvery) => {
      const message = 'validateEvery has no effect without validate: set both'
      expect(refusal({ validateEvery })).toBe(message)
      expect(refusal({ validateEvery, validate: undefined })).toBe(message)
    },
  )

  it.each([['a while'], [-1], [999], [true], [null]])('cannot be asked every %j', (validateEvery) => {
    expect(refusal({ validate, validateEvery })).toMatch(/^validateEvery is not a duration/)
  })

  it.each([[true], ['yes'], [{}], [null], [Promise.resolve(true)]])('cannot ask %j', (given) => {
    expect(refusal({ validate: given })).toBe('validate must be a function')
    expect(refusal({ validate: given, validateEvery: '5m' })).toBe('validate must be a function')
  })
})

describe('oneCookie', () => {
  it('leaves out the guard, whose cookie would not come back', () => {
    expect(settings({ oneCookie: true })).toMatchObject({ oneCookie: true, guardKeys: undefined })
    expect(settings({ oneCookie: true, logoutGuard: false }).guardKeys).toBeUndefined()
    expect(settings({}).oneCookie).toBe(false)
  })

  it('cannot be given with what needs another cookie', () => {
    expect(refusal({ oneCookie: true, logoutGuard: true })).toBe(
      'oneCookie has no room for the cookie of logoutGuard: leave one of them out',
    )
    expect(refusal({ oneCookie: true, migrateFrom: [{ from: 'it', read: () => undefined }] })).toBe(
      'oneCookie leaves no way to remove the cookies of migrateFrom: leave one of them out',
    )
  })

  it.each([['yes'], [1], [null]])('cannot be %j', (oneCookie) => {
    expect(refusal({ oneCookie })).toBe('oneCookie must be true or false')
  })
})

describe('onEvent', () => {
  it('is called with events', () => {
    const onEvent = vi.fn()
    settings({ onEvent }).report(() => ({ type: 'cleared', name: 'session', session: null }))
    expect(onEvent).toHaveBeenCalledOnce()
  })

  it.each([[null], ['log'], [{}]])('and onError cannot be %j', (onError) => {
    expect(refusal({ onError })).toBe('onError must be a function')
  })

  it.each([[null], ['log'], [{}]])('cannot be %j', (onEvent) => {
    expect(refusal({ onEvent })).toBe('onEvent must be a function')
  })
})

describe('NODE_ENV', () => {
  it.each([
    ['production', true],
    ['development', false],
    ['test', false],
    ['', false],
    [undefined, false],
  ])('%s: in production %s', (environment, production) => {
    vi.stubEnv('NODE_ENV', environment)
    expect(settings().production).toBe(production)
  })
})

describe('a misspelled option is refused, with the one that was probably meant:', () => {
  it.each([
    ['Name', 'name'],
    ['keyss', 'keys'],
    ['idletimeout', 'idleTimeout'],
    ['idleTimeOut', 'idleTimeout'],
    ['absoluteTimout', 'absoluteTimeout'],
    ['cookies', 'cookie'],
    ['sizelimit', 'sizeLimit'],
    ['warnat', 'warnAt'],
    ['cachecontrol', 'cacheControl'],
    ['onEvents', 'onEvent'],
    ['proprety', 'property'],
  ])('%s', (given, meant) => {
    expect(refusal({ [given]: 'x' })).toBe(`unknown option "${given}": did you mean "${meant}"?`)
  })

  it.each([
    ['maxage', 'maxAge'],
    ['httponly', 'httpOnly'],
    ['httpsOnly', 'httpOnly'],
    ['samesite', 'sameSite'],
    ['same_site', 'sameSite'],
    ['Path', 'path'],
    ['domian', 'domain'],
    ['partitoned', 'partitioned'],
  ])('cookie.%s', (given, meant) => {
    expect(refusal({ cookie: { [given]: 'x' } })).toBe(
      `unknown option "cookie.${given}": did you mean "cookie.${meant}"?`,
    )
  })

  it.each(['colour', '__proto__', 'constructor', 'toString', ''])('%j, or else with all that there are', (given) => {
    const message = refusalOf(() =>
      settingsFrom(JSON.parse(JSON.stringify({ keys: SECRET }).replace('}', `,${JSON.stringify(given)}:1}`))),
    ).message
    expect(message).toContain(`unknown option "${given}": the options are "keys", "name", "property"`)
    expect(message).toMatch(/"onError"$/)
  })

  it('cookie.colour, or else with all attributes', () => {
    expect(refusal({ cookie: { colour: 1 } })).toMatch(/: the options are "cookie\.secure", .*"cookie\.maxAge"$/)
  })

  it('even if it is undefined', () => {
    expect(refusal({ idletimeout: undefined })).toContain('did you mean "idleTimeout"?')
  })

  it('without its value, which may be a secret', () => {
    expect(refusal({ secret: OTHER_SECRET })).not.toContain(OTHER_SECRET)
  })
})

describe('a misplaced option is refused, with its place:', () => {
  it.each([
    ['maxAge', 'cookie.maxAge'],
    ['maxage', 'cookie.maxAge'],
    ['httpOnly', 'cookie.httpOnly'],
    ['httponly', 'cookie.httpOnly'],
    ['secure', 'cookie.secure'],
    ['sameSite', 'cookie.sameSite'],
    ['path', 'cookie.path'],
    ['domain', 'cookie.domain'],
    ['partitioned', 'cookie.partitioned'],
    ['priority', 'cookie.priority'],
  ])('%s', (given, place) => {
    expect(refusal({ [given]: 'x' })).toBe(`unknown option "${given}": did you mean "${place}"?`)
  })

  it.each(['name', 'keys', 'property', 'idleTimeout', 'absoluteTimeout', 'sizeLimit'])('cookie.%s', (given) => {
    expect(refusal({ cookie: { [given]: 'x' } })).toBe(`unknown option "cookie.${given}": did you mean "${given}"?`)
  })
})

describe('schema', () => {
  const schemaOf = (validate: unknown) => ({ '~standard': { validate } })

  it('may be an object or a function, of which validate is asked once, for a session without data', () => {
    const validate = vi.fn(() => ({ issues: [] }))
    const schema = schemaOf(validate)
    expect(settings({ schema }).schema).toBe(schema)
    const callable = Object.assign(() => {}, schema)
    expect(settings({ schema: callable }).schema).toBe(callable)
    expect(validate.mock.calls).toEqual([[{}], [{}]])
    expect(settings().schema).toBeUndefined()
  })

  it.each([[null], ['schema'], [{ parse: () => {} }], [() => true], [schemaOf('x')], [schemaOf(undefined)]])(
    'cannot be %j',
    (schema) => {
      expect(refusal({ schema })).toMatch(/^schema must be a Standard Schema, such as z\.object/)
    },
  )

  it.each([
    ['returns a promise', async () => ({ value: {} })],
    ['returns a promise that is rejected', async () => JSON.parse('a secret')],
    ['throws', () => JSON.parse('a secret')],
  ])('is refused if it %s', (_what, validate) => {
    expect(refusal({ schema: schemaOf(validate) })).toBe(
      'schema threw, or returned a promise, for a session without data: set one that answers at once and does not throw',
    )
  })
})

describe('an option of another package is refused, with what stands in its place:', () => {
  it.each([
    ['store', 'there is no store, as the whole session is in the cookie'],
    ['resave', 'written when it changes'],
    ['saveUninitialized', 'a session without data is never written'],
    ['genid', 'the id of a session is 16 random bytes'],
    ['unset', 'assigning null'],
    ['rolling', 'extends a session by "idleTimeout"'],
    ['proxy', 'app.set("trust proxy", 1)'],
    ['secret', 'set "keys"'],
    ['secrets', 'set "keys"'],
    ['Secret', 'set "keys"'],
    ['password', 'set "keys"'],
    ['key', 'set "keys" for secrets, or "name" for the name of the cookie'],
    ['cookieName', 'set "name"'],
    ['signed', 'every session is encrypted and authenticated'],
    ['overwrite', 'a response sets the cookie only once'],
    ['ttl', 'set "idleTimeout", which takes milliseconds or text such as "30m"'],
    ['duration', 'set "absoluteTimeout"'],
    ['activeDuration', 'set "idleTimeout"'],
    ['expires', '"idleTimeout" or "absoluteTimeout"'],
    ['encode', 'JWE (RFC 7516)'],
    ['parse', 'set "schema"'],
    ['validateSchema', 'set "schema"'],
  ])('%s', (given, advice) => {
    const message = refusal({ [given]: 'x' })
    expect(message.startsWith(`unknown option "${given}": `)).toBe(true)
    expect(message).toContain(advice)
  })

  it.each([
    ['signed', 'every session is encrypted'],
    ['overwrite', 'a response sets the cookie only once'],
    ['expires', '"idleTimeout" or "absoluteTimeout"'],
    ['encode', 'JWE'],
    ['decode', 'JWE'],
  ])('cookie.%s', (given, advice) => {
    const message = refusal({ cookie: { [given]: 'x' } })
    expect(message.startsWith(`unknown option "cookie.${given}": `)).toBe(true)
    expect(message).toContain(advice)
  })
})

describe('options that are not an object are refused:', () => {
  it.each([[SECRET], [[SECRET]], [null], [7], [() => ({})]])('%j', (options) => {
    const { code, message } = refusalOf(() => settingsFrom(options as never))
    expect(code).toBe('ERR_SESSION_OPTIONS')
    expect(message).toMatch(/: call session\(\{ keys \}\)$/)
    expect(message).not.toContain(SECRET)
  })
})

describe('session given to app.use without being called', () => {
  const FIX = /call it, as in app\.use\(session\(\{ keys \}\)\)$/

  it.each(EXPRESSES)('fails the first request and says so, on %s', async (_version, express) => {
    const app = express()
    app.use(session as never)
    app.get('/', (_req: Request, res: Response) => void res.send('never'))
    app.use(((error: SessionError, _req: Request, res: Response, _next: () => void) => {
      res.status(error.status).json({ code: error.code, message: error.message })
    }) as never)
    const { status, body } = await request(app).get('/')
    expect(status).toBe(500)
    expect(body.code).toBe('ERR_SESSION_OPTIONS')
    expect(body.message).toMatch(FIX)
  })

  it('fails on bare http', async () => {
    const errors: unknown[] = []
    const server = createServer((req, res) => {
      try {
        ;(session as unknown as (req: IncomingMessage, res: ServerResponse) => void)(req, res)
      } catch (error) {
        errors.push(error)
      }
      res.end()
    }).listen(0)
    await once(server, 'listening')
    await fetch(`http://localhost:${(server.address() as AddressInfo).port}/`)
    server.close()
    expect(errors).toEqual([expect.objectContaining({ message: expect.stringMatching(FIX) })])
  })

  it('fails with a request that is not an IncomingMessage, such as that of HTTP/2', () => {
    const http2Request = { headers: { ':path': '/' }, socket: {}, stream: {} }
    expect(refusalOf(() => settingsFrom(http2Request as never)).message).toMatch(FIX)
  })
})

describe('a value in the place of options', () => {
  const refusal = (given: unknown) => {
    try {
      settingsFrom(given as never)
    } catch (error) {
      return (error as Error).message
    }
    return undefined
  }

  it('is refused, with the fix', () => {
    expect(refusal(Promise.resolve({}))).toBe('session() was given a promise of options: await it first')
    expect(refusal(KeyRing.from(SECRET))).toBe('session() was given a KeyRing: call session({ keys: ring })')
    for (const given of [new Map(), new Date(), new Error('x'), new URL('http://localhost'), [], 'text']) {
      expect(refusal(given)).toBe('session() takes an object of options: call session({ keys })')
    }
  })
})
