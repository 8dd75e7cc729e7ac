import { Agent, type RequestOptions, request } from 'node:http'

/** What a browser keeps of a cookie: name and value together; longer ones it ignores, without telling anybody. */
const LONGEST = 4096
/** As long as a browser waits here; people leave earlier. */
const PATIENCE = 10_000

/**
 * What Chrome sends to a page beside the cookie, in its order: a cookie is a part of a request, and how large a part
 * depends on the rest. `host` and `connection` are left to who sends them.
 */
export const BROWSER: Readonly<Record<string, string>> = {
  'cache-control': 'max-age=0',
  'sec-ch-ua': '"Chromium";v="142", "Google Chrome";v="142", "Not_A Brand";v="99"',
  'sec-ch-ua-mobile': '?0',
  'sec-ch-ua-platform': '"Windows"',
  'upgrade-insecure-requests': '1',
  'user-agent':
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  accept:
    'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7',
  'sec-fetch-site': 'same-origin',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-user': '?1',
  'sec-fetch-dest': 'document',
  'accept-encoding': 'gzip, deflate, br, zstd',
  'accept-language': 'en-GB,en;q=0.9',
}

/** The cookies of one browser, for one site. */
export class Jar {
  readonly #cookies: Map<string, string>

  constructor(cookies: Iterable<[string, string]> = []) {
    this.#cookies = new Map(cookies)
  }

  /** `name=value` of each. */
  get pairs(): string[] {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`)
  }

  value(name: string): string | undefined {
    return this.#cookies.get(name)
  }

  /** Takes a `Set-Cookie` line as RFC 6265 has it: the same name replaces, no time left removes. False if it ignores it. */
  take(line: string): boolean {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
    const equals = pair.indexOf('=')
    const [name, value] = [pair.slice(0, equals), pair.slice(equals + 1)]
    if (equals < 1 || Buffer.byteLength(name + value) > LONGEST) return false
    if (hasEnded(attributes)) this.#cookies.delete(name)
    else this.#cookies.set(name, value)
    return true
  }

  clear(): void {
    this.#cookies.clear()
  }

  copy(): Jar {
    return new Jar(this.#cookies)
  }
}

/** `Max-Age` has the say where both are there. */
function hasEnded(attributes: readonly string[]): boolean {
  const values = new Map(attributes.map((one) => [one.split('=', 1)[0]?.toLowerCase(), one.split('=')[1] ?? '']))
  const maxAge = values.get('max-age')
  if (maxAge !== undefined && /^-?\d+$/.test(maxAge)) return Number(maxAge) <= 0
  return Date.parse(values.get('expires') ?? '') <= Date.now()
}

export interface Sending extends Pick<RequestOptions, 'method' | 'headers' | 'agent' | 'signal'> {
  /** Before there is an answer, or when its head has come. */
  readonly hangUp?: 'early' | 'late' | undefined
  /** With the `Set-Cookie` lines: a browser takes cookies when the head is there, not when the body has ended. */
  readonly onHead?: (lines: readonly string[]) => void
}

export interface Sent {
  /** 0 if no head came. */
  status: number
  setCookies: readonly string[]
  /** Undefined where the connection ended before the body did. */
  body: string | undefined
  /** On the wire, heads included. */
  bytesUp: number
  bytesDown: number
}

/** One request. */
export function send(url: string, { hangUp, onHead, ...options }: Sending): Promise<Sent> {
  return new Promise((resolve) => {
    const sent: Sent = { status: 0, setCookies: [], body: undefined, bytesUp: 0, bytesDown: 0 }
    let count = () => {}
    const req = request(url, options, async (res) => {
      sent.status = res.statusCode ?? 0
      sent.setCookies = res.headers['set-cookie'] ?? []
      onHead?.(sent.setCookies)
      if (hangUp === 'late') {
        res.on('error', () => {})
        req.destroy()
        return resolve(sent)
      }
      try {
        let body = ''
        for await (const chunk of res) {
          body += chunk
          // Not at the end, when the socket may be another request's.
          count()
        }
        sent.body = body
      } catch {
        // It has ended before its body did.
      }
      resolve(sent)
    })
    req.on('error', () => resolve(sent))
    req.on('socket', (socket) => {
      const [read, written] = [socket.bytesRead, socket.bytesWritten]
      count = () => {
        sent.bytesUp = socket.bytesWritten - written
        sent.bytesDown = socket.bytesRead - read
      }
    })
    req.end()
    if (hangUp === 'early') setTimeout(() => req.destroy(), Math.random() * 4)
  })
}

/** One request on a connection of its own, with the cookies to send back after it. Rejects unless its status is 200. */
export async function visit(url: string, cookie = ''): Promise<{ readonly body: string; readonly cookie: string }> {
  const headers = cookie === '' ? {} : { cookie }
  const { status, body = '', setCookies } = await send(url, { agent: false, headers })
  if (status !== 200) throw new Error(`status ${status}: ${body}`)
  return { body, cookie: setCookies.map((line) => line.split(';')[0]).join('; ') }
}

/** What came back to a browser: status 0 if not all came in time, or the connection broke. */
export interface Answer extends Sent {
  readonly body: string
  readonly ms: number
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
  readonly origin: string
  readonly #headers: Readonly<Record<string, string>>
  readonly #jar: Jar
  readonly #agent = new Agent({ keepAlive: true })

  /** @param origin `http://127.0.0.1:3000` */
  constructor(origin: string, headers: Readonly<Record<string, string>> = { accept: '*/*' }, jar = new Jar()) {
    this.origin = origin
    this.#headers = headers
    this.#jar = jar
  }

  get(path: string, patience?: number): Promise<Answer> {
    return this.#send('GET', path, patience)
  }

  post(path: string, patience?: number): Promise<Answer> {
    return this.#send('POST', path, patience)
  }

  /** Another browser with the cookies that this one has now. */
  copy(origin = this.origin): Browser {
    return new Browser(origin, this.#headers, this.#jar.copy())
  }

  close(): void {
    this.#agent.destroy()
  }

  async #send(method: 'GET' | 'POST', path: string, patience = PATIENCE): Promise<Answer> {
    const begin = performance.now()
    const cookie = this.#jar.pairs.join('; ')
    const signal = AbortSignal.timeout(patience)
    let cookiesIgnored = 0
    const sent = await send(this.origin + path, {
      method,
      headers: { ...this.#headers, ...(method === 'POST' && { 'content-length': 0 }), ...(cookie && { cookie }) },
      agent: this.#agent,
      signal,
      onHead: (lines) => {
        cookiesIgnored = lines.filter((line) => !this.#jar.take(line)).length
      },
    })
    const { status, body } = sent
    return {
      ...sent,
      ...(body === undefined ? { status: 0, body: '', late: signal.aborted } : { status, body, late: false }),
      cookiesUp: Buffer.byteLength(cookie),
      cookiesDown: sent.setCookies.reduce((sum, line) => sum + Buffer.byteLength(line), 0),
      cookiesIgnored,
      ms: performance.now() - begin,
    }
  }
}
