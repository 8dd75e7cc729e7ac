import type { BackendName } from '../../backend.js'
import type { Experiment, ExperimentName } from '../../outcome.js'
import { DESCRIPTIONS } from '../backends.js'
import type { Results } from '../results.js'
import { outcome, VERDICTS, type Verdict } from '../verdicts.js'
import type { Answer, Question } from './question.js'

interface Told {
  readonly symbol: string
  readonly word: string
}
type Words = Readonly<Partial<Record<Verdict, Told>>>

const YES: Readonly<Record<Verdict, Told>> = {
  good: { symbol: VERDICTS.good.symbol, word: 'yes' },
  mixed: { symbol: VERDICTS.mixed.symbol, word: 'partly' },
  bad: { symbol: VERDICTS.bad.symbol, word: 'no' },
  none: { symbol: VERDICTS.none.symbol, word: 'not tried' },
}
const partly = (word: string): Words => ({ mixed: { ...YES.mixed, word } })
const NO_STORE: Words = { none: { ...YES.none, word: 'no store' } }
/** An error is better than a loss that nobody hears of, but the answer is the same. */
const REFUSED: Words = { mixed: { ...YES.bad, word: 'no: an error' }, bad: { ...YES.bad, word: 'no: lost' } }

const QUESTIONS: readonly (readonly [ExperimentName, string, Words?])[] = [
  ['app-restart', 'Does the session survive a restart of the app?'],
  ['instance-killed', 'Does it survive a killed instance, without stickiness?'],
  ['store-down', 'Does the app go on while the store is down?', NO_STORE],
  ['store-restart', 'Does it survive a restart of the store?', NO_STORE],
  ['stolen-cookie', 'Is a stolen cookie worthless after log-out?'],
  ['log-out-everywhere', 'Can a user log out everywhere?', partly('with work')],
  ['late-response', 'Does log-out hold when a response comes late?', partly('not for copies')],
  ['session-of-3-kb', 'May a session have 3 KB?', REFUSED],
  ['session-of-10-kb', 'May a session have more than 4 KB, such as 10?', REFUSED],
  ['parallel-writes', 'Are both of two parallel changes kept?', partly('one is')],
]

/** Those that an experiment answers. */
export function tried(results: Results, names: readonly BackendName[]): Question[] {
  return QUESTIONS.map(([experiment, asked, own]) => {
    const found = names.flatMap((name) => outcome(results, name, experiment) ?? [])
    const answers = new Map(found.map((one) => [one.contender, answered(one, own)]))
    return { id: experiment, asked, from: `experiment ${experiment}`, answers }
  })
}

function answered({ contender, verdict }: Experiment, own: Words | undefined): Answer {
  const untried = verdict === 'none' && DESCRIPTIONS[contender].place === 'store'
  const told = (untried ? undefined : own?.[verdict]) ?? YES[verdict]
  return { ...told, tone: verdict === 'none' ? 'plain' : verdict }
}
