import { type Request, type Response, Router } from 'express'
import type { Session } from '../../lib/index.js'

/** Something the visitor can put right. */
export class Refusal extends Error {
  readonly status = 400
}

/** The session of this app. The user is a key like any other. */
export function sessionOf(req: Request): Session<{ user: string }> {
  return req.session
}

/** What the forms do. Each answers with the page, so that reloading it does nothing twice. */
export function actions(): Router {
  const router = Router()
  router.post('/login', logIn, showPage)
  router.post('/add', add, showPage)
  router.post('/fill', fill, showPage)
  router.post('/remove', remove, showPage)
  router.post('/logout', logOut, showPage)
  return router
}

async function logIn(req: Request, _res: Response, next: () => void): Promise<void> {
  const name = field(req, 'name').trim()
  if (name === '') throw new Refusal('Please give a name to log in with.')
  await req.session.regenerate()
  sessionOf(req).user = name
  next()
}

function add(req: Request, _res: Response, next: () => void): void {
  const key = field(req, 'key').trim()
  if (key === '') throw new Refusal('Please give the key that the value is to be found under.')
  set(req, key, field(req, 'value'))
  next()
}

function fill(req: Request, _res: Response, next: () => void): void {
  let number = 1
  while (Object.hasOwn(req.session, `filler${number}`)) number++
  set(req, `filler${number}`, 'x'.repeat(500))
  next()
}

function remove(req: Request, _res: Response, next: () => void): void {
  Reflect.deleteProperty(req.session, field(req, 'key'))
  next()
}

async function logOut(req: Request, _res: Response, next: () => void): Promise<void> {
  await req.session.destroy()
  next()
}

function showPage(_req: Request, res: Response): void {
  res.redirect(303, '/')
}

/** The visitor chooses the key: `__proto__` is data like any other, and `save` is an error that names it. */
function set(req: Request, key: string, value: string): void {
  Object.assign(req.session, { [key]: value })
}

function field(req: Request, name: string): string {
  const value: unknown = req.body?.[name]
  return typeof value === 'string' ? value : ''
}
