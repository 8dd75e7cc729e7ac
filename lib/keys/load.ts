import { readFile } from 'node:fs'
import { promisify } from 'node:util'
import { seconds } from '../checks.js'
import { invalid, SessionError } from '../errors.js'
import { own } from '../values.js'
import { warnOnce } from '../warnings.js'
import type { RootKey } from './root.js'
import { type KeyInput, keysBeside, type Revocation, readKeys, revocationsIn } from './source.js'

/** Returns the keys from where they are kept: a secrets manager, a file, an HTTP endpoint. It has 30 seconds. */
export type KeyLoader = () => KeyInput | Promise<KeyInput>

/** The options of `KeyRing.load`. */
export interface KeyLoading {
  /**
   * How often to load the keys: milliseconds or text such as `'5m'`, at least a second; above 24 days it is cut short.
   * Default: only when a cookie names an unknown key.
   */
  readonly refresh?: number | string | undefined
  /**
   * Gets the error when loading fails: what the loader threw, or a `SessionError` for keys that cannot be used. The
   * ring keeps its keys, but for those that the new set revokes. Default: a warning.
   */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** The least seconds between two loads for unknown keys, because anyone can make a cookie that names one. */
const MIN_INTERVAL = 10
/** A loader fails if it takes longer, in milliseconds. */
const TIMEOUT = 30_000
/** The most calls of a loader that may hang. A hanging read holds one of the four threads that Node has for files. */
const MAX_UNANSWERED = 2
/** In milliseconds; Node's timers cannot wait longer. */
const MAX_TIMER = 2 ** 31 - 1

/** Loads keys repeatedly. Nothing waits for that but for the first time, nor does it keep a process alive. */
export class Reloader {
  readonly #loader: KeyLoader
  readonly #interval: number | undefined
  readonly #onError: (error: unknown) => void
  #adopt: ((keys: readonly RootKey[]) => void) | undefined
  #revoke: ((keys: readonly Revocation[]) => void) | undefined
  #timer: NodeJS.Timeout | undefined
  #isLoading = false
  /** The number of calls of the loader that hang. */
  #unanswered = 0
  /** When a cookie last made it load, in seconds since the epoch. */
  #loadedAt = 0

  constructor(loader: KeyLoader, loading: KeyLoading) {
    const { refresh, onError = warn } = own(loading)
    checkNames(loading)
    if (typeof loader !== 'function') {
      throw new SessionError(
        'ERR_SESSION_KEYS',
        'KeyRing.load() needs a function that returns keys: call KeyRing.load(async () => keys)',
      )
    }
    if (typeof onError !== 'function') throw invalid('onError of KeyRing.load() must be a function')
    this.#loader = loader
    this.#interval = refresh === undefined ? undefined : Math.min(seconds(refresh, 'refresh') * 1000, MAX_TIMER)
    this.#onError = onError
  }

  /** @throws what the loader throws, and `ERR_SESSION_KEYS` */
  async load(): Promise<RootKey[]> {
    if (this.#unanswered >= MAX_UNANSWERED) throw tooManyUnanswered()
    const answer = await answerOf(() => this.#ask(), this.#adopt === undefined)
    try {
      return readKeys(answer)
    } catch (error) {
      // A revocation must not wait until the set is repaired. At the start, the app does not run before it is.
      if (this.#revoke === undefined) throw error
      const revocations = revocationsIn(answer)
      this.#revoke(revocations)
      const keys = keysBeside(answer, revocations, Date.now() / 1000)
      if (keys === undefined) throw error
      this.#report(error)
      return keys
    }
  }

  async #ask(): Promise<KeyInput> {
    this.#unanswered += 1
    try {
      return await this.#loader()
    } catch (error) {
      // Node would end the process, and print no more than "undefined".
      throw error ?? new SessionError('ERR_SESSION_KEYS', 'the key loader failed without an error: throw an Error')
    } finally {
      this.#unanswered -= 1
    }
  }

  /**
   * @param adopt takes the new keys, or throws if they cannot be used
   * @param revoke takes revoked keys out of use
   */
  start(adopt: (keys: readonly RootKey[]) => void, revoke: (keys: readonly Revocation[]) => void): void {
    this.#adopt = adopt
    this.#revoke = revoke
    this.#schedule()
  }

  /**
   * Loads the keys because a cookie named an unknown one, which another instance may have already.
   *
   * @param now seconds since the epoch
   */
  missed(now: number): void {
    if (Math.abs(now - this.#loadedAt) < MIN_INTERVAL) return
    this.#loadedAt = now
    void this.#reload()
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#adopt = undefined
    this.#revoke = undefined
  }

  #schedule(): void {
    clearTimeout(this.#timer)
    if (this.#interval === undefined || this.#adopt === undefined) return
    this.#timer = setTimeout(() => void this.#reload(), this.#interval).unref()
  }

  async #reload(): Promise<void> {
    if (this.#isLoading) return
    this.#isLoading = true
    try {
      const keys = await this.load()
      this.#adopt?.(keys)
    } catch (error) {
      this.#report(error)
    } finally {
      this.#isLoading = false
      this.#schedule()
    }
  }

  // A listener that throws must end neither the loading nor the process.
  #report(error: unknown): void {
    try {
      const returned: unknown = this.#onError(error)
      if (returned instanceof Promise) returned.catch(warn)
    } catch {
      warn()
    }
  }
}

const OPTIONS: readonly string[] = ['refresh', 'onError'] satisfies (keyof KeyLoading)[]

/** An option that is misspelled would leave the keys as they are for ever. */
function checkNames(loading: object): void {
  const unknown = Object.keys(loading).find((name) => !OPTIONS.includes(name))
  if (unknown === undefined) return
  throw new SessionError(
    'ERR_SESSION_OPTIONS',
    `unknown option "${unknown}" of KeyRing.load(): leave it out, or set ${OPTIONS.map((name) => `"${name}"`).join(' or ')}`,
  )
}

/**
 * What the loader returns. It fails when that takes too long, so that one hanging call does not stop the loading.
 *
 * @param isFirst whether the app waits for it, so that the process must not end before
 */
async function answerOf(loader: () => Promise<KeyInput>, isFirst: boolean): Promise<KeyInput> {
  let timer: NodeJS.Timeout | undefined
  const impatience = new Promise<never>((_resolve, reject) => {
    const late = () =>
      reject(
        new SessionError(
          'ERR_SESSION_KEYS',
          `the key loader took more than ${TIMEOUT / 1000} seconds: find out what it waits for`,
        ),
      )
    timer = setTimeout(late, TIMEOUT)
    if (!isFirst) timer.unref()
  })
  try {
    return await Promise.race([loader(), impatience])
  } finally {
    clearTimeout(timer)
  }
}

function tooManyUnanswered(): SessionError {
  return new SessionError(
    'ERR_SESSION_KEYS',
    `the key loader has not answered ${MAX_UNANSWERED} calls, so it is not called until one of them ends: give it a timeout`,
  )
}

/** The warning leaves the error out, as its message may hold a secret. */
function warn(): void {
  warnOnce(
    'SESSION_WARN_KEY_LOADING',
    'an error came up when the keys were loaded again, so they may be out of date: ' +
      'look at it with KeyRing.load(loader, { onError }), where onError does not throw',
  )
}

/**
 * Decodes keys from bytes, without a byte order mark.
 *
 * @param what the bytes are, for the message
 * @throws {SessionError} `ERR_SESSION_KEYS` for bytes that are not UTF-8. Decoding them to U+FFFD would make different
 *   keys the same
 */
export function textOf(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw error
    throw new SessionError(
      'ERR_SESSION_KEYS',
      `${what} is not text in UTF-8, but bytes, or text in UTF-16: write the key in base64url, as npx sealed-session keygen does`,
    )
  }
}

/** Not from `node:fs/promises`, which takes a millisecond to load, even for apps that have their keys elsewhere. */
const read = promisify(readFile)

/**
 * Makes a loader for a file with a JWK Set or a secret. `KeyRing.load` reads the file again, so you can replace it
 * while the app runs, as Kubernetes does with a mounted secret.
 *
 * @example
 * const keys = await KeyRing.load(keysFromFile('/run/secrets/session-keys'), { refresh: '5m' })
 *
 * @param path of a text file in UTF-8. A byte order mark and white space around the content do no harm
 * @throws when it is called: what Node throws for the file, and `ERR_SESSION_KEYS` if it is not text in UTF-8
 */
export function keysFromFile(path: string | URL): KeyLoader {
  return async () => textOf(await read(path), 'the file of the keys').trim()
}
