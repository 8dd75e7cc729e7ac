import type express from 'express'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import session, { type SessionOptions } from '../../lib/index.js'
import { KeyRing } from '../../lib/keys/ring.js'
import { custom } from '../../lib/migrate/index.js'
import { open } from '../../lib/token/jwe.js'
import { keysOfCookie } from '../../lib/token/key.js'
import { EXPRESSES } from '../support/app.js'
import { at, DAY, HOUR, MINUTE, START, startClock, stopClock } from '../support/clock.js'
import { newDevice, refreshProof, registrationProof } from '../support/device.js'
import { BoundBrowser, LINKED, OWN, TYPED } from '../support/device-browser.js'
import { DIRECT_GCM } from '../support/keys.js'
import { serving } from '../support/raw.js'
import { SECRET } from '../support/secrets.js'
import { catchWarnings } from '../support/warnings.js'

type Any = any
const NAME = '__Host-Http-session'
const PROOF = '__Host-session.bound'
/** Seconds: `proofTimeout` and the leeway. */
const WORTH = 11 * MINUTE
const HEADERS = { 'a page': TYPED, "a page's own request": OWN, 'a link': LINKED, 'a program': {} }

/** Whatever an app may do with the session of a user who does not give the password again. */
const DEEDS: Record<string, (req: Any, res: Any) => unknown> = {
  'reads it': () => {},
  'changes it': (req) => (req.session.count = (req.session.count ?? 0) + 1),
  'calls regenerate()': async (req) => {
    const { user } = req.session
    await req.session.regenerate()
    req.session.user = user
  },
  'keeps the user in regenerate()': (req) => req.session.regenerate({ keep: ['user'] }),
  'calls regenerate() twice': async (req) => {
    await req.session.regenerate({ keep: ['user'] })
    await req.session.regenerate({ keep: ['user'] })
  },
  'assigns null, and a new one': (req) => {
    const data = { ...req.session }
    req.session = null
    req.session = data
  },
  'assigns a copy': (req) => (req.session = { ...req.session, copied: true }),
  'assigns a copy to what was deleted': (req) => {
    const data = { ...req.session }
    delete req.session
    req.session = data
  },
  'destroys it, and begins another': async (req) => {
    const data = { ...req.session }
    await req.session.destroy()
    req.session = data
  },
  'empties it, saves, and fills it': async (req) => {
    const { user } = req.session
    req.session = {}
    await req.session.save()
    req.session.user = user
  },
  'calls regenerate() and reload()': async (req) => {
    await req.session.regenerate()
    await req.session.reload()
    req.session.count = 1
  },
  'calls reload() and regenerate()': async (req) => {
    req.session.count = 1
    await req.session.reload()
    await req.session.regenerate({ keep: ['user'] })
  },
  'calls touch()': (req) => req.session.touch(),
  'makes it last a month': (req) => (req.session.cookie.maxAge = 30 * DAY * 1000),
  'makes it end with the browser': (req) => (req.session.cookie.maxAge = null),
  'calls regenerate(), and answers with an error': async (req, res) => {
    await req.session.regenerate({ keep: ['user'] })
    res.status(500)
  },
  'calls regenerate(), and streams': async (req, res) => {
    await req.session.regenerate({ keep: ['user'] })
    res.writeHead(200, { 'X-More': 'more' })
    res.write(' ')
  },
}

catchWarnings()
beforeEach(stopClock)
afterEach(startClock)

describe.each(EXPRESSES)('a thief of what the guide says is stopped, on %s,', (_version, create) => {
  const keys = keysOfCookie(KeyRing.from(SECRET), 'session', DIRECT_GCM)
  const devOf = (token: string) => {
    const opened = open(token, keys, START, 4096)
    return 'rejected' in opened ? undefined : opened.claims.dev
  }

  function appOf(options: SessionOptions = {}) {
    const app = (create as () => express.Express)()
    app.set('trust proxy', true)
    const sessions = session({ keys: SECRET, deviceBound: true, absoluteTimeout: '30d', ...options })
    app.use(sessions)
    app.post('/login/ada', (req: Any, res) =>
      req.session.regenerate(() => {
        req.session.user = 'ada'
        res.json('in')
      }),
    )
    app.all('/deed/:what', async (req: Any, res) => {
      await (DEEDS[req.params['what'] as string] as (req: Any, res: Any) => unknown)(req, res)
      const { user = null } = req.session ?? {}
      res.end(JSON.stringify({ user }))
    })
    app.get('/open', (req: Any, res) => {
      const { cookie } = req.headers
      const found = [sessions.open(req), sessions.open({ headers: { cookie } }), sessions.open(new Headers({ cookie }))]
      res.json(found.map(({ session: one }) => (one as Any)?.user ?? null))
    })
    app.get('/', (req: Any, res) => void res.json({ user: req.session.user ?? null }))
    return app
  }

  /** An owner whose session is bound, and a thief with copies of these cookies. */
  const robbing = <Result>(
    names: readonly string[],
    act: (owner: BoundBrowser, thief: BoundBrowser, port: number) => Promise<Result>,
    options?: SessionOptions,
  ) =>
    serving(appOf(options) as never, async (port) => {
      const owner = new BoundBrowser(port)
      await owner.bind()
      const thief = new BoundBrowser(port)
      for (const name of names) thief.jar.set(name, owner.jar.get(name) as string)
      return act(owner, thief, port)
    })
  const isIn = async (thief: BoundBrowser, path: string, headers: object, cookie?: string, method = 'GET') =>
    (await thief.ask(path, headers, method, cookie)).body.includes('ada')
  const deed = (what: string) => `/deed/${encodeURIComponent(what)}`

  it.each(Object.entries(HEADERS))('is not in with the session cookie alone, by %s', async (_what, headers) => {
    await robbing([NAME], async (_owner, thief) => {
      const own = `${NAME}=${thief.jar.get(NAME)}`
      for (const path of ['/', '/open', ...Object.keys(DEEDS).map(deed)]) {
        expect(await isIn(thief, path, headers, own), path).toBe(false)
      }
    })
  })

  it('is not in with it under another name, with a cookie of their own beside it, or over plain HTTP', async () => {
    await robbing([NAME], async (_owner, thief, port) => {
      const stolen = thief.jar.get(NAME) as string
      const other = new BoundBrowser(port)
      await other.post('/deed/changes%20it')
      const unbound = other.jar.get(NAME)
      await other.bind()
      const [own, proof] = [other.jar.get(NAME), other.jar.get(PROOF)]
      // Ada is the only user here, and what is to be seen is whose session it is.
      const tries = [
        ...['session', '__Host-session', '__Secure-session', '__Http-session', 'admin'].map(
          (one) => `${one}=${stolen}`,
        ),
        `${NAME}=${stolen}; ${NAME}=${stolen}`,
        `${NAME}=${stolen}; ${PROOF}=${proof}`,
        `${NAME}=${stolen}; ${PROOF}=${stolen}; session.bound=${proof}`,
        `${NAME}=${stolen}; ${NAME}=${unbound}`,
        `${NAME}=${unbound}; ${NAME}=${stolen}; ${PROOF}=${proof}`,
        `${NAME}=${stolen}; ${PROOF}=`,
      ]
      for (const cookie of tries) {
        expect(await isIn(thief, '/', OWN, cookie), cookie.replaceAll(/=[^;]+/g, '')).toBe(false)
        expect(await isIn(thief, '/', { ...OWN, 'x-forwarded-proto': 'http' }, cookie)).toBe(false)
      }
      expect(own).toBeDefined()
    })
  })

  it('is not in by saying that a browser could not prove it', async () => {
    await robbing([NAME], async (_owner, thief) => {
      for (const reason of ['server_error', 'unreachable', 'quota_exceeded']) {
        expect(await isIn(thief, '/', { ...TYPED, 'secure-session-skipped': reason })).toBe(false)
      }
    })
  })

  describe.each([['has copied all cookies', [NAME, PROOF]]] as const)('who %s', (_what, names) => {
    it.each(Object.keys(DEEDS))('is out eleven minutes later for good, if the app %s meanwhile', async (what) => {
      await robbing(names, async (owner, thief, port) => {
        /** All that the thief has ever had. */
        const [sessions, proofs] = [new Set<string>(), new Set<string | undefined>([undefined])]
        const [first, firstProof] = [owner.jar.get(NAME) as string, owner.jar.get(PROOF) as string]
        const keep = (browser: BoundBrowser) => {
          const { jar } = browser
          if (jar.has(NAME)) sessions.add(jar.get(NAME) as string)
          if (jar.has(PROOF)) proofs.add(jar.get(PROOF))
        }
        keep(thief)
        for (const seconds of [1, WORTH - 1]) {
          at(seconds)
          for (const headers of Object.values(HEADERS)) {
            for (const method of ['GET', 'POST']) {
              const one = new BoundBrowser(port)
              one.jar.set(NAME, first).set(PROOF, firstProof)
              const { header, body } = await one.ask(deed(what), headers, method)
              expect(body).toContain('ada')
              expect(header('secure-session-registration')).toBeNull()
              keep(one)
              await one.ask(deed(what), headers, method)
              keep(one)
            }
          }
        }
        for (const token of sessions) expect(devOf(token)).toBe(devOf(first))
        at(WORTH)
        for (const token of sessions) {
          for (const proof of proofs) {
            const cookie = `${NAME}=${token}${proof === undefined ? '' : `; ${PROOF}=${proof}`}`
            for (const headers of [TYPED, OWN]) expect(await isIn(thief, '/', headers, cookie)).toBe(false)
          }
        }
        await owner.refresh()
        expect(JSON.parse((await owner.ask('/')).body)).toEqual({ user: 'ada' })
      })
    })
  })

  it('gets no time from a recorded refresh that its own proof had not left, and none after a minute', async () => {
    await robbing([NAME], async (owner, thief) => {
      at(5 * MINUTE)
      await owner.refresh()
      const recorded = {
        ...{ 'sec-secure-session-id': owner.identifier, ...OWN },
        'secure-session-response': refreshProof(owner.device, owner.challenge),
      }
      at(5 * MINUTE + 59)
      expect((await thief.post('/.bound/session', recorded)).status).toBe(200)
      at(5 * MINUTE + WORTH - 1)
      expect(await isIn(thief, '/', OWN)).toBe(true)
      at(5 * MINUTE + WORTH)
      expect(await isIn(thief, '/', OWN)).toBe(false)
      expect((await thief.post('/.bound/session', recorded)).status).toBe(403)
    })
  })

  it('gets nothing from a recorded registration, as they cannot sign what comes back', async () => {
    await serving(appOf() as never, async (port) => {
      const [owner, thief] = [new BoundBrowser(port), new BoundBrowser(port)]
      const login = await owner.post('/login/ada')
      const challenge = /challenge="([^"]*)"/.exec(login.header('secure-session-registration') as string)?.[1] as string
      const recorded = { 'secure-session-response': registrationProof(owner.device, challenge) }
      await owner.register(login)
      await owner.refresh()
      await owner.ask('/')
      thief.jar.set(NAME, owner.jar.get(NAME) as string)
      const told = await thief.post('/.bound/session', recorded)
      thief.identifier = JSON.parse(told.body).session_identifier
      expect((await thief.refresh()).body).toBe('{"continue":false}')
      expect(await isIn(thief, '/', OWN)).toBe(false)
    })
  })

  it('cannot bind a bound session to a key of theirs, with all cookies and all that the browser has sent', async () => {
    await robbing([NAME, PROOF], async (owner, thief) => {
      const { device } = thief
      const theirs = `${device.jwk.x}${device.jwk.y}${owner.identifier?.slice(86)}`
      for (const identifier of [owner.identifier, theirs]) {
        for (const challenge of [owner.challenge, '']) {
          thief.identifier = identifier
          thief.challenge = challenge
          const { body, set } = await thief.refresh()
          expect([body, set]).toEqual(['{"continue":false}', []])
        }
      }
      const proof = registrationProof(newDevice(), owner.challenge)
      expect((await thief.post('/.bound/session', { 'secure-session-response': proof })).status).toBe(400)
    })
  })

  it('of a session that is not bound is out after unboundTimeout, whatever the app does but begin another', async () => {
    const lasting = Object.keys(DEEDS).filter((what) => !/regenerate|null|deleted|destroys/.test(what))
    await serving(appOf({ deviceBound: { unboundTimeout: '12h' } }) as never, async (port) => {
      const owner = new BoundBrowser(port)
      await owner.post('/login/ada')
      const stolen = owner.jar.get(NAME) as string
      const had = new Set([stolen])
      at(12 * HOUR - 1)
      for (const what of lasting) {
        const thief = new BoundBrowser(port)
        thief.jar.set(NAME, stolen)
        const { header, body } = await thief.post(deed(what))
        expect([body.includes('ada'), header('secure-session-registration')]).toEqual([true, null])
        had.add(thief.jar.get(NAME) as string)
      }
      at(12 * HOUR)
      for (const token of had) expect(await isIn(owner, '/', TYPED, `${NAME}=${token}`)).toBe(false)
    })
  })
})

/** What the page says is not stopped is to stay as it says: nobody should rely on more. */
describe.each(EXPRESSES)('a thief of what the guide says is not stopped, on %s,', (_version, create) => {
  function appOf(options: SessionOptions = {}) {
    const app = (create as () => express.Express)()
    app.set('trust proxy', true)
    app.use(session({ keys: SECRET, deviceBound: { unboundTimeout: '12h' }, ...options }))
    app.post('/login/ada', (req: Any, res) => res.json((req.session.user = 'ada')))
    app.all('/swap', (req: Any, res) => {
      const data = { ...req.session }
      req.session = null
      req.session = data
      res.json('swapped')
    })
    app.post('/change', (req: Any, res) => res.json((req.session.count = 1)))
    app.get('/', (req: Any, res) => void res.json({ user: req.session.user ?? null, isBound: req.session.isBound }))
    return app
  }
  const seen = async (thief: BoundBrowser) => JSON.parse((await thief.ask('/')).body)
  /** Cookies of before and after the session was bound. */
  const robbed = () =>
    serving(appOf() as never, async (port) => {
      const owner = new BoundBrowser(port)
      const login = await owner.post('/login/ada')
      const unbound = owner.jar.get(NAME) as string
      await owner.register(login)
      await owner.refresh()
      await owner.ask('/')
      return { unbound, bound: owner.jar.get(NAME) as string }
    })
  const thieving = async <Result>(
    stolen: string,
    act: (thief: BoundBrowser) => Promise<Result>,
    more?: SessionOptions,
  ) =>
    serving(appOf(more) as never, (port) => {
      const thief = new BoundBrowser(port)
      thief.jar.set(NAME, stolen)
      return act(thief)
    })

  it('is in with a copy of before the session was bound, until unboundTimeout', async () => {
    const { unbound } = await robbed()
    await thieving(unbound, async (thief) => {
      at(12 * HOUR - 1)
      expect(await seen(thief)).toEqual({ user: 'ada', isBound: false })
      at(12 * HOUR)
      expect(await seen(thief)).toEqual({ user: null, isBound: false })
    })
  })

  it('has such a copy for themselves where the app begins another session without a password', async () => {
    const { unbound } = await robbed()
    await thieving(unbound, async (thief) => {
      await thief.register(await thief.post('/swap'))
      await thief.refresh()
      at(13 * HOUR)
      thief.jar.delete(PROOF)
      await thief.refresh()
      expect(await seen(thief)).toEqual({ user: 'ada', isBound: true })
    })
  })

  it('is in with a copy where another app has the same keys, and not the option', async () => {
    const { bound } = await robbed()
    await thieving(bound, async (thief) => expect(await seen(thief)).toEqual({ user: null, isBound: false }))
    await thieving(bound, async (thief) => expect(await seen(thief)).toEqual({ user: 'ada', isBound: false }), {
      deviceBound: false,
    })
  })

  it('is in with the old cookie of another package as long as a reader takes it, and is offered a key', async () => {
    const migrateFrom = [custom((req) => (req.headers.cookie?.includes('old=ada') ? { user: 'ada' } : undefined))]
    await serving(appOf({ migrateFrom }) as never, async (port) => {
      const thief = new BoundBrowser(port)
      thief.jar.set('old', 'ada')
      await thief.register(await thief.post('/change'))
      await thief.refresh()
      expect(await seen(thief)).toEqual({ user: 'ada', isBound: true })
    })
  })
})
