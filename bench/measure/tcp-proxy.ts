import { createConnection, createServer, type Socket } from 'node:net'
import { listen } from './process.js'

/** Passes on what comes over connections, whatever the protocol. */
export interface TcpProxy {
  readonly port: number
  /** What it has counted: from the client, and to it. */
  bytesUp: number
  bytesDown: number
  /** How long each answer is held back, in milliseconds. */
  delay: number
  close(): Promise<void>
}

export async function tcpProxy(to: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = createConnection({ ...to, noDelay: true })
    // Equal delays keep the order.
    const later = (act: () => void) => (proxy.delay === 0 ? act() : setTimeout(act, proxy.delay))
    client.on('data', (chunk) => {
      proxy.bytesUp += chunk.length
      upstream.write(chunk)
    })
    upstream.on('data', (chunk) => {
      proxy.bytesDown += chunk.length
      later(() => client.write(chunk))
    })
    upstream.on('end', () => later(() => client.end()))
    client.on('end', () => upstream.end())
    for (const [socket, other] of [[client, upstream] as const, [upstream, client] as const]) {
      sockets.add(socket)
      socket.on('error', () => other.destroy())
      socket.on('close', () => sockets.delete(socket))
    }
  })
  const close = async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
  const proxy: TcpProxy = { port: await listen(server), bytesUp: 0, bytesDown: 0, delay: 0, close }
  return proxy
}
