import { once } from 'node:events'
import { connect, createServer } from 'node:net'

const [FIRST, LAST] = [20_000, 30_000]
const given = new Set<number>()

/**
 * A free port of loopback. It is below those that Linux gives to outgoing connections: a proxy that keeps trying the
 * port of a process that restarts would sooner or later be given that very port, and hold it.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST))
    if (given.has(port) || !(await isFree(port))) continue
    given.add(port)
    return port
  }
}

export async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}
