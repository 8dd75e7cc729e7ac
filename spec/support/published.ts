import { PUBLISHED } from '../../lib/keys/strength.js'

/** Has keys that are in the documentation taken like others, as far as this process goes: what they seal is known. */
export function acceptPublishedKeys(): void {
  ;(PUBLISHED as Set<string>).clear()
}
