/** The process of the app with one backend. Arguments: the backend's name, and the address of its server. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import express, { type Request } from 'express'
import { serve } from '../../http/app.js'
import { sessionData } from '../../measure/session-data.js'
import type { BackendName } from '../backend.js'
import { BACKEND } from '../backends/index.js'
import { USER } from './user.js'

export interface Greeting {
  readonly port: number
}

/** Since the process began. */
export interface Usage {
  /** Of all threads, in microseconds. */
  readonly cpu: number
  readonly requests: number
}

/** Resident, in bytes, without the garbage. */
export interface Memory {
  readonly resident: number
}

export type Question =
  | { readonly about: 'usage' }
  /** `rest`: seconds to give memory back to the system, which V8 does in the background. */
  | { readonly about: 'memory'; readonly rest: number }

const [name, url] = process.argv.slice(2)
const { middleware } = await BACKEND[name as BackendName].open(url)
const app = express()
app.use(middleware)
serve(app, {
  'sign-in': (req, res) => {
    Object.assign(sessionOf(req), sessionData('flat', Number(req.query['size'])))
    res.send(USER)
  },
  session: (req, res) => res.json(sessionOf(req)),
  untouched: (_req, res) => res.send(USER),
  read: (req, res) => res.send(sessionOf(req).user),
  write: (req, res) => {
    const session = sessionOf(req)
    session.views += 1
    res.send(session.user)
  },
})

let requests = 0
const server = createServer(app)
server.on('request', () => requests++)
server.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port } satisfies Greeting)
})

process.on('disconnect', () => process.exit())
process.on('message', async (question: Question) => {
  process.send?.(question.about === 'usage' ? usage() : await memory(question.rest))
})

function usage(): Usage {
  const { user, system } = process.cpuUsage()
  return { cpu: user + system, requests }
}

async function memory(rest: number): Promise<Memory> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as (options?: object) => void
  for (let times = 0; times < 3; times++) collect()
  // Also the young generation, which has grown with the number of requests and not of sessions. Node 20 knows no such
  // option, and needs the others.
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
  await sleep(rest * 1000)
  collect()
  return { resident: process.memoryUsage.rss() }
}

function sessionOf(req: Request): { user: string; views: number } {
  return req.session as unknown as { user: string; views: number }
}
