import type { RootJwk } from '../../lib/index.js'
import type { Played } from './device.js'
import { jwksFrom, newJwk } from './keys.js'
import type { Exchange } from './record.js'

/** What outlives a restart, as plain JSON: the state that a browser begins with, and the states of known ones by id. */
export interface States {
  readonly first: State
  readonly known?: Readonly<Record<string, State>>
}

/** Everything that one browser did. It holds keys and cookies: it goes to the next process, and nowhere else. */
export interface State {
  /** That the first visit was answered, so that the next one only reads. */
  hasBegun: boolean
  /** Newest first. */
  keys: readonly RootJwk[]
  readonly firstKeys: readonly RootJwk[]
  readonly hasOwnKeys: boolean
  settings: Settings
  /** Ids of sessions that were ended, for `validate`. */
  ended: readonly string[]
  /** The cookie from before it was broken. */
  saved: string | undefined
  thief: Loot
  played: Played | undefined
  /** The cookie of the session in express-session, as `name=value`, and the one from before it was broken. */
  other: { readonly cookie?: string | undefined; readonly saved?: string | undefined }
  /** Newest first, as are the exchanges. */
  steps: readonly Step[]
  exchanges: readonly Exchange[]
  pending: Pending | undefined
}

/** The options of `session()` that can be switched. */
export const SETTINGS = ['slide', 'validate', 'logoutGuard', 'schema', 'deviceBound'] as const
export type Settings = Readonly<Record<(typeof SETTINGS)[number], boolean>>

/** Something of sealed-session, and the same of express-session. */
export interface Both<Value> {
  readonly ours: Value
  readonly theirs: Value
}

/** What a thief has copied, as `name=value`, and how it went. */
export interface Loot extends Partial<Both<string | undefined>> {
  readonly tried?: { readonly at: number } & Taken
}

/** Whom a server takes somebody for, and why for nobody. */
export interface Taken {
  readonly user: string | null
  readonly rejected: string | null
}

/** What is found with the cookie that a browser holds. */
export interface Seen {
  readonly data: Readonly<Record<string, unknown>>
  readonly user?: string | undefined
  /** Why nothing was found with the cookie that came; null if it opened, or none came. */
  readonly rejected: string | null
  /** Of the `Cookie` line that goes with every request; 0 without one. */
  readonly bytes: number
  readonly stored: number
}

export interface Side {
  /** Of the `Cookie` and of the `Set-Cookie` lines, names of the headers included. */
  readonly bytesUp: number
  readonly bytesDown: number
  readonly bytesStored: number
  /** 0 if no answer came. */
  readonly status: number
  /** The code or the name of the error that the app's error handler got. */
  readonly error?: string | undefined
}

/** What was done, and what became of it on both sides. */
export interface Step extends Both<Side> {
  readonly at: number
  readonly title: string
  /** In plain sentences; empty where both did the same. */
  readonly differences: readonly string[]
}

/** A step of which only the next page can tell what became of it. So far it took this much on both sides. */
export interface Pending extends Partial<Both<Side | undefined>> {
  readonly kind: 'race' | 'late' | 'restart'
  readonly fields: readonly string[]
  readonly before: Both<Seen>
  /** Its requests that are still under way. */
  readonly open: number
}

/** @param keys as `SESSION_KEYS` gives them; without any, one is generated */
export function newState(keys: string | undefined): State {
  return beginning(keys === undefined ? [newJwk()] : jwksFrom(keys), keys !== undefined)
}

/** Forgets everything but the keys of the beginning. */
export function startOver(state: State): void {
  Object.assign(state, beginning(state.firstKeys, state.hasOwnKeys))
}

function beginning(firstKeys: readonly RootJwk[], hasOwnKeys: boolean): State {
  return {
    hasBegun: false,
    keys: firstKeys,
    firstKeys,
    hasOwnKeys,
    settings: { slide: true, validate: false, logoutGuard: true, schema: false, deviceBound: false },
    ended: [],
    saved: undefined,
    thief: {},
    played: undefined,
    other: {},
    steps: [],
    exchanges: [],
    pending: undefined,
  }
}

export function userOf(data: object): string | undefined {
  const { user } = data as { user?: unknown }
  return typeof user === 'string' ? user : undefined
}
