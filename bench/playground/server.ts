import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SessionError } from '../../lib/index.js'
import { createApp } from './app.js'

const { SESSION_KEYS: keys, HOST, PORT } = process.env
// Also when they are set to nothing: an empty host would mean every interface.
const host = HOST || 'localhost'
const port = portFrom(PORT || '3000')

const server = createServer(app())
server.on('error', ({ code, message }: NodeJS.ErrnoException) => {
  fail(code === 'EADDRINUSE' ? `port ${port} is in use: choose another, such as PORT=0 for any that is free` : message)
})
server.listen(port, host, () => {
  const key =
    keys === undefined ? 'with a generated key: a restart ends every session' : 'with the keys of SESSION_KEYS'
  console.log(`sealed-session playground on ${urlOf(server.address() as AddressInfo)} (${key})`)
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    server.close()
    server.closeAllConnections()
  })
}

function portFrom(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65535) return port
  return fail(`PORT is "${text}": give a number from 0 to 65535, 0 for any that is free`)
}

function app(): ReturnType<typeof createApp> {
  try {
    return createApp({ keys })
  } catch (error) {
    if (error instanceof SessionError) fail(`SESSION_KEYS: ${error.message}`)
    throw error
  }
}

/** Where a browser on this machine finds it: an address that stands for every interface is none to go to. */
function urlOf({ address, port }: AddressInfo): string {
  const isEverywhere = address === '0.0.0.0' || address === '::'
  const name = isEverywhere ? 'localhost' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}

function fail(message: string): never {
  console.error(message)
  process.exit(1)
}
