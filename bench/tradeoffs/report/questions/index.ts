import type { BackendName } from '../../backend.js'
import { DESCRIPTIONS } from '../backends.js'
import type { Results } from '../results.js'
import { measured } from './measured.js'
import type { Answer, Question } from './question.js'
import { tried } from './tried.js'

export type { Answer, Question } from './question.js'

/** What people ask, with an answer for each backend of which it was found out. */
export function questionsOf(results: Results, names: readonly BackendName[]): Question[] {
  const all = [...tried(results, names), ...measured(results, names), servers(names)]
  return all.filter(({ answers }) => answers.size > 0)
}

/** Not measured: it is so by what the backends are. */
function servers(names: readonly BackendName[]): Question {
  const answers = names.map((name): [BackendName, Answer] => {
    const { place, label } = DESCRIPTIONS[name]
    const isStore = place === 'store'
    return [name, { tone: 'plain', symbol: isStore ? '1' : '0', word: isStore ? label : 'none' }]
  })
  const asked = 'Servers to run beside the app'
  return { id: 'servers', asked, from: 'what the backend is', answers: new Map(answers) }
}
