import { Agent, type IncomingMessage, request } from 'node:http'

/** As long as a browser waits here; people leave earlier. */
const PATIENCE = 10_000
/** What a browser keeps of a cookie: name and value together; longer ones it ignores, without telling anybody. */
const LONGEST = 4096

/** The cookies of one browser, for one site on plain HTTP. */
class Jar {
  readonly #cookies: Map<string, string>

  constructor(cookies: Iterable<[string, string]> = []) {
    this.#cookies = new Map(cookies)
  }

  /** The `Cookie` header; empty if there is none. */
  get header(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
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
  readonly origin: string
  readonly #jar: Jar
  readonly #agent = new Agent({ keepAlive: true })

  /** @param origin `http://127.0.0.1:3000` */
  constructor(origin: string, jar = new Jar()) {
    this.origin = origin
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
    return new Browser(origin, this.#jar.copy())
  }

  close(): void {
    this.#agent.destroy()
  }

  async #send(method: string, path: string, patience = PATIENCE): Promise<Answer> {
    const begin = performance.now()
    const cookie = this.#jar.header
    const signal = AbortSignal.timeout(patience)
    const came = { status: 0, body: '', bytesUp: 0, bytesDown: 0, cookiesDown: 0, cookiesIgnored: 0, late: false }
    const headers = { accept: '*/*', ...(method === 'POST' && { 'content-length': 0 }), ...(cookie && { cookie }) }
    let count = () => {}
    try {
      const head = await new Promise<IncomingMessage>((resolve, reject) => {
        const sent = request(this.origin + path, { method, headers, agent: this.#agent, signal }, resolve)
        sent.on('error', reject).on('socket', (socket) => {
          const [read, written] = [socket.bytesRead, socket.bytesWritten]
          count = () => {
            came.bytesUp = socket.bytesWritten - written
            came.bytesDown = socket.bytesRead - read
          }
        })
        sent.end()
      })
      // A browser takes the cookies when the head is there, not when the body has ended.
      const setCookies = head.headers['set-cookie'] ?? []
      const cookiesIgnored = setCookies.filter((line) => !this.#jar.take(line)).length
      let body = ''
      for await (const chunk of head) {
        body += chunk
        // Not at the end, when the socket may be another request's.
        count()
      }
      const cookiesDown = setCookies.reduce((sum, line) => sum + Buffer.byteLength(line), 0)
      Object.assign(came, { status: head.statusCode ?? 0, body, cookiesDown, cookiesIgnored })
    } catch {
      came.late = signal.aborted
    }
    return { ...came, cookiesUp: Buffer.byteLength(cookie), ms: performance.now() - begin }
  }
}

/** Somebody with a browser. */
export interface Person {
  readonly user: string
  readonly browser: Browser
}

let people = 0

/** Somebody new, whose name nobody has had before. */
export function person(origin: string): Person {
  return { user: `person-${++people}`, browser: new Browser(origin) }
}

export async function signIn({ user, browser }: Person): Promise<void> {
  const { status, body } = await browser.post(`/sign-in?user=${user}`)
  if (status !== 200) throw new Error(`${user} cannot sign in: ${status} ${body}`)
}

/** So many new people who have signed in. */
export async function signedIn(origin: string, count: number): Promise<Person[]> {
  const group = Array.from({ length: count }, () => person(origin))
  for (const one of group) await signIn(one)
  return group
}

/** Whether the app knows who it is. */
export async function isKnown({ user, browser }: Person): Promise<boolean> {
  return sessionIn(await browser.get('/read'))['user'] === user
}

export async function known(group: readonly Person[]): Promise<Person[]> {
  const answers = await Promise.all(group.map((one) => isKnown(one)))
  return group.filter((_, index) => answers[index])
}

/** The same people, with copies of their cookies, at another address. */
export function at(origin: string, group: readonly Person[]): Person[] {
  return group.map(({ user, browser }) => ({ user, browser: browser.copy(origin) }))
}

/** The session as the app shows it; empty where it shows none. */
export function sessionIn({ status, body }: Answer): Record<string, unknown> {
  return status === 200 ? JSON.parse(body) : {}
}
