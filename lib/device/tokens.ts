import { type Claims, encodeClaims, isDevice } from '../token/claims.js'
import { open, seal } from '../token/jwe.js'
import type { TokenKeys } from '../token/key.js'
import { type DeviceKey, KEY_LENGTH, keyFrom } from './proof.js'

/** Seconds. For clocks that differ, and for requests that were on their way when the browser dropped its cookie. */
export const LEEWAY = 60
/** Seconds in which a browser has to answer an offer. */
const REGISTRATION_TIMEOUT = 120
/**
 * Seconds. Browsers keep a challenge together with their signature, and send it again until it is refused. A proof is worth
 * what its challenge was, so challenges end long before the cookies that they lead to.
 */
const MAX_REFRESH_TIMEOUT = 60
/** A token of a device is shorter: it has no data of the app. */
const MAX_TOKEN_LENGTH = 1024
/** In characters. Ours have about 360. */
const MAX_IDENTIFIER = 1200

/** The keys of the tokens about devices, one for each purpose. */
export interface DeviceKeys {
  /** Of the cookie that says when the key was last proved. */
  readonly proofKeys: TokenKeys
  /** Of the link in a session identifier. */
  readonly linkKeys: TokenKeys
  readonly challengeKeys: TokenKeys
}

/** What a proof cookie says. Times in seconds since the epoch. */
export interface ProvedKey {
  /** The session that the refresh brought. */
  readonly sid: string
  /** The thumbprint of the key. */
  readonly dev: string
  /** When the key was registered, or the challenge was issued if the session was bound already. */
  readonly since: number
}

/** What a token about a device says. */
interface DeviceToken {
  readonly claims: Claims
  readonly dev: string | undefined
}

/** Opens a token about a device; undefined if it does not open, has ended, or is from the future. */
function openDevice(token: string, keys: TokenKeys, now: number): DeviceToken | undefined {
  const opened = open(token, keys, now, MAX_TOKEN_LENGTH)
  if ('rejected' in opened) return undefined
  const { claims, data } = opened
  if (claims.exp <= now || claims.iat > now + LEEWAY) return undefined
  const dev = Object.hasOwn(data, 'dev') ? data['dev'] : undefined
  return dev === undefined || isDevice(dev) ? { claims, dev } : undefined
}

function sealDevice(claims: Claims, dev: string | undefined, keys: TokenKeys, now: number): string | undefined {
  const key = keys.active(now)
  return key && seal(encodeClaims(claims, dev === undefined ? '{}' : `{"dev":"${dev}"}`), key)
}

/**
 * The challenge of an offer: it says which session is to be bound. Undefined if no key may seal.
 *
 * @param now seconds since the epoch
 */
export function offerChallenge(sid: string, { challengeKeys }: DeviceKeys, now: number): string | undefined {
  return sealDevice({ sid, sat: now, iat: now, exp: now + REGISTRATION_TIMEOUT }, undefined, challengeKeys, now)
}

/**
 * The challenge of a refresh: it says which key has to sign it.
 *
 * @param proofTimeout seconds
 */
export function refreshChallenge(
  sid: string,
  dev: string,
  proofTimeout: number,
  { challengeKeys }: DeviceKeys,
  now: number,
): string | undefined {
  const exp = now + Math.min(MAX_REFRESH_TIMEOUT, Math.floor(proofTimeout / 10))
  return sealDevice({ sid, sat: now, iat: now, exp }, dev, challengeKeys, now)
}

/** The session that an offer's challenge is for; undefined for any other text, and for the challenge of a refresh. */
export function offeredSession(challenge: string, { challengeKeys }: DeviceKeys, now: number): string | undefined {
  const opened = openDevice(challenge, challengeKeys, now)
  return opened && opened.dev === undefined ? opened.claims.sid : undefined
}

/** When the challenge of a refresh by this key was issued; undefined for any other text. */
export function challengedAt(
  challenge: string,
  dev: string,
  { challengeKeys }: DeviceKeys,
  now: number,
): number | undefined {
  const opened = openDevice(challenge, challengeKeys, now)
  return opened?.dev === dev ? opened.claims.iat : undefined
}

/**
 * Makes the session identifier, which the browser keeps for us: the public key, and a link that says which session it was
 * registered for. The link counts until the session names the key itself.
 *
 * @param exp seconds since the epoch
 */
export function sessionIdentifier(
  sid: string,
  { x, y, thumbprint }: DeviceKey,
  exp: number,
  { linkKeys }: DeviceKeys,
  now: number,
): string | undefined {
  const link = sealDevice({ sid, sat: now, iat: now, exp }, thumbprint, linkKeys, now)
  return link && `${x}${y}.${link}`
}

/** A session identifier that was read. */
export interface Identifier {
  readonly key: DeviceKey
  readonly link: string
}

/** Reads a session identifier; undefined if it does not begin with a key. Its link is not opened yet. */
export function readIdentifier(text: string): Identifier | undefined {
  if (text.length > MAX_IDENTIFIER || !/^[\w-]{86}\.[\w.-]*$/.test(text)) return undefined
  const key = keyFrom(text.slice(0, KEY_LENGTH / 2), text.slice(KEY_LENGTH / 2, KEY_LENGTH))
  return key && { key, link: text.slice(KEY_LENGTH + 1) }
}

/** When the key of an identifier was registered for this session; undefined if it was not, or if that has ended. */
export function registeredAt(
  { key, link }: Identifier,
  sid: string,
  { linkKeys }: DeviceKeys,
  now: number,
): number | undefined {
  const opened = openDevice(link, linkKeys, now)
  return opened?.dev === key.thumbprint && opened.claims.sid === sid ? opened.claims.iat : undefined
}

/** The value of a proof cookie, and how long the browser keeps it, in seconds. */
export interface ProofCookie {
  readonly value: string
  readonly maxAge: number
}

/**
 * Makes the cookie that says that a key was proved. It ends a fixed time after the challenge, so a proof that is sent again
 * makes no cookie that lives longer.
 *
 * @param challenged when the challenge was issued, in seconds since the epoch
 * @param proofTimeout seconds
 */
export function proofCookie(
  { sid, dev, since }: ProvedKey,
  challenged: number,
  proofTimeout: number,
  { proofKeys }: DeviceKeys,
  now: number,
): ProofCookie | undefined {
  const exp = challenged + proofTimeout + LEEWAY
  const value = sealDevice({ sid, sat: since, iat: challenged, exp }, dev, proofKeys, now)
  return value === undefined ? undefined : { value, maxAge: Math.max(0, exp - LEEWAY - now) }
}

/** Reads a proof cookie; undefined if it does not open, has ended, or is older than proofs may be now. */
export function readProofCookie(
  value: string,
  { proofKeys, proofTimeout }: Pick<DeviceSettings, 'proofKeys' | 'proofTimeout'>,
  now: number,
): ProvedKey | undefined {
  const opened = openDevice(value, proofKeys, now)
  if (opened?.dev === undefined) return undefined
  const { claims, dev } = opened
  // It was sealed under the timeout of then.
  if (claims.iat + proofTimeout + LEEWAY <= now) return undefined
  return { sid: claims.sid, dev, since: claims.sat }
}

/** The option `deviceBound` as the middleware uses it. */
export interface DeviceSettings extends DeviceKeys {
  /** Seconds. */
  readonly proofTimeout: number
  /** Seconds after its beginning that a session may go on unbound; Infinity: as long as any. */
  readonly unboundTimeout: number
  /** Hosts of the same site whose pages may cause a refresh. */
  readonly initiators: readonly string[]
  /** Whether a session is rejected that is not proved. */
  readonly enforce: boolean
  /** The path that browsers are told; undefined: below the mount. */
  readonly path: string | undefined
}
