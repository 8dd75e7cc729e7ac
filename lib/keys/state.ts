import type { RootKey } from './root.js'

/**
 * - `pending`: its `nbf` is still to come; opens, so that every instance can read what the first to switch seals
 * - `active`: the newest that is not pending; seals and opens
 * - `retired`: opens; what it opened is sealed anew under the active key
 * - `expired`, `revoked`: open nothing
 */
export type KeyState = 'pending' | 'active' | 'retired' | 'expired' | 'revoked'

/** The state of one of `keys`, which are ordered newest first, at `now` in seconds since the epoch. */
export function stateOf(key: RootKey, keys: readonly RootKey[], now: number): KeyState {
  const { nbf = 0, exp = Number.POSITIVE_INFINITY } = key.times
  if (isRevoked(key, now)) return 'revoked'
  if (exp <= now) return 'expired'
  if (nbf > now) return 'pending'
  return key === activeKey(keys, now) ? 'active' : 'retired'
}

/** The key that seals now, of `keys` ordered newest first. */
export function activeKey(keys: readonly RootKey[], now: number): RootKey | undefined {
  return keys.find((key) => maySeal(key, now))
}

/** Newest first: by `nbf`, and those without one after them in the order in which they were given. */
export function newestFirst(keys: readonly RootKey[]): RootKey[] {
  return [...keys].sort((a, b) => (b.times.nbf ?? 0) - (a.times.nbf ?? 0))
}

function maySeal(key: RootKey, now: number): boolean {
  const { nbf = 0, exp = Number.POSITIVE_INFINITY } = key.times
  return nbf <= now && exp > now && !isRevoked(key, now)
}

function isRevoked({ times: { revoked = false } }: RootKey, now: number): boolean {
  return typeof revoked === 'number' ? revoked <= now : revoked
}
