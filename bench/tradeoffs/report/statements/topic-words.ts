import { LEVELS, type Level } from './scale.js'

/** What there is more or less of, by level. */
export type TopicWords = Readonly<Record<Level, string>>

export const REQUESTS: TopicWords = words(
  'fewer requests per second',
  'about as many requests per second',
  'more requests per second',
)
export const LATENCY: TopicWords = words('faster', 'about as fast', 'slower')
export const BYTES: TopicWords = words('fewer bytes', 'about as many bytes', 'more bytes')
export const START: TopicWords = words('sooner', 'about as soon', 'later')
export const CPU: TopicWords = words('less CPU', 'about as much CPU', 'more CPU')
export const MEMORY: TopicWords = words('less memory', 'about as much memory', 'more memory')

function words(less: string, same: string, more: string): TopicWords {
  const told = [`clearly ${less}`, `somewhat ${less}`, same, `somewhat ${more}`, `clearly ${more}`]
  return Object.fromEntries(LEVELS.map((level, at) => [level, told[at]])) as TopicWords
}
