import type { Fields } from '../fields.js'

/** A session, whichever middleware keeps it: what both have, and data. */
export type Kept = Record<string, unknown> & {
  regenerate(done: (error?: unknown) => void): unknown
  destroy(done: (error?: unknown) => void): unknown
}

/** A request as both middlewares leave it. */
export interface Sessioned {
  readonly session: Kept
}

/** Something that is done to a session, and to the one on the other side in the same way. */
export interface Deed {
  /** `Logged in as Ada` */
  readonly title: string
  /** What was put where, for what becomes of it. */
  readonly asked?: Asked | undefined
  perform(req: Sessioned): unknown
}

/** A value of this kind was put under this path. */
export interface Asked {
  readonly kind: string
  readonly path: readonly string[]
}

/** @throws {Refusal} for fields that make no sense */
export type Plan = (fields: Fields) => Deed

/** Waits for a method that takes a callback, as both offer it. */
export function called(method: (done: (error?: unknown) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    method((error) => (error ? reject(error) : resolve()))
  })
}
