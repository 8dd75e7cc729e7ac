import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import session, { type SessionOptions } from '../../lib/index.js'
import { EXPRESSES } from '../support/app.js'
import { at, HOUR, startClock, stopClock } from '../support/clock.js'
import { SECRET } from '../support/secrets.js'
import { type Authority, localAuthority } from './support/authority.js'
import { startFirefox } from './support/browsers.js'

type Any = any
const OFFER = /^Secure-Session-Registration: \(ES256\);path="\/\.bound\/session";challenge="<\d+>"\r\n/m

let authority: Authority
let browser: Browser
beforeAll(async () => {
  authority = await localAuthority()
  browser = await startFirefox(authority)
})
afterAll(() => browser?.close())

describe.each(EXPRESSES)('in Firefox, which cannot bind a session, on %s,', (_version, create) => {
  beforeEach(stopClock)
  afterEach(startClock)

  function appOf(options: SessionOptions) {
    const app = create()
    app.use(session({ keys: SECRET, ...options }))
    app.get('/login', (req: Any, res) => {
      req.session.regenerate(() => {
        req.session.user = 'ada'
        res.send('<!doctype html><link rel="icon" href="data:,">in')
      })
    })
    app.all('/write', (req: Any, res) => {
      req.session.count = (req.session.count ?? 0) + 1
      res.json(req.session.count)
    })
    app.get('/logout', (req: Any, res) => {
      req.session = null
      res.send('<!doctype html><link rel="icon" href="data:,">out')
    })
    app.get('/me', (req: Any, res) => {
      const { user = 'nobody', isBound } = req.session
      res.send(`<!doctype html><link rel="icon" href="data:,">${user} ${isBound}`)
    })
    return app
  }

  /** What goes over the wire while somebody logs in, reads, writes, comes back and logs out; tokens by their lengths. */
  async function answersWith(options: SessionOptions): Promise<string[]> {
    at(0)
    const answers: string[] = []
    const app = appOf(options)
    const server = createServer({ cert: authority.certificate, key: authority.key }, (req, res) => {
      const chunks: string[] = []
      const { socket } = req
      const { write } = socket
      socket.write = (chunk: Any, ...rest: Any[]) => {
        chunks.push(Buffer.from(chunk, typeof rest[0] === 'string' ? (rest[0] as 'latin1') : 'utf8').toString('latin1'))
        return (write as Any).call(socket, chunk, ...rest)
      }
      res.on('finish', () => {
        socket.write = write
        const bytes = chunks.join('').replaceAll(/eyJ[\w-]+\.[\w.-]+/g, ({ length }) => `<${length}>`)
        answers.push(`${req.method} ${req.url}\n${bytes.replace(/^Date: .*$/m, 'Date: then')}`)
      })
      app(req, res)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const context = await browser.createBrowserContext()
    try {
      const page = await context.newPage()
      const visit = (path: string) => page.goto(`https://localhost:${(server.address() as AddressInfo).port}${path}`)
      const fetched = (path: string, method: string) =>
        page.evaluate(async (url, how) => (await fetch(url, { method: how })).text(), path, method)
      await visit('/login')
      await visit('/me')
      await fetched('/write', 'POST')
      await fetched('/me', 'GET')
      at(5 * HOUR)
      await visit('/me')
      await fetched('/write', 'POST')
      await visit('/logout')
      await fetched('/write', 'POST')
      await visit('/me')
    } finally {
      await context.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
    return answers
  }

  it('every answer is byte for byte what it is without deviceBound, but for the offer', async () => {
    const without = await answersWith({})
    const bound = await answersWith({ deviceBound: true })
    expect(without).toHaveLength(9)
    expect(bound.map((answer) => OFFER.test(answer))).toEqual(without.map((_, index) => index === 0 || index === 7))
    expect(bound.map((answer) => answer.replace(OFFER, ''))).toEqual(without)
  })

  it('every answer is byte for byte the same if deviceBound is false', async () => {
    expect(await answersWith({ deviceBound: false })).toEqual(await answersWith({}))
  })
})
