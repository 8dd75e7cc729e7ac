import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { compiledScript, createApp } from './app.js'
import { newState, type State, type States } from './state.js'

const INSTANCE = '--instance'
const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** What a process leaves to the one that takes its place. The first one gets nothing. */
interface Estate {
  readonly states?: States
  readonly port?: number
}

/*
 * This file is run twice. The supervisor serves nothing itself: it forks the process that does, and another one with
 * the same keys when that one was restarted from the page, as a deployment does.
 *
 *   PORT, HOST                where it listens: 3000 on localhost
 *   SESSION_KEYS              the keys; without it, one that lives until Ctrl+C
 *   HTTPS_CERT, HTTPS_KEY     files, for https; also --cert and --key
 */
if (process.argv.includes(INSTANCE)) serveWhenTold()
else supervise()

function supervise(): void {
  let isEnding = false
  let instance = instanceWith({})
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      isEnding = true
      instance.kill(signal)
    })
  }

  function instanceWith(estate: Estate) {
    let left: Estate | undefined
    const child = fork(fileURLToPath(import.meta.url), [...process.argv.slice(2), INSTANCE])
    child.on('message', (message: Estate) => {
      left = message
    })
    child.once('exit', (code) => {
      if (left === undefined || isEnding) process.exit(isEnding ? 0 : (code ?? 1))
      instance = instanceWith(left)
    })
    child.send(estate)
    return child
  }
}

/** One process of the playground. If its supervisor is gone, so is this. */
function serveWhenTold(): void {
  process.once('disconnect', () => process.exit())
  process.once('message', (estate: Estate) => {
    try {
      serve(estate)
    } catch (error) {
      fail((error as Error).message)
    }
  })
}

function serve(estate: Estate): void {
  const { SESSION_KEYS, HOST, PORT, HTTPS_CERT, HTTPS_KEY } = process.env
  const text = { type: 'string' } as const
  const { values } = parseArgs({ options: { cert: text, key: text, [INSTANCE.slice(2)]: { type: 'boolean' } } })
  const { cert = HTTPS_CERT, key = HTTPS_KEY } = values
  if (!cert !== !key) throw new Error('HTTPS takes both files: --cert and --key, or HTTPS_CERT and HTTPS_KEY')
  // Also when they are set to nothing: an empty host would mean every interface.
  const host = HOST || 'localhost'
  const { port = portFrom(PORT || '3000'), states = { first: stateFrom(SESSION_KEYS) } } = estate
  const app = createApp({ states, isSecure: Boolean(cert), names: [host.toLowerCase()], restart })
  // In the background: the first page that is asked for asks for it at once.
  compiledScript().catch(() => {})
  const server =
    cert && key ? createSecureServer({ cert: readFileSync(cert), key: readFileSync(key) }, app) : createServer(app)
  server.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    const inUse = `port ${port} is in use: choose another, such as PORT=0 for any that is free`
    fail(code === 'EADDRINUSE' ? inUse : message)
  })
  server.listen(port, host, () => {
    if (estate.port === undefined) announce(server.address() as AddressInfo)
  })
  for (const signal of SIGNALS) process.on(signal, end)

  function announce({ address, port }: AddressInfo): void {
    // An address that stands for every interface is none to go to.
    const name = address === '0.0.0.0' || address === '::' ? 'localhost' : host
    const url = `${cert ? 'https' : 'http'}://${name.includes(':') ? `[${name}]` : name}:${port}`
    const keys = SESSION_KEYS ? 'the keys of SESSION_KEYS' : 'a generated key: Ctrl+C ends every session'
    console.log(`sealed-session playground on ${url} (with ${keys})`)
  }

  /** Whoever comes next takes over this very port. */
  function restart(states: States): void {
    process.send?.({ states, port: (server.address() as AddressInfo).port } satisfies Estate, end)
  }

  function end(): void {
    server.close(() => process.exit())
    server.closeAllConnections()
  }
}

function portFrom(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65535) return Number(text)
  throw new Error(`PORT is "${text}": give a number from 0 to 65535, 0 for any that is free`)
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
