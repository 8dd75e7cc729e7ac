import type { RootKey } from '../keys/root.js'
import { activeKey, newestFirst } from '../keys/state.js'
import { isoDate } from './dates.js'
import type { WrittenKey } from './key-set.js'
import { UsageError } from './usage-error.js'

/** When the new key begins to seal, and how long a session can go on with the old ones; in seconds. */
export interface Schedule {
  readonly now: number
  readonly activation: number
  readonly absolute: number
}

type Jwk = WrittenKey['jwk']

/**
 * The keys after a rotation, the new one first. It waits for its activation; the older ones end when no session can be
 * left that they sealed; the ended ones are left out.
 *
 * @throws {UsageError} if at some time no key could seal, or another pending key would take the place of the new one
 */
export function rotated(present: readonly WrittenKey[], added: Jwk, schedule: Schedule): Jwk[] {
  checkOrder(present, schedule)
  checkNoGap(present, schedule)
  const older = present.map(({ jwk }) => ({ ...jwk, exp: endOf(jwk, schedule) }))
  return [{ ...added, nbf: schedule.activation }, ...older.filter(({ exp }) => exp > schedule.now)]
}

/**
 * A key seals until the new one does, or until it was revoked; what it sealed last lives for an absolute timeout. Also
 * a revoked key is kept so long: to lose it from the set means to trust it again when somebody adds it back.
 */
function endOf({ exp = Number.POSITIVE_INFINITY, revoked }: Jwk, { activation, absolute }: Schedule): number {
  const sealsUntil = typeof revoked === 'number' ? Math.min(revoked, activation) : activation
  return Math.min(exp, Math.ceil(sealsUntil + absolute))
}

function checkOrder(present: readonly WrittenKey[], { now, activation }: Schedule): void {
  const later = present.find(({ key: { times } }) => isPending(times, now) && (times.nbf ?? 0) >= activation)
  if (later === undefined) return
  throw new UsageError(
    `key ${later.key.kid} is pending already and would take over from the new one at ${isoDate(later.key.times.nbf ?? 0)}: ` +
      'give a longer --activate-in, or take that key out first',
  )
}

function isPending({ nbf = 0, exp = Number.POSITIVE_INFINITY, revoked }: RootKey['times'], now: number): boolean {
  return nbf > now && exp > now && revoked !== true
}

/** Whether one of the present keys seals at every time until the new one does. */
function checkNoGap(present: readonly WrittenKey[], { now, activation }: Schedule): void {
  const keys = newestFirst(present.map(({ key }) => key))
  const changes = keys.flatMap(({ times: { exp, revoked } }) =>
    [exp, revoked].filter((time) => typeof time === 'number'),
  )
  const gap = [now, ...changes.sort((a, b) => a - b)].find(
    (time) => time >= now && time < activation && activeKey(keys, time) === undefined,
  )
  if (gap === undefined) return
  throw new UsageError(
    gap === now
      ? 'no present key may seal now, so there is nothing to rotate from: make new keys with sealed-session keygen'
      : `no present key may seal from ${isoDate(gap)} on: give an --activate-in that ends before`,
  )
}
