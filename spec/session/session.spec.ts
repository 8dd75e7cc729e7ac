import { inspect } from 'node:util'
import type { Request, Response } from 'express'
import request from 'supertest'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SessionOptions } from '../../lib/index.js'
import { appWith } from '../support/app.js'
import { Browser, setCookies } from '../support/browser.js'
import { at, DAY, HOUR, START, startClock, stopClock } from '../support/clock.js'
import { endingLines } from '../support/set-cookie.js'
import { catchWarnings } from '../support/warnings.js'

type Any = any

const warnings = catchWarnings()
beforeEach(stopClock)
afterEach(startClock)

/** A browser at an app whose routes are named like these handlers; what one returns is the answer. */
function browsing(
  handlers: Record<string, (req: Any, res: Response) => unknown>,
  options: SessionOptions = {},
): Browser {
  const app = appWith((routes) => {
    for (const [name, handler] of Object.entries(handlers)) {
      routes.get(`/${name}`, async (req: Request, res: Response) => {
        res.json((await handler(req, res)) ?? null)
      })
    }
  }, options)
  return new Browser(app)
}

const login = (req: Any) => {
  req.session.user = { name: 'Ada', roles: ['admin'] }
}
const read = (req: Any) => ({ ...req.session })

describe('the data of a session', () => {
  it('are its own enumerable properties and nothing else is', async () => {
    const browser = browsing({
      login,
      look: (req) => {
        const seen: string[] = []
        for (const key in req.session) seen.push(key)
        return { seen, json: JSON.stringify(req.session), own: Object.getOwnPropertyNames(req.session) }
      },
    })
    await browser.get('/login')
    expect((await browser.get('/look')).body).toEqual({
      seen: ['user'],
      json: '{"user":{"name":"Ada","roles":["admin"]}}',
      own: ['user'],
    })
  })

  it('are seen to change when something nested in them changes', async () => {
    const browser = browsing({ login, read, grant: (req) => void req.session.user.roles.push('owner') })
    await browser.get('/login')
    expect(setCookies(await browser.get('/grant'))).toHaveLength(1)
    expect((await browser.get('/read')).body.user.roles).toEqual(['admin', 'owner'])
  })

  it('can be replaced by assignment, and keep their session', async () => {
    const browser = browsing({
      login: (req) => {
        login(req)
        return req.session.id
      },
      replace: (req) => {
        req.session = { cart: [1] }
        return [req.session.id, { ...req.session }]
      },
    })
    const { body: id } = await browser.get('/login')
    expect((await browser.get('/replace')).body).toEqual([id, { cart: [1] }])
  })

  it.each([['text'], [7], [true], [['list']], [() => 1]])('cannot be %j', async (value) => {
    const browser = browsing({
      assign: (req) => {
        req.session = value
      },
    })
    expect((await browser.get('/assign')).body).toMatchObject({ code: 'ERR_SESSION_OPTIONS' })
  })

  it('may have keys that objects treat specially', async () => {
    const hostile = '{"__proto__":{"admin":true},"constructor":1,"hasOwnProperty":2,"toJSON":3,"1":4}'
    const browser = browsing({
      write: (req) => {
        req.session = JSON.parse(hostile)
      },
      look: (req) => [JSON.stringify(req.session), req.session.admin, ({} as Any).admin],
    })
    await browser.get('/write')
    const [json, admin, polluted] = (await browser.get('/look')).body
    expect(JSON.parse(json)).toEqual(JSON.parse(hostile))
    expect([admin, polluted]).toEqual([null, null])
  })

  it('may be assigned under __proto__, which a user may have chosen as a key', async () => {
    const browser = browsing({
      assign: (req) => {
        const key = '__proto__'
        req.session[key] = { evil: 1 }
        return [req.session.evil ?? null, typeof req.session.save, Object.keys(req.session)]
      },
      look: (req) => JSON.stringify(req.session),
      prototype: (req) => {
        req.session.a = 1
        const key = '__proto__'
        return req.session[key] === Object.getPrototypeOf(req.session)
      },
    })
    expect((await browser.get('/prototype')).body).toBe(true)
    browser.jar.clear()
    expect((await browser.get('/assign')).body).toEqual([null, 'function', ['__proto__']])
    expect((await browser.get('/look')).body).toBe('{"__proto__":{"evil":1}}')
  })

  it.each([
    'isNew',
    'isChanged',
    'isPopulated',
    'id',
    'cookie',
    'createdAt',
    'size',
    'save',
    'regenerate',
    'destroy',
    'reload',
    'touch',
    'resetMaxAge',
  ])('cannot be stored as "%s", which is a member of every session', async (name) => {
    const browser = browsing({
      assign: (req) => {
        req.session[name] = 1
      },
      replace: (req) => {
        req.session = { [name]: 1 }
      },
      define: (req) => void Object.defineProperty(req.session, name, { value: 1, enumerable: true }),
    })
    for (const path of ['/assign', '/replace', '/define']) {
      const { body } = await browser.get(path)
      expect(body.code).toBe('ERR_SESSION_RESERVED')
      expect(body.message).toMatch(new RegExp(`"${name}".*under another name$`))
    }
  })

  it('do not appear when the session is printed, and its id does not either', async () => {
    const browser = browsing({
      print: (req) => (login(req), [inspect(req.session), inspect(req), `${req.session.id}`]),
    })
    const [printed, wholeRequest, id] = (await browser.get('/print')).body
    expect(printed).toBe('Session { user }')
    expect(wholeRequest).not.toContain('Ada')
    expect(printed + wholeRequest).not.toContain(id)
  })
})

describe('the members of cookie-session', () => {
  it('tell a new session from one that came back', async () => {
    const look = (req: Any) => {
      const { isNew, isChanged, isPopulated } = req.session
      return { isNew, isChanged, isPopulated }
    }
    const browser = browsing({ login, look, change: (req) => ((req.session.user.name = 'Eve'), look(req)) })
    expect((await browser.get('/look')).body).toEqual({ isNew: true, isChanged: true, isPopulated: false })
    await browser.get('/login')
    expect((await browser.get('/look')).body).toEqual({ isNew: false, isChanged: false, isPopulated: true })
    expect((await browser.get('/change')).body).toEqual({ isNew: false, isChanged: true, isPopulated: true })
  })

  it('say that a session has changed if it cannot be serialized', async () => {
    const browser = browsing({
      login,
      change: (req) => {
        req.session.big = 1n
        const { isChanged } = req.session
        delete req.session.big
        return isChanged
      },
    })
    await browser.get('/login')
    expect((await browser.get('/change')).body).toBe(true)
  })

  it.each([
    ['null', null],
    ['undefined', undefined],
  ])('assigning %s ends the session, removes the cookie and sets the guard', async (_name, value) => {
    const browser = browsing({
      login,
      end: (req) => {
        req.session = value
        return String(req.session)
      },
    })
    await browser.get('/login')
    const response = await browser.get('/end')
    expect(response.body).toBe(String(value))
    expect(setCookies(response)).toEqual(endingLines())
  })

  it('deleting the property ends the session', async () => {
    const browser = browsing({ login, end: (req) => void delete req.session })
    await browser.get('/login')
    expect(setCookies(await browser.get('/end'))).toEqual(endingLines())
    expect([...browser.jar.keys()]).toEqual(['session.ended'])
  })

  it('deleting the property and assigning data to it begins another session, as after null', async () => {
    const replace = (req: Any) => {
      delete req.session
      req.session = { user: 'Bob' }
    }
    const browser = browsing({
      login: (req) => (login(req), req.session.id),
      replace,
      read,
      id: (req) => req.session.id,
    })
    const first = (await browser.get('/login')).body
    const lines = setCookies(await browser.get('/replace'))
    expect(lines.map((line) => line.split('=')[0])).toEqual(['session', 'session.ended'])
    expect((await browser.get('/read')).body).toEqual({ user: 'Bob' })
    expect((await browser.get('/id')).body).not.toBe(first)
  })

  it('defining the property again with the session itself does not begin another session', async () => {
    const define = (req: Any) => {
      const { session: own } = req
      own.user = 'Bob'
      Object.defineProperty(req, 'session', { value: own })
    }
    const browser = browsing({ login: (req) => (login(req), req.session.id), define, id: (req) => req.session.id })
    const first = (await browser.get('/login')).body
    expect(setCookies(await browser.get('/define'))).toHaveLength(1)
    expect((await browser.get('/id')).body).toBe(first)
  })

  it.each([[new Map([['a', 1]])], [new Set([1])], [new Date(0)], [Buffer.from('x')]])(
    'assigning %o is an error, as its content would be lost',
    async (value) => {
      const browser = browsing({ assign: (req) => void (req.session = value) })
      expect((await browser.get('/assign')).body).toMatchObject({ code: 'ERR_SESSION_OPTIONS' })
    },
  )

  it('assigning data after null begins a new session', async () => {
    const browser = browsing({
      login: (req) => (login(req), req.session.id),
      again: (req) => {
        req.session = null
        req.session = { fresh: true }
        return [req.session.id, req.session.isNew]
      },
      read,
    })
    const { body: id } = await browser.get('/login')
    const { body } = await browser.get('/again')
    expect(body[0]).not.toBe(id)
    expect(body[1]).toBe(true)
    expect((await browser.get('/read')).body).toEqual({ fresh: true })
  })
})

describe('the methods of express-session', () => {
  it('stand on the prototype with a callback declared, where grant and Passport look for them', async () => {
    const browser = browsing({
      look: (req) => {
        const prototype = Object.getPrototypeOf(req.session)
        return ['save', 'regenerate', 'destroy', 'reload'].map((name) => [
          typeof prototype[name],
          prototype[name].length,
          Object.prototype.propertyIsEnumerable.call(prototype, name),
        ])
      },
    })
    expect((await browser.get('/look')).body).toEqual(Array(4).fill(['function', 1, false]))
  })

  it.each(['save', 'regenerate', 'destroy', 'reload'])(
    '%s calls back after it has returned, and returns the session',
    async (name) => {
      const browser = browsing({
        call: (req) =>
          new Promise((resolve) => {
            const order: string[] = []
            const { session } = req
            const returned = session[name]((error: unknown) => {
              order.push('called back')
              resolve([order, returned === session, error ?? null])
            })
            order.push('returned')
          }),
      })
      expect((await browser.get('/call')).body).toEqual([['returned', 'called back'], true, null])
    },
  )

  it.each(['save', 'regenerate', 'destroy', 'reload'])('%s without a callback returns a promise', async (name) => {
    const browser = browsing({
      call: async (req) => {
        const promise = req.session[name]()
        return [promise instanceof Promise, (await promise) ?? null]
      },
    })
    expect((await browser.get('/call')).body).toEqual([true, null])
  })

  it('regenerate puts a new session in place and leaves the old object as it was', async () => {
    const browser = browsing({
      login,
      change: async (req) => {
        const old = req.session
        const id = old.id
        await old.regenerate()
        req.session.fresh = true
        return [req.session === old, req.session.id === id, old.id === id, { ...old }, { ...req.session }]
      },
      read,
    })
    await browser.get('/login')
    const data = { user: { name: 'Ada', roles: ['admin'] } }
    expect((await browser.get('/change')).body).toEqual([false, false, true, data, { fresh: true }])
    expect((await browser.get('/read')).body).toEqual({ fresh: true })
  })

  it('regenerate restarts the absolute timeout, as for a visitor who logs in again', async () => {
    const browser = browsing(
      {
        login,
        again: async (req) => (await req.session.regenerate(), login(req), req.session.createdAt),
        read,
      },
      { idleTimeout: '2h', absoluteTimeout: '2h' },
    )
    await browser.get('/login')
    at(HOUR)
    expect((await browser.get('/again')).body).toBe(new Date((START + HOUR) * 1000).toISOString())
    at(3 * HOUR - 1)
    expect((await browser.get('/read')).body).toHaveProperty('user')
    at(3 * HOUR)
    expect((await browser.get('/read')).body).toEqual({})
  })

  it('regenerate ends the session before, and clears the cookie if the new session stays empty', async () => {
    const browser = browsing({ login, logout: (req) => void req.session.regenerate() })
    await browser.get('/login')
    expect(setCookies(await browser.get('/logout'))).toEqual(endingLines())
    expect([...browser.jar.keys()]).toEqual(['session.ended'])
  })

  it('destroy ends the session, which is undefined from then on', async () => {
    const browser = browsing({ login, logout: async (req) => (await req.session.destroy(), typeof req.session) })
    await browser.get('/login')
    const response = await browser.get('/logout')
    expect(response.body).toBe('undefined')
    expect(setCookies(response)).toEqual(endingLines())
    expect([...browser.jar.keys()]).toEqual(['session.ended'])
  })

  it('reload drops every change, nested ones too', async () => {
    const browser = browsing({
      login,
      undo: async (req) => {
        const before = req.session
        req.session.user.roles.push('owner')
        req.session.more = 1
        await req.session.reload()
        return [{ ...req.session }, req.session === before, req.session.isChanged]
      },
    })
    await browser.get('/login')
    const response = await browser.get('/undo')
    expect(response.body).toEqual([{ user: { name: 'Ada', roles: ['admin'] } }, false, false])
    expect(setCookies(response)).toEqual([])
  })

  it('reload of a session that began with this request leaves it empty', async () => {
    const browser = browsing({ undo: async (req) => (login(req), await req.session.reload(), { ...req.session }) })
    expect((await browser.get('/undo')).body).toEqual({})
  })

  it('save reports to its caller what the commit would, and sends nothing', async () => {
    const browser = browsing({
      try: async (req) => {
        req.session.big = 'x'.repeat(5000)
        const promised = await req.session.save().catch((error: Any) => error.code)
        const calledBack = await new Promise((resolve) => req.session.save((error: Any) => resolve(error.code)))
        req.session.big = 'small after all'
        return [promised, calledBack]
      },
      read,
    })
    expect((await browser.get('/try')).body).toEqual(['ERR_SESSION_OVERFLOW', 'ERR_SESSION_OVERFLOW'])
    expect((await browser.get('/read')).body).toEqual({ big: 'small after all' })
  })

  it('save without await does not end the process when it fails', async () => {
    const unhandled: unknown[] = []
    const listen = (error: unknown) => unhandled.push(error)
    process.on('unhandledRejection', listen)
    const browser = browsing({ try: (req) => ((req.session.big = 1n), void req.session.save(), null) })
    expect((await browser.get('/try')).body.code).toBe('ERR_SESSION_UNSERIALIZABLE')
    await new Promise(setImmediate)
    process.off('unhandledRejection', listen)
    expect(unhandled).toEqual([])
  })

  it('a change after save is still committed', async () => {
    const browser = browsing({ try: async (req) => (await req.session.save(), login(req)), read })
    await browser.get('/try')
    expect((await browser.get('/read')).body).toHaveProperty('user')
  })

  it('regenerate takes keys along, and nothing else', async () => {
    const browser = browsing({
      fill: (req) => Object.assign(req.session, { cart: { items: ['tea'] }, theme: 'dark', attempts: 3 }) && null,
      promise: async (req) => {
        const { id } = req.session
        await req.session.regenerate({ keep: ['cart', 'theme', 'nothing'] })
        return [req.session.id === id, { ...req.session }]
      },
      callback: (req) =>
        new Promise((resolve) => {
          req.session.regenerate({ keep: ['cart'] }, () => resolve([req.session.isNew, { ...req.session }]))
        }),
      read,
    })
    await browser.get('/fill')
    const kept = { cart: { items: ['tea'] }, theme: 'dark' }
    expect((await browser.get('/promise')).body).toEqual([false, kept])
    expect((await browser.get('/read')).body).toEqual(kept)
    expect((await browser.get('/callback')).body).toEqual([true, { cart: { items: ['tea'] } }])
  })

  it.each([[{ kept: ['cart'] }], [{ keep: 'cart' }], [{ keep: [1] }]])(
    'regenerate refuses options that it does not have, at once, as nobody may await it: %j',
    async (options) => {
      const refused = ({ code, message }: Any) => [code, message]
      const browser = browsing({
        act: (req) => {
          try {
            return req.session.regenerate(options)
          } catch (error) {
            return refused(error)
          }
        },
        callback: (req) =>
          new Promise((resolve) => req.session.regenerate(options, (error: Any) => resolve(refused(error)))),
      })
      for (const path of ['/act', '/callback']) {
        expect((await browser.get(path)).body).toEqual([
          'ERR_SESSION_OPTIONS',
          "regenerate() takes one option, the keys whose data stay: call regenerate({ keep: ['cart'] })",
        ])
      }
    },
  )

  it.each(['touch', 'resetMaxAge'])('%s restarts the idle timeout, which the companion keeps', async (name) => {
    const touch = (req: Any) => [req.session.cookie.maxAge, req.session[name]().cookie.maxAge]
    const browser = browsing({ login, touch, read }, { idleTimeout: '1h' })
    await browser.get('/login')
    at(60)
    const response = await browser.get('/touch')
    expect(response.body).toEqual([3_540_000, 3_600_000])
    expect(setCookies(response)).toEqual([expect.stringMatching(/^session\.seen=.*; Max-Age=604740;/)])
    at(60 + HOUR - 1)
    expect((await browser.get('/read')).body).toHaveProperty('user')
    at(60 + 2 * HOUR - 2)
    expect((await browser.get('/read')).body).not.toEqual({})
    at(60 + 3 * HOUR)
    expect((await browser.get('/read')).body).toEqual({})
  })

  it.each(['save', 'regenerate', 'destroy'])(
    '%s is an error to its caller after the headers have left',
    async (name) => {
      let late: Promise<unknown> = Promise.resolve()
      const app = appWith((routes) => {
        routes.get('/', (req: Any, res) => {
          login(req)
          res.json(null)
          late = req.session[name]().catch((error: Any) => error)
        })
      })
      await request(app).get('/')
      expect(await late).toMatchObject({ code: 'ERR_SESSION_HEADERS_SENT' })
      expect(await late).toHaveProperty('message', expect.stringContaining(`session.${name}()`))
      expect(warnings.messages().join()).toContain(`session.${name}() came after the headers were sent`)
    },
  )
})

describe('id', () => {
  it('cannot be set by req.session.id or req.sessionID: that is an error with a code', async () => {
    const set = (act: (req: Any) => void) => browsing({ set: act }).get('/set')
    for (const act of [(req: Any) => void (req.session.id = 'x'), (req: Any) => void (req.sessionID = 'x')]) {
      expect((await set(act)).body.code).toBe('ERR_SESSION_RESERVED')
    }
    expect((await set((req) => void (req.sessionID = 'x'))).body.message).toBe(
      'req.sessionID cannot be set, as ids are drawn at random: for a new one, call session.regenerate()',
    )
  })

  it('is the same on every request, and on req.sessionID', async () => {
    const browser = browsing({ login, id: (req) => [req.session.id, req.sessionID] })
    await browser.get('/login')
    const first = (await browser.get('/id')).body
    expect(first[0]).toBe(first[1])
    expect((await browser.get('/id')).body).toEqual(first)
  })

  it('is undefined once the session has ended', async () => {
    const browser = browsing({ end: (req) => ((req.session = null), typeof req.sessionID) })
    expect((await browser.get('/end')).body).toBe('undefined')
  })
})

describe('cookie', () => {
  it('tells the time left, the end, and the attributes', async () => {
    const browser = browsing({
      login,
      look: ({ session: { cookie } }) => [cookie.maxAge, cookie.expires, cookie.originalMaxAge, cookie],
    })
    await browser.get('/login')
    at(HOUR)
    const end = new Date((START + DAY) * 1000).toISOString()
    expect((await browser.get('/look')).body).toEqual([
      23 * HOUR * 1000,
      end,
      DAY * 1000,
      { path: '/', httpOnly: true, secure: false, sameSite: 'lax', partitioned: false },
    ])
  })

  it('gives one session a longer idle timeout of its own, which it keeps when it slides', async () => {
    const browser = browsing({
      login: (req) => (login(req), void (req.session.cookie.maxAge = 3 * DAY * 1000)),
      read,
      look: ({ session: { cookie } }) => cookie.originalMaxAge,
    })
    await browser.get('/login')
    at(2 * DAY)
    expect(setCookies(await browser.get('/read'))).toEqual([expect.stringMatching(/^session\.seen=/)])
    at(4 * DAY)
    expect((await browser.get('/look')).body).toBe(3 * DAY * 1000)
    at(7 * DAY - 1)
    expect((await browser.get('/look')).body).toBe(3 * DAY * 1000)
  })

  it('caps an idle timeout of its own by the absolute timeout', async () => {
    const browser = browsing({ login: (req) => (login(req), void (req.session.cookie.maxAge = 30 * DAY * 1000)), read })
    expect(setCookies(await browser.get('/login'))[0]).toContain(`Max-Age=${7 * DAY};`)
    at(7 * DAY)
    expect((await browser.get('/read')).body).toEqual({})
  })

  it.each([
    ['expires = false', (cookie: Any) => void (cookie.expires = false)],
    ['expires = null', (cookie: Any) => void (cookie.expires = null)],
    ['maxAge = null', (cookie: Any) => void (cookie.maxAge = null)],
  ])('%s makes it end with the browser, and still by the idle timeout', async (_name, set) => {
    const browser = browsing({
      login: (req) => (login(req), set(req.session.cookie)),
      look: ({ session: { cookie } }) => [cookie.maxAge, cookie.expires, cookie.originalMaxAge],
      read,
    })
    expect(setCookies(await browser.get('/login'))[0]).not.toContain('Max-Age')
    expect((await browser.get('/look')).body).toEqual([null, null, null])
    at(DAY)
    expect((await browser.get('/read')).body).toEqual({})
  })

  it('takes the end as a Date', async () => {
    const browser = browsing({
      login: (req) => (login(req), void (req.session.cookie.expires = new Date((START + HOUR) * 1000))),
      look: ({ session: { cookie } }) => [cookie.originalMaxAge, cookie.expires],
    })
    await browser.get('/login')
    const end = new Date((START + HOUR) * 1000).toISOString()
    expect((await browser.get('/look')).body).toEqual([HOUR * 1000, end])
  })

  it('is one object for one session', async () => {
    const browser = browsing({
      look: ({ session }) => {
        const { cookie } = session
        return session.cookie === cookie
      },
    })
    expect((await browser.get('/look')).body).toBe(true)
  })

  it('writes the cookie when only the timeout of its own changed', async () => {
    const browser = browsing({ login, stay: (req) => void (req.session.cookie.maxAge = 2 * DAY * 1000) })
    await browser.get('/login')
    expect(setCookies(await browser.get('/stay'))).toHaveLength(1)
    expect(setCookies(await browser.get('/stay'))).toHaveLength(0)
  })

  it('forgets a timeout of its own that is the common one', async () => {
    const browser = browsing({
      login: (req) => (login(req), void (req.session.cookie.maxAge = 2 * DAY * 1000)),
      normal: (req) => void (req.session.cookie.maxAge = DAY * 1000),
      look: ({ session: { cookie } }) => cookie.originalMaxAge,
    })
    await browser.get('/login')
    await browser.get('/normal')
    expect((await browser.get('/look')).body).toBe(DAY * 1000)
  })

  it.each([0, -1, 999, Number.NaN, '1h'])('does not take %o as maxAge', async (value) => {
    const browser = browsing({ set: (req) => void (req.session.cookie.maxAge = value) })
    expect((await browser.get('/set')).body).toMatchObject({
      code: 'ERR_SESSION_OPTIONS',
      message: expect.stringContaining(value === '1h' || Number.isNaN(value) ? '60 * 60 * 1000' : 'session.destroy()'),
    })
  })

  it.each(['path', 'domain', 'secure', 'sameSite'])(
    'does not let one session change %s, and says where it can be set',
    async (name) => {
      const browser = browsing({ set: (req) => void (req.session.cookie[name] = 'x') })
      expect((await browser.get('/set')).body).toMatchObject({
        code: 'ERR_SESSION_RESERVED',
        message: expect.stringContaining(`session({ cookie: (req) => ({ ${name}: ... }) })`),
      })
    },
  )
})

describe('size', () => {
  it('is what the cookie then costs, to the byte', async () => {
    const browser = browsing({ fill: (req) => ((req.session.text = 'x'.repeat(500)), req.session.size) })
    const response = await browser.get('/fill')
    const [name, value] = [...browser.jar][0] as [string, string]
    expect(response.body.bytes).toBe(name.length + value.length)
    expect(response.body.limit).toBe(4093)
    expect(response.body.remaining).toBe(4093 - response.body.bytes)
  })

  it('lists the keys by what they cost, the largest first', async () => {
    const browser = browsing({
      fill: (req) => {
        Object.assign(req.session, { small: 1, large: 'x'.repeat(300), middle: [1, 2, 3, 4], gone: undefined })
        return req.session.size.largest
      },
    })
    const { body } = await browser.get('/fill')
    expect(body.map(({ key }: Any) => key)).toEqual(['large', 'middle', 'small'])
    expect(body[0].bytes).toBe(Math.ceil(('"large":"",'.length + 300) * (4 / 3)))
  })

  it('has a negative remainder if the session is too large', async () => {
    const browser = browsing({
      fill: (req) => {
        req.session.text = 'x'.repeat(4000)
        const { remaining } = req.session.size
        req.session = null
        return remaining
      },
    })
    expect((await browser.get('/fill')).body).toBeLessThan(0)
  })
})
