/** The process that serves one contender. Arguments: its name, the line of Express, and the address of its store. */
import type { Socket } from 'node:net'
import type { Express } from 'express'
import { CONTENDERS, type Contender, mount, type Name } from '../contenders/servers.js'
import { serveForParent } from '../measure/process.js'
import { type Places, type PlacesBy, Profiling } from '../measure/profile.js'
import { type Cpu, residentMemory } from '../measure/usage.js'

/** Since the process began. */
export interface Usage extends Cpu {
  readonly requests: number
  /** Of the requests, heads included. */
  readonly bytes: number
}

/** Its usage, its resident memory after so many seconds of rest, or where its time goes from the first such question to the next. */
export type Question =
  | { readonly about: 'usage' }
  | { readonly about: 'memory'; readonly rest: number }
  | { readonly about: 'profile'; readonly by: PlacesBy }

const [name, version, url] = process.argv.slice(2)
const { default: express } = await (version === '4' ? import('express4') : import('express'))
const app = express() as Express
mount(app, await (CONTENDERS[name as Name] as Contender).open(url))

const open = new Set<Socket>()
let bytesOfClosed = 0
let requests = 0
let profiling: Profiling | undefined
let profiledFrom = 0

const server = await serveForParent(app, async (question: Question): Promise<Usage | Places | number> => {
  if (question.about === 'memory') return residentMemory(question.rest)
  if (question.about === 'profile') {
    if (profiling) {
      const places = await profiling.stop(requests - profiledFrom, question.by)
      profiling = undefined
      return places
    }
    profiling = new Profiling()
    profiledFrom = requests
    await profiling.start()
    return {}
  }
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
