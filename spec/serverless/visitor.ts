import type { Invoke } from './adapters.js'
import type { Sent } from './events.js'
import type { Received, Result, Service } from './services.js'

type Request = Pick<Sent, 'path'> & Partial<Sent>

/** Sends one request through a service to a Lambda function and back. Events and results pass as JSON. */
export async function send(invoke: Invoke, service: Service, request: Request): Promise<Received> {
  return service.emit(await resultOf(invoke, service, request))
}

/** What the function returns to the service. */
export async function resultOf(invoke: Invoke, service: Service, request: Request): Promise<Result> {
  const event = service.event({ method: 'GET', proto: 'https', cookies: [], ...request })
  return throughJson(await invoke(throughJson(event)))
}

/** A browser behind a service, as far as cookies go: what is in its jar is sent, what is set is stored. */
export class Visitor {
  readonly jar = new Map<string, string>()
  readonly #invoke: Invoke
  readonly #service: Service

  constructor(invoke: Invoke, service: Service) {
    this.#invoke = invoke
    this.#service = service
  }

  get(path: string): Promise<Received> {
    return this.#send({ path })
  }

  /** Sends a form. */
  post(path: string, fields: Record<string, string> = {}): Promise<Received> {
    const body = Buffer.from(new URLSearchParams(fields).toString())
    return this.#send({ path, method: 'POST', contentType: 'application/x-www-form-urlencoded', body })
  }

  async #send(request: Request): Promise<Received> {
    const pairs = [...this.jar].map(([name, value]) => `${name}=${value}`)
    const cookies = pairs.length === 0 ? [] : [pairs.join('; ')]
    const received = await send(this.#invoke, this.#service, { cookies, ...request })
    for (const line of received.setCookies) this.#store(line)
    return received
  }

  #store(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    // Browsers neither set nor remove such a cookie otherwise (RFC 6265bis, section 4.1.3.2).
    if (name.startsWith('__Host-') && !(/; Secure(?:;|$)/.test(line) && /; Path=\/(?:;|$)/.test(line))) return
    if (/; Max-Age=0(?:;|$)/.test(line)) this.jar.delete(name)
    else this.jar.set(name, value)
  }
}

/** The names of the cookies that lines set, in their order. */
export function namesOf(setCookies: readonly string[]): string[] {
  return setCookies.map((line) => line.slice(0, line.indexOf('=')))
}

export function jsonOf({ body }: Received): unknown {
  return JSON.parse(body.toString())
}

function throughJson<Value>(value: unknown): Value {
  return JSON.parse(JSON.stringify(value))
}
