import { KeyRing, keysFromFile, SessionError, session } from './index.js'

/**
 * What `require('sealed-session')` returns: the factory itself, as of any middleware in CommonJS, with everything else
 * on it. `default` is for compilers that turn a default import into it.
 */
const exported: typeof session & {
  session: typeof session
  default: typeof session
  KeyRing: typeof KeyRing
  keysFromFile: typeof keysFromFile
  SessionError: typeof SessionError
} = Object.assign(session, { session, default: session, KeyRing, keysFromFile, SessionError })

export default exported
