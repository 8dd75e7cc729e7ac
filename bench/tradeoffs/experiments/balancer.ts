import { Agent, createServer, type IncomingMessage, request } from 'node:http'
import { listen } from '../../measure/process.js'

export interface Balancer {
  readonly origin: string
  /** Where it sends requests to. */
  upstreams: readonly string[]
  close(): Promise<unknown>
}

/**
 * A reverse proxy that sends each request to the next instance, whoever it is from. As nginx by default, it tries
 * another instance when nothing was sent yet, or when what was sent may be done twice.
 */
export async function balancerBefore(upstreams: readonly string[]): Promise<Balancer> {
  const agent = new Agent({ keepAlive: true })
  let turn = 0
  const server = createServer(async (req, res) => {
    const first = turn++ % balancer.upstreams.length
    for (const upstream of [...balancer.upstreams.slice(first), ...balancer.upstreams.slice(0, first)]) {
      try {
        const answer = await ask(agent, upstream, req)
        res.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
        answer.on('error', () => res.destroy()).pipe(res)
        return
      } catch (error) {
        const neverSent = (error as NodeJS.ErrnoException).code === 'ECONNREFUSED'
        if (!neverSent && req.method !== 'GET') break
      }
    }
    res.writeHead(502).end()
  })
  const close = async () => {
    agent.destroy()
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  }
  const balancer: Balancer = { origin: `http://127.0.0.1:${await listen(server)}`, upstreams, close }
  return balancer
}

/** The requests of the experiments have no bodies. */
function ask(agent: Agent, upstream: string, { method, headers, url }: IncomingMessage): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = { ...(method && { method }), headers, agent }
    request(`${upstream}${url}`, options, resolve).on('error', reject).end()
  })
}
