/** The process that serves one contender. Arguments: its name, the line of Express, and the address of its store. */
import type { Socket } from 'node:net'
import type { Express } from 'express'
import { CONTENDERS, type Contender, mount, type Name } from '../contenders/servers.js'
import { serveForParent } from '../measure/process.js'
import { type Cpu, residentMemory } from '../measure/usage.js'

/** Since the process began. */
export interface Usage extends Cpu {
  readonly requests: number
  /** Of the requests, heads included. */
  readonly bytes: number
}

/** Its usage, or its resident memory after so many seconds of rest. */
export type Question = { readonly about: 'usage' } | { readonly about: 'memory'; readonly rest: number }

const [name, version, url] = process.argv.slice(2)
const { default: express } = await (version === '4' ? import('express4') : import('express'))
const app = express() as Express
mount(app, await (CONTENDERS[name as Name] as Contender).open(url))

const open = new Set<Socket>()
let bytesOfClosed = 0
let requests = 0

const server = await serveForParent(app, async (question: Question): Promise<Usage | number> => {
  if (question.about === 'memory') return residentMemory(question.rest)
  const bytes = [...open].reduce((sum, { bytesRead }) => sum + bytesRead, bytesOfClosed)
  return { ...process.cpuUsage(), requests, bytes }
})
server.on('request', () => requests++)
server.on('connection', (socket) => {
  open.add(socket)
  socket.once('close', () => {
    open.delete(socket)
    bytesOfClosed += socket.bytesRead
  })
})
