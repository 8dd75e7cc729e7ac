import type { BackendName } from '../../backend.js'
import { EXPERIMENTS, type ExperimentName } from '../../outcome.js'
import { DESCRIPTIONS, keptIn, labelsOf, type Place } from '../backends.js'
import { present, type Results } from '../results.js'
import { outcome } from '../verdicts.js'
import { listed } from '../words.js'
import { whatHappened } from './choices.js'

/** Of those that keep the session in the same place: in what they differ. */
interface Which {
  readonly title: string
  readonly about: string
  readonly differences: readonly { readonly matter: string; readonly said: readonly string[] }[]
}

const TITLES: readonly (readonly [Place, string])[] = [
  ['cookie', 'Which cookie?'],
  ['store', 'Which store?'],
]

export function whichOf(results: Results): Which[] {
  const names = present(results)
  return [
    ...TITLES.flatMap(([place, title]) => among(results, title, keptIn(place, names))),
    ...memoryAlone(results, names),
  ]
}

function among(results: Results, title: string, names: readonly BackendName[]): Which[] {
  if (names.length < 2) return []
  const differing = experiments().filter((experiment) => {
    const verdicts = names.flatMap((name) => outcome(results, name, experiment)?.verdict ?? [])
    return new Set(verdicts).size > 1
  })
  const about = names.map((name) => `${DESCRIPTIONS[name].label} is ${DESCRIPTIONS[name].about}`).join('; ')
  const same = `${listed(labelsOf(names))} did equally well in every experiment.`
  return [
    {
      title,
      about: differing.length === 0 ? `${about}. ${same}` : `${about}. They differ in this:`,
      differences: differing.map((one) => ({ matter: EXPERIMENTS[one], said: whatHappened(results, one, names) })),
    },
  ]
}

/** It is what people have who choose nothing. */
function memoryAlone(results: Results, names: readonly BackendName[]): Which[] {
  if (!names.includes('memory')) return []
  const failed = experiments().filter((experiment) => {
    const others = names.filter((name) => name !== 'memory')
    const bad = (name: BackendName) => outcome(results, name, experiment)?.verdict === 'bad'
    return bad('memory') && !others.every(bad)
  })
  if (failed.length === 0) return []
  return [
    {
      title: 'And MemoryStore?',
      about: 'It is what express-session uses unless it is told otherwise. Beside the others, this went wrong:',
      differences: failed.map((one) => ({ matter: EXPERIMENTS[one], said: whatHappened(results, one, ['memory']) })),
    },
  ]
}

function experiments(): ExperimentName[] {
  return Object.keys(EXPERIMENTS) as ExperimentName[]
}
