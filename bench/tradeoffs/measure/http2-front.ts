import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { createServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** What belongs to one HTTP/1.1 connection, and what HTTP/2 has in another form. */
const OWN_TO_HTTP1 = new Set(['connection', 'keep-alive', 'transfer-encoding', 'host'])

export interface Front {
  readonly port: number
  close(): void
}

/** Takes HTTP/2 in front of the app, as a proxy does, and changes no header. Without TLS, which adds the same to all. */
export async function http2Front(appPort: number): Promise<Front> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const server = createServer((req, res) => {
    forward(req, res, { agent, port: appPort, host: '127.0.0.1' })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
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
