import { short, whole } from '../../../report/numbers.js'
import { amountsIn, METRIC, STEP_NAMES, STEPS, type Step, sizeName, sizesIn, usualSize } from '../figures.js'
import type { Results } from '../results.js'
import type { Plan } from './figure.js'

/** What is drawn, in the order of the report. */
export function plansOf(results: Results): Plan[] {
  const speed = [requests(results), latency(results), cpu(results)]
  return [...speed, ...USED.map((step) => wire(results, step)), memory(results), firstAnswer()]
}

const USED: readonly Step[] = ['read', 'write']
const total = (parts: readonly number[]) => parts.reduce((sum, part) => sum + part, 0)
const stepViews = (size: number, steps: readonly Step[]) =>
  steps.map((step) => ({ title: STEP_NAMES[step], facts: { step, size } }))

function requests(results: Results): Plan {
  const size = usualSize(results)
  return {
    id: 'requests',
    title: 'Requests per second',
    about: `One process of the app answers as many requests as it can, with a session of ${sizeName(size)}. More is better.`,
    parts: [],
    drawn: 'bars',
    metrics: ['requests'],
    text: ([value = 0]) => METRIC.requests.print(value),
    views: stepViews(size, STEPS),
    facts: `step untouched, read, write; size ${size}`,
    topics: STEPS.map((step) => `requests.${step}`),
  }
}

function latency(results: Results): Plan {
  const size = usualSize(results)
  return {
    id: 'latency',
    title: 'Response times',
    about: `Under the same full load, with a session of ${sizeName(size)}: what half of the responses take at most (p50), and what 99 of 100 do (p99). Less is better.`,
    parts: ['p50', 'p99'],
    drawn: 'ranges',
    metrics: ['p50', 'p99'],
    text: ([p50 = 0, p99 = 0]) => `${short(p50)} / ${METRIC.p99.print(p99)}`,
    views: stepViews(size, STEPS),
    facts: `step untouched, read, write; size ${size}`,
    topics: USED.map((step) => `p99.${step}`),
  }
}

function cpu(results: Results): Plan {
  const size = usualSize(results)
  return {
    id: 'cpu',
    title: 'CPU per request',
    about: `Of all threads of the app, and of the store's processes, with a session of ${sizeName(size)}. Less is better.`,
    parts: ['app', 'store'],
    drawn: 'bars',
    metrics: ['cpuApp', 'cpuStore'],
    text: (parts) => METRIC.cpuApp.print(total(parts)),
    views: stepViews(size, STEPS),
    facts: `step untouched, read, write; size ${size}`,
    topics: STEPS.map((step) => `cpu.${step}`),
  }
}

const OVER = [
  { name: 'HTTP/1.1', metrics: ['bytesUp', 'bytesDown'] },
  { name: 'HTTP/2', metrics: ['h2Up', 'h2Down'] },
] as const

function wire(results: Results, step: Step): Plan {
  const sizes = sizesIn(results)
  const doing = step === 'read' ? 'only reads its session' : 'changes its session'
  return {
    id: `wire-${step}`,
    title: `Bytes on the wire when the session is ${step === 'read' ? 'read' : 'changed'}`,
    about: `Of a whole request that ${doing} and its response, headers included, as a browser sends and gets them: up to the app, and down from it. HTTP/2 compresses headers: what has not changed since the request before is hardly sent again. Less is better.`,
    parts: ['up', 'down'],
    drawn: 'bars',
    metrics: ['bytesUp', 'bytesDown', 'h2Up', 'h2Down'],
    text: (parts) => METRIC.bytesUp.print(total(parts)),
    views: OVER.flatMap(({ name, metrics }) =>
      sizes.map((size) => ({ title: `${name}, ${sizeName(size)} of session`, metrics, facts: { step, size } })),
    ),
    facts: `step ${step}; size ${sizes.join(', ')}`,
    topics: [`http1.${step}`, `http2.${step}`],
  }
}

function memory(results: Results): Plan {
  const amounts = amountsIn(results)
  const size = usualSize(results)
  return {
    id: 'memory',
    title: 'Memory',
    about: `What app and store have grown by when so many people have signed in, each with a session of ${sizeName(size)}. What an app frees and takes again while it works is in it, too, so that a little more or less says nothing. Less is better.`,
    parts: ['app', 'store'],
    drawn: 'bars',
    metrics: ['memoryApp', 'memoryStore'],
    text: (parts) => METRIC.memoryApp.print(total(parts)),
    views: amounts.map((sessions) => ({ title: `${whole(sessions)} sessions`, facts: { sessions } })),
    facts: `sessions ${amounts.join(', ')}`,
    topics: ['memory'],
  }
}

function firstAnswer(): Plan {
  return {
    id: 'first-answer',
    title: 'Time to the first answer',
    about:
      'From the start of the app’s process, which connects to its store, until it has answered a first sign-in. Less is better.',
    parts: [],
    drawn: 'bars',
    metrics: ['firstAnswer'],
    text: ([value = 0]) => METRIC.firstAnswer.print(value),
    views: [{ title: 'One process', facts: {} }],
    facts: 'no variables',
    topics: ['first-answer'],
  }
}
