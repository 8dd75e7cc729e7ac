import { whole } from '../../report/numbers.js'
import type { Facts } from '../../report/select.js'
import type { BackendName } from '../backend.js'
import type { ExperimentName } from '../outcome.js'
import * as results from './results.js'
import { figures, keptIn, labelOf, METRIC, OURS, outcome, present, type Results } from './results.js'
import { compatible, grouped, LEVELS, type Level, levelOf, listed, type Margin, ranging } from './words.js'

/** Something measured that backends are compared by. */
export interface Topic {
  readonly id: string
  readonly about: string
  /** Added, where there are several. */
  readonly metrics: readonly results.Metric[]
  readonly facts: Facts
  readonly margin: Margin
}

/** Two runs on a machine that does other things, too, are up to a quarter apart. */
export const STEADY: Margin = { same: 1.25, negligible: 1 }
/** One slow response in a hundred comes and goes. */
const JUMPY: Margin = { same: 1.5, negligible: 1 }
/** Bytes do not vary, but a few of them do not matter. */
export const EXACT: Margin = { same: 1.15, negligible: 50 }
/** A garbage collector that has not run yet looks like so many bytes of sessions. */
const HEAP: Margin = { same: 1.5, negligible: 20e6 }

const KINDS: readonly (readonly [id: string, about: string, metrics: readonly results.Metric[], margin: Margin])[] = [
  ['requests', 'Rate of requests', ['requests'], STEADY],
  ['p99', 'Response time (p99) of requests', ['p99'], JUMPY],
  ['cpu', 'CPU of app and store per request', ['cpuApp', 'cpuStore'], STEADY],
  ['http1', 'Traffic over HTTP/1.1 per request', ['bytesUp', 'bytesDown'], EXACT],
  ['http2', 'Traffic over HTTP/2 per request', ['h2Up', 'h2Down'], EXACT],
]
const DOING = { untouched: 'not using', read: 'reading', write: 'changing' } as const

/** All that is compared, in the order of the charts. */
export function topicsOf(from: Results): Topic[] {
  const sessions = results.amountsIn(from).at(-1) ?? 0
  const size = results.usualSize(from)
  const bySteps = KINDS.flatMap(([kind, what, metrics, margin]) =>
    results.STEPS.map((step): Topic => {
      const about = `${what} ${DOING[step]} the session`
      return { id: `${kind}.${step}`, about, metrics, margin, facts: { step, size } }
    }),
  )
  const kept = `Memory of app and store with ${whole(sessions)} sessions`
  const start = 'Time to the first answer after a start'
  return [
    ...bySteps,
    { id: 'memory', about: kept, metrics: ['memoryApp', 'memoryStore'], facts: { sessions }, margin: HEAP },
    { id: 'first-answer', about: start, metrics: ['firstAnswer'], facts: {}, margin: STEADY },
  ]
}

/** What a topic says of each backend of which it was measured. */
export function valuesOn(from: Results, { metrics, facts }: Topic): Map<BackendName, number> {
  const measured = present(from).map((name) => [name, figures(from, name, metrics, facts)] as const)
  return new Map(measured.flatMap(([name, parts]) => (parts.length === 0 ? [] : [[name, results.total(parts)]])))
}

export function print({ metrics: [metric = 'requests'] }: Topic, value: number): string {
  return METRIC[metric].print(value)
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

/** What a topic shows, in one sentence; none where there is nothing to compare. */
export function together(from: Results, topic: Topic, among: readonly BackendName[]): string[] {
  const values = [...valuesOn(from, topic)].filter(([name]) => name === OURS || among.includes(name))
  return beside(topic.about, new Map(values), (value) => print(topic, value), topic.margin)
}

/** `The rate of requests was 17,061/s with sealed-session. It was about the same with Redis (14,811/s), less than half that ...` */
export function beside(
  about: string,
  values: ReadonlyMap<BackendName, number>,
  print: (value: number) => string,
  margin: Margin,
): string[] {
  const ours = values.get(OURS)
  const others = [...values].filter(([name]) => name !== OURS)
  if (ours === undefined || others.length === 0) return []
  const groups = grouped(others, ([, value]) => levelOf(value, ours, margin))
    .sort(([one], [other]) => LEVELS.indexOf(other) - LEVELS.indexOf(one))
    .map(([level, all]) => {
      const names = all.map(([name, value]) => `${labelOf(name)} (${print(value)})`)
      return `${level.replace(/twice|half/, '$& that')} with ${listed(names)}`
    })
  const what = about.replace(/^[A-Z](?=[a-z])/, (first) => first.toLowerCase())
  return [`The ${what} was ${print(ours)} with ${OURS}. It was ${groups.join('; it was ')}.`]
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
  'session-of-3-kb': 'sessions grow to 3 KB',
  'session-of-10-kb': 'sessions grow beyond what a cookie holds, such as to 10 KB',
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
  const stores = keptIn('store', present(from))
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
  if (!ours || !its || !results.wasTried(its)) return undefined
  return Math.sign(BADNESS[ours.verdict] - BADNESS[its.verdict])
}

/** How far a store must be from ours to speak for one side: further than noise takes it. */
const DECIDES = 1.5

function byFigures(from: Results, topic: Topic, store: BackendName): number | undefined {
  const level = levelsOn(from, { ...topic, margin: { ...topic.margin, same: DECIDES } }).get(store)
  return level && Math.sign(meritOf(topic, level))
}

/** Of stores the first sentence, which says the most. */
function inShort(from: Results, experiment: string, stores: readonly BackendName[]): string[] {
  const theirs = whatHappened(from, experiment, stores).map((one) => one.replace(/\. .*$/s, '.'))
  return [...whatHappened(from, experiment, [OURS]), ...theirs]
}

/** `With Redis and MySQL: ...`, once for all of whom it is true. That there is no store says nothing of what has none. */
function whatHappened(from: Results, experiment: string, names: readonly BackendName[]): string[] {
  const found = names.flatMap((name) => outcome(from, name, experiment) ?? [])
  const affected = found.filter(({ verdict }) => verdict !== 'none')
  return grouped(affected, ({ happened }) => happened).map(
    ([happened, all]) => `With ${listed(all.map(({ contender }) => labelOf(contender)))}: ${happened}`,
  )
}

/** Sentences of the answer. OURS and THEIRS are figures; where a side is named, they are true of all stores, or not said. */
const ANSWER: readonly (readonly [Matter, Choice['side'] | undefined, string])[] = [
  [
    'requests.read',
    undefined,
    'With its sessions in sealed cookies, one process of the app answered requests that read the session at OURS, and with a store at THEIRS.',
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
    'A request that changes the session took OURS over HTTP/1.1 with the cookie, and THEIRS with a store.',
  ],
]
const ADVICE =
  'If you need what only a store does, take one; otherwise the cookie is one server fewer to run, to pay for and to be woken up by.'

/** The whole report in one paragraph. */
export function answerOf(from: Results): string {
  const stores = keptIn('store', present(from))
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
        names.flatMap((name) => values.get(name) ?? []),
        (value) => print(topic, value),
      )
    return text.replace('OURS', told([OURS])).replace('THEIRS', told(stores))
  })
  return [...sentences, ADVICE].join(' ')
}

/** All that the report says about who is better: what a second recording must say, too, without figures. */
function statementsOf(from: Results): Map<string, string> {
  return new Map([
    ...choicesOf(from).map(({ matter, side, only }) => [`choice.${matter}`, `${side} ${only}`] as const),
    ...topicsOf(from).flatMap((topic) =>
      [...levelsOn(from, topic)].map(([name, level]) => [`${topic.id}.${name}`, level] as const),
    ),
    ...from.experiments.map(
      (one) => [`${one.experiment}.${one.contender}`, `${one.verdict}: ${one.happened}`] as const,
    ),
  ])
}

/** Whether two recordings say the same, whatever their figures are. `near` is in words beside each other. */
export function agreementOf(one: Results, other: Results) {
  const [ours, theirs] = [statementsOf(one), statementsOf(other)]
  const ids = [...new Set([...ours.keys(), ...theirs.keys()])]
  const silence = 'nothing is said'
  const pairs = ids.map((id) => ({ id, here: ours.get(id) ?? silence, there: theirs.get(id) ?? silence }))
  const changed = pairs.filter(({ here, there }) => here !== there)
  const told = (all: typeof pairs) => all.map(({ id, here, there }) => `${id}: "${here}", and in the other "${there}"`)
  return {
    all: ids.length,
    same: ids.length - changed.length,
    near: told(changed.filter(({ here, there }) => compatible(here, there))),
    differing: told(changed.filter(({ here, there }) => !compatible(here, there))),
  }
}
