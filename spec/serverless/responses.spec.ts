import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import express from 'express'
import { describe, expect, it } from 'vitest'
import session from '../../lib/index.js'
import { SECRET } from '../support/secrets.js'
import { ADAPTED } from './adapters.js'
import { type Received, SERVICES } from './services.js'
import { namesOf, resultOf, send } from './visitor.js'

type Any = any
type Producer = (res: express.Response, next: express.NextFunction) => unknown

const FILE = fileURLToPath(new URL('../../LICENSE', import.meta.url))
const BYTES = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))

/** The ways of answering that differ for an adapter, which takes what is written out of a socket of its own making. */
const MODES: Record<string, Producer> = {
  'res.json': (res) => res.json({ a: 1 }),
  'res.redirect': (res) => res.redirect('/elsewhere'),
  '204 without a body': (res) => res.status(204).end(),
  'end(text)': (res) => res.end('text'),
  'write and end': (res) => {
    res.write('one ')
    res.end('two')
  },
  'write and end later': (res) => {
    res.write('one ')
    setImmediate(() => res.end('two'))
  },
  'flushHeaders and end later': (res) => {
    res.flushHeaders()
    setImmediate(() => res.end('text'))
  },
  'writeHead with an object': (res) => res.writeHead(202, { 'X-Own': 'a', 'Content-Type': 'text/plain' }).end('text'),
  'writeHead with a message': (res) => res.writeHead(202, 'Fine', { 'X-Own': 'a' }).end('text'),
  'a pipe': (res) => createReadStream(FILE).pipe(res),
  'a pipeline': (res) => pipeline(Readable.from(['one ', 'two']), res).catch(() => {}),
  'a pipe of a megabyte': (res) => Readable.from(Array(16).fill(Buffer.alloc(65_536, 97))).pipe(res),
  'res.sendFile': (res) => res.sendFile(FILE),
  'an image in base64': (res) => res.type('png').send(BYTES),
}

/** The ways of failing: here it is the error handler that answers. */
const FAILURES: Record<string, Producer> = {
  'a throw': () => {
    throw Object.assign(new Error('thrown'), { code: 'ERR_OF_THE_APP' })
  },
  'an error handed on later': (_res, next) => {
    setImmediate(() => next(Object.assign(new Error('handed on'), { code: 'ERR_OF_THE_APP' })))
  },
}

type Change = ((req: Any) => void) | undefined
const store: Change = (req) => (req.session.user = 'Ada')
const overflow: Change = (req) => (req.session.text = 'x'.repeat(5000))
const WITHOUT_US: Change = undefined

const answers: express.ErrorRequestHandler = (error, _req, res, _next) => {
  res.status(503).json({ handled: error.code })
}
const answersLater: express.ErrorRequestHandler = async (error, _req, res, _next) => {
  await new Promise(setImmediate)
  res.status(503).write('handled: ')
  await new Promise(setImmediate)
  res.end(error.code)
}

/** An app that changes its session, if it has one, and answers. */
function appOf(create: typeof express, change: Change, produce: Producer, handle?: express.ErrorRequestHandler) {
  const app = create()
  app.set('env', 'test')
  if (change) app.use(session({ keys: SECRET, cacheControl: false }))
  app.use((req, res, next) => {
    change?.(req)
    produce(res, next)
  })
  if (handle) app.use(handle)
  return app
}

/** What must not differ from the same app without us. */
function seen({ status, headers, body }: Received) {
  return { status, headers, body: body.toString('latin1') }
}

describe.each(ADAPTED)('%s', (_name, { adapter, create }) => {
  /** What browsers get of the same app behind each service. */
  const ask = (...app: [Change, Producer, express.ErrorRequestHandler?]) =>
    Promise.all(
      SERVICES.map(async (service) => {
        const received = await send(adapter.adapt(appOf(create, ...app)), service, { path: '/page' })
        return [service.name, received] as const
      }),
    )

  it.each(Object.entries({ ...MODES, ...FAILURES }))(
    '%s carries the session once, and is the same response as without it',
    async (_mode, produce) => {
      const without = new Map(await ask(WITHOUT_US, produce, answers))
      for (const [service, ours] of await ask(store, produce, answers)) {
        expect(namesOf(ours.setCookies), service).toEqual(['__Host-Http-session'])
        expect(seen(ours), service).toEqual(seen(without.get(service) as Received))
      }
    },
  )

  it.each(Object.entries(MODES))(
    '%s with an overflow is answered by the error handler, without a cookie',
    async (_mode, produce) => {
      for (const [service, { status, headers, setCookies, body }] of await ask(overflow, produce, answers)) {
        expect([status, body.toString()], service).toEqual([503, '{"handled":"ERR_SESSION_OVERFLOW"}'])
        expect(headers, service).toMatchObject({ 'content-type': 'application/json; charset=utf-8' })
        expect(headers, service).not.toHaveProperty('location')
        expect(setCookies, service).toEqual([])
      }
    },
  )

  it.each(Object.entries(MODES))(
    '%s with an overflow waits for an error handler that answers later',
    async (_mode, produce) => {
      for (const [service, { status, setCookies, body }] of await ask(overflow, produce, answersLater)) {
        expect([status, body.toString()], service).toEqual([503, 'handled: ERR_SESSION_OVERFLOW'])
        expect(setCookies, service).toEqual([])
      }
    },
  )

  it.each(Object.entries(FAILURES))(
    '%s with an overflow is answered by Express, since the error handler has had its turn',
    async (_mode, produce) => {
      for (const [service, { status, setCookies, body }] of await ask(overflow, produce, answers)) {
        expect([status, setCookies], service).toEqual([500, []])
        expect(body.toString(), service).toContain('SessionError')
      }
    },
  )

  it('an overflow is answered by Express where the app has no error handler', async () => {
    for (const [service, { status, setCookies, body }] of await ask(overflow, (res) => res.json('produced'))) {
      expect([status, setCookies], service).toEqual([500, []])
      expect(body.toString(), service).toContain('SessionError')
    }
  })

  it.each(SERVICES.map((service) => [service.name, service] as const))(
    'bytes come and go in base64 beside the session, behind %s',
    async (_service, service) => {
      const app = create()
      app.use(session({ keys: SECRET }), express.raw())
      app.post('/image', (req: Any, res) => {
        req.session.user = 'Ada'
        res.type('png').send(req.body)
      })
      const request = { path: '/image', method: 'POST', contentType: 'application/octet-stream', body: BYTES } as const
      expect(service.event({ proto: 'https', cookies: [], ...request })).toMatchObject({ isBase64Encoded: true })
      const result = await resultOf(adapter.adapt(app), service, request)
      expect(result).toMatchObject({ isBase64Encoded: true })
      expect(service.emit(result).body.equals(BYTES)).toBe(true)
      expect(namesOf(service.emit(result).setCookies)).toEqual(['__Host-Http-session'])
    },
  )
})
