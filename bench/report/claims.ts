import type { Step } from '../contenders/servers.js'
import { listed, ranging, times, whole } from '../measure/print.js'
import type { Facts } from '../measure/samples.js'
import type { BackendName, ExperimentName } from '../tradeoffs/outcome.js'
import {
  figures,
  labelOf,
  METRICS,
  type Metric,
  OURS,
  outcome,
  present,
  sorted,
  total,
  usualSize,
  wasTried,
} from './backends.js'
import type { Results } from './recordings.js'

/**
 * How a figure is told beside another. Five words instead of three, so that there is one between "the same" and "twice":
 * noise may move a figure to the next word, but not from one end of a difference to the other.
 */
const LEVELS = ['less than half', 'somewhat less', 'about the same', 'somewhat more', 'more than twice'] as const
export type Level = (typeof LEVELS)[number]

/** What does not count as a difference. */
export interface Margin {
  /** Up to this ratio, noise explains it. */
  readonly same: number
  /** What does not matter: everything below counts as this much. */
  readonly negligible: number
}

/** Two runs on a machine that does other things, too, are up to a quarter apart. */
export const STEADY: Margin = { same: 1.25, negligible: 1 }
/** One slow response in a hundred comes and goes. */
const JUMPY: Margin = { same: 1.5, negligible: 1 }
/** Bytes do not vary, but a few of them do not matter. */
export const EXACT: Margin = { same: 1.15, negligible: 50 }
/** A garbage collector that has not run yet looks like so many bytes of sessions. */
const HEAP: Margin = { same: 1.5, negligible: 20e6 }

/** The one function that chooses words for figures. */
export function levelOf(value: number, to: number, { same, negligible }: Margin): Level {
  const ratio = Math.max(value, negligible) / Math.max(to, negligible)
  if (ratio > 2) return 'more than twice'
  if (ratio > same) return 'somewhat more'
  if (ratio < 1 / 2) return 'less than half'
  return ratio < 1 / same ? 'somewhat less' : 'about the same'
}

/** Something measured that backends are compared by. */
export interface Topic {
  readonly id: string
  readonly about: string
  /** Added, where there are several. */
  readonly metrics: readonly Metric[]
  readonly facts: Facts
  readonly margin: Margin
}

const CPU: readonly Metric[] = ['cpuApp', 'cpuStore']
const HTTP1: readonly Metric[] = ['bytesUp', 'bytesDown']
const HTTP2: readonly Metric[] = ['h2Up', 'h2Down']

/** What is compared for each kind of request, the usual session in it. */
const OF_REQUESTS: readonly (readonly [kind: string, step: Step, about: string, metrics: readonly Metric[], Margin])[] =
  [
    ['requests', 'untouched', 'Requests per second that do not use the session', ['requests'], STEADY],
    ['requests', 'read', 'Requests per second that read the session', ['requests'], STEADY],
    ['requests', 'write', 'Requests per second that change the session', ['requests'], STEADY],
    ['p99', 'untouched', 'Response time (p99) of requests that do not use the session', ['p99'], JUMPY],
    ['p99', 'read', 'Response time (p99) of requests that read the session', ['p99'], JUMPY],
    ['p99', 'write', 'Response time (p99) of requests that change the session', ['p99'], JUMPY],
    ['cpu', 'untouched', 'CPU for a request that does not use the session, app and store', CPU, STEADY],
    ['cpu', 'read', 'CPU for a request that reads the session, app and store', CPU, STEADY],
    ['cpu', 'write', 'CPU for a request that changes the session, app and store', CPU, STEADY],
    ['http1', 'untouched', 'Bytes of a request that does not use the session, HTTP/1.1', HTTP1, EXACT],
    ['http1', 'read', 'Bytes of a request that reads the session, HTTP/1.1', HTTP1, EXACT],
    ['http1', 'write', 'Bytes of a request that changes the session, HTTP/1.1', HTTP1, EXACT],
    ['http2', 'untouched', 'Bytes of a request that does not use the session, HTTP/2', HTTP2, EXACT],
    ['http2', 'read', 'Bytes of a request that reads the session, HTTP/2', HTTP2, EXACT],
    ['http2', 'write', 'Bytes of a request that changes the session, HTTP/2', HTTP2, EXACT],
  ]

/** All that is compared, in the order of the charts. */
export function topicsOf(from: Results): Topic[] {
  const sessions = sorted(from, 'sessions').at(-1) ?? 0
  const size = usualSize(from)
  const kept = `Memory of app and store with ${whole(sessions)} sessions`
  const start = 'Time to the first answer after a start'
  return [
    ...OF_REQUESTS.map(([kind, step, about, metrics, margin]) => {
      return { id: `${kind}.${step}`, about, metrics, margin, facts: { step, size } }
    }),
    { id: 'memory', about: kept, metrics: ['memoryApp', 'memoryStore'], facts: { sessions }, margin: HEAP },
    { id: 'first-answer', about: start, metrics: ['firstAnswer'], facts: {}, margin: STEADY },
  ]
}

/** What a topic says of each backend of which it was measured. */
export function valuesOn(from: Results, { metrics, facts }: Topic): Map<BackendName, number> {
  const measured = present(from).map((name) => [name, figures(from, name, metrics, facts)] as const)
  return new Map(measured.flatMap(([name, parts]) => (parts.length === 0 ? [] : [[name, total(parts)]])))
}

export function print({ metrics: [metric = 'requests'] }: Topic, value: number): string {
  return METRICS[metric][1](value)
}

/** Each of the others beside ours. */
export function levelsOn(from: Results, topic: Topic): Map<BackendName, Level> {
  const { [OURS]: ours, ...others } = Object.fromEntries(valuesOn(from, topic))
  if (ours === undefined) return new Map()
  const levels = Object.entries(others).map(([name, value]) => [name, levelOf(value, ours, topic.margin)] as const)
  return new Map(levels) as Map<BackendName, Level>
}

/** From -2, less than half as good, to 2, more than twice as good. */
export function meritOf({ metrics }: Topic, level: Level): number {
  return (LEVELS.indexOf(level) - 2) * (metrics.includes('requests') ? 1 : -1)
}

/** A backend's figure over ours in every recording, the newest Node first. */
export function ratiosOn(from: Results, topic: Topic, name: BackendName): number[] {
  // What is about nothing has no ratio.
  if (topic.margin === HEAP || name === OURS) return []
  return [from, ...(from.others ?? [])].flatMap((one) => {
    const values = valuesOn(one, topic)
    const [ours, its] = [values.get(OURS), values.get(name)]
    return ours === undefined || its === undefined || ours <= 0 ? [] : [its / ours]
  })
}

/** What a topic shows, in one sentence; none where there is nothing to compare. */
export function together(from: Results, topic: Topic, among: readonly BackendName[]): string[] {
  const values = [...valuesOn(from, topic)].filter(([name]) => name === OURS || among.includes(name))
  const ratiosOf = (name: BackendName) => ratiosOn(from, topic, name)
  return beside(topic.about, new Map(values), (value) => print(topic, value), topic.margin, ratiosOf)
}

/** `Requests per second reading the session: 17,061/s with sealed-session; about the same with Redis (0.87×, 14,811/s)`. */
export function beside(
  about: string,
  values: ReadonlyMap<BackendName, number>,
  print: (value: number) => string,
  margin: Margin,
  ratiosOf: (name: BackendName) => readonly number[] = () => [],
): string[] {
  const ours = values.get(OURS)
  const others = [...values].filter(([name]) => name !== OURS)
  if (ours === undefined || others.length === 0) return []
  const groups = grouped(others, ([, value]) => levelOf(value, ours, margin))
    .sort(([one], [other]) => LEVELS.indexOf(other) - LEVELS.indexOf(one))
    .map(([level, all]) => {
      const names = all.map(([name, value]) => {
        const ratios = ratiosOf(name)
        return `${labelOf(name)} (${ratios.length > 0 ? `${ranging(ratios, times)}, ` : ''}${print(value)})`
      })
      return `${level.replace(/twice|half/, '$& that')} with ${listed(names)}`
    })
  return [`${about}: ${print(ours)} with ${OURS}; ${groups.join('; ')}.`]
}

/** Completes "Choose it when ...": why a reader would care for an experiment, or for a topic. */
const REASONS = {
  'app-restart': 'people must stay signed in when the app restarts',
  'store-restart': 'nobody must be signed out when a store restarts',
  'store-down': 'the app must go on while a store is down',
  'store-slow': 'a slow store must not make pages slow',
  'instance-killed': 'instances come and go behind a proxy without stickiness',
  'rolling-deploy': 'keys change while the app runs',
  'parallel-writes': 'two requests change the session at once, and no change may be lost',
  'late-response': 'a log-out must stand even if an older response arrives after it',
  'stolen-cookie': 'a stolen cookie must be worthless once its owner logs out',
  'log-out-everywhere': 'users must be able to log out everywhere with little work in the app',
  'session-of-3-kb': 'a session may grow to 3 KB of JSON',
  'session-of-10-kb': 'a session may grow to 10 KB of JSON: a cookie holds less than 3 KB',
  'one-field-of-2.5-kb': 'large sessions change often',
  'page-of-ten': 'pages make many requests at once, which change the session',
  'requests.read': 'each server should answer as many requests as it can',
  'http1.write': 'you pay or wait for every byte between browser and app',
  'http2.read': 'bytes matter, but requests come over HTTP/2 and only read the session',
  memory: 'memory must not grow with the number of people who are signed in',
  'first-answer': 'a new process must answer at once',
} as const satisfies Readonly<Record<ExperimentName, string> & Record<string, string>>
type Matter = keyof typeof REASONS

/** What speaks for a session in the cookie, for one in a store, or for neither. */
export interface Choice {
  readonly matter: string
  readonly side: 'cookie' | 'store' | 'neither'
  readonly when: string
  /** The stores of which it is true, where it is not true of all: `unlike with Redis`. */
  readonly only: string
  /** What was found out, in whole sentences. */
  readonly evidence: readonly string[]
}

/** Ours beside the stores, by experiments and by figures. Empty where no store took part. */
export function choicesOf(from: Results): Choice[] {
  const stores = present(from, 'store')
  return (Object.keys(REASONS) as Matter[]).flatMap((matter) => {
    const topic = topicsOf(from).find(({ id }) => id === matter)
    const by = new Map(
      stores.map((store) => [store, topic ? byFigures(from, topic, store) : byVerdicts(from, matter, store)]),
    )
    const of = (sign?: number) => stores.filter((store) => by.get(store) === sign)
    const tried = stores.length - of(undefined).length
    if (tried === 0) return []
    // Who needs it may take the store that does it better, whatever the others do.
    const side = of(1).length > 0 ? 'store' : of(-1).length > 0 ? 'cookie' : 'neither'
    const decisive = of({ store: 1, cookie: -1, neither: 0 }[side])
    const names = decisive.length < tried ? listed(decisive.map(labelOf)) : ''
    return {
      matter,
      side,
      when: REASONS[matter],
      only: names && `${side === 'cookie' ? 'unlike ' : ''}with ${names}`,
      evidence: topic ? together(from, topic, stores) : inShort(from, matter, decisive),
    }
  })
}

/** Where nothing can happen, nothing went wrong. */
const BADNESS = { none: 0, good: 0, mixed: 1, bad: 2 } as const

/** 1 where the store did better than ours, -1 where it did worse; undefined where it was not tried. */
function byVerdicts(from: Results, experiment: string, store: BackendName): number | undefined {
  const [ours, its] = [outcome(from, OURS, experiment), outcome(from, store, experiment)]
  if (!ours || !its || !wasTried(its)) return undefined
  return Math.sign(BADNESS[ours.verdict] - BADNESS[its.verdict])
}

/** How far a store must be from ours to speak for one side: further than noise takes it. */
const DECIDES = 1.5

function byFigures(from: Results, topic: Topic, store: BackendName): number | undefined {
  const level = levelsOn(from, { ...topic, margin: { ...topic.margin, same: DECIDES } }).get(store)
  return level && Math.sign(meritOf(topic, level))
}

/** `With Redis and MySQL: ...`, once for all of whom it is true. Of stores the first sentence, which says the most. */
function inShort(from: Results, experiment: string, stores: readonly BackendName[]): string[] {
  const happened = (names: readonly BackendName[]) => {
    const found = names.flatMap((name) => outcome(from, name, experiment) ?? [])
    // That there is no store says nothing of what has none.
    const affected = found.filter(({ verdict }) => verdict !== 'none')
    return grouped(affected, ({ happened }) => happened).map(
      ([what, all]) => `With ${listed(all.map(({ contender }) => labelOf(contender)))}: ${what}`,
    )
  }
  return [...happened([OURS]), ...happened(stores).map((one) => one.replace(/\. .*$/s, '.'))]
}

/** Sentences of the answer. RATIO, OURS and THEIRS are figures; where a side is named, they are true of all stores, or not said. */
const ANSWER: readonly (readonly [Matter, Choice['side'] | undefined, string])[] = [
  [
    'requests.read',
    undefined,
    'With a store, one process of the app answered RATIO as many requests that read the session as with sealed cookies: THEIRS instead of OURS.',
  ],
  ['store-down', 'cookie', 'When a store was down, so was the app; the cookie has no store that can be down.'],
  ['late-response', 'cookie', 'With the sealed cookie, people stayed logged out when an older response arrived late.'],
  [
    'stolen-cookie',
    'store',
    'With every store, a stolen cookie was worthless after log-out; a sealed one needs `validate` for that.',
  ],
  ['session-of-10-kb', 'store', 'Every store held a session of 10 KB, which no cookie holds.'],
  [
    'http1.write',
    undefined,
    'With a store, a request that changes the session took RATIO as many bytes over HTTP/1.1 as with the cookie: THEIRS instead of OURS.',
  ],
]
const ADVICE =
  'If you need what only a store does, take one; otherwise the cookie is one server fewer to run, to pay for and to be woken up by.'

/** The whole report in one paragraph. */
export function answerOf(from: Results): string {
  const stores = present(from, 'store')
  if (stores.length === 0) return 'No store was measured here, so this compares only the ways without one.'
  if (!present(from).includes(OURS)) return `${OURS} was not measured here, so there is nothing to compare with.`
  const choices = choicesOf(from)
  const sentences = ANSWER.flatMap(([matter, side, text]) => {
    const choice = choices.find((one) => one.matter === matter)
    if (choice === undefined) return []
    if (side !== undefined) return choice.side === side && choice.only === '' ? text : []
    const topic = topicsOf(from).find(({ id }) => id === matter) as Topic
    const values = valuesOn(from, topic)
    const told = (names: readonly BackendName[]) =>
      ranging(
        names.map((name) => values.get(name)),
        (value) => print(topic, value),
      )
    const ratios = stores.flatMap((name) => ratiosOn(from, topic, name))
    return text
      .replace('RATIO', `${ranging(ratios, (ratio) => ratio.toFixed(2))} times`)
      .replace('OURS', told([OURS]))
      .replace('THEIRS', told(stores))
  })
  return [...sentences, ADVICE].join(' ')
}

/** Puts those together of which the same is to be said, in the order of the first of each. */
export function grouped<One, Said>(all: readonly One[], said: (one: One) => Said): [Said, One[]][] {
  const groups = new Map<Said, One[]>()
  for (const one of all) groups.set(said(one), [...(groups.get(said(one)) ?? []), one])
  return [...groups]
}
