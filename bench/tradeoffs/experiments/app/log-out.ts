import type { Request } from 'express'
import { kill } from './endings.js'
import { call, sessionOf, setSession } from './session.js'

/** Ends the session of the browser as the package's README does. */
export async function logOut(req: Request): Promise<void> {
  const session = sessionOf(req)
  if (!isExpressSession(req)) {
    if (session.id) kill(session.id)
    setSession(req, null)
    return
  }
  // The example "user login" of express-session, so that a kept id is nobody's.
  session.user = undefined
  await call(session, 'save')
  await call(session, 'regenerate')
}

/** The shorter way that many apps take with express-session; cookie-session has no other. */
export async function destroy(req: Request): Promise<void> {
  const session = sessionOf(req)
  if (session.destroy) await call(session, 'destroy')
  else setSession(req, null)
}

export function isExpressSession(req: Request): boolean {
  return 'sessionStore' in req
}
