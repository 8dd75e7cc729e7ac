import assert from 'node:assert/strict'
import { Agent, request } from 'node:http'
import {
  connect,
  createServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type IncomingHttpHeaders,
} from 'node:http2'
import { buffer, text } from 'node:stream/consumers'
import { USER } from '../contenders/servers.js'
import { BROWSER, Browser, Jar } from '../measure/browser.js'
import { listen } from '../measure/process.js'
import { tcpProxy } from '../measure/tcp-proxy.js'

/** Requests until both sides of HTTP/2 know the headers. */
const FIRST = 3
const COUNTED = 4

/** A browser's one connection, which takes the cookies of the answers. */
interface Client {
  get(path: string): Promise<{ readonly status: number | undefined; readonly body: string }>
  close(): void
}

export function http1Client(port: number): Client {
  return new Browser(`http://127.0.0.1:${port}`, BROWSER)
}

export function http2Client(port: number): Client {
  const jar = new Jar()
  const session = connect(`http://127.0.0.1:${port}`)
  // It is heard of by whoever waits for an answer.
  session.on('error', () => {})
  return {
    async get(path) {
      // In a field for each cookie, as browsers send them, so that those that did not change are compressed.
      const stream = session.request({ ':path': path, ...BROWSER, ...(jar.pairs.length > 0 && { cookie: jar.pairs }) })
      const body = text(stream)
      const headers = await new Promise<IncomingHttpHeaders & { ':status'?: number }>((resolve, reject) => {
        stream.on('response', resolve).on('error', reject)
      })
      for (const line of headers['set-cookie'] ?? []) jar.take(line)
      return { status: headers[':status'], body: await body }
    },
    close: () => session.destroy(),
  }
}

/**
 * Bytes on the wire per request of browsers that follow their cookies. Of several browsers, as some signatures have more
 * characters that are escaped than others.
 */
export async function trafficOf(
  client: (port: number) => Client,
  port: number,
  browsers: number,
  signIn: string,
  path: string,
): Promise<{ up: number; down: number }> {
  let [up, down] = [0, 0]
  for (let browser = 0; browser < browsers; browser++) {
    const relay = await tcpProxy({ host: '127.0.0.1', port })
    const connection = client(relay.port)
    const visit = async (path: string) => {
      const { status, body } = await connection.get(path)
      assert.deepEqual([status, body], [200, USER])
    }
    try {
      await visit(signIn)
      for (let times = 0; times < FIRST; times++) await visit(path)
      up -= relay.bytesUp
      down -= relay.bytesDown
      for (let times = 0; times < COUNTED; times++) await visit(path)
      up += relay.bytesUp
      down += relay.bytesDown
    } finally {
      connection.close()
      await relay.close()
    }
  }
  return { up: up / browsers / COUNTED, down: down / browsers / COUNTED }
}

/** What belongs to one HTTP/1.1 connection, and what HTTP/2 has in another form. */
const OWN_TO_HTTP1 = new Set(['connection', 'keep-alive', 'transfer-encoding', 'host'])

/** Takes HTTP/2 in front of the app, as a proxy does, and changes no header. Without TLS, which adds the same to all. */
export async function http2Front(appPort: number): Promise<{ port: number; close(): void }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const server = createServer((req, res) => forward(req, res, { agent, port: appPort, host: '127.0.0.1' }))
  return {
    port: await listen(server),
    close() {
      server.close()
      agent.destroy()
    },
  }
}

function forward(req: Http2ServerRequest, res: Http2ServerResponse, app: { agent: Agent; port: number; host: string }) {
  const { method, url, headers } = req
  const asked = request({ ...app, method, path: url, headers: forwarded(headers) }, (answer) => {
    // Complete first, as proxies have it by default: express-session sends the last byte later, which is a frame more.
    buffer(answer).then(
      (body) => {
        // The app has sent one.
        res.sendDate = false
        res.writeHead(answer.statusCode ?? 502, forwarded(answer.headers))
        res.end(body)
      },
      (error) => res.destroy(error),
    )
  })
  asked.on('error', (error) => res.destroy(error))
  req.pipe(asked)
}

function forwarded<Headers extends object>(headers: Headers): Partial<Headers> {
  const entries = Object.entries(headers).filter(([name]) => !name.startsWith(':') && !OWN_TO_HTTP1.has(name))
  return Object.fromEntries(entries) as Partial<Headers>
}
