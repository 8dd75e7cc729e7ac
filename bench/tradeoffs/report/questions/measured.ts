import type { BackendName } from '../../backend.js'
import { OURS } from '../backends.js'
import type { Results } from '../results.js'
import { onTopic } from '../statements/comparisons.js'
import type { Level } from '../statements/scale.js'
import { measuredOn, type Topic, topicsOf } from '../statements/topics.js'
import type { Answer, Question } from './question.js'

const QUESTIONS: readonly (readonly [topic: string, asked: string])[] = [
  ['requests.read', 'Requests per second that read it'],
  ['cpu.read', 'CPU per request that reads it, app and store'],
  ['http1.write', 'Bytes per request that changes it, HTTP/1.1'],
  ['http2.read', 'Bytes per request that reads it, HTTP/2'],
  ['memory', 'Memory of app and store'],
]

const MERIT: Readonly<Record<Level, Answer>> = {
  'clearly less': { tone: 'bad', symbol: '▼', word: 'worse' },
  'somewhat less': { tone: 'mixed', symbol: '▽', word: 'a bit worse' },
  'about the same': { tone: 'plain', symbol: '≈', word: 'the same' },
  'somewhat more': { tone: 'plain', symbol: '△', word: 'a bit better' },
  'clearly more': { tone: 'good', symbol: '▲', word: 'better' },
}
const BASELINE: Answer = { tone: 'plain', symbol: '', word: 'baseline' }
/** Where ours was not measured. */
const ALONE: Answer = { tone: 'plain', symbol: '', word: '' }

/** Those that figures answer. */
export function measured(results: Results, names: readonly BackendName[]): Question[] {
  const topics = topicsOf(results)
  return QUESTIONS.flatMap(([id, asked]) => {
    const topic = topics.find((one) => one.id === id)
    if (topic === undefined) return []
    const facts = Object.entries(topic.facts).map(([name, value]) => `${name} ${value}`)
    const from = [topic.metrics.join(' + '), ...facts].join(', ')
    return { id, asked, from, answers: answersOn(results, topic, names) }
  })
}

function answersOn(results: Results, topic: Topic, names: readonly BackendName[]): Map<BackendName, Answer> {
  const merits = new Map(onTopic(results, topic).map(({ contender, merit }) => [contender, MERIT[merit]]))
  const answers = names.flatMap((name): [BackendName, Answer][] => {
    const value = measuredOn(results, topic, name)
    const told = name === OURS ? BASELINE : (merits.get(name) ?? ALONE)
    return value === undefined ? [] : [[name, { ...told, figure: topic.print(value) }]]
  })
  return new Map(answers)
}
