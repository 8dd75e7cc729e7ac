/**
 * Whether bad tokens can be told apart by how long it takes to refuse them, after dudect (Reparaz, Balasch and
 * Verbauwhede, "Dude, is my code constant time?", DATE 2017): two kinds in random order, Welch's t-test without the
 * slowest samples. As enough samples show any difference, what counts is also how large it is: over a LAN, about
 * 100 ns can be resolved with a thousand requests (Crosby, Wallach and Riedi, "Opportunities and Limits of Remote
 * Timing Attacks", 2009).
 */
import '../measure/options.js'
import { type Measurement, record } from '../measure/recording.js'
import { median } from '../measure/samples.js'
import { quick } from '../measure/turns.js'
import { type Pair, pairs } from './pairs.js'

const BATCHES = quick ? 20 : 100
const SAMPLES = quick ? 1000 : 5000
const TOKENS = 500
/** |t| above it is a difference (dudect). */
const CERTAIN = 4.5
/** Nanoseconds that an attacker on the same network could tell. */
const RESOLVED = 100
/** The share of samples that is kept: the slowest tell of the machine. */
const KEPT = 0.9

interface Result {
  readonly t: number
  /** Of the medians of the batches, in ns, with the half width of its 99% confidence interval. */
  readonly difference: number
  readonly halfWidth: number
}

const measurements: Measurement[] = []
let failed = false
for (const pair of pairs(TOKENS)) {
  const result = measure(pair)
  const apart = Math.abs(result.t) > CERTAIN && Math.abs(result.difference) - result.halfWidth > RESOLVED
  const leaks = pair.name.startsWith('a comparison')
  // A method that does not find a leak, or finds one where there is none, says nothing.
  if (pair.kind !== 'public') failed ||= leaks ? !apart : apart
  console.log(
    `${apart ? 'TOLD APART' : 'not told apart'}  t ${result.t.toFixed(1).padStart(7)}  ` +
      `${result.difference.toFixed(0).padStart(5)} ns +-${result.halfWidth.toFixed(0).padStart(4)}  ${pair.name}`,
  )
  measurements.push({
    contender: pair.name,
    kind: pair.kind,
    metric: 'difference',
    unit: 'ns',
    samples: [result.difference],
    halfWidth: Number(result.halfWidth.toFixed(1)),
    t: Number(result.t.toFixed(2)),
    apart,
  })
}
record({
  benchmark: 'timing',
  versions: {},
  method: { batches: BATCHES, samples: SAMPLES, tokens: TOKENS, kept: KEPT, resolved: RESOLVED },
  measurements,
})
if (failed) process.exitCode = 1

function measure(pair: Pair): Result {
  batch(pair)
  const differences: number[] = []
  const all: [number[], number[]] = [[], []]
  for (let index = 0; index < BATCHES; index++) {
    const [a, b] = batch(pair)
    differences.push(median(a) - median(b))
    all[0].push(...cropped(a))
    all[1].push(...cropped(b))
  }
  // 2.63 is Student's t for 99% and 99 degrees of freedom; 2.86 for 19.
  const student = quick ? 2.86 : 2.63
  const { mean, variance } = moments(differences)
  return { t: welch(...all), difference: mean, halfWidth: student * Math.sqrt(variance / BATCHES) }
}

/**
 * Nanoseconds of every sample, by kind. Which kind comes when is random, and drawn before. The tokens are new ones, as
 * with the same ones in all batches the places that they happen to have in memory would look like a difference.
 */
function batch({ mint, act }: Pair): [number[], number[]] {
  const tokens = mint()
  const order = Array.from({ length: SAMPLES }, () => (Math.random() < 0.5 ? 0 : 1))
  const chosen = order.map((kind) => tokens[kind]?.[Math.trunc(Math.random() * TOKENS)] as string)
  const times: [number[], number[]] = [[], []]
  for (let index = 0; index < SAMPLES; index++) {
    const token = chosen[index] as string
    const start = process.hrtime.bigint()
    act(token)
    const end = process.hrtime.bigint()
    times[order[index] as 0 | 1].push(Number(end - start))
  }
  return times
}

/** Without the slowest: those in which something else happened. */
function cropped(samples: readonly number[]): number[] {
  return samples.toSorted((a, b) => a - b).slice(0, Math.ceil(samples.length * KEPT))
}

function welch(a: readonly number[], b: readonly number[]): number {
  const [one, other] = [moments(a), moments(b)]
  return (one.mean - other.mean) / Math.sqrt(one.variance / a.length + other.variance / b.length)
}

function moments(samples: readonly number[]): { mean: number; variance: number } {
  const mean = samples.reduce((sum, one) => sum + one, 0) / samples.length
  const squares = samples.reduce((sum, one) => sum + (one - mean) ** 2, 0)
  return { mean, variance: squares / (samples.length - 1) }
}
