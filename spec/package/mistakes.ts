import { SECRET } from '../support/secrets.js'

/** An app whose keys are too short, in each way to write and to load it; the name of its file tells which. */
export const STARTS: Readonly<Record<string, string>> = {
  'starts.cjs': `const session = require('sealed-session')

function startOfTheApp() {
  session({ keys: 'short' })
}
startOfTheApp()
`,
  'starts.mjs': `import session from 'sealed-session'

function startOfTheApp() {
  session({ keys: 'short' })
}
startOfTheApp()
`,
  'starts.ts': `import session from 'sealed-session'

function startOfTheApp(): void {
  session({ keys: 'short' })
}
startOfTheApp()
`,
}

/** Answers in every way that there is with a session that is too large, and prints where each error began. */
export const ANSWERS = `
import compression from 'compression'
import express from 'express'
import helmet from 'helmet'
import session from 'sealed-session'

const app = express()
app.use(helmet(), compression())
app.use(session({ keys: '${SECRET}' }))
app.use((req, _res, next) => {
  req.session.text = 'x'.repeat(9000)
  next()
})
const folder = import.meta.dirname
app.engine('mjs', (_file, _options, done) => setImmediate(done, null, 'text'))
app.set('views', folder)

const handlers = {
  json: (_req, res) => res.json({}),
  send: (_req, res) => res.send('text'),
  end: (_req, res) => res.end('text'),
  write: (_req, res) => res.write('text'),
  writeHead: (_req, res) => res.writeHead(200),
  flushHeaders: (_req, res) => res.flushHeaders(),
  redirect: (_req, res) => res.redirect('/'),
  sendStatus: (_req, res) => res.sendStatus(200),
  awaited: async (_req, res) => res.json({ done: await Promise.resolve(true) }),
  save: async (req) => await req.session.save(),
  render: (_req, res) => res.render('answers.mjs'),
  sendFile: (_req, res) => res.sendFile('answers.mjs', { root: folder }),
}
const seen = {}
for (const [name, handler] of Object.entries(handlers)) app.get('/' + name, handler)
app.use((error, req, res, _next) => {
  const [, frame] = error.stack.split('\\n')
  seen[req.path.slice(1)] = frame.trim().replace(/\\(.*[\\\\/]/, '(').replace(/:.*/, '')
  res.status(500).end('failed')
})
const server = app.listen(0, '127.0.0.1', async () => {
  for (const name in handlers) {
    const response = await fetch('http://127.0.0.1:' + server.address().port + '/' + name)
    if ((await response.text()) !== 'failed') seen[name] = 'no error'
  }
  console.log(JSON.stringify(seen))
  server.close()
  server.closeAllConnections()
})
`
