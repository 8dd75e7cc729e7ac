import type { Results } from '../results.js'
import { choicesOf } from './choices.js'
import { comparisonsOf } from './comparisons.js'
import { outcomesOf } from './experiments.js'
import type { Statement } from './statement.js'

export { compatible } from './scale.js'
export type { Statement } from './statement.js'

/** All that the report says in words about who is better. */
export function statementsOf(results: Results): Statement[] {
  return [...choicesOf(results), ...comparisonsOf(results), ...outcomesOf(results)]
}
