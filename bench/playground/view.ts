import type { Rejection, SessionEvent, SessionSize } from '../../lib/index.js'

/** Everything that the page shows. The server fills it, `page/` draws it, and nothing else passes between them. */
export interface View {
  /** Milliseconds since the epoch: what "in 3 minutes" is counted from. */
  readonly now: number
  readonly isSecure: boolean
  /** Another one after a restart. `since` is when it started, in milliseconds since the epoch. */
  readonly process: { readonly pid: number; readonly since: number }
  /** That the keys came from SESSION_KEYS, so that sessions also outlive Ctrl+C. */
  readonly hasOwnKeys: boolean
  readonly session: SessionView
  readonly cookie: CookieView
  readonly keys: readonly KeyView[]
  readonly settings: Settings
  readonly thief: ThiefView
  /** The same session in express-session, and what each step did to both; newest first. */
  readonly other: OtherView
  readonly steps: readonly Step[]
  /** The last requests, newest first. */
  readonly exchanges: readonly Exchange[]
  /** What went wrong with the last step, if something did. The page around it shows the session as it still is. */
  readonly problem?: Problem | undefined
}

/** What the app sees. Times are milliseconds since the epoch. */
export interface SessionView {
  /** The data, as JSON brings them back. */
  readonly data: Readonly<Record<string, unknown>>
  readonly id: string | undefined
  readonly isNew: boolean
  readonly user: string | undefined
  readonly createdAt: number | undefined
  /** When a use makes it slide; undefined if it ends with the browser. */
  readonly slides: number | undefined
  readonly idleEnd: number | undefined
  readonly absoluteEnd: number | undefined
  readonly size: SessionSize
  /** The cookie from which on default nginx in front of this page would answer 502 (its head above 4,096 bytes). */
  readonly nginxAt: number
}

/** What the browser holds. */
export interface CookieView {
  /** With its prefix, if it has one. */
  readonly name: string
  readonly token: string | undefined
  /** Why it does not open. */
  readonly rejected: Rejection | null
  /** That a cookie from before it was broken can be put back. */
  readonly isSaved: boolean
}

export interface KeyView {
  readonly kid: string
  readonly state: 'active' | 'retired' | 'revoked'
  /** That the cookie of this request names it. */
  readonly sealedThis: boolean
}

export interface Settings {
  readonly logoutGuard: boolean
  readonly validate: boolean
}

/** The thief's cookie jar. */
export interface ThiefView {
  /** What was copied, with its name: `playground=eyJ...` */
  readonly cookie: string | undefined
  /** What the server answered when it was last used. */
  readonly tried:
    | { readonly at: number; readonly user: string | undefined; readonly rejected: string | null }
    | undefined
}

export interface OtherView {
  readonly data: Readonly<Record<string, unknown>>
  readonly user: string | undefined
  /** The whole of what its cookie says: an id, signed. */
  readonly cookie: string | undefined
  /** Sessions in the memory of this process. */
  readonly stored: number
}

/** What was done, and what became of it on both sides. */
export interface Step {
  readonly at: number
  /** `Logged in as Ada` */
  readonly title: string
  readonly ours: Side
  readonly theirs: Side
  /** In plain sentences; empty where both did the same. */
  readonly differences: readonly string[]
}

export interface Side {
  /** Of the `Cookie` and of the `Set-Cookie` lines, names of the headers included. */
  readonly bytesUp: number
  readonly bytesDown: number
  /** Bytes that the server keeps. */
  readonly bytesStored: number
  readonly status: number
  /** The code or the name of the error that the app's error handler got. */
  readonly error: string | undefined
}

/** One request on the wire. */
export interface Exchange {
  readonly at: number
  readonly who: 'you' | 'the thief'
  readonly method: string
  readonly path: string
  readonly status: number
  /** The values of the headers, as they were on the wire. */
  readonly cookie: string | undefined
  readonly setCookie: readonly string[]
  readonly events: readonly SessionEvent[]
}

export interface Problem {
  readonly status: number
  readonly title: string
  /** What a visitor should know, in a sentence or two. */
  readonly explanation: string
  /** What the app's error handler got, if it is an error of the session. */
  readonly code?: string | undefined
  readonly message?: string | undefined
  /** For an overflow: what the cookie would have cost. */
  readonly size?: SessionSize | undefined
}
