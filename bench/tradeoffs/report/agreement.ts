import type { Results } from './results.js'
import { compatible, type Statement, statementsOf } from './statements/index.js'

export interface Agreement {
  /** How many statements there are of both together. */
  readonly all: number
  readonly same: number
  /** In words beside each other, such as "about the same" and "somewhat more". */
  readonly near: readonly string[]
  readonly differing: readonly string[]
}

/** Whether two recordings say the same, whatever their figures are. */
export function agreementOf(one: Results, other: Results): Agreement {
  const [ours, theirs] = [byId(one), byId(other)]
  const ids = [...new Set([...ours.keys(), ...theirs.keys()])]
  const pairs = ids.map((id) => ({ id, here: ours.get(id)?.claim, there: theirs.get(id)?.claim }))
  const changed = pairs.filter(({ here, there }) => here !== there)
  const isNear = ({ here, there }: (typeof pairs)[number]) =>
    here !== undefined && there !== undefined && compatible(here, there)
  const told = ({ id, here, there }: (typeof pairs)[number]) =>
    `${id}: "${here ?? 'nothing is said'}", and in the other "${there ?? 'nothing is said'}"`
  return {
    all: ids.length,
    same: ids.length - changed.length,
    near: changed.filter(isNear).map(told),
    differing: changed.filter((pair) => !isNear(pair)).map(told),
  }
}

function byId(results: Results): Map<string, Statement> {
  return new Map(statementsOf(results).map((one) => [one.id, one]))
}
