import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'

/** One on loopback that is free. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Sends a line, and rejects unless the answer begins as it should. */
export async function expectAnswer(port: number, line: string, expected: string): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  try {
    socket.setTimeout(1000, () => socket.destroy(new Error('no answer')))
    socket.write(`${line}\r\n`)
    const [answer] = await once(socket, 'data')
    if (!String(answer).startsWith(expected)) throw new Error(`it answered ${answer}`)
  } finally {
    socket.destroy()
  }
}
