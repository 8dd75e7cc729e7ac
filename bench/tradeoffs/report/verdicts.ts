import type { BackendName } from '../backend.js'
import type { Experiment, ExperimentName } from '../outcome.js'
import { DESCRIPTIONS } from './backends.js'
import type { Results } from './results.js'

export type Verdict = Experiment['verdict']

/** A symbol and a word for each, as colours alone are not seen by everybody. */
export const VERDICTS: Readonly<Record<Verdict, { readonly symbol: string; readonly word: string }>> = {
  good: { symbol: '✓', word: 'good' },
  mixed: { symbol: '±', word: 'mixed' },
  bad: { symbol: '✗', word: 'bad' },
  none: { symbol: '–', word: 'not affected' },
}

export function outcome(results: Results, contender: BackendName, experiment: ExperimentName): Experiment | undefined {
  return results.experiments.find((one) => one.contender === contender && one.experiment === experiment)
}

/** The word for what came out: `none` may be that there was nothing to happen, or that it could not be tried. */
export function wordOf({ contender, verdict }: Experiment): string {
  return verdict === 'none' && DESCRIPTIONS[contender].place === 'store' ? 'not tried' : VERDICTS[verdict].word
}

/** The less the better; undefined where nothing was found out. */
export function rank(found: Experiment | undefined): number | undefined {
  if (found === undefined) return undefined
  // With a store, `none` says that it could not be tried; without one, that nothing can happen.
  if (found.verdict === 'none') return DESCRIPTIONS[found.contender].place === 'store' ? undefined : 0
  return ['good', 'mixed', 'bad'].indexOf(found.verdict)
}
