import { Agent, get, type IncomingMessage } from 'node:http'
import { connect, type IncomingHttpHeaders } from 'node:http2'
import { text } from 'node:stream/consumers'
import { BROWSER, type CookieJar } from './browser.js'

/** A browser's one connection. */
export interface Client {
  /** Takes the cookies of the answer, and returns its body. */
  visit(path: string): Promise<string>
  close(): void
}

export function http1Client(port: number, jar: CookieJar): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  return {
    async visit(path) {
      const headers = { ...BROWSER, ...(jar.pairs.length > 0 && { cookie: jar.pairs.join('; ') }) }
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        get({ host: '127.0.0.1', port, path, agent, headers }, resolve).on('error', reject)
      })
      jar.take(answer.headers['set-cookie'])
      return checked(answer.statusCode, await text(answer))
    },
    close: () => agent.destroy(),
  }
}

export function http2Client(port: number, jar: CookieJar): Client {
  const session = connect(`http://127.0.0.1:${port}`)
  // It is heard of by whoever waits for an answer.
  session.on('error', () => {})
  return {
    async visit(path) {
      // In a field for each cookie, as browsers send them, so that those that did not change are compressed.
      const stream = session.request({ ':path': path, ...BROWSER, ...(jar.pairs.length > 0 && { cookie: jar.pairs }) })
      const body = text(stream)
      const headers = await new Promise<IncomingHttpHeaders & { ':status'?: number }>((resolve, reject) => {
        stream.on('response', resolve).on('error', reject)
      })
      jar.take(headers['set-cookie'])
      return checked(headers[':status'], await body)
    },
    close: () => session.destroy(),
  }
}

function checked(status: number | undefined, body: string): string {
  if (status !== 200) throw new Error(`status ${status}: ${body}`)
  return body
}
