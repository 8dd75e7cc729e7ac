import { createHmac } from 'node:crypto'
import express, { type ErrorRequestHandler } from 'express'
import expressSession from 'express-session'
import { DEEDS, HELD, newGates, sessioned } from './deeds.js'
import { type Asked, type AskOwn, cookieIn, cookiesAfter, type Fields, fieldsOf, lineBytes } from './http.js'
import { keyViews } from './keys.js'
import { type Seen, type Side, type State, userOf } from './state.js'

/** Under which path of this server it stands. */
export const OTHER_PATH = '/express-session'
/** The cookie's name by default, which shows whose it is. */
const OTHER_COOKIE = 'connect.sid'
const DAY = 24 * 60 * 60 * 1000
/** Whoever has not answered after so many milliseconds will not. */
const LONGEST_ANSWER = 1000

export type OtherSide = ReturnType<typeof newOtherSide>

/** The session in express-session, and its browser: whatever is done to it is a request over HTTP. */
export function newOtherSide(state: State, askOwn: AskOwn, patience: number) {
  /** What the error handler got last. */
  let failure: unknown
  const { app, store } = otherApp(state, patience, (error) => {
    failure = error
  })

  /** Never throws: what goes wrong there is what is to be seen. */
  async function ask(path: string, cookie: string | undefined, how?: Asked, hold = 0) {
    failure = undefined
    const signal = AbortSignal.timeout(LONGEST_ANSWER + hold)
    const answer = await askOwn(OTHER_PATH + path, cookie, { ...how, signal }).catch(() => undefined)
    const { name = 'an error' } = (failure ?? {}) as { name?: string }
    const side: Side = {
      bytesUp: lineBytes('Cookie', [cookie]),
      bytesDown: lineBytes('Set-Cookie', answer?.setCookie ?? []),
      bytesStored: Buffer.byteLength(Object.values(store.sessions).join('')),
      status: answer?.status ?? 0,
      error: failure === undefined ? undefined : name,
    }
    return { answer, side }
  }

  /** What somebody finds who sends this cookie: by default, its browser. */
  async function look(cookie = state.other.cookie): Promise<{ seen: Seen; side: Side }> {
    const { answer, side } = await ask('/', cookie)
    const { id = '', data = {} } = answer?.status === 200 ? JSON.parse(answer.body) : {}
    const rejected = cookie !== undefined && !cookieIn(cookie, OTHER_COOKIE)?.includes(id) ? 'unknown' : null
    return { seen: { data, user: userOf(data), rejected, bytes: side.bytesUp, stored: side.bytesStored }, side }
  }

  return {
    app,
    look,
    /** Sessions in the memory of this process. */
    count: () => Object.keys(store.sessions).length,
    /** Does the same there, and says what it took. */
    async do(path: string, form: Fields = {}, hold = 0): Promise<Side> {
      const { answer, side } = await ask(path, state.other.cookie, { form }, hold)
      // Not before it is known what the others have set, of requests that go side by side.
      state.other = { ...state.other, cookie: cookiesAfter(state.other.cookie, answer?.setCookie ?? []) }
      return side
    },
    forget: () => store.clear(),
  }
}

/** The same app with express-session, as its README recommends to set it up, and its sessions in memory. */
function otherApp(state: State, patience: number, onError: (error: unknown) => void) {
  const store = new expressSession.MemoryStore() as {
    /** JSON by id. */
    readonly sessions: Readonly<Record<string, string>>
    clear(): void
  }
  // express-session looks into this very array at each request: it signs with the first, and accepts all.
  const secret: string[] = ['replaced before anybody comes']
  const cookie = { maxAge: DAY, sameSite: 'lax' }
  const gates = newGates(patience)
  const app = express()
  // Its errors are told on the page, and not in the terminal.
  app.disable('x-powered-by').disable('etag').set('env', 'test')
  app.use(express.urlencoded({ extended: false }), (_req, _res, next) => {
    secret.splice(0, secret.length, ...secretsOf(state))
    next()
  })
  app.use(expressSession({ name: OTHER_COOKIE, secret, store, cookie, resave: false, saveUninitialized: false }))
  app.get('/', (req, res) => {
    const { cookie: _, ...data } = sessioned(req).session
    res.json({ id: req.sessionID, data })
  })
  for (const [path, plan] of Object.entries(DEEDS)) {
    app.post(path, async (req, res) => {
      await plan(fieldsOf(req)).perform(sessioned(req))
      if (path === '/log-out') res.once('finish', gates.loggedOut)
      res.redirect(303, '/')
    })
  }
  for (const [path, { kind, field }] of Object.entries(HELD)) {
    app.post(path, async (req, res) => {
      await gates.open(kind)
      sessioned(req).session[field] = 'written'
      res.redirect(303, '/')
    })
  }
  app.use(((error, _req, res, _next) => {
    onError(error)
    res.status(500).end()
  }) satisfies ErrorRequestHandler)
  return { app, store }
}

/** Each key that opens has a secret to sign ids with. */
function secretsOf({ keys }: State): string[] {
  const open = keyViews(keys).filter(({ state }) => state !== 'revoked')
  const roots = open.map(({ kid }) => keys.find((jwk) => jwk.kid === kid)?.k ?? '')
  return roots.map((root) => createHmac('sha256', root).update('express-session').digest('base64url'))
}
