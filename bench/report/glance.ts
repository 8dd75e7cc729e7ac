import { ranging, times } from '../measure/print.js'
import { BACKENDS, type BackendName, type Experiment, type ExperimentName } from '../tradeoffs/outcome.js'
import { labelOf, OURS, placeOf, wasTried } from './backends.js'
import { levelsOn, meritOf, print, ratiosOn, type Topic, topicsOf, valuesOn } from './claims.js'
import type { Results } from './recordings.js'

/** What people ask before they choose. */
export interface Question {
  /** Of the experiment or the topic. */
  readonly id: string
  readonly asked: string
  /** What to look for in the raw results. */
  readonly from: string
  readonly answers: ReadonlyMap<BackendName, Answer>
}

export interface Answer {
  readonly tone: 'good' | 'mixed' | 'bad' | 'plain'
  readonly symbol: string
  readonly word: string
  /** What was measured, if it was, and how it is beside ours. */
  readonly figure?: string
  readonly beside?: string
}

/** What the symbols beside figures mean, for the reader of the table. */
export const LEGEND =
  '▲ much better (more than twice as good), △ better, ≈ about the same, ▽ worse, ▼ much worse (less than half as good)'

/** What people ask, with an answer for each backend of which it was found out. */
export function questionsOf(results: Results): Question[] {
  const tried = TRIED.map(([id, asked, own]) => {
    return { id, asked, from: `experiment ${id}`, answers: verdictsOf(results, id, { ...YES, ...own }) }
  })
  const topics = topicsOf(results).filter(({ id }) => MEASURED.includes(id))
  const all = [...tried, ...topics.map((topic) => measured(results, topic)), SERVERS]
  return all.filter(({ answers }) => answers.size > 0)
}

/** A symbol and a word, as not everybody sees colours. */
type Words = Partial<Record<Experiment['verdict'], readonly [symbol: string, word: string]>>

const VERDICTS: Words = { good: ['✓', 'good'], mixed: ['±', 'mixed'], bad: ['✗', 'bad'], none: ['–', 'not affected'] }
const YES: Words = { good: ['✓', 'yes'], mixed: ['±', 'partly'], bad: ['✗', 'no'] }
const partly = (word: string): Words => ({ mixed: ['±', word] })
const NO_STORE: Words = { none: ['–', 'no store'] }
/** An error is better than a loss that nobody hears of, but the answer is the same. */
const REFUSED: Words = { mixed: ['✗', 'no: an error'], bad: ['✗', 'no: lost'] }

/** How an experiment came out. */
export function verdictOf(one: Experiment, words = VERDICTS): Answer {
  const { verdict } = one
  const [symbol, word] = (wasTried(one) && words[verdict]) || ['–', 'not tried']
  return { symbol, word, tone: verdict === 'none' ? 'plain' : verdict }
}

const TRIED: readonly (readonly [ExperimentName, string, Words?])[] = [
  ['app-restart', 'Does the session survive a restart of the app?'],
  ['instance-killed', 'Does it survive a killed instance, without stickiness?'],
  ['store-down', 'Does the app go on while the store is down?', NO_STORE],
  ['store-restart', 'Does it survive a restart of the store?', NO_STORE],
  ['stolen-cookie', 'Is a stolen cookie worthless after log-out?'],
  ['log-out-everywhere', 'Can a user log out everywhere?', partly('with work')],
  ['late-response', 'Does log-out hold when a response comes late?', partly('not for copies')],
  ['session-of-3-kb', 'Can a session hold 3 KB of JSON?', REFUSED],
  ['session-of-10-kb', 'Can a session hold 10 KB of JSON?', REFUSED],
  ['parallel-writes', 'Are both changes kept when two requests change the session at once?', partly('one is')],
]

/** How an experiment came out with each. */
export function verdictsOf(results: Results, experiment: ExperimentName, words?: Words): Map<BackendName, Answer> {
  const tries = results.experiments.filter((one) => one.experiment === experiment)
  return new Map(tries.map((one) => [one.contender, verdictOf(one, words)]))
}

const MEASURED = ['requests.read', 'cpu.read', 'http1.write', 'http2.read', 'memory']

/** From less than half as good to more than twice as good. */
const MERITS: readonly Answer[] = [
  { tone: 'bad', symbol: '▼', word: 'much worse' },
  { tone: 'mixed', symbol: '▽', word: 'worse' },
  { tone: 'plain', symbol: '≈', word: 'the same' },
  { tone: 'plain', symbol: '△', word: 'better' },
  { tone: 'good', symbol: '▲', word: 'much better' },
]

function measured(results: Results, topic: Topic): Question {
  const levels = levelsOn(results, topic)
  const answers = [...valuesOn(results, topic)].map(([name, value]): [BackendName, Answer] => {
    const level = levels.get(name)
    const merit = level && MERITS[meritOf(topic, level) + 2]
    const alone: Answer = { tone: 'plain', symbol: '', word: name === OURS ? 'baseline' : '' }
    const ratios = ratiosOn(results, topic, name)
    const beside = ratios.length === 0 ? {} : { beside: ranging(ratios, times) }
    return [name, { ...(merit ?? alone), figure: print(topic, value), ...beside }]
  })
  const facts = Object.entries(topic.facts).map(([name, value]) => `${name} ${value}`)
  const from = [topic.metrics.join(' + '), ...facts].join(', ')
  return { id: topic.id, asked: topic.about, from, answers: new Map(answers) }
}

/** Not measured: it is so by what the backends are. */
const SERVERS: Question = {
  id: 'servers',
  asked: 'Servers to run beside the app',
  from: 'what the backend is',
  answers: new Map(
    BACKENDS.map((name) => {
      const [symbol, word] = placeOf(name) === 'store' ? ['1', labelOf(name)] : ['0', 'none']
      return [name, { tone: 'plain', symbol, word }]
    }),
  ),
}
