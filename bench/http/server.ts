/** The process that serves one contender with one Express, and answers what it has cost since it was last asked. */
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Express } from 'express'
import { CONTENDERS, type Name } from './contenders.js'

export interface Greeting {
  readonly port: number
}

/** Since the process began. */
export interface Usage {
  /** Of all threads, in microseconds. */
  readonly cpu: number
  readonly requests: number
  /** Of the requests, heads included. */
  readonly bytes: number
}

const [name, version] = process.argv.slice(2)
const { default: express } = await (version === '4' ? import('express4') : import('express'))
const app = express() as Express
const { load, mount } = CONTENDERS[name as Name]
mount(app, await load())

const open = new Set<Socket>()
let bytesOfClosed = 0
let requests = 0

const server = createServer(app)
server.on('request', () => requests++)
server.on('connection', (socket) => {
  open.add(socket)
  socket.once('close', () => {
    open.delete(socket)
    bytesOfClosed += socket.bytesRead
  })
})
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  process.send?.({ port } satisfies Greeting)
})

process.on('disconnect', () => process.exit())
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  const bytes = [...open].reduce((sum, { bytesRead }) => sum + bytesRead, bytesOfClosed)
  process.send?.({ cpu: user + system, requests, bytes } satisfies Usage)
})
