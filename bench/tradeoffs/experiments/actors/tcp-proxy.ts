import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { listen } from './listen.js'

/** Stands between an app and its store: counts bytes, and holds every answer back for a while. */
export class TcpProxy {
  /** From the app to the store. */
  bytesUp = 0
  /** From the store to the app. */
  bytesDown = 0
  /** How long each answer is held back, in milliseconds. */
  delay = 0
  readonly port: number
  readonly #server: Server
  readonly #sockets: Set<Socket>

  private constructor(server: Server, port: number, sockets: Set<Socket>) {
    this.#server = server
    this.port = port
    this.#sockets = sockets
  }

  static async to(host: string, port: number): Promise<TcpProxy> {
    const sockets = new Set<Socket>()
    const server = createServer((client) => proxy.#join(client, createConnection({ host, port, noDelay: true })))
    const proxy: TcpProxy = new TcpProxy(server, await listen(server), sockets)
    return proxy
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #join(client: Socket, store: Socket): void {
    client.setNoDelay()
    client.on('data', (chunk) => {
      this.bytesUp += chunk.length
      store.write(chunk)
    })
    // Equal delays keep the order.
    store.on('data', (chunk) => {
      this.bytesDown += chunk.length
      this.#later(() => client.write(chunk))
    })
    store.on('end', () => this.#later(() => client.end()))
    client.on('end', () => store.end())
    for (const [socket, other] of [[client, store] as const, [store, client] as const]) {
      this.#sockets.add(socket)
      socket.on('error', () => other.destroy())
      socket.on('close', () => this.#sockets.delete(socket))
    }
  }

  #later(act: () => void): void {
    if (this.delay === 0) act()
    else setTimeout(act, this.delay)
  }
}

/** For URLs that name no port. */
const PORTS: Readonly<Record<string, number>> = {
  'redis:': 6379,
  'memcached:': 11211,
  'mysql:': 3306,
  'mongodb:': 27017,
  'postgres:': 5432,
  'postgresql:': 5432,
}

/** Undefined for several hosts, for what only DNS knows, and for TLS, whose certificate would not be for loopback. */
export function addressIn(url: string): { host: string; port: number } | undefined {
  if (!URL.canParse(url)) return undefined
  const { protocol, hostname, port } = new URL(url)
  const standard = PORTS[protocol]
  return standard && hostname ? { host: hostname, port: Number(port || standard) } : undefined
}

/** The same store by way of a port on loopback. */
export function through(url: string, port: number): string {
  const proxied = new URL(url)
  proxied.host = `127.0.0.1:${port}`
  // Or the driver would ask the members of a replica set for their own addresses, and go there.
  if (proxied.protocol === 'mongodb:') proxied.searchParams.set('directConnection', 'true')
  return proxied.href
}
