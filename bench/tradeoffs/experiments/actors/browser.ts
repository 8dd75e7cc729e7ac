import { Agent, type IncomingMessage, request } from 'node:http'
import { Jar } from './jar.js'

/** As long as a browser waits here; people leave earlier. */
const PATIENCE = 10_000

/** What came back. */
export interface Answer {
  /** 0 if nothing came in time, or the connection broke. */
  readonly status: number
  readonly body: string
  readonly ms: number
  /** On the wire, heads included. */
  readonly bytesUp: number
  readonly bytesDown: number
  /** Of the cookies alone: the `Cookie` header, and the values of all `Set-Cookie` headers. */
  readonly cookiesUp: number
  readonly cookiesDown: number
  /** Cookies that the browser did not take. */
  readonly cookiesIgnored: number
  /** Whether the time was up. */
  readonly late: boolean
}

/** A browser: it keeps cookies and connections, and waits for an answer only so long. */
export class Browser {
  readonly jar: Jar
  readonly origin: string
  readonly #agent = new Agent({ keepAlive: true })

  /** @param origin `http://127.0.0.1:3000` */
  constructor(origin: string, jar = new Jar()) {
    this.origin = origin
    this.jar = jar
  }

  get(path: string, patience?: number): Promise<Answer> {
    return this.#send('GET', path, patience)
  }

  post(path: string, patience?: number): Promise<Answer> {
    return this.#send('POST', path, patience)
  }

  /** Another browser with the cookies that this one has now. */
  copy(origin = this.origin): Browser {
    return new Browser(origin, this.jar.copy())
  }

  close(): void {
    this.#agent.destroy()
  }

  async #send(method: string, path: string, patience = PATIENCE): Promise<Answer> {
    const begin = performance.now()
    const cookie = this.jar.header
    const wire = { up: 0, down: 0 }
    const result = await this.#exchange(method, path, cookie, AbortSignal.timeout(patience), wire)
    const setCookies = result.head?.headers['set-cookie'] ?? []
    return {
      status: result.head?.statusCode ?? 0,
      body: result.body,
      ms: performance.now() - begin,
      bytesUp: wire.up,
      bytesDown: wire.down,
      cookiesUp: Buffer.byteLength(cookie),
      cookiesDown: setCookies.reduce((sum, line) => sum + Buffer.byteLength(line), 0),
      cookiesIgnored: result.ignored,
      late: result.late,
    }
  }

  async #exchange(method: string, path: string, cookie: string, signal: AbortSignal, wire: Wire): Promise<Exchange> {
    const headers = { accept: '*/*', ...(method === 'POST' && { 'content-length': 0 }), ...(cookie && { cookie }) }
    let count = () => {}
    try {
      const head = await new Promise<IncomingMessage>((resolve, reject) => {
        const sent = request(this.origin + path, { method, headers, agent: this.#agent, signal }, resolve)
        sent.on('error', reject).on('socket', (socket) => {
          const [read, written] = [socket.bytesRead, socket.bytesWritten]
          count = () => Object.assign(wire, { up: socket.bytesWritten - written, down: socket.bytesRead - read })
        })
        sent.end()
      })
      // A browser takes the cookies when the head is there, not when the body has ended.
      const ignored = (head.headers['set-cookie'] ?? []).filter((line) => !this.jar.take(line)).length
      let body = ''
      for await (const chunk of head) {
        body += chunk
        // Not at the end, when the socket may be another request's.
        count()
      }
      return { head, body, ignored, late: false }
    } catch {
      return { head: undefined, body: '', ignored: 0, late: signal.aborted }
    }
  }
}

interface Wire {
  up: number
  down: number
}

interface Exchange {
  readonly head: IncomingMessage | undefined
  readonly body: string
  readonly ignored: number
  readonly late: boolean
}
