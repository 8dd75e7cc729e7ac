import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { listen } from './process.js'

/** Passes on what comes over connections, whatever the protocol: counts bytes, and can hold every answer back. */
export class TcpProxy {
  /** From the client. */
  bytesUp = 0
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

  #join(client: Socket, server: Socket): void {
    client.setNoDelay()
    client.on('data', (chunk) => {
      this.bytesUp += chunk.length
      server.write(chunk)
    })
    // Equal delays keep the order.
    server.on('data', (chunk) => {
      this.bytesDown += chunk.length
      this.#later(() => client.write(chunk))
    })
    server.on('end', () => this.#later(() => client.end()))
    client.on('end', () => server.end())
    for (const [socket, other] of [[client, server] as const, [server, client] as const]) {
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
