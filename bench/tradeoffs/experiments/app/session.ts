import { promisify } from 'node:util'
import type { Request } from 'express'

/** What all packages have in common; the methods are those of express-session, and sealed-session has them, too. */
export interface AnySession {
  user?: string | undefined
  id?: string
  regenerate?(done: (error?: unknown) => void): void
  destroy?(done: (error?: unknown) => void): void
  save?(done: (error?: unknown) => void): void
  [field: string]: unknown
}

/** Throws where there is none: express-session goes on without one when its store says that it has lost connection. */
export function sessionOf(req: Request): AnySession {
  const { session } = req as unknown as { session: AnySession | null | undefined }
  if (!session) throw Object.assign(new Error('the request has no session'), { code: 'NO_SESSION' })
  return session
}

export function setSession(req: Request, session: null): void {
  Object.assign(req, { session })
}

type Method = 'regenerate' | 'destroy' | 'save'

/** Does nothing for cookie-session, which has no methods. */
export async function call(session: AnySession, method: Method): Promise<void> {
  const found = session[method]
  if (found) await promisify(found.bind(session))()
}

/** The data alone. express-session's own cookie is among them. */
export function dataOf(session: AnySession): Record<string, unknown> {
  const { cookie: _, ...data } = JSON.parse(JSON.stringify(session))
  return data
}
