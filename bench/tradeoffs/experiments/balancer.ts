import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import { listen } from '../../measure/process.js'

/**
 * A reverse proxy that sends each request to the next instance, whoever it is from. As nginx by default, it tries
 * another instance when nothing was sent yet, or when what was sent may be done twice.
 */
export class Balancer {
  readonly origin: string
  #upstreams: readonly string[]
  #turn = 0
  readonly #server: Server
  readonly #agent = new Agent({ keepAlive: true })

  private constructor(server: Server, port: number, upstreams: readonly string[]) {
    this.#server = server
    this.#upstreams = upstreams
    this.origin = `http://127.0.0.1:${port}`
  }

  static async before(origins: readonly string[]): Promise<Balancer> {
    const server = createServer((req, res) => void balancer.#pass(req, res))
    const balancer: Balancer = new Balancer(server, await listen(server), origins)
    return balancer
  }

  /** Sends requests to these from now on. */
  use(origins: readonly string[]): void {
    this.#upstreams = origins
  }

  async close(): Promise<void> {
    this.#agent.destroy()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #pass(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const first = this.#turn++ % this.#upstreams.length
    for (const upstream of [...this.#upstreams.slice(first), ...this.#upstreams.slice(0, first)]) {
      try {
        const answer = await this.#ask(upstream, req)
        res.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
        answer.on('error', () => res.destroy())
        answer.pipe(res)
        return
      } catch (error) {
        const neverSent = (error as NodeJS.ErrnoException).code === 'ECONNREFUSED'
        if (!neverSent && req.method !== 'GET') break
      }
    }
    res.writeHead(502).end()
  }

  /** The requests of the experiments have no bodies. */
  #ask(upstream: string, { method, headers, url }: IncomingMessage): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const options = { ...(method && { method }), headers, agent: this.#agent }
      request(`${upstream}${url}`, options, resolve).on('error', reject).end()
    })
  }
}
