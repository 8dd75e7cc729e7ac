/** The process that starts from nothing, answers one request, and ends when nothing is left to be done. Argument: who. */
import { writeSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { CONTENDERS, type Contender, mount, type Name } from '../contenders/servers.js'

const LONGEST_WAIT = 30_000

const [name] = process.argv.slice(2) as [Name]
const app = express()
app.use((_req, res, next) => {
  res.once('close', () => server.close())
  next()
})
mount(app, await (CONTENDERS[name] as Contender).open())
const server = app.listen(0, '127.0.0.1', () => writeSync(1, `${(server.address() as AddressInfo).port}\n`))

// In case that nobody asks, as the parent may have ended.
setTimeout(() => process.exit(1), LONGEST_WAIT).unref()
