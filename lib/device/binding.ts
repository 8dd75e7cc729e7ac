import { candidates } from '../cookie/header.js'
import type { Rejection } from '../types.js'
import { type DeviceSettings, type ProvedKey, readProofCookie } from './tokens.js'

/**
 * How a session stands to the device that it came from.
 *
 * - `unbound`: it names no key, and none was proved for it
 * - `registered`: it names no key yet, and one was proved for it; it will be bound
 * - `bound`: it names a key, which was proved lately
 * - `lapsed`: it names a key, and the browser sent no proof
 * - `stray`: it names a key, and what the browser sent proves another, or is over. As long as the browser has that
 *   cookie, it does not refresh
 */
export type BindingState = 'unbound' | 'registered' | 'bound' | 'lapsed' | 'stray'

export interface Binding {
  readonly state: BindingState
  /** The key that the session names, or that was proved for it; undefined where the session was refused. */
  readonly dev: string | undefined
  /** Of a registered key: when that was, in seconds since the epoch. */
  readonly since: number | undefined
}

/** What a session says that is looked at here. */
export interface BindableSession {
  readonly sid: string
  /** When it began, in seconds since the epoch. */
  readonly sat: number
  readonly dev?: string | undefined
}

/**
 * The name of the proof cookie beside a session's cookie. It has no `Http-` in its prefix: Chromium (150) drops a registration
 * with such a cookie (`InvalidCredentialsCookie`). So scripts of the same host could set this one, but none that we have sealed.
 */
export function proofOf(name: string): string {
  return `${name.replace('__Host-Http-', '__Host-')}.bound`
}

/** The folder of endpoints, below whatever path they are mounted at. */
export const ENDPOINTS = '/.bound'

/**
 * What the path of the endpoint ends in. Chromium resolves percent escapes in it before it asks, so characters that need one
 * are spelled otherwise.
 *
 * @param name the cookie's base name
 */
export function endpointEnd(name: string): string {
  return `${ENDPOINTS}/${name.replaceAll(/[^\w.-]/g, (character) => `~${character.charCodeAt(0).toString(16)}`)}`
}

/** What the proof cookies of a request prove. */
export interface Proofs {
  /** Whether any came, good or not. */
  readonly came: boolean
  readonly proved: readonly ProvedKey[]
}

/**
 * Opens the proof cookies of a request; at most four count.
 *
 * @param name that of the session's cookie
 * @param now seconds since the epoch
 */
export function openProofs(header: string | undefined, name: string, settings: DeviceSettings, now: number): Proofs {
  const came = candidates(header, proofOf(name))
  return { came: came.length > 0, proved: came.flatMap((value) => readProofCookie(value, settings, now) ?? []) }
}

/** How a session stands to what its request proves. */
export function bindingOf({ sid, dev }: BindableSession, { came, proved }: Proofs): Binding {
  if (dev === undefined) {
    const proof = proved.find((one) => one.sid === sid)
    return proof
      ? { state: 'registered', dev: proof.dev, since: proof.since }
      : { state: 'unbound', dev: undefined, since: undefined }
  }
  const isProved = proved.some((one) => one.dev === dev)
  return { state: isProved ? 'bound' : came ? 'stray' : 'lapsed', dev, since: undefined }
}

/**
 * Why a session that is otherwise accepted may not go on; undefined if it may.
 *
 * @param now seconds since the epoch
 */
export function refusalOf(
  { state }: Binding,
  { sat }: BindableSession,
  { unboundTimeout }: DeviceSettings,
  now: number,
): Extract<Rejection, 'unproven' | 'unbound'> | undefined {
  if (state === 'lapsed' || state === 'stray') return 'unproven'
  return state === 'unbound' && sat + unboundTimeout <= now ? 'unbound' : undefined
}

/** Whether a request proves that it comes from the session's device. */
export function isProved(binding: Binding | undefined): boolean {
  return binding?.state === 'bound' || binding?.state === 'registered'
}

/**
 * When a session ends that stays without a key, in seconds since the epoch; Infinity if it has one, or may go on without.
 *
 * @param dev the key that it names, or that was proved for it
 */
export function unboundEndOf(sat: number, dev: string | undefined, settings: DeviceSettings | undefined): number {
  if (settings === undefined || !settings.enforce || dev !== undefined) return Number.POSITIVE_INFINITY
  return sat + settings.unboundTimeout
}

/** Seconds after which a request that is no page may bind a session, too. */
const BINDS_AFTER = 10

/**
 * Whether a request that does not write the session binds it. Of several that a page makes at once, one that only reads
 * would write an old copy over a change.
 */
export function mayBind({ state, since = 0 }: Binding, isPage: boolean, now: number): boolean {
  return state === 'registered' && (isPage || since + BINDS_AFTER <= now)
}
