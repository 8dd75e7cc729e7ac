import { readFile } from 'node:fs'
import { promisify } from 'node:util'
import { seconds } from '../duration.js'
import { SessionError } from '../errors.js'
import { own } from '../own.js'
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

/** A cookie that names an unknown key has the keys loaded so often at most, in seconds: anybody can make one. */
const THROTTLE = 10
/** A loader that has not answered by then, in milliseconds, has failed. */
const PATIENCE = 30_000
/**
 * Calls of a loader that may hang at a time. What reads files hangs in one of Node's four threads for them, and an app
 * must not lose all of these to a file that never ends.
 */
const MOST_UNANSWERED = 2
/** The longest that a timer of Node's waits, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1

/** Loads keys again and again. Nobody waits for it, and it does not keep a process alive. */
export class Reloader {
  readonly #loader: KeyLoader
  readonly #interval: number | undefined
  readonly #onError: (error: unknown) => void
  #adopt: ((keys: readonly RootKey[]) => void) | undefined
  #revoke: ((keys: readonly Revocation[]) => void) | undefined
  #timer: NodeJS.Timeout | undefined
  #isLoading = false
  /** How many calls of the loader have not been answered. */
  #unanswered = 0
  /** In seconds since the epoch. */
  #loadedAt = 0

  constructor(loader: KeyLoader, loading: KeyLoading) {
    const { refresh, onError = warn } = own(loading)
    if (typeof loader !== 'function') {
      throw new SessionError(
        'ERR_SESSION_KEYS',
        'KeyRing.load() needs a function that returns keys: load(async () => keys)',
      )
    }
    this.#loader = loader
    this.#interval = refresh === undefined ? undefined : Math.min(seconds(refresh, 'refresh') * 1000, LONGEST_TIMER)
    this.#onError = onError
  }

  /** @throws what the loader throws, and `ERR_SESSION_KEYS` */
  async load(): Promise<RootKey[]> {
    if (this.#unanswered >= MOST_UNANSWERED) throw tooManyUnanswered()
    const answer = await answerOf(() => this.#ask())
    try {
      return readKeys(answer)
    } catch (error) {
      // A key that has leaked must not wait until somebody has mended the set. At the start somebody can.
      if (this.#revoke === undefined) throw error
      const revocations = revocationsIn(answer)
      this.#revoke(revocations)
      const keys = keysBeside(answer, revocations)
      if (keys === undefined) throw error
      this.#report(error)
      return keys
    }
  }

  async #ask(): Promise<KeyInput> {
    this.#unanswered += 1
    try {
      return await this.#loader()
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
   * A cookie named a key that is not there: another instance may have it already.
   *
   * @param now seconds since the epoch
   */
  missed(now: number): void {
    if (Math.abs(now - this.#loadedAt) < THROTTLE) return
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

  // A listener that throws must not end the loading, nor the process.
  #report(error: unknown): void {
    try {
      const returned: unknown = this.#onError(error)
      if (returned instanceof Promise) returned.catch(warn)
    } catch {
      warn()
    }
  }
}

/** What the loader returns; an error when it takes too long, so that one request that hangs is not the last. */
async function answerOf(loader: () => Promise<KeyInput>): Promise<KeyInput> {
  let timer: NodeJS.Timeout | undefined
  const impatience = new Promise<never>((_resolve, reject) => {
    const late = () =>
      reject(new SessionError('ERR_SESSION_KEYS', `the key loader took more than ${PATIENCE / 1000} seconds`))
    timer = setTimeout(late, PATIENCE).unref()
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
    `the key loader has not answered ${MOST_UNANSWERED} earlier calls, so it is not called again: let it give up by itself`,
  )
}

/** Without the error: whoever wrote it did not know that it would be printed. */
function warn(): void {
  warnOnce(
    'SESSION_WARN_KEY_LOADING',
    'keys could not be loaded again, so the old ones stay in use: find out why with KeyRing.load(loader, { onError })',
  )
}

/**
 * Keys that came as bytes, as text. A byte order mark is left out.
 *
 * @param what they are, for the message
 * @throws {SessionError} `ERR_SESSION_KEYS` for bytes that are not UTF-8: read as text all the same, different keys
 *   would become the same one, of U+FFFD
 */
export function textOf(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw error
    throw new SessionError(
      'ERR_SESSION_KEYS',
      `${what} is not text in UTF-8, but bytes, or text in UTF-16: write the key in base64url, as sealed-session keygen does`,
    )
  }
}

/**
 * As `node:fs/promises` takes a millisecond to load, which an app that has its keys elsewhere would wait for as well.
 */
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
