/** The app that the proxies stand in front of, in a process of its own. Its environment says how it is set up. */
import { createServer } from 'node:http'
import express, { type ErrorRequestHandler, type Request, type Response } from 'express'
import helmet from 'helmet'
import session, { KeyRing, keysFromFile, type Session } from '../../lib/index.js'
import { forgetWarnings } from '../../lib/warnings.js'

interface Visit {
  user: string
  count: number
  filling: string
}

const { PORT, TRUST_PROXY, CACHE_CONTROL, WARN_AT, KEYS_FILE, DEVICE_BOUND } = process.env
const { pid } = process
const app = express()
if (TRUST_PROXY === '1') app.set('trust proxy', 1)

/** The clock is as many seconds ahead as a request says, and never goes back: some tests are about hours. */
const { now } = Date
let ahead = 0
Date.now = () => now() + ahead * 1000
app.use((req, _res, next) => {
  ahead = Math.max(ahead, Number(req.get('x-clock-ahead') ?? 0))
  next()
})

// SESSION_KEYS is read by the middleware itself.
const keys = KEYS_FILE ? await KeyRing.load(keysFromFile(KEYS_FILE), { refresh: '1s' }) : undefined
app.use(
  session({
    keys,
    cacheControl: CACHE_CONTROL !== 'off',
    ...(WARN_AT ? { warnAt: Number(WARN_AT) } : {}),
    ...(DEVICE_BOUND ? { deviceBound: JSON.parse(DEVICE_BOUND) } : {}),
  }),
)

app.get('/login', (req, res) => {
  const visit = visitOf(req)
  visit.user = String(req.query['user'])
  visit.count = 0
  res.json({ user: visit.user, pid })
})

app.get('/count', (req, res) => {
  const visit = visitOf(req)
  visit.count = (visit.count ?? 0) + 1
  res.json({ user: visit.user ?? null, isBound: req.session.isBound, count: visit.count, pid })
})

/** Reads the session, and says whose it is. */
app.get('/whoami', (req, res) => {
  res.json({ user: visitOf(req).user ?? null, isBound: req.session.isBound, pid })
})

/** Never touches the session. No two answers are the same, so that one that came twice came from a cache. */
let published = 0
app.get('/public', (_req, res) => {
  res.json({ published: ++published, pid })
})

/** A response with so much in the session, and a header of so many bytes more, in one of the shapes. */
const SHAPES: Record<string, (req: Request, res: Response) => void> = {
  json: (_req, res) => res.json({ pid }),
  redirect: (_req, res) => res.redirect('/whoami'),
  stream: (_req, res) => {
    res.write('one, ')
    res.end('two')
  },
  end: (_req, res) => res.end(),
  error: (_req, res) => res.sendStatus(511),
  helmet: (req, res) => helmet()(req, res, () => res.json({ pid })),
  writeHead: (_req, res) => res.writeHead(200, { 'Content-Type': 'text/plain', 'X-More': 'more' }).end('more'),
}
app.get('/filled/:shape', (req, res) => {
  visitOf(req).filling = 'x'.repeat(Number(req.query['session'] ?? 0))
  res.set('X-Padding', 'x'.repeat(Number(req.query['padding'] ?? 0)))
  SHAPES[req.params.shape]?.(req, res)
})

/** Says something on standard error, behind which every warning of earlier requests has been said. */
app.get('/say/:word', (req, res) => {
  console.error(req.params.word)
  res.end()
})

/** As if the process were new: what was warned about once is warned about again. */
app.get('/forget-warnings', (_req, res) => {
  forgetWarnings()
  res.end()
})

app.use(((error, _req, res, _next) => {
  res.status(error.status ?? 500).json({ handled: error.code, message: error.message })
}) satisfies ErrorRequestHandler)

const server = createServer(app)
server.listen(Number(PORT), '127.0.0.1')
process.once('SIGTERM', () => server.close())

function visitOf(req: Request): Partial<Visit> {
  return (req as unknown as { session: Session<Visit> }).session
}
