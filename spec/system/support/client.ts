import { once } from 'node:events'
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'
import { request as requestSecurely } from 'node:https'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly setCookies: readonly string[]
  readonly body: string
  /** Of whatever form the test expects. */
  readonly json: any
}

/**
 * A browser, as far as cookies go: each connection is new, `Secure` cookies travel over https only, and cookies that a
 * browser refuses (RFC 6265bis, sections 5.6 and 5.7) are not stored.
 */
export class Visitor {
  readonly jar: Map<string, string>
  readonly #origin: string
  readonly #ca: string | undefined

  /** @param ca a certificate to trust, for https */
  constructor(origin: string, ca?: string, jar: Map<string, string> = new Map()) {
    this.#origin = origin
    this.#ca = ca
    this.jar = jar
  }

  /** The same browser, with the same cookies, at another port: ports share cookies (RFC 6265, section 8.5). */
  at(origin: string): Visitor {
    return new Visitor(origin, this.#ca, this.jar)
  }

  async get(path: string): Promise<Answer> {
    const cookie = [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await get(this.#origin + path, cookie === '' ? {} : { cookie }, this.#ca)
    for (const line of answer.setCookies) this.#store(line)
    return answer
  }

  #store(line: string): void {
    const [, name = '', value = '', attributes = ''] = /^([^=]*)=([^;]*)(.*)$/.exec(line) ?? []
    const isSecure = /; Secure(?:;|$)/i.test(attributes)
    if (isSecure && !this.#origin.startsWith('https:')) return
    if (name.startsWith('__Host-') && !(isSecure && /; Path=\/(?:;|$)/i.test(attributes))) return
    if (name.length + value.length > 4096) return
    if (/; Max-Age=0(?:;|$)/i.test(attributes)) this.jar.delete(name)
    else this.jar.set(name, value)
  }
}

/** One request over a connection of its own. Redirects are not followed. */
export async function get(url: string, headers: Record<string, string> = {}, ca?: string): Promise<Answer> {
  const options = { headers, agent: false, timeout: 10_000 } as const
  const asked = url.startsWith('https:') ? requestSecurely(url, { ...options, ca }) : request(url, options)
  asked.on('timeout', () => asked.destroy(new Error(`${url} was never answered`)))
  asked.end()
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  const body = await text(response)
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    setCookies: response.headers['set-cookie'] ?? [],
    body,
    get json() {
      return JSON.parse(body)
    },
  }
}

/** The bytes of a response's head on the wire, when asked by HTTP/1.0 (as nginx does by default) or 1.1. */
export async function headBytes(origin: string, path: string, version: '1.0' | '1.1'): Promise<number> {
  const { host, port } = new URL(origin)
  const socket = connect(Number(port), '127.0.0.1')
  socket.write(
    `GET ${path} HTTP/${version}\r\nHost: ${host}\r\n${version === '1.0' ? 'Connection: close\r\n' : ''}\r\n`,
  )
  let received = ''
  for await (const chunk of socket.setEncoding('latin1')) {
    received += chunk
    const end = received.indexOf('\r\n\r\n')
    if (end !== -1) return end + '\r\n\r\n'.length
  }
  throw new Error(`${origin}${path} was not answered`)
}
