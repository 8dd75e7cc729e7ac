import { PUBLISHED } from '../../lib/keys/published.js'

/** Has keys that are in the documentation taken like others, as far as this process goes: what they seal is known. */
export function acceptPublishedKeys(): void {
  ;(PUBLISHED as Set<string>).clear()
}
