import { type ChildProcess, fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { compiledScript, createApp } from './app.js'
import { newState, type State, type States } from './state.js'

const INSTANCE = '--instance'

/*
 * This file is run twice. The supervisor serves nothing itself: it forks the process that does, and another one with
 * the same keys when that one was restarted from the page, as a deployment does.
 *
 *   PORT, HOST                where it listens: 3000 on localhost
 *   SESSION_KEYS              the keys; without it, one that lives until Ctrl+C
 *   HTTPS_CERT, HTTPS_KEY     files, for https; also --cert and --key
 */
if (process.argv[2] === INSTANCE) serveWhenTold()
else supervise()

interface Start {
  readonly states: States
  readonly host: string
  readonly port: number
  /** The files of a certificate and its key. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined
}

type Report =
  | { readonly type: 'listening'; readonly port: number; readonly address: string }
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'restart'; readonly states: States }

function supervise(): void {
  let { states, host, port, tls } = started()
  let isEnding = false
  let isAnnounced = false
  let instance = next()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      isEnding = true
      instance.kill(signal)
    })
  }

  function next(): ChildProcess {
    let isRestarting = false
    const child = fork(fileURLToPath(import.meta.url), [INSTANCE])
    child.on('message', (report: Report) => {
      if (report.type === 'failed') fail(report.message)
      if (report.type === 'listening') announce(report.address, report.port)
      if (report.type === 'restart') {
        isRestarting = true
        states = report.states
      }
    })
    child.once('exit', (code) => {
      if (isEnding) process.exitCode = 0
      else if (isRestarting) instance = next()
      else process.exit(code ?? 1)
    })
    child.send({ states, host, port, tls } satisfies Start)
    return child
  }

  function announce(address: string, actual: number): void {
    // Whoever comes next takes over this very port.
    port = actual
    if (isAnnounced) return
    isAnnounced = true
    const key = states.first.hasOwnKeys
      ? 'with the keys of SESSION_KEYS'
      : 'with a generated key: Ctrl+C ends every session'
    // An address that stands for every interface is none to go to.
    const name = address === '0.0.0.0' || address === '::' ? 'localhost' : host
    const url = `${tls ? 'https' : 'http'}://${name.includes(':') ? `[${name}]` : name}:${port}`
    console.log(`sealed-session playground on ${url} (${key})`)
  }
}

function started(): Start {
  try {
    const { SESSION_KEYS: keys, HOST, PORT, HTTPS_CERT, HTTPS_KEY } = process.env
    const { values } = parseArgs({ options: { cert: { type: 'string' }, key: { type: 'string' } } })
    const { cert = HTTPS_CERT, key = HTTPS_KEY } = values
    if (!cert !== !key) throw new Error('HTTPS takes both files: --cert and --key, or HTTPS_CERT and HTTPS_KEY')
    const tls = cert && key ? { cert, key } : undefined
    // Also when they are set to nothing: an empty host would mean every interface.
    const [host, port] = [HOST || 'localhost', PORT || '3000']
    if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) {
      throw new Error(`PORT is "${port}": give a number from 0 to 65535, 0 for any that is free`)
    }
    return { states: { first: stateFrom(keys) }, host, port: Number(port), tls }
  } catch (error) {
    return fail((error as Error).message)
  }
}

function stateFrom(keys: string | undefined): State {
  try {
    return newState(keys)
  } catch (error) {
    throw new Error(`SESSION_KEYS: ${(error as Error).message}`)
  }
}

function fail(message: string): never {
  console.error(message)
  process.exit(1)
}

/** One process of the playground. If its supervisor is gone, so is this. */
function serveWhenTold(): void {
  const report = (message: Report, sent: () => void = () => {}) => process.send?.(message, sent)
  process.once('disconnect', () => process.exit())
  process.once('message', (start: Start) => {
    try {
      serve(start, report)
    } catch (error) {
      report({ type: 'failed', message: (error as Error).message })
    }
  })
}

function serve({ states, host, port, tls }: Start, report: (message: Report, sent?: () => void) => void): void {
  const restart = (states: States) => report({ type: 'restart', states }, end)
  const { app, close } = createApp({ states, isSecure: tls !== undefined, names: [host.toLowerCase()], restart })
  // In the background: the first page that is asked for asks for it at once.
  compiledScript().catch(() => {})
  const server = tls
    ? createSecureServer({ cert: readFileSync(tls.cert), key: readFileSync(tls.key) }, app)
    : createServer(app)
  server.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    const inUse = `port ${port} is in use: choose another, such as PORT=0 for any that is free`
    report({ type: 'failed', message: code === 'EADDRINUSE' ? inUse : message })
  })
  server.listen(port, host, () => {
    const { address, port: actual } = server.address() as AddressInfo
    report({ type: 'listening', address, port: actual })
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, end)

  function end(): void {
    close()
    server.close(() => process.exit())
    server.closeAllConnections()
  }
}
