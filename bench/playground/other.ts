import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type ErrorRequestHandler } from 'express'
import expressSession from 'express-session'
import { DEEDS, type Sessioned } from './deeds.js'
import { cookieIn, cookiesAfter, type Fields, fence, fieldsOf, lineBytes } from './http.js'
import { keyViews } from './keys.js'
import { type Seen, type Side, type State, userOf } from './state.js'
import { newTogether, PATIENCE, raceField } from './together.js'

/** The cookie's name by default, which shows whose it is. */
const OTHER_COOKIE = 'connect.sid'
const DAY = 24 * 60 * 60 * 1000
/** Whoever has not answered after so many milliseconds will not. */
const LONGEST_ANSWER = 1000

export type OtherSide = ReturnType<typeof newOtherSide>

/** The session in express-session, and its browser: whatever is done to it is a request over HTTP. */
export function newOtherSide(state: State, patience: number = PATIENCE) {
  /** What the error handler got last. */
  let failure: unknown
  // express-session looks into this very array at each request: it signs with the first, and accepts all.
  const secrets: string[] = ['replaced before anybody comes']
  const { app, store } = otherApp(secrets, patience, (error) => {
    failure = error
  })
  rebuild()
  const server = createServer(app).listen(0, '127.0.0.1').unref()
  const listening = once(server, 'listening')
  // Whoever needs it hears of it there.
  listening.catch(() => {})

  /** After a change of keys: each key has a secret to sign ids with. */
  function rebuild(): void {
    const open = keyViews(state.keys).filter((key) => key.state !== 'revoked')
    const roots = open.map(({ kid }) => state.keys.find((jwk) => jwk.kid === kid)?.k ?? '')
    const signing = roots.map((root) => createHmac('sha256', root).update('express-session').digest('base64url'))
    secrets.splice(0, secrets.length, ...signing)
  }

  /** Never throws: what goes wrong there is what is to be seen. */
  async function ask(path: string, cookie: string | undefined, form?: Fields, hold = 0) {
    failure = undefined
    const headers: Record<string, string> = cookie === undefined ? {} : { cookie }
    const how = { headers, redirect: 'manual', signal: AbortSignal.timeout(LONGEST_ANSWER + hold) } as const
    const posted = form === undefined ? how : { ...how, method: 'POST', body: new URLSearchParams(form) }
    try {
      await listening
      return await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, posted)
    } catch {
      return undefined
    }
  }

  function sideOf(response: Response | undefined, cookie: string | undefined): Side {
    const { name = 'an error' } = (failure ?? {}) as { name?: string }
    return {
      bytesUp: lineBytes('Cookie', [cookie]),
      bytesDown: lineBytes('Set-Cookie', response?.headers.getSetCookie() ?? []),
      bytesStored: Buffer.byteLength(Object.values(store.sessions).join('')),
      status: response?.status ?? 0,
      error: failure === undefined ? undefined : name,
    }
  }

  /** What somebody finds who sends this cookie. */
  async function lookWith(cookie: string | undefined): Promise<{ seen: Seen; side: Side }> {
    const response = await ask('/', cookie)
    const answer = (await response?.json().catch(() => undefined)) as { id: string; data: Seen['data'] } | undefined
    const { id = '', data = {} } = answer ?? {}
    const rejected = cookie !== undefined && !cookieIn(cookie, OTHER_COOKIE)?.includes(id) ? 'unknown' : null
    const side = sideOf(response, cookie)
    return { seen: { data, user: userOf(data), rejected, bytes: side.bytesUp, stored: side.bytesStored }, side }
  }

  /** What its browser finds. */
  const look = () => lookWith(state.other.cookie)

  return {
    rebuild,
    look,
    lookWith,
    /** Sessions in the memory of this process. */
    count: () => Object.keys(store.sessions).length,
    /** Does the same there, and says what it took. */
    async do(path: string, fields: Fields = {}, hold = 0): Promise<Side> {
      const { cookie } = state.other
      const response = await ask(path, cookie, fields, hold)
      // Not before it is known what the others have set, of requests that go side by side.
      const after = cookiesAfter(state.other.cookie, response?.headers.getSetCookie() ?? [])
      state.other = { ...state.other, cookie: after }
      return sideOf(response, cookie)
    },
    /** Somebody changes the cookie in its browser, and the browser asks with it. */
    async exchangeCookie(change: (cookie: string) => string): Promise<Side> {
      const { cookie, saved } = state.other
      if (cookie !== undefined) state.other = { cookie: change(cookie), saved: saved ?? cookie }
      return (await look()).side
    },
    async restoreCookie(): Promise<Side> {
      const { cookie, saved } = state.other
      state.other = { cookie: saved ?? cookie }
      return (await look()).side
    },
    forget(): void {
      store.clear()
      rebuild()
    },
    close(): void {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** The same app with express-session, as its README recommends to set it up, and its sessions in memory. */
function otherApp(secret: string[], patience: number, onError: (error: unknown) => void) {
  const store = new expressSession.MemoryStore() as {
    /** JSON by id. */
    readonly sessions: Readonly<Record<string, string>>
    clear(): void
  }
  const cookie = { maxAge: DAY, sameSite: 'lax' }
  const together = newTogether(patience)
  const app = express()
  // Its errors are told on the page, and not in the terminal.
  app.disable('x-powered-by').disable('etag').set('env', 'test')
  app.use(fence([]), express.urlencoded({ extended: false }))
  app.use(expressSession({ name: OTHER_COOKIE, secret, store, cookie, resave: false, saveUninitialized: false }))
  app.get('/', (req, res) => {
    const { cookie: _, ...data } = sessioned(req).session
    res.json({ id: req.sessionID, data })
  })
  for (const [path, plan] of Object.entries(DEEDS)) {
    app.post(path, async (req, res) => {
      await plan(fieldsOf(req)).perform(sessioned(req))
      if (path === '/log-out') res.once('finish', together.loggedOut)
      res.redirect(303, '/')
    })
  }
  app.post('/race/:field', async (req, res) => {
    await together.meet()
    sessioned(req).session[raceField(req.params.field)] = 'written'
    res.redirect(303, '/')
  })
  app.post('/slow', async (req, res) => {
    await together.untilLogOut()
    sessioned(req).session['late'] = 'written'
    res.redirect(303, '/')
  })
  app.use(((error, _req, res, _next) => {
    onError(error)
    res.status(500).end()
  }) satisfies ErrorRequestHandler)
  return { app, store }
}

/** Beside our own types, `req.session` is declared to be one of ours. */
function sessioned(req: unknown): Sessioned {
  return req as Sessioned
}
