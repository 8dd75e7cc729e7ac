import { inspectAs, sessionByKeys } from '../inspection.js'
import type { Claims } from '../token/claims.js'
import { isObjectLiteral } from './altered.js'

/** A session that was read without a response, which could carry no change: it is frozen all the way down. */
export class FrozenSession {
  readonly #id: string
  readonly #createdAt: number
  readonly #expiresAt: number

  /** @param expiresAt seconds since the epoch */
  constructor({ sid, sat }: Claims, data: Record<string, unknown>, expiresAt: number) {
    this.#id = sid
    this.#createdAt = sat * 1000
    this.#expiresAt = expiresAt * 1000
    for (const [key, value] of Object.entries(data)) Object.defineProperty(this, key, { value, enumerable: true })
    Object.values(data).forEach(freezeDeeply)
    Object.freeze(this)
  }

  get id(): string {
    return this.#id
  }

  get createdAt(): Date {
    return new Date(this.#createdAt)
  }

  get expiresAt(): Date {
    return new Date(this.#expiresAt)
  }

  get isPopulated(): boolean {
    return Object.keys(this).length > 0
  }
}

inspectAs(FrozenSession.prototype, sessionByKeys)

/** Data from JSON have no cycles. Instances of classes, which only a schema makes, may have, and may be shared. */
function freezeDeeply(value: unknown): void {
  if (typeof value !== 'object' || value === null || !(Array.isArray(value) || isObjectLiteral(value))) return
  Object.values(value).forEach(freezeDeeply)
  Object.freeze(value)
}
