import { readdirSync, readFileSync } from 'node:fs'
import type { ExportedJwk, KeyInput } from '../../lib/index.js'
import type { Claims } from '../../lib/token/claims.js'
import type { Sealing } from '../../lib/token/key.js'
import type { Rejection } from '../../lib/types.js'

/** Tokens of one form of `keys`. All times are seconds since the epoch. */
export interface VectorFile {
  /** What this file is for. */
  readonly about: string
  /** As given to `session({ keys })`. */
  readonly keys: KeyInput
  /** What `exportFor(name)` gives at a time. */
  readonly exports: readonly Export[]
  /** Tokens that open. */
  readonly opened: readonly OpenedVector[]
  /** Tokens that do not. */
  readonly rejected: readonly RejectedVector[]
}

export interface Export {
  /** The cookie's base name. */
  readonly name: string
  readonly at: number
  readonly keys: readonly ExportedJwk[]
}

interface Vector {
  /** Once in its file. */
  readonly what: string
  /** The base name of the cookie that it comes in. */
  readonly name: string
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
