import { KeyRing, keysFromFile, SessionError, session } from './index.js'

/**
 * What `require('sealed-session')` returns: the function `session`, with the other exports as its properties. Compilers
 * that turn `import session from` into `require` read `default`.
 */
const exported: typeof session & {
  session: typeof session
  default: typeof session
  KeyRing: typeof KeyRing
  keysFromFile: typeof keysFromFile
  SessionError: typeof SessionError
} = Object.assign(session, { session, default: session, KeyRing, keysFromFile, SessionError })

export default exported
