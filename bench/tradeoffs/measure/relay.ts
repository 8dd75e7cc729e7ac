import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

export interface Traffic {
  /** Bytes from the client. */
  readonly up: number
  readonly down: number
}

/** Passes on what comes over a connection, and counts it: what is on the wire, whatever the protocol. */
export class Relay {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #up = 0
  #down = 0

  private constructor(port: number) {
    this.#server = createServer({ noDelay: true }, (client) => {
      const app = connect({ port, host: '127.0.0.1', noDelay: true })
      client.on('data', ({ length }) => {
        this.#up += length
      })
      app.on('data', ({ length }) => {
        this.#down += length
      })
      client.pipe(app).pipe(client)
      for (const socket of [client, app]) {
        this.#sockets.add(socket)
        // A connection that is cut off at the end of the measuring is no failure.
        socket.on('error', () => {})
      }
    })
  }

  static async to(port: number): Promise<Relay> {
    const relay = new Relay(port)
    relay.#server.listen(0, '127.0.0.1')
    await once(relay.#server, 'listening')
    return relay
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Of the whole time. */
  get traffic(): Traffic {
    return { up: this.#up, down: this.#down }
  }

  close(): void {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }
}
