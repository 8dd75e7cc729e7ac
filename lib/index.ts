import { SessionError } from './errors.js'
import { keysFromFile } from './keys/load.js'
import { KeyRing } from './keys/ring.js'
import { session } from './middleware.js'

export type { KeyCost, SessionErrorCode, SessionErrorDetails } from './errors.js'
export type { DeviceEvent, SessionEvent } from './events.js'
export type { KeyLoader, KeyLoading } from './keys/load.js'
export type { ExportedJwk } from './keys/ring.js'
export type { KeyInput, RootJwk, RootJwkSet } from './keys/source.js'
export type { SessionHandler } from './middleware.js'
export type { CookieOptions } from './options/cookie-options.js'
export type { DeviceOptions } from './options/device.js'
export type { SessionOptions } from './options/session-options.js'
export type { SealOptions } from './request/standalone.js'
export type { Enc } from './token/algorithms.js'
export type { Alg } from './token/compact.js'
export type {
  FetchHeaders,
  ForeignCookie,
  FoundSession,
  OpenableRequest,
  OpenedSession,
  OpenResult,
  PlainHeaders,
  RegenerateOptions,
  Rejection,
  SealedCookie,
  Session,
  SessionCallback,
  SessionCookie,
  SessionData,
  SessionMembers,
  SessionNext,
  SessionReader,
  SessionRequest,
  SessionResponse,
  SessionSchema,
  SessionSize,
} from './types.js'
export { KeyRing, keysFromFile, SessionError, session, session as default }
