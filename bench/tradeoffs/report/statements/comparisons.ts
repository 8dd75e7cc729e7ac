import type { BackendName } from '../../backend.js'
import { labelOf, labelsOf, OURS } from '../backends.js'
import { present, type Results } from '../results.js'
import { grouped, listed } from '../words.js'
import { LEVELS, type Level, levelOf, turned } from './scale.js'
import type { Statement } from './statement.js'
import { measuredOn, type Topic, topicsOf } from './topics.js'

/** One backend beside ours. */
export interface Comparison extends Statement {
  readonly topic: Topic
  readonly contender: BackendName
  readonly claim: Level
  /** The same word where more of the topic is better, else the opposite one. */
  readonly merit: Level
}

/** Every other backend beside ours, topic by topic. */
export function comparisonsOf(results: Results): Comparison[] {
  return topicsOf(results).flatMap((topic) => onTopic(results, topic))
}

export function onTopic(results: Results, topic: Topic): Comparison[] {
  const ours = measuredOn(results, topic, OURS)
  if (ours === undefined) return []
  return present(results).flatMap((contender) => {
    const value = measuredOn(results, topic, contender)
    if (contender === OURS || value === undefined) return []
    const claim = levelOf(value, ours, topic.tolerance)
    const figures = `${topic.print(value)} against ${topic.print(ours)}`
    return {
      id: `${topic.id}.${contender}`,
      claim,
      sentence: `${topic.doing} ${topic.what}, compared with ${OURS}: ${topic.words[claim]} with ${labelOf(contender)} (${figures}).`,
      topic,
      contender,
      merit: topic.moreIsBetter ? claim : turned(claim),
    }
  })
}

/** `Reading a session of 1 KB, compared with sealed-session: clearly fewer requests per second with Redis.` */
export function together(comparisons: readonly Comparison[]): string | undefined {
  const [topic] = comparisons.map((one) => one.topic)
  return topic && sentence([topic], inGroups(topic, comparisons))
}

/** The same for several topics, in one sentence where what comes out is the same. */
export function inFewWords(comparisons: readonly Comparison[]): string[] {
  const topics = grouped(comparisons, ({ topic }) => topic)
  const told = topics.map(([topic, all]) => ({ topic, groups: inGroups(topic, all) }))
  return grouped(told, ({ topic, groups }) => `${topic.what}: ${groups}`).map(([, [first, ...others]]) =>
    first === undefined ? '' : sentence([first.topic, ...others.map(({ topic }) => topic)], first.groups),
  )
}

function sentence(topics: readonly Topic[], groups: string): string {
  const doing = listed(topics.map(({ doing }, at) => (at === 0 ? doing : doing.toLowerCase())))
  return `${doing} ${topics[0]?.what}, compared with ${OURS}: ${groups}.`
}

function inGroups({ words }: Topic, comparisons: readonly Comparison[]): string {
  return grouped(comparisons, ({ claim }) => claim)
    .sort(([one], [other]) => LEVELS.indexOf(other) - LEVELS.indexOf(one))
    .map(([level, all]) => `${words[level]} with ${listed(labelsOf(all.map(({ contender }) => contender)))}`)
    .join('; ')
}
