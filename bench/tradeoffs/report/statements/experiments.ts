import { EXPERIMENTS } from '../../outcome.js'
import { DESCRIPTIONS } from '../backends.js'
import type { Results } from '../results.js'
import { wordOf } from '../verdicts.js'
import type { Statement } from './statement.js'

/** What happened in each experiment with each backend. Its words have no figures that a second run would change. */
export function outcomesOf({ experiments }: Results): Statement[] {
  return experiments.map((one) => {
    const { contender, experiment, verdict, happened } = one
    return {
      id: `${experiment}.${contender}`,
      claim: `${verdict}: ${happened}`,
      sentence: `${EXPERIMENTS[experiment]}, ${DESCRIPTIONS[contender].label}: ${wordOf(one)}. ${happened}`,
    }
  })
}
