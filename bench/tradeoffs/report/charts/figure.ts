import type { Facts } from '../../../report/select.js'
import type { Metric } from '../figures.js'

/** Pictures that belong together, with what is to be said of them. */
export interface Figure {
  readonly id: string
  readonly title: string
  readonly about: string
  /** What is solid, and what is hatched or at the other end. */
  readonly parts: readonly string[]
  readonly drawn: 'bars' | 'ranges'
  readonly panels: readonly { readonly title: string; readonly svg: string }[]
  readonly metrics: readonly Metric[]
  /** Of the raw results, for whoever wants to find the figures there. */
  readonly facts: string
  /** The topics that tell what it shows. */
  readonly topics: readonly string[]
}

/** Everything but the pictures. */
export type Plan = Omit<Figure, 'panels'> & {
  readonly text: (parts: readonly number[]) => string
  readonly views: readonly { readonly title: string; readonly facts: Facts; readonly metrics?: readonly Metric[] }[]
}
