import { describe, expect, it } from 'vitest'
import { SECRET } from '../support/secrets.js'
import { type Beside, project } from './project.js'

/**
 * Packages that know nothing of the sessions and patch the same response, or host the middleware elsewhere than in
 * Express. Each app prints what came over the wire. spec/http/strangers.spec.ts has more of it with stand-ins.
 */

/** What every app uses: `visits` prints what it returns, and what nobody has caught meanwhile. */
const TOOLS = `
const { createServer, get } = require('node:http')
const { createReadStream } = require('node:fs')
const { gunzipSync } = require('node:zlib')
const session = require('sealed-session')

const uncaught = []
const warned = []
process.on('uncaughtException', (error) => uncaught.push(String(error)))
process.on('unhandledRejection', (error) => uncaught.push(String(error)))
process.on('warning', ({ code }) => { if (/^SESSION/.test(code)) warned.push(code) })

const PAGE = 'a page of the app. '.repeat(100)
exports.PAGE = PAGE
exports.turn = () => new Promise((resolve) => setTimeout(resolve, 10))
exports.sessions = (options) => session({ keys: '${SECRET}', ...options })
exports.change = (req) => { req.session.text = req.url.startsWith('/large') ? 'x'.repeat(5000) : 'small' }

/** The ways to answer, by the end of the path. */
exports.ways = {
  json: (res) => res.json({ page: PAGE }),
  send: (res) => res.send(PAGE),
  write: (res) => (res.write(PAGE), res.end('.')),
  later: async (res) => (res.write(PAGE), await exports.turn(), res.end('.')),
  end: (res) => res.end(PAGE),
  flush: (res) => (res.flushHeaders(), res.end(PAGE)),
  head: (res) => (res.writeHead(200, { 'X-Page': '1' }), res.end(PAGE)),
  headLater: async (res) => (res.writeHead(200), res.write(PAGE), await exports.turn(), res.end('.')),
  file: (res) => res.sendFile(__filename),
  redirect: (res) => res.redirect('/elsewhere'),
  pipe: (res) => createReadStream(__filename).pipe(res),
}

exports.handles = (error, _req, res, _next) => { res.status(503).send('handled ' + error.code) }

/** An app of Express with strangers before and behind the sessions. */
exports.appOf = (express, { before, behind }, names = Object.keys(exports.ways)) => {
  const app = express()
  if (before) app.use(before)
  app.use(exports.sessions())
  if (behind) app.use(behind)
  for (const name of names) {
    app.get(['/' + name, '/large/' + name], (req, res) => {
      exports.change(req)
      return exports.ways[name](res)
    })
  }
  app.use(exports.handles)
  return app
}

exports.ask = (port, path, headers = {}) => new Promise((resolve) => {
  const asked = get({ port, path, headers, host: '127.0.0.1', agent: false, timeout: 5000 }, (res) => {
    const chunks = []
    const { statusCode: status } = res
    const cookies = (res.headers['set-cookie'] ?? []).map((line) => line.split('=')[0])
    res.on('data', (chunk) => chunks.push(chunk))
    res.on('error', (error) => resolve({ status: error.code }))
    res.on('end', () => {
      const bytes = Buffer.concat(chunks)
      const body = String(res.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes)
      resolve({ status, cookies, body: body.length < 100 ? body : 'whole' })
    })
  })
  asked.on('timeout', () => asked.destroy(new Error('never answered')))
  asked.on('error', (error) => resolve({ status: error.code ?? error.message }))
})

exports.serving = async (listener, use) => {
  const server = createServer(listener)
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const seen = await use(server.address().port)
  await exports.turn()
  server.close()
  server.closeAllConnections()
  return seen
}

exports.visits = async (visit) => {
  const seen = await visit()
  await exports.turn()
  console.log(JSON.stringify({ seen, uncaught, warned }))
  process.exit()
}
`

const USES = `const { appOf, ask, change, serving, sessions, turn, visits, ways } = require('./tools.cjs')\n`

interface Seen {
  readonly seen: Record<string, unknown>
  readonly uncaught: readonly string[]
  readonly warned: readonly string[]
}

async function seenBy(app: string, beside: Beside): Promise<Seen> {
  const made = await project({ beside, files: { 'tools.cjs': TOOLS, 'app.cjs': USES + app } })
  return JSON.parse(await made.output('app.cjs'))
}

/** The same of everything that was visited: what is not so shows by its name. */
function everything({ seen }: Seen, what: unknown): void {
  expect(Object.keys(seen).length).toBeGreaterThan(0)
  expect(seen).toEqual(Object.fromEntries(Object.keys(seen).map((name) => [name, what])))
}

const FINE = { status: 200, cookies: ['session'], body: 'whole' }
const HANDLED = { status: 503, cookies: [], body: 'handled ERR_SESSION_OVERFLOW' }
const REFUSED = { status: 500, cookies: [], body: 'Internal Server Error\n' }
const UNHANDLED = ['SESSION_WARN_UNHANDLED']

const EXPRESSES = [
  ['Express 5', 'express'],
  ['Express 4', 'express4'],
] as const

describe.concurrent.each(EXPRESSES)('on %s,', (_version, express) => {
  const beside = (...names: string[]): Beside => [['express', express], ...names]

  it('apicache behind the sessions hands nobody the session of another visitor, however a page is sent', async () => {
    const ran = await seenBy(
      `
      const apicache = require('apicache')
      visits(() => serving(appOf(require('express'), { behind: apicache.middleware('5 minutes') }), async (port) => {
        const seen = {}
        for (const name in ways) {
          const [first, second] = [await ask(port, '/' + name), await ask(port, '/' + name)]
          seen[name] = [first.cookies, second.cookies, first.status === second.status, first.body === second.body]
        }
        return seen
      }))`,
      beside('apicache'),
    )
    everything(ran, [['session'], [], true, true])
    expect(ran.uncaught).toEqual([])
  })

  it('a listener of on-headers behind the sessions finds none in the head', async () => {
    const ran = await seenBy(
      `
      const onHeaders = require('on-headers')
      const found = []
      const behind = (_req, res, next) => {
        onHeaders(res, function () { found.push(this.getHeader('Set-Cookie') ?? 'none') })
        next()
      }
      visits(() => serving(appOf(require('express'), { behind }), async (port) => {
        const seen = {}
        for (const name in ways) seen[name] = [(await ask(port, '/' + name)).cookies, found.splice(0)]
        return seen
      }))`,
      beside('on-headers'),
    )
    everything(ran, [['session'], ['none']])
    expect(ran.uncaught).toEqual([])
  })

  /** Wrappers that replace methods of the response, and the ways to answer that they can do themselves. */
  const WRAPPERS = [
    [
      'express-mung',
      'mung.headers(() => {})',
      ['json', 'send', 'write', 'later', 'end', 'flush', 'head', 'headLater', 'file', 'pipe'],
    ],
    ['express-mung', 'mung.headersAsync(turn)', ['json', 'send', 'end']],
    [
      'express-mung',
      'mung.json((body) => body)',
      ['json', 'send', 'write', 'later', 'end', 'flush', 'head', 'headLater', 'pipe'],
    ],
    [
      'express-mung',
      'mung.jsonAsync(async (body) => (await turn(), body))',
      ['json', 'send', 'write', 'later', 'end', 'head'],
    ],
    [
      'express-mung',
      'mung.write((chunk) => chunk)',
      ['json', 'send', 'write', 'later', 'end', 'flush', 'head', 'headLater', 'pipe'],
    ],
    [
      '@polka/compression',
      'compression()',
      ['json', 'send', 'write', 'later', 'end', 'head', 'headLater', 'file', 'pipe'],
    ],
    ['hijackresponse', 'hijacking', ['json', 'send', 'write', 'later', 'end', 'file', 'pipe']],
  ] as const
  const MADE = {
    'express-mung': `const mung = require('express-mung')`,
    '@polka/compression': `const compression = require('@polka/compression')`,
    hijackresponse: `
      const hijack = require('hijackresponse')
      const hijacking = (_req, res, next) => {
        hijack(res, next).then(({ readable, writable }) => readable.pipe(writable))
      }`,
  }

  /** What comes of the paths that `paths` gives there, with the wrapper before the session and behind it. */
  const wrapped = (name: keyof typeof MADE, wrapper: string, paths: string) =>
    seenBy(
      `
      ${MADE[name]}
      visits(async () => {
        const seen = {}
        for (const place of ['before', 'behind']) {
          await serving(appOf(require('express'), { [place]: ${wrapper} }), async (port) => {
            for (const path of ${paths}) {
              seen[place + ' ' + path] = await ask(port, path, { 'Accept-Encoding': 'gzip' })
            }
          })
        }
        return seen
      })`,
      beside(name),
    )

  it.each(WRAPPERS)('%s beside the sessions lets them be sent: %s', async (name, wrapper, can) => {
    const ran = await wrapped(name, wrapper, JSON.stringify(can.map((way) => `/${way}`)))
    everything(ran, FINE)
    expect(ran.uncaught).toEqual([])
  })

  it.each(WRAPPERS)('%s beside the sessions leaves the page of a failed commit whole: %s', async (name, wrapper) => {
    const ran = await wrapped(name, wrapper, `Object.keys(ways).map((way) => '/large/' + way)`)
    everything(ran, HANDLED)
    expect(ran.uncaught).toEqual([])
  })

  it('a promise of next leads to the error handlers', async () => {
    const ran = await seenBy(
      `
      const express = require('express')
      const middleware = sessions()
      const promised = (req, res) => new Promise((resolve, reject) => {
        middleware(req, res, (error) => (error ? reject(error) : resolve()))
      })
      const within = (req, res, next) => { promised(req, res).then(() => next(), next) }
      const { handles } = require('./tools.cjs')
      const produce = (req, res) => { change(req); res.json(null) }
      const apps = {
        app: express().use(within).get('/large', produce).use(handles),
        route: express().get('/large', within, produce).use(handles),
        router: express().use(express.Router().use(within).get('/large', produce)).use(handles),
      }
      visits(async () => {
        const seen = {}
        for (const name in apps) seen[name] = await serving(apps[name], (port) => ask(port, '/large'))
        return seen
      })`,
      beside(),
    )
    everything(ran, HANDLED)
    expect([ran.uncaught, ran.warned]).toEqual([[], []])
  })
})

describe.concurrent('a host without Express behind next sends sessions, and answers a failed commit once:', () => {
  /** Each makes a listener of a host in which `handle(req, res)` stands behind the sessions. */
  const HOSTS: readonly (readonly [name: string, make: string, beside: Beside])[] = [
    [
      'a promise on bare http',
      `async (sessions, handle) => async (req, res) => {
        await new Promise((resolve, reject) => sessions(req, res, (error) => (error ? reject(error) : resolve())))
        handle(req, res)
      }`,
      [],
    ],
    [
      'koa-connect',
      `async (sessions, handle) => {
        const Koa = require('koa')
        const app = new Koa()
        app.use(require('koa-connect')(sessions))
        app.use((ctx) => { change(ctx.req); ctx.body = PAGE })
        return app.callback()
      }`,
      ['koa', 'koa-connect'],
    ],
    ['connect', `async (sessions, handle) => require('connect')().use(sessions).use(handle)`, ['connect']],
    ['polka', `async (sessions, handle) => require('polka')().use(sessions).get('*', handle).handler`, ['polka']],
    ...['@fastify/middie', '@fastify/express'].map((name): [string, string, Beside] => [
      name,
      `async (sessions, handle) => {
        const app = require('fastify')()
        await app.register(require('${name}'))
        app.use(sessions)
        app.get('*', (req, reply) => { change(req.raw); reply.type('text/plain').send(PAGE) })
        await app.ready()
        return app.routing
      }`,
      ['fastify', name],
    ]),
  ]

  it.each(HOSTS)('%s', async (_name, make, beside) => {
    const app = (options: string) => `
      const { PAGE } = require('./tools.cjs')
      const make = ${make}
      const onError = (error, _req, res) => { res.statusCode = 503; res.end('handled ' + error.code) }
      const handle = (req, res) => { change(req); res.write(PAGE); setTimeout(() => res.end(), 5) }
      visits(async () => serving(await make(sessions(${options}), handle), async (port) => {
        const large = [await ask(port, '/large'), await ask(port, '/large')]
        return { small: await ask(port, '/'), large, again: await ask(port, '/') }
      }))`
    expect(await seenBy(app(''), beside)).toEqual({
      seen: { small: FINE, large: [REFUSED, REFUSED], again: FINE },
      uncaught: [],
      warned: UNHANDLED,
    })
    expect(await seenBy(app('{ onError }'), beside)).toEqual({
      seen: { small: FINE, large: [HANDLED, HANDLED], again: FINE },
      uncaught: [],
      warned: [],
    })
  })
})

describe.concurrent('in production, behind a proxy that ends TLS and that the host trusts,', () => {
  const answers = (make: string) => `
    process.env.NODE_ENV = 'production'
    const make = ${make}
    const onError = (error, _req, res) => { res.statusCode = 503; res.end('handled ' + error.code) }
    visits(async () => {
      const seen = {}
      for (const [name, cookie] of [['auto', {}], ['assumed', { secure: 'assume' }]]) {
        const listener = await make(sessions({ onError, cookie }))
        seen[name] = await serving(listener, (port) => ask(port, '/', { 'X-Forwarded-Proto': 'https' }))
      }
      return seen
    })`
  const SENT = { status: 200, cookies: ['__Host-Http-session'], body: 'page' }
  const INSECURE = { status: 503, cookies: [], body: 'handled ERR_SESSION_INSECURE' }
  const fastify = (name: string) => `async (sessions) => {
    const app = require('fastify')({ trustProxy: true })
    await app.register(require('${name}'))
    app.use(sessions)
    app.get('/', (req, reply) => { change(req.raw); reply.send('page') })
    await app.ready()
    return app.routing
  }`
  const koa = `async (sessions) => {
    const app = new (require('koa'))({ proxy: true })
    app.use(require('koa-connect')(sessions))
    app.use((ctx) => { change(ctx.req); ctx.body = 'page' })
    return app.callback()
  }`

  it.each<[string, string, Beside, object]>([
    ['@fastify/middie needs', fastify('@fastify/middie'), ['fastify', '@fastify/middie'], INSECURE],
    ['koa-connect needs', koa, ['koa', 'koa-connect'], INSECURE],
    ['@fastify/express does not need', fastify('@fastify/express'), ['fastify', '@fastify/express'], SENT],
  ])("%s secure: 'assume'", async (_host, make, beside, auto) => {
    const { seen } = await seenBy(answers(make), beside)
    expect(seen).toEqual({ auto, assumed: SENT })
  })
})

describe.concurrent('Fastify', () => {
  it('with middie gives every request its session, also after a failed commit', async () => {
    const ran = await seenBy(
      `
      visits(async () => {
        const app = require('fastify')()
        await app.register(require('@fastify/middie'))
        app.use(sessions())
        app.get('/large', (req, reply) => { change(req.raw); reply.send('produced') })
        app.get('/look', (req, reply) => reply.send(typeof req.raw.session))
        await app.ready()
        return serving(app.routing, async (port) => {
          const seen = { large: await ask(port, '/large') }
          for (let times = 1; times <= 5; times++) seen[times] = (await ask(port, '/look')).body
          seen.together = await Promise.all(['/look', '/large', '/look', '/large', '/look'].map((path) => ask(port, path)))
          seen.together = seen.together.map(({ body }) => body)
          return seen
        })
      })`,
      ['fastify', '@fastify/middie'],
    )
    const OBJECT = Object.fromEntries([1, 2, 3, 4, 5].map((times) => [times, 'object']))
    const together = ['object', REFUSED.body, 'object', REFUSED.body, 'object']
    expect(ran).toEqual({ seen: { large: REFUSED, ...OBJECT, together }, uncaught: [], warned: UNHANDLED })
  })

  it.each([
    ['nobody', ''],
    ['@polka/compression', `app.use(require('@polka/compression')({ threshold: 0 }))`],
  ])(
    'with @fastify/express sends a session once, before a stream, with %s before the sessions',
    async (_who, before) => {
      const ran = await seenBy(
        `
      const { Readable } = require('node:stream')
      const { PAGE } = require('./tools.cjs')
      visits(async () => {
        const app = require('fastify')()
        await app.register(require('@fastify/express'))
        ${before}
        app.use(sessions())
        const pages = async function* () { for (const page of [PAGE, PAGE, PAGE]) { yield page; await turn() } }
        app.get('/stream', (req, reply) => { change(req.raw); reply.type('text/plain').send(Readable.from(pages())) })
        app.get('/payload', (req, reply) => { change(req.raw); reply.type('text/plain').send(PAGE) })
        app.get('/raw', async (req, reply) => {
          reply.hijack()
          change(req.raw)
          reply.raw.write(PAGE)
          await turn()
          req.raw.session.text = 'late'
          reply.raw.write(PAGE)
          reply.raw.end('.')
        })
        await app.ready()
        return serving(app.routing, async (port) => {
          const seen = {}
          for (const path of ['/payload', '/stream', '/raw']) {
            seen[path] = await ask(port, path)
            seen[path + ' in gzip'] = await ask(port, path, { 'Accept-Encoding': 'gzip' })
          }
          return seen
        })
      })`,
        ['fastify', '@fastify/express', '@polka/compression'],
      )
      everything(ran, FINE)
      expect(ran.uncaught).toEqual([])
    },
  )
})
