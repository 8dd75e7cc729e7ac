import { type Print, whole } from '../../../report/numbers.js'
import type { Facts } from '../../../report/select.js'
import type { BackendName } from '../../backend.js'
import { amountsIn, METRIC, type Metric, STEPS, type Step, sizeName, sum, usualSize } from '../figures.js'
import type { Results } from '../results.js'
import type { Tolerance } from './scale.js'
import { BYTES, CPU, LATENCY, MEMORY, REQUESTS, START, type TopicWords } from './topic-words.js'

/** Something measured that backends are compared by. */
export interface Topic {
  readonly id: string
  /** Added, where there are several. */
  readonly metrics: readonly Metric[]
  readonly facts: Facts
  readonly print: Print
  readonly moreIsBetter: boolean
  readonly tolerance: Tolerance
  /** `Reading` */
  readonly doing: string
  /** `a session of 1 KB` */
  readonly what: string
  readonly words: TopicWords
}

/** Two runs on a machine that does other things, too, are up to a quarter apart. */
const STEADY: Tolerance = { same: 1.25, clear: 1.75, negligible: 1 }
/** One slow response in a hundred comes and goes. */
const JUMPY: Tolerance = { same: 1.5, clear: 2.5, negligible: 1 }
/** Bytes do not vary, but a few of them do not matter. */
const EXACT: Tolerance = { same: 1.15, clear: 1.5, negligible: 50 }
/** A garbage collector that has not run yet looks like so many bytes of sessions. */
const HEAP: Tolerance = { same: 1.5, clear: 2.5, negligible: 20e6 }

const DOING: Readonly<Record<Step, string>> = {
  untouched: 'Not using',
  read: 'Reading',
  write: 'Changing',
}

/** All that is compared, in the order of the charts. */
export function topicsOf(results: Results): Topic[] {
  const size = usualSize(results)
  const of = (step: Step) => ({ facts: { step, size }, doing: DOING[step], what: `a session of ${sizeName(size)}` })
  return [
    ...STEPS.map((step) => ({ ...SPEED, ...of(step), id: `requests.${step}` })),
    ...USED.map((step) => ({ ...SLOWEST, ...of(step), id: `p99.${step}` })),
    ...STEPS.map((step) => ({ ...WORK, ...of(step), id: `cpu.${step}` })),
    ...USED.flatMap((step) => [
      { ...HTTP1, ...of(step), id: `http1.${step}`, what: `${of(step).what} over HTTP/1.1` },
      { ...HTTP2, ...of(step), id: `http2.${step}`, what: `${of(step).what} over HTTP/2` },
    ]),
    memoryOf(results),
    BEGIN,
  ]
}

/** What a topic says of a backend; undefined where it was not measured. */
export function measuredOn(results: Results, topic: Topic, contender: BackendName): number | undefined {
  return sum(results, contender, topic.metrics, topic.facts)
}

const USED: readonly Step[] = ['read', 'write']

type Kind = Omit<Topic, 'id' | 'facts' | 'doing' | 'what'>

const SPEED: Kind = {
  metrics: ['requests'],
  print: METRIC.requests.print,
  moreIsBetter: true,
  tolerance: STEADY,
  words: REQUESTS,
}
const SLOWEST: Kind = {
  ...SPEED,
  metrics: ['p99'],
  print: METRIC.p99.print,
  moreIsBetter: false,
  tolerance: JUMPY,
  words: LATENCY,
}
const WORK: Kind = {
  ...SPEED,
  metrics: ['cpuApp', 'cpuStore'],
  print: METRIC.cpuApp.print,
  moreIsBetter: false,
  words: CPU,
}
const HTTP1: Kind = {
  metrics: ['bytesUp', 'bytesDown'],
  print: METRIC.bytesUp.print,
  moreIsBetter: false,
  tolerance: EXACT,
  words: BYTES,
}
const HTTP2: Kind = { ...HTTP1, metrics: ['h2Up', 'h2Down'] }

function memoryOf(results: Results): Topic {
  const sessions = amountsIn(results).at(-1) ?? 0
  return {
    id: 'memory',
    metrics: ['memoryApp', 'memoryStore'],
    facts: { sessions },
    print: METRIC.memoryApp.print,
    moreIsBetter: false,
    tolerance: HEAP,
    doing: 'Keeping',
    what: `${whole(sessions)} sessions`,
    words: MEMORY,
  }
}

const BEGIN: Topic = {
  id: 'first-answer',
  metrics: ['firstAnswer'],
  facts: {},
  print: METRIC.firstAnswer.print,
  moreIsBetter: false,
  tolerance: STEADY,
  doing: 'Answering',
  what: 'for the first time after a start',
  words: START,
}
