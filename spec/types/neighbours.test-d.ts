import flash from 'connect-flash'
import cookieParser from 'cookie-parser'
import cors from 'cors'
import express, { type Request as Request5, type Response as Response5 } from 'express'
import { rateLimit } from 'express-rate-limit'
import express4, { type Request as Request4 } from 'express4'
import { createProxyMiddleware } from 'http-proxy-middleware'
import morgan from 'morgan'
import multer from 'multer'
import passport from 'passport'
import type { Server } from 'socket.io'
import { describe, expectTypeOf, it } from 'vitest'
import type { Session, SessionHandler } from '../../lib/index.js'

// Nothing here runs: the compiler reads it, with the types of every neighbour in the same program.
declare const sessions: SessionHandler
declare const req5: Request5
declare const req4: Request4
declare const io: Server

describe('beside the types of passport, connect-flash, multer and cookie-parser', () => {
  it('the session of a request is ours', () => {
    expectTypeOf(req5.session).toEqualTypeOf<Session>()
    expectTypeOf(req4.session).toEqualTypeOf<Session>()
    expectTypeOf(req5.sessionID).toEqualTypeOf<string>()
    expectTypeOf(req4.sessionID).toEqualTypeOf<string>()
    req5.session = null
    req4.session = null
  })

  it('the other properties of a request are theirs', () => {
    for (const req of [req5, req4]) {
      expectTypeOf(req.user).toEqualTypeOf<Express.User | undefined>()
      expectTypeOf(req.flash('info')).toEqualTypeOf<string[]>()
      expectTypeOf(req.file).toEqualTypeOf<Express.Multer.File | undefined>()
      expectTypeOf(req.cookies).toBeAny()
      req.login({}, (_error: unknown) => {})
    }
  })

  it('still no session is text, and nothing is stored that was not declared', () => {
    // @ts-expect-error text has no keys to store
    req5.session = 'x'
    // @ts-expect-error passport keeps its own key, which no type declares
    req5.session.passport = {}
  })
})

describe('an app with all of them', () => {
  it('mounts each beside ours, on Express 5', () => {
    express()
      .use(morgan('tiny'), cors({ credentials: true }), cookieParser(), sessions, flash())
      .use(passport.initialize(), passport.session())
      .post('/', sessions, multer().single('photo'), (req, res) => {
        expectTypeOf(req.session).toEqualTypeOf<Session>()
        res.json([req.session.id, req.file?.size, req.flash(), req.isAuthenticated()])
      })
  })

  it('mounts each beside ours, on Express 4', () => {
    express4()
      .use(morgan('tiny'), cors({ credentials: true }), sessions)
      .post('/', sessions, (req, res) => {
        expectTypeOf(req.session).toEqualTypeOf<Session>()
        res.json([req.session.id, req.file?.size, req.flash(), req.isAuthenticated()])
      })
  })

  it('has its session where a neighbour hands the request on', () => {
    rateLimit({ keyGenerator: (req) => req.session.id })
    createProxyMiddleware<Request5, Response5>({
      on: { proxyReq: (_proxied, req) => expectTypeOf(req.session).toEqualTypeOf<Session>() },
    })
  })
})

describe('socket.io', () => {
  it('takes ours for its engine, and open() takes what it has for a request', () => {
    io.engine.use(sessions)
    io.on('connection', ({ request }) => {
      expectTypeOf(sessions.open(request).session?.id).toEqualTypeOf<string | undefined>()
      // @ts-expect-error its request is Node's own, of which not every one has a session
      request.session
    })
  })
})
