import type { RequestHandler } from 'express'
import { COOKIE, SECRET } from './settings.js'

/** The module of express-session, which has no types here. */
type Module = typeof import('express-session')

/** Loaded only by whom it is measured for, as its import is a part of the time to the first answer. */
export async function expressSession(): Promise<Module> {
  return (await import('express-session')).default
}

/** As its README recommends: what has not changed is not saved, and neither is a session without data. */
export async function withStore(store: unknown): Promise<RequestHandler> {
  const session = await expressSession()
  return session({ secret: SECRET, store, cookie: COOKIE, resave: false, saveUninitialized: false })
}

/** Said by the stores that need a server, whose address `run.ts` brings. */
export function needed(url: string | undefined): string {
  if (url === undefined) throw new Error('the address of the server is missing')
  return url
}
