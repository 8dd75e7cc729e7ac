import type { BackendName } from '../../backend.js'
import { EXPERIMENTS, type ExperimentName } from '../../outcome.js'
import { keptIn, labelOf, labelsOf, OURS } from '../backends.js'
import { present, type Results } from '../results.js'
import { outcome, rank } from '../verdicts.js'
import { grouped, listed } from '../words.js'
import { onTopic, together } from './comparisons.js'
import { MATTERS, MEASURED_MATTERS } from './matters.js'
import { LEVELS, levelOf, turned } from './scale.js'
import type { Statement } from './statement.js'
import { measuredOn, topicsOf } from './topics.js'

/** What speaks for a session in the cookie, for one in a store, or for neither. */
export interface Choice extends Statement {
  /** `store-down`, `requests.read` */
  readonly matter: string
  readonly side: 'cookie' | 'store' | 'neither'
  /** Completes "Choose it when ...". */
  readonly when: string
  /** The stores of which it is true, where it is not true of all. */
  readonly only: readonly BackendName[]
  /** What was found out, in whole sentences. */
  readonly evidence: readonly string[]
}

/** Ours beside the stores, by experiments and by figures. Empty where no store took part. */
export function choicesOf(results: Results): Choice[] {
  const stores = keptIn('store', present(results))
  if (stores.length === 0) return []
  const experiments = Object.keys(EXPERIMENTS) as ExperimentName[]
  return [
    ...experiments.flatMap((experiment) => byExperiment(results, experiment, stores)),
    ...Object.keys(MEASURED_MATTERS).flatMap((id) => byFigures(results, id, stores)),
  ]
}

function byExperiment(results: Results, experiment: ExperimentName, stores: readonly BackendName[]): Choice[] {
  const ours = rank(outcome(results, OURS, experiment))
  const tried = stores.flatMap((store) => {
    const its = rank(outcome(results, store, experiment))
    return its === undefined || ours === undefined ? [] : { store, by: Math.sign(its - ours) }
  })
  if (tried.length === 0) return []
  const said = { id: `choice.${experiment}`, matter: experiment, when: MATTERS[experiment] }
  const { decisive, ...side } = sideOf(tried)
  return [told({ ...said, ...side, evidence: inShort(results, experiment, [OURS, ...decisive]) })]
}

interface Tried {
  readonly store: BackendName
  /** Positive where ours did better, negative where the store did. */
  readonly by: number
}

/** Whoever needs it may take the store that does it better, whatever the others do. */
function sideOf(tried: readonly Tried[]): Pick<Choice, 'side' | 'only'> & { readonly decisive: BackendName[] } {
  const of = (sign: number) => tried.filter(({ by }) => by === sign).map(({ store }) => store)
  const [better, worse] = [of(-1), of(1)]
  const [side, decisive] =
    better.length > 0
      ? (['store', better] as const)
      : worse.length > 0
        ? (['cookie', worse] as const)
        : (['neither', tried.map(({ store }) => store)] as const)
  return { side, decisive, only: decisive.length < tried.length ? decisive : [] }
}

/** Of others the first sentence, which says the most. That there is no store says nothing new of what has none. */
function inShort(results: Results, experiment: ExperimentName, names: readonly BackendName[]): string[] {
  const tried = names.filter((name) => outcome(results, name, experiment)?.verdict !== 'none')
  const ours = whatHappened(
    results,
    experiment,
    tried.filter((name) => name === OURS),
  )
  const others = whatHappened(
    results,
    experiment,
    tried.filter((name) => name !== OURS),
  )
  return [...ours, ...others.map((one) => one.replace(/\. .*$/s, '.'))]
}

/** `With Redis and MySQL: ...`, once for all of whom it is true. */
export function whatHappened(
  results: Results,
  experiment: ExperimentName,
  names: readonly BackendName[],
): readonly string[] {
  const found = names.flatMap((name) => outcome(results, name, experiment) ?? [])
  return grouped(found, ({ happened }) => happened).map(
    ([happened, all]) => `With ${listed(all.map(({ contender }) => labelOf(contender)))}: ${happened}`,
  )
}

function told(choice: Omit<Choice, 'claim' | 'sentence'>): Choice {
  const { side, only, when, evidence } = choice
  const stores = only.length === 0 ? 'all' : labelsOf(only).join(', ')
  return { ...choice, claim: `${side}: ${stores}`, sentence: `${SIDES[side]} ${when}. ${evidence.join(' ')}` }
}

/** Of which stores it is true, where it is not true of all. */
export function onlyWith(side: Choice['side'], only: readonly BackendName[]): string {
  return side === 'cookie' ? `unlike with ${listed(labelsOf(only))}` : `with ${listed(labelsOf(only))}`
}

const SIDES: Readonly<Record<Choice['side'], string>> = {
  cookie: 'Choose the cookie when',
  store: 'Choose a store when',
  neither: 'It makes no difference when',
}

/** How far a store must be from ours to speak for one side: further than noise takes it. */
const DECIDES = 1.5

function byFigures(results: Results, id: string, stores: readonly BackendName[]): Choice[] {
  const topic = topicsOf(results).find((one) => one.id === id)
  const ours = topic && measuredOn(results, topic, OURS)
  if (topic === undefined || ours === undefined) return []
  const tolerance = { ...topic.tolerance, same: DECIDES, clear: DECIDES }
  const tried = stores.flatMap((store) => {
    const its = measuredOn(results, topic, store)
    if (its === undefined) return []
    const level = levelOf(its, ours, tolerance)
    const merit = LEVELS.indexOf(topic.moreIsBetter ? level : turned(level)) - LEVELS.indexOf('about the same')
    return [{ store, by: -Math.sign(merit) }]
  })
  if (tried.length === 0) return []
  const each = together(onTopic(results, topic).filter(({ contender }) => stores.includes(contender))) ?? ''
  const evidence = [each, `${OURS}: ${topic.print(ours)}.`]
  const when = MEASURED_MATTERS[id] ?? topic.what
  const { side, only } = sideOf(tried)
  return [told({ id: `choice.${id}`, matter: id, when, evidence, side, only })]
}
