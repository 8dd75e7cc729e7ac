import type { RequestHandler } from 'express'

/** Where a session is kept, in the order of every table. */
export const BACKENDS = [
  'sealed-session',
  'cookie-session',
  'memory',
  'redis',
  'memcached',
  'mysql',
  'mongodb',
  'postgresql',
] as const
export type BackendName = (typeof BACKENDS)[number]

/** One way to keep sessions, set up as its documentation says. */
export interface Backend {
  readonly name: BackendName
  /** `express-session with connect-redis`: what an app installs. */
  readonly about: string
  /** The packages whose versions are recorded. */
  readonly packages: readonly string[]
  /** The server that it needs; undefined for what is kept in the cookie or in the app's memory. */
  readonly server?: ServerKind
  /** Connects, where there is something to connect to, and makes the middleware. */
  open(url: string | undefined): Promise<OpenBackend>
}

export interface OpenBackend {
  readonly middleware: RequestHandler
  /** Ends the connections. */
  close(): Promise<void>
}

export type ServerKind = 'redis' | 'memcached' | 'mariadb' | 'mongodb' | 'postgresql'

/** A program that keeps sessions for apps. */
export interface ServerProgram {
  readonly kind: ServerKind
  /** The environment variable that points at one elsewhere: `MONGODB_URL`. */
  readonly variable: string
  /** What to type to have it, where it is not found. */
  readonly install: string
  /** Where its program is; undefined if it is not installed. */
  find(): string | undefined
  /** Starts it on loopback, on a free port, with a data folder of its own. */
  start(): Promise<RunningServer>
}

/** A server that this process has started, and ends. */
export interface RunningServer {
  readonly url: string
  /** For CPU and memory, from `/proc`. */
  readonly pid: number
  /** Without a chance to finish anything. */
  kill(): Promise<void>
  /** As its service is stopped: it may finish what it does, and keep what it keeps. */
  stop(): Promise<void>
  /** After `kill` or `stop`, with the same data folder and port. */
  startAgain(): Promise<void>
  /** Ends it, and removes its data. */
  end(): Promise<void>
}
