import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { type ClientHttp2Session, connect } from 'node:http2'
import { request as httpsRequest, Agent as TlsAgent } from 'node:https'
import type { Carrier } from './carriers.js'

/** What came over the wire, without what differs from one response to the next. */
export interface Seen {
  readonly status: number
  readonly message: string
  readonly headers: Record<string, unknown>
  readonly cookies: readonly string[]
  readonly body: string
  readonly trailers: unknown
  readonly informational: readonly number[]
}

export interface Asked {
  readonly path: string
  readonly method: string
  readonly headers: Record<string, string>
}

export interface Client {
  ask(asked: Asked): Promise<Seen>
  close(): void
}

export function clientOf(carrier: Carrier, port: number): Client {
  return carrier === 'HTTP/2' ? http2Client(port) : http1Client(carrier === 'HTTPS' ? httpsRequest : httpRequest, port)
}

function http1Client(request: typeof httpRequest | typeof httpsRequest, port: number): Client {
  // One connection for all: a response without an end would be waited for until the test fails.
  const reuse = { keepAlive: true, maxSockets: 1 }
  const agent = request === httpsRequest ? new TlsAgent(reuse) : new Agent(reuse)
  const ask = ({ path, method, headers }: Asked) =>
    new Promise<Seen>((resolve, reject) => {
      const options = { host: '127.0.0.1', port, path, method, headers, agent, rejectUnauthorized: false }
      const informational: number[] = []
      const asked = request(options, (response) => resolve(seenOf(response, informational)))
      asked.on('information', ({ statusCode }) => informational.push(statusCode))
      asked.setTimeout(5000, () => asked.destroy(new Error(`${path} was never answered`)))
      asked.on('error', reject)
      asked.end()
    })
  return { ask, close: () => agent.destroy() }
}

async function seenOf(response: IncomingMessage, informational: readonly number[]): Promise<Seen> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  const { statusCode = 0, statusMessage = '', headers, trailers } = response
  const { 'set-cookie': cookies = [], ...others } = headers
  const body = Buffer.concat(chunks).toString('latin1')
  return {
    status: statusCode,
    message: statusMessage,
    headers: without(others),
    cookies,
    body,
    trailers,
    informational,
  }
}

function http2Client(port: number): Client {
  const client: ClientHttp2Session = connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false })
  const ask = ({ path, method, headers }: Asked) =>
    new Promise<Seen>((resolve, reject) => {
      const stream = client.request({ ':path': path, ':method': method, ...headers })
      const chunks: Buffer[] = []
      let head: Record<string, unknown> = {}
      stream.on('response', (received) => (head = received as Record<string, unknown>))
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.setTimeout(5000, () => stream.destroy(new Error(`${path} was never answered`)))
      stream.on('error', reject)
      stream.on('end', () => {
        const { ':status': status, 'set-cookie': cookies = [], ...others } = head
        const body = Buffer.concat(chunks).toString('latin1')
        const rest = { message: '', trailers: {}, informational: [] }
        resolve({ status: Number(status), headers: without(others), cookies: cookies as string[], body, ...rest })
      })
      stream.end()
    })
  return { ask, close: () => client.close() }
}

function without({ date: _date, ...headers }: Record<string, unknown>): Record<string, unknown> {
  return headers
}
