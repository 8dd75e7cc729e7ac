import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Report, type Start, startFrom } from './start.js'

/*
 * The supervisor: it serves nothing itself. It starts the process that does, and another one with the same keys when
 * that one was restarted from the page, as a deployment does.
 *
 *   PORT, HOST                where it listens: 3000 on localhost
 *   SESSION_KEYS              the keys; without it, one that lives until Ctrl+C
 *   HTTPS_CERT, HTTPS_KEY     files, for https; also --cert and --key
 */
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

function started(): Start {
  try {
    return startFrom(process.env, process.argv.slice(2))
  } catch (error) {
    return fail((error as Error).message)
  }
}

function next(): ChildProcess {
  let isRestarting = false
  const child = fork(fileURLToPath(new URL('./instance.ts', import.meta.url)))
  child.on('message', (report: Report) => {
    if (report.type === 'failed') fail(report.message)
    if (report.type === 'listening') announce(report)
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

function announce({ address, port: actual }: { readonly address: string; readonly port: number }): void {
  // Whoever comes next takes over this very port.
  port = actual
  if (isAnnounced) return
  isAnnounced = true
  const key = states.first.hasOwnKeys
    ? 'with the keys of SESSION_KEYS'
    : 'with a generated key: Ctrl+C ends every session'
  console.log(`sealed-session playground on ${urlOf(address)} (${key})`)
}

/** Where a browser on this machine finds it: an address that stands for every interface is none to go to. */
function urlOf(address: string): string {
  const isEverywhere = address === '0.0.0.0' || address === '::'
  const name = isEverywhere ? 'localhost' : host
  return `${tls ? 'https' : 'http'}://${name.includes(':') ? `[${name}]` : name}:${port}`
}

function fail(message: string): never {
  console.error(message)
  process.exit(1)
}
