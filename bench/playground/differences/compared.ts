import type { Asked } from '../deeds/deed.js'
import type { Seen } from '../seen.js'
import type { Side } from '../view.js'

/** One side of a step: what was found before and after it, and what it took. */
export interface Account {
  readonly before: Seen
  readonly after: Seen
  readonly side: Side
}

/** What a step was about, where that is not seen in the data. */
export interface About {
  readonly kind?: 'race' | 'late' | 'restart' | 'thief' | 'broken' | undefined
  /** Of a race: who wrote. */
  readonly fields?: readonly string[]
}

/** The two sides of a step, and what it was about. */
export interface Compared {
  readonly ours: Account
  readonly theirs: Account
  readonly about: About & { readonly asked?: Asked | undefined }
}
