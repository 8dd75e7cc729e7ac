import { SECRET } from '../support/secrets.js'

/** How a file gets at what it uses, in JavaScript and TypeScript. */
export const REQUIRED = `
const express = require('express')
const session = require('sealed-session')
const { KeyRing, SessionError } = require('sealed-session')
const { cookieSession } = require('sealed-session/migrate')
`
export const IMPORTED = `
import express from 'express'
import session, { KeyRing, SessionError } from 'sealed-session'
import { cookieSession } from 'sealed-session/migrate'
`

/**
 * An app that counts visits, with the sessions that cookie-session left, and says of an error which it is.
 *
 * @param types what TypeScript must be told of an error handler
 * @param readers of other sessions, each with a comma behind it
 */
export const appBody = (types = '', readers = '') => `
const app = express()
const handleErrors${types} = (error, _req, res, _next) => {
  res.status(500).json({ known: error instanceof SessionError, code: error.code })
}
app.use(session({ keys: KeyRing.from('${SECRET}'), migrateFrom: [${readers}cookieSession({ keys: ['an old secret'] })] }))
app.get('/', (req, res) => {
  req.session.views = (req.session.views ?? 0) + 1
  res.json({ views: req.session.views })
})
app.get('/large', (req, res) => {
  req.session.text = 'x'.repeat(9000)
  res.send('done')
})
app.use(handleErrors)
`

export const AUGMENTATION = `
declare module 'sealed-session' {
  interface SessionData {
    views?: number
    text?: string
  }
}
`

/** What every runner of tests must be able to test: by `app`, `request`, `assert`, `createHmac`, and its own `it`. */
export const TESTS = `
it('counts visits', async () => {
  const browser = request.agent(app)
  assert.deepEqual((await browser.get('/')).body, { views: 1 })
  assert.deepEqual((await browser.get('/')).body, { views: 2 })
})

it('goes on with a session of cookie-session', async () => {
  const old = 'session=' + Buffer.from('{"views":41}').toString('base64')
  const signature = createHmac('sha1', 'an old secret').update(old).digest('base64url')
  const response = await request(app).get('/').set('Cookie', old + '; session.sig=' + signature)
  assert.deepEqual(response.body, { views: 42 })
})

it('tells an error of a failed commit by its class', async () => {
  const response = await request(app).get('/large')
  assert.deepEqual(response.body, { known: true, code: 'ERR_SESSION_OVERFLOW' })
})

it('tells an error at the start by its class', () => {
  assert.throws(() => session({ keys: 'short' }), SessionError)
  assert.throws(() => cookieSession({}), SessionError)
})
`

/** Lets a program visit its own app, and print what came of it. */
export const VISITED = `
const seen = {}
const server = app.listen(0, '127.0.0.1', async () => {
  const { createHmac } = await import('node:crypto')
  const visit = async (cookie, path = '/') => {
    const response = await fetch('http://127.0.0.1:' + server.address().port + path, { headers: { cookie } })
    const set = response.headers.getSetCookie().map((line) => line.split(';')[0])
    return { ...(await response.json()), cookie: set.join('; ') }
  }
  const old = 'session=' + Buffer.from('{"views":41}').toString('base64')
  const signature = createHmac('sha1', 'an old secret').update(old).digest('base64url')
  const first = await visit('theme=dark')
  const second = await visit(first.cookie)
  seen.visits = [first.views, second.views]
  seen.moved = (await visit(old + '; session.sig=' + signature)).views
  seen.known = (await visit('theme=dark', '/large')).known
  if (typeof makeToken === 'function') seen.opened = (await visit('token=' + (await makeToken()))).views
  console.log(JSON.stringify(seen))
  server.close()
  server.closeAllConnections()
})
`

export const BARE_REQUIRED = REQUIRED.replace(/.*express.*/, "const { createServer } = require('node:http')")
export const BARE_IMPORTED = IMPORTED.replace(/.*express.*/, "import { createServer } from 'node:http'")

/** The same app without Express. */
export const bareBody = (readers = '') => `
const readers = [${readers}cookieSession({ keys: ['an old secret'] })]
const onError = (error, req, res) => {
  res.end(JSON.stringify({ known: error instanceof SessionError, code: error.code }))
}
const sessions = session({ keys: KeyRing.from('${SECRET}'), migrateFrom: readers, onError })
const app = createServer((req, res) => {
  sessions(req, res, () => {
    req.session.views = (req.session.views ?? 0) + 1
    if (req.url === '/large') req.session.text = 'x'.repeat(9000)
    res.end(JSON.stringify({ views: req.session.views }))
  })
})
`

/** The same for the app that another file exports. */
export const VISIT = { 'visit.mjs': `const { app } = await import(process.argv[2])\n${VISITED}` }
