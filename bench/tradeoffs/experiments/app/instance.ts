/** The process of one instance of the app: its settings come as JSON, and its port goes back. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { Barrier } from './barrier.js'
import { middlewareOf } from './middleware.js'
import { addControls, addRoutes } from './routes.js'
import type { Settings } from './settings.js'

const settings = JSON.parse(process.argv[2] ?? '{}') as Settings
const app = express()
const barrier = new Barrier()
addControls(app, barrier)
app.use(await middlewareOf(settings))
addRoutes(app, barrier, settings)

const server = createServer(app)
server.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port })
})
process.on('disconnect', () => process.exit())
// As a deployment ends it: what is under way is finished.
process.on('SIGTERM', () => server.close(() => process.exit()))
