import { beginAt, callerOf, onBehalfOf } from '../caller.js'
import { checkName } from '../checks.js'
import { SessionError } from '../errors.js'
import { inspectAs } from '../values.js'
import { type KeyLoader, type KeyLoading, Reloader } from './load.js'
import { ALGORITHMS, type Algorithm, checkAudience, RootKey } from './root.js'
import { type KeyInput, type Revocation, readKeys, withRevocations } from './source.js'

/**
 * What a key does at a time.
 *
 * - `pending`: it opens, and seals from its `nbf` on. So every instance reads what the first to switch seals
 * - `active`: it is the newest that is not pending; it seals and opens
 * - `retired`: it opens. A session that it opened gets the active key when the app next writes it
 * - `expired`, `revoked`: it opens nothing
 */
export type KeyState = 'pending' | 'active' | 'retired' | 'expired' | 'revoked'

/** The state of one of `keys`, ordered newest first, at `now`, in seconds since the epoch. */
export function keyState(key: RootKey, keys: readonly RootKey[], now: number): KeyState {
  const { nbf = 0, exp = Number.POSITIVE_INFINITY } = key.times
  if (isRevokedAt(key, now)) return 'revoked'
  if (exp <= now) return 'expired'
  if (nbf > now) return 'pending'
  return key === activeKey(keys, now) ? 'active' : 'retired'
}

/** Whether a key in this state opens tokens. */
export function mayOpen(state: KeyState): boolean {
  return state !== 'expired' && state !== 'revoked'
}

/** The key that seals at `now`: one of `keys`, ordered newest first. */
export function activeKey(keys: readonly RootKey[], now: number): RootKey | undefined {
  return keys.find((key) => maySeal(key, now))
}

/** Sorts keys newest first: by `nbf`, and then those without one, in the order given. */
export function newestFirst(keys: readonly RootKey[]): RootKey[] {
  return [...keys].sort((a, b) => (b.times.nbf ?? 0) - (a.times.nbf ?? 0))
}

function maySeal(key: RootKey, now: number): boolean {
  const { nbf = 0, exp = Number.POSITIVE_INFINITY } = key.times
  return nbf <= now && exp > now && !isRevokedAt(key, now)
}

function isRevokedAt({ times: { revoked = false } }: RootKey, now: number): boolean {
  return typeof revoked === 'number' ? revoked <= now : revoked
}

/** What the keys do from one time to another, in seconds since the epoch, in between which no key begins or ends. */
interface Phase {
  readonly from: number
  readonly until: number
  readonly active: RootKey | undefined
  readonly open: ReadonlyMap<string, RootKey>
}

function phaseAt(keys: readonly RootKey[], now: number): Phase {
  const times = keys.flatMap(({ times: { nbf, exp, revoked } }) => [nbf, exp, revoked])
  const turns = times.filter((time) => typeof time === 'number')
  return {
    from: Math.max(Number.NEGATIVE_INFINITY, ...turns.filter((time) => time <= now)),
    until: Math.min(Number.POSITIVE_INFINITY, ...turns.filter((time) => time > now)),
    active: activeKey(keys, now),
    open: new Map(keys.filter((key) => mayOpen(keyState(key, keys, now))).map((key) => [key.kid, key])),
  }
}

/** What a session cookie's key is derived for. Cookie names have no slash (RFC 6265, section 4.1.1): none collide. */
export function cookiePurpose(name: string): string {
  return `cookie/${name}`
}

/** What a logout guard's key is derived for, so that a guard is never taken for a session. */
export function endedPurpose(name: string): string {
  return `ended/${name}`
}

/** What a companion's key is derived for, which is never taken for a session either. */
export function seenPurpose(name: string): string {
  return `seen/${name}`
}

/** What the key of the cookie is derived for that says that a device was proved. */
export function boundPurpose(name: string): string {
  return `bound/${name}`
}

/** What the key of the link in a session identifier is derived for. */
export function devicePurpose(name: string): string {
  return `device/${name}`
}

/** What the key of the challenges for devices is derived for. */
export function challengePurpose(name: string): string {
  return `challenge/${name}`
}

/** A derived key as a JWK (RFC 7517, section 4), for a service that opens one cookie and nothing else. */
export interface ExportedJwk {
  /** A symmetric key. */
  readonly kty: 'oct'
  /** It encrypts. */
  readonly use: 'enc'
  /** The one algorithm that it is for: `enc` of a token with `dir`, or else its `alg`. */
  readonly alg: Algorithm
  /** The kid of the root, as tokens name it. */
  readonly kid: string
  /** 32 or 64 bytes in base64url. */
  readonly k: string
}

/** The keys of an app. The clock decides which one seals and which ones open; a token names its key by `kid`. */
export class KeyRing {
  #keys: readonly RootKey[] = []
  #phase: Phase = phaseAt([], 0)
  #reloader: Reloader | undefined

  private constructor(keys: readonly RootKey[]) {
    if (!Array.isArray(keys) || !keys.every((key) => key instanceof RootKey)) {
      throw new SessionError('ERR_SESSION_KEYS', 'a KeyRing is not made with new: call KeyRing.from(keys)')
    }
    this.#adopt(keys)
  }

  /**
   * Makes a ring of keys.
   *
   * @example
   * app.use(session({ keys: KeyRing.from([process.env.NEW_SECRET, process.env.OLD_SECRET]) }))
   *
   * @param keys a secret, an `oct` JWK, a JWK Set, JSON text of one of them, or several with the newest first
   * @throws {SessionError} `ERR_SESSION_KEYS` if one is weak or malformed, or none may seal now
   */
  static from(keys: KeyInput | undefined): KeyRing {
    return onBehalfOf(KeyRing.from, () => new KeyRing(readKeys(keys)))
  }

  /**
   * Loads the keys of a ring, and loads them again after every `refresh`, and when a cookie names an unknown key, at
   * most every 10 seconds. Requests never wait for it. When it fails later on, the ring keeps its keys.
   *
   * @example
   * const keys = await KeyRing.load(async () => (await fetch(url)).json(), { refresh: '5m' })
   * app.use(session({ keys }))
   *
   * @param loader returns keys in any form that `from` takes; `keysFromFile(path)` makes one
   * @throws what the loader throws the first time, and `ERR_SESSION_KEYS` as `from` does
   */
  static async load(loader: KeyLoader, options: KeyLoading = {}): Promise<KeyRing> {
    // After an await, the caller is no longer on the stack.
    const caller = callerOf(KeyRing.load)
    try {
      const reloader = new Reloader(loader, options)
      const ring = new KeyRing(await reloader.load())
      ring.#reloader = reloader
      reloader.start(
        (keys) => ring.#adopt(keys),
        (keys) => ring.#revoke(keys),
      )
      return ring
    } catch (error) {
      throw beginAt(error, caller)
    }
  }

  /** Stops loading. The keys stay in use. */
  close(): void {
    this.#reloader?.close()
    this.#reloader = undefined
  }

  /**
   * Exports the keys of one cookie as a JWK Set for any JOSE library: for each key that opens now, one per algorithm.
   * They open and mint this cookie only, and no other key can be computed from them.
   *
   * @example
   * const { keys } = KeyRing.from(process.env.SESSION_KEYS).exportFor('session')
   *
   * @param name the base name, without `__Host-Http-`, `__Host-` or `__Secure-`
   * @param given the audience, as `session()` has it; left out: none
   * @throws {SessionError} `ERR_SESSION_OPTIONS` for a name with a prefix, or that no cookie can have
   */
  exportFor(name: string, ...given: [audience?: string]): { keys: ExportedJwk[] } {
    const [audience] = given
    onBehalfOf(this.exportFor, () => {
      checkName(name)
      // A variable that is not set must not mean none.
      if (given.length > 0) checkAudience(audience)
    })
    const now = Date.now() / 1000
    const usable = this.#keys.filter((key) => this.find(key.kid, now) !== undefined)
    return { keys: usable.flatMap((key) => ALGORITHMS.map((alg) => exported(key, name, alg, audience))) }
  }

  /**
   * The key that seals at `now`, in seconds since the epoch; undefined when every key is pending, expired or revoked.
   *
   * @internal
   */
  active(now: number): RootKey | undefined {
    const phase = this.#phase
    return (now >= phase.from && now < phase.until ? phase : this.#phaseAt(now)).active
  }

  /**
   * The key that a token names, if it may open one at `now`.
   *
   * @internal
   */
  find(kid: string, now: number): RootKey | undefined {
    const phase = this.#phase
    const key = (now >= phase.from && now < phase.until ? phase : this.#phaseAt(now)).open.get(kid)
    if (key === undefined && !this.#keys.some((known) => known.kid === kid)) this.#reloader?.missed(now)
    return key
  }

  #phaseAt(now: number): Phase {
    this.#phase = phaseAt(this.#keys, now)
    return this.#phase
  }

  #adopt(keys: readonly RootKey[]): void {
    const ordered = newestFirst(keys)
    const now = Date.now() / 1000
    if (activeKey(ordered, now) === undefined) {
      this.#revoke(ordered.flatMap((key) => key.revocation() ?? []))
      throw noActiveKey()
    }
    this.#use(ordered)
  }

  /** Takes revoked keys out of use, even if the rest of the new set cannot be used. */
  #revoke(revocations: readonly Revocation[]): void {
    this.#use(this.#keys.map((known) => withRevocations(known, revocations)))
  }

  #use(keys: readonly RootKey[]): void {
    this.#keys = keys
    this.#phase = phaseAt(keys, Date.now() / 1000)
  }

  static {
    inspectAs(KeyRing.prototype, (ring) => {
      const now = Date.now() / 1000
      return `KeyRing { ${ring.#keys.map((key) => `${key.kid}: ${keyState(key, ring.#keys, now)}`).join(', ')} }`
    })
  }
}

/** The error at construction, and at a commit after the last key has ended. */
export function noActiveKey(): SessionError {
  return new SessionError(
    'ERR_SESSION_KEYS',
    'no key may seal now, because all are pending, expired or revoked: add one without "nbf"',
  )
}

function exported(key: RootKey, name: string, alg: Algorithm, audience: string | undefined): ExportedJwk {
  const k = key.derive(cookiePurpose(name), alg, audience).export().toString('base64url')
  return { kty: 'oct', use: 'enc', alg, kid: key.kid, k }
}
