import type { Name } from '../contenders/servers.js'
import type { Measurement } from '../measure/recording.js'

/** Where the data of a session are. */
export type Place = 'cookie' | 'app' | 'store'

/** What keeps sessions, in the order of every table: as its makers spell it, and where it keeps them. */
export const DESCRIPTIONS = {
  'sealed-session': ['sealed-session', 'cookie'],
  'cookie-session': ['cookie-session', 'cookie'],
  memory: ['MemoryStore', 'app'],
  redis: ['Redis', 'store'],
  memcached: ['Memcached', 'store'],
  mysql: ['MySQL', 'store'],
  mongodb: ['MongoDB', 'store'],
  postgresql: ['PostgreSQL', 'store'],
} as const satisfies Readonly<Partial<Record<Name, readonly [label: string, place: Place]>>>
export type BackendName = keyof typeof DESCRIPTIONS
export const BACKENDS = Object.keys(DESCRIPTIONS) as readonly BackendName[]

/** Beside them, for the README of the project: whose requests are measured, and nothing else of it. */
export const ALSO_RATED = ['iron-session'] as const satisfies readonly Name[]

/** What `npm run bench:tradeoffs -- --record` keeps in `bench/results/node-<line>/tradeoffs.json`. */
export interface TradeoffResults {
  /**
   * `contender` is the backend's name. Metrics, each with its variables:
   *
   * - `requests` (1/s), `p50`, `p99` (ms), `cpuApp`, `cpuStore` (us per request), `bytesUp`, `bytesDown` (bytes per
   *   request on HTTP/1.1), `h2Up`, `h2Down` (the same over one HTTP/2 connection with header compression): `step` is
   *   `untouched`, `read` or `write`; `size` is 100, 1024 or 2560 bytes of session JSON
   * - `h2UpNear`: `h2Up` of requests that read the session, with more sizes, `json`
   * - `memoryApp`, `memoryStore` (bytes, resident, above what it was without sessions): `sessions` is 10000 or 100000
   * - `firstAnswer` (ms from the start of the process): no variable
   */
  readonly measurements: readonly Measurement[]
  readonly experiments: readonly Experiment[]
  /** Backends that were not measured, and what to do about it. */
  readonly absent: readonly { readonly contender: BackendName; readonly why: string }[]
}

/** Something that happens in production, tried with each backend. */
export const EXPERIMENTS = {
  'app-restart': 'The app is restarted',
  'store-restart': 'The store is restarted',
  'store-down': 'The store is down',
  'store-slow': 'The store answers 200 ms late',
  'instance-killed': 'One of three instances is killed, behind a proxy without stickiness',
  'rolling-deploy': 'A rolling deploy brings a new key',
  'parallel-writes': 'Two requests write at once',
  'late-response': 'A slow response comes after log-out',
  'stolen-cookie': 'A stolen cookie is used after log-out',
  'log-out-everywhere': 'A user logs out everywhere',
  'session-of-3-kb': 'A session of 3 KB',
  'session-of-10-kb': 'A session of 10 KB',
  'one-field-of-2.5-kb': 'One field of a 2.5 KB session is changed',
  'page-of-ten': 'A page makes ten requests at once',
} as const
export type ExperimentName = keyof typeof EXPERIMENTS

export interface Experiment {
  readonly contender: BackendName
  readonly experiment: ExperimentName
  /** Whether the user notices nothing bad, something, or loses the session; `none` where it does not apply. */
  readonly verdict: 'good' | 'mixed' | 'bad' | 'none'
  /** What happened, in one plain sentence that is true whatever the figures: `Everyone stayed signed in.` */
  readonly happened: string
  /** The figures behind it: statuses, counts, milliseconds, bytes. */
  readonly facts: Readonly<Record<string, number | string | boolean>>
}
