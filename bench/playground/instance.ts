import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Express } from 'express'
import { createApp } from './app.js'
import { compileScript } from './script.js'
import type { Report, Start } from './start.js'

/*
 * One process of the playground. Its supervisor says what to start with, and is told the state when it restarts; if
 * the supervisor is gone, so is this.
 */
process.once('message', (start: Start) => {
  try {
    serve(start)
  } catch (error) {
    report({ type: 'failed', message: (error as Error).message })
  }
})
process.once('disconnect', () => process.exit())

function serve({ states, host, port, tls }: Start): void {
  const { app, close } = createApp({
    states,
    isSecure: tls !== undefined,
    names: [host.toLowerCase()],
    restart: (states) => report({ type: 'restart', states }, end),
  })
  // In the background: the first page that is asked for asks for it at once.
  compileScript().catch(() => {})

  const server = listener(app, tls)
  server.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    const inUse = `port ${port} is in use: choose another, such as PORT=0 for any that is free`
    report({ type: 'failed', message: code === 'EADDRINUSE' ? inUse : message })
  })
  server.listen(port, host, () => {
    const { address, port } = server.address() as AddressInfo
    report({ type: 'listening', address, port })
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, end)

  function end(): void {
    close()
    server.close(() => process.exit())
    server.closeAllConnections()
  }
}

function listener(app: Express, tls: Start['tls']) {
  if (tls === undefined) return createServer(app)
  return createSecureServer({ cert: readFileSync(tls.cert), key: readFileSync(tls.key) }, app)
}

function report(message: Report, sent: () => void = () => {}): void {
  process.send?.(message, sent)
}
