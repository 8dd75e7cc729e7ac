/** The process that serves, and answers what it has come to. Its arguments: the file of its keys. */
import { subscribe } from 'node:diagnostics_channel'
import { setTimeout as pause } from 'node:timers/promises'
import express, { type ErrorRequestHandler, type Request, type Response } from 'express'
import session, { KeyRing, keysFromFile, type Session, type SessionEvent } from '../../lib/index.js'
import { serveForParent } from '../measure/process.js'
import { collector, heapOf } from '../measure/usage.js'
import type { State } from './browser.js'

/** After garbage collection, and since the process began. */
export interface Look {
  /** MiB. */
  readonly heap: number
  /** Timers, watchers and so on, but not sockets. */
  readonly handles: number
  readonly sockets: number
  readonly requests: number
  readonly resealed: number
  /** Rejections that were not handled, and warnings of Node's, by name. */
  readonly complaints: readonly string[]
  /** Cookies that were rejected, by reason. */
  readonly rejected: Readonly<Record<string, number>>
}

interface Data {
  user: string
  count: number
  filling: string
}

const collect = collector()
const [file = ''] = process.argv.slice(2)
const complaints: string[] = []
const rejected: Record<string, number> = {}
/** How many complaints the last look had. */
let told = 0
let resealed = 0
let requests = 0

process.on('unhandledRejection', () => complaints.push('unhandledRejection'))
process.on('warning', (warning) => complaints.push((warning as NodeJS.ErrnoException).code ?? warning.name))
subscribe('sealed-session', (message) => {
  const event = message as SessionEvent
  if (event.type === 'rejected') rejected[event.reason] = (rejected[event.reason] ?? 0) + 1
  if (event.type === 'resealed') resealed++
})

const onError = () => complaints.push('the keys could not be loaded')
const keys = await KeyRing.load(keysFromFile(file), { refresh: '1s', onError })
const app = express()
app.set('trust proxy', 1)
// Large sessions, as behind a proxy whose buffer is 8k: a head that needs it is no reason to complain.
app.use(session<Data>({ keys, warnAt: 8000 }))

app.get('/login', async (req, res) => {
  await dataOf(req).regenerate()
  dataOf(req).user = String(req.query['user'])
  answer(req, res)
})
app.get('/read', async (req, res) => {
  const { user } = dataOf(req)
  if (req.query['after']) await pause(Number(req.query['after']))
  if (dataOf(req).user !== user) complaints.push('a session changed while its request was under way')
  answer(req, res)
})
app.get('/count', (req, res) => {
  const data = dataOf(req)
  data.count = (data.count ?? 0) + 1
  if (!req.query['half']) return answer(req, res)
  res.write('{')
  setImmediate(() => res.destroy())
})
app.get('/fill', (req, res) => {
  dataOf(req).filling = 'x'.repeat(Number(req.query['bytes']))
  answer(req, res)
})
app.get('/regenerate', async (req, res) => {
  const { user, count, filling } = dataOf(req)
  await dataOf(req).regenerate()
  Object.assign(dataOf(req), { user, count: count ?? 0, filling: filling ?? '' })
  answer(req, res)
})
app.get('/logout', async (req, res) => {
  await dataOf(req).destroy()
  res.json({ user: null, count: 0, filling: 0 } satisfies State)
})
app.use(((error, _req, res, _next) => {
  if (error.code !== 'ERR_SESSION_OVERFLOW') complaints.push(String(error.code))
  res.status(500).json(null)
}) satisfies ErrorRequestHandler)

const server = await serveForParent(app, (): Look => {
  const heap = heapOf(collect)
  told = complaints.length
  const resources = process.getActiveResourcesInfo()
  const handles = resources.filter((resource) => !resource.startsWith('TCP')).length
  const sockets = resources.length - handles
  return { heap, handles, sockets, requests, resealed, complaints, rejected }
})
server.on('request', () => requests++)
// As a deployment ends a process: what has begun is answered first. What went wrong since the last look is told, too.
process.on('SIGTERM', () => {
  server.close(() => process.exit(complaints.length > told ? 1 : 0))
  setInterval(() => server.closeIdleConnections(), 20)
})

function answer(req: Request, res: Response): void {
  const { user = null, count = 0, filling = '' } = dataOf(req)
  res.json({ user, count, filling: filling.length } satisfies State)
}

function dataOf(req: Request): Session<Data> {
  return (req as unknown as { session: Session<Data> }).session
}
