import type { KeyInput, RootJwk } from '../../lib/index.js'
import { jwksFrom, newJwk } from './keys.js'
import type { Seen } from './seen.js'
import type { Exchange, Settings, Side, Step } from './view.js'

/** What outlives a restart, as plain JSON: the state that a browser begins with, and the states of known ones by id. */
export interface States {
  readonly first: State
  readonly known?: Readonly<Record<string, State>>
}

/**
 * Everything that one browser did. It holds keys and cookies: it goes from one process to the next and nowhere else.
 */
export interface State {
  /** That the first visit was answered, so that the next one only reads. */
  hasBegun: boolean
  /** Newest first. */
  keys: readonly RootJwk[]
  /** What `keys` was in the beginning. */
  readonly firstKeys: readonly RootJwk[]
  readonly hasOwnKeys: boolean
  settings: Settings
  /** Ids of sessions that were ended, for `validate`. */
  ended: readonly string[]
  /** The cookie from before it was broken. */
  saved: string | undefined
  thief: Loot
  other: OtherJar
  /** Newest first, as are the exchanges. */
  steps: Step[]
  exchanges: Exchange[]
  pending: Pending | undefined
}

/** What a thief has copied, as `name=value`, and how it went. */
export interface Loot {
  readonly ours?: string | undefined
  readonly theirs?: string | undefined
  readonly tried?:
    | { readonly at: number; readonly user?: string | undefined; readonly rejected: string | null }
    | undefined
}

/** The cookie of the session in express-session, as `name=value`, and the one from before it was broken. */
export interface OtherJar {
  readonly cookie?: string | undefined
  readonly saved?: string | undefined
}

/** A step of which only the next page can tell what became of it. */
export interface Pending {
  readonly kind: 'race' | 'late' | 'restart'
  readonly fields: readonly string[]
  readonly before: { readonly ours: Seen; readonly theirs: Seen }
  /** So far; undefined until a request of it was answered. */
  readonly ours?: Side | undefined
  readonly theirs?: Side | undefined
  /** Its requests that are still under way. */
  readonly open: number
}

/** @param keys as `SESSION_KEYS` gives them; without any, one is generated */
export function newState(keys: KeyInput | undefined): State {
  const firstKeys = keys === undefined ? [newJwk()] : jwksFrom(keys)
  return { ...beginning(), keys: firstKeys, firstKeys, hasOwnKeys: keys !== undefined }
}

/** Forgets everything but the keys of the beginning. */
export function startOver(state: State): void {
  Object.assign(state, beginning(), { keys: state.firstKeys })
}

function beginning(): Omit<State, 'keys' | 'firstKeys' | 'hasOwnKeys'> {
  return {
    hasBegun: false,
    settings: { logoutGuard: true, validate: false },
    ended: [],
    saved: undefined,
    thief: {},
    other: {},
    steps: [],
    exchanges: [],
    pending: undefined,
  }
}
