import { readdirSync, readFileSync } from 'node:fs'
import type { ExportedJwk, KeyInput } from '../../lib/index.js'
import { KeyRing } from '../../lib/keys/ring.js'
import type { Claims } from '../../lib/token/claims.js'
import { keysFor, type Sealing, type TokenKeys } from '../../lib/token/key.js'
import type { Rejection } from '../../lib/types.js'

/**
 * The kinds of tokens. Each has keys of a purpose of its own. Those that are cookies have a suffix of the cookie's name; a
 * browser sends links and challenges otherwise.
 */
export const KINDS = {
  session: { suffix: '', purpose: 'cookie/' },
  companion: { suffix: '.seen', purpose: 'seen/' },
  guard: { suffix: '.ended', purpose: 'ended/' },
  proof: { suffix: '.bound', purpose: 'bound/' },
  link: { suffix: ' (link)', purpose: 'device/' },
  challenge: { suffix: ' (challenge)', purpose: 'challenge/' },
} as const
export type Kind = keyof typeof KINDS

/** Tokens of one form of `keys`. All times are seconds since the epoch. */
export interface VectorFile {
  /** What this file is for. */
  readonly about: string
  /** As given to `session({ keys })`. */
  readonly keys: KeyInput
  /** As given to `session({ audience })`. Without it: none. */
  readonly audience?: string
  /** As given to `session({ deviceBound })`. Without it: off. */
  readonly deviceBound?: true
  /** What `exportFor(name, audience)` gives at a time, or the like for the other kinds of tokens. */
  readonly exports: readonly Export[]
  /** Tokens that open. */
  readonly opened: readonly OpenedVector[]
  /** Tokens that do not. */
  readonly rejected: readonly RejectedVector[]
  /** Requests that bring several of these tokens. */
  readonly requests?: readonly RequestVector[]
  /** What a browser has signed with the key of its device. */
  readonly proofs?: readonly ProofVector[]
}

export interface Export {
  /** The cookie's base name. */
  readonly name: string
  /** Whose keys they are. Without it: a session's. */
  readonly kind?: Kind
  readonly at: number
  readonly keys: readonly ExportedJwk[]
}

interface Vector {
  /** Once in its file. */
  readonly what: string
  /** The base name of the cookie that it comes in. */
  readonly name: string
  /** What it comes as, whatever it is. Without it: a session. */
  readonly kind?: Kind
  /** When it comes. */
  readonly at: number
  readonly token: string
}

export interface OpenedVector extends Vector, Sealing {
  readonly kid: string
  readonly claims: Claims
  readonly data: Readonly<Record<string, unknown>>
}

export interface RejectedVector extends Vector {
  readonly reason: Rejection
}

export interface RequestVector {
  /** Once in its file. */
  readonly what: string
  readonly name: string
  readonly at: number
  /** What each of its cookies is, in `opened` or `rejected`, in this order. */
  readonly cookies: readonly (readonly [kind: Kind, what: string])[]
  /** Why its session is rejected; null if it is accepted. */
  readonly rejected: Rejection | null
  /** When that was last used, and last checked, if it is accepted. */
  readonly lastUse?: number
  readonly lastCheck?: number
  /** Whether it proves the key of its device; looked at where the file says `deviceBound`. */
  readonly isBound?: boolean
}

/** A JWS with ES256 (RFC 7515, section 7.1; RFC 7518, section 3.4), as the header `Secure-Session-Response` has it. */
export interface ProofVector {
  /** Once in its file. */
  readonly what: string
  /** It is P-256. The proof of a registration comes with it; with that of a refresh, the identifier begins with it. */
  readonly key: { readonly kty: 'EC'; readonly crv: 'P-256'; readonly x: string; readonly y: string }
  /** As tokens name the key. */
  readonly dev: string
  /** Which token of `opened` was signed. */
  readonly challenge: string
  readonly proof: string
}

/** The keys for tokens of a kind, from nothing but what spec/format.md says. */
export function keysOfKind(
  keys: KeyInput,
  kind: Kind | undefined,
  name: string,
  sealing: Sealing,
  audience: string | undefined,
): TokenKeys {
  return keysFor(KeyRing.from(keys), `${KINDS[kind ?? 'session'].purpose}${name}`, { ...sealing, audience })
}

/** In force wherever a vector is opened. */
export const TIMEOUTS = { idle: 86_400, absolute: 604_800 } as const

export const VECTORS: URL = new URL('./', import.meta.url)

/** The frozen vectors, by the name of their file without its extension. */
export function vectorFiles(): [string, VectorFile][] {
  return readdirSync(VECTORS)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort()
    .map((file) => [file, JSON.parse(readFileSync(new URL(`${file}.json`, VECTORS), 'utf8'))])
}
