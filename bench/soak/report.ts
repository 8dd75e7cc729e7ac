import { printTable, short } from '../measure/print.js'
import type { Measurement } from '../measure/recording.js'
import { median } from '../measure/samples.js'
import type { Look } from './app.js'
import type { Tally } from './browser.js'

/** What a soak has come to. */
export interface Soaked {
  readonly tally: Tally
  /** At the instance that was never restarted, one after the other. */
  readonly looks: readonly Look[]
  /** The last look at each instance that was ended or ran to the end; one that was killed tells nothing. */
  readonly ended: readonly Look[]
  readonly minutes: number
}

const FIGURES = ['heap', 'handles', 'sockets'] as const
type Figure = (typeof FIGURES)[number]

/** Under these names it is recorded. */
const WRONG = 'not as it must be'
const COMPLAINTS = 'complaints'
const UNANSWERED = 'not answered'
const STEADY = 'the instance that is never restarted'
/** The share of hostile requests that is promised. */
const HOSTILE = 0.1
/** The share of requests that may find no instance: two of three are ended or killed again and again. */
const LOST = 0.05
/** Fewer looks at the heap tell nothing. */
const ENOUGH_LOOKS = 20
/** How much larger the heap may be in the last quarter than in the first. */
const GROWTH = 1.05
/** How many more there may be: timers come and go with the load, and one that leaked with each restart would show. */
const MORE_HANDLES = 10

export function print(soaked: Soaked): void {
  const { tally, looks, minutes } = soaked
  const measurements = measurementsOf(soaked)
  const { hostile, requests } = sums(measurements)
  const share = ((100 * hostile) / requests).toFixed(1)
  const counts = measurements.filter(({ metric }) => metric === 'count')
  const rows = counts.map(({ contender, samples }) => [contender, String(samples[0])])
  printTable(`${requests} requests in ${minutes} minutes, ${share}% of them hostile`, ['', ''], rows)
  for (const what of new Set([...tally.wrongs, ...complaintsOf(soaked)])) console.log(`  ${what}`)
  const quarters = FIGURES.map((figure) => [figure, ...quartersIn(measurements, figure).map(short)])
  const judged = isJudged(measurements) ? 'judged' : 'not judged, as these are too few'
  printTable(`Growth in ${looks.length} looks, ${judged}`, ['', 'first quarter', 'last quarter'], quarters)
}

/** What was not as it must be, in words. */
export function failuresOf(soaked: Soaked): string[] {
  return failuresIn(measurementsOf(soaked))
}

/** The same of what was recorded. A figure that is missing is not as it must be. */
export function failuresIn(measurements: readonly Measurement[]): string[] {
  const { hostile, requests } = sums(measurements)
  const [heap, heapThen] = quartersIn(measurements, 'heap')
  const [handles, handlesThen] = quartersIn(measurements, 'handles')
  const lost = countIn(measurements, UNANSWERED) ?? 0
  const isTooShort = !isJudged(measurements)
  const right: readonly (readonly [boolean, string])[] = [
    [countIn(measurements, WRONG) === 0, 'sessions were not what they must be'],
    [countIn(measurements, COMPLAINTS) === 0, 'an instance complained'],
    [hostile / requests >= HOSTILE, 'there were too few hostile requests'],
    [isTooShort || lost / (requests + lost) <= LOST, 'too many requests had no answer'],
    [isTooShort || heapThen <= heap * GROWTH, 'the heap has grown'],
    [isTooShort || handlesThen <= handles + MORE_HANDLES, 'there are more handles'],
  ]
  return right.filter(([isRight]) => !isRight).map(([, what]) => what)
}

/** Whether there were looks enough to judge growth by. */
export function isJudged(measurements: readonly Measurement[]): boolean {
  return looksIn(measurements, 'heap').length >= ENOUGH_LOOKS
}

/** What growth is judged by: medians of the first quarter, without the very first look, and of the last one. */
export function quartersIn(measurements: readonly Measurement[], figure: Figure): [first: number, last: number] {
  const looks = looksIn(measurements, figure)
  const size = Math.max(1, Math.trunc(looks.length / 4))
  return [median(looks.slice(1, 1 + size)), median(looks.slice(-size))]
}

export function measurementsOf(soaked: Soaked): Measurement[] {
  const { tally, looks, ended } = soaked
  const rejected: Record<string, number> = {}
  for (const [reason, times] of ended.flatMap((look) => Object.entries(look.rejected))) {
    rejected[`rejected as ${reason}`] = (rejected[`rejected as ${reason}`] ?? 0) + times
  }
  const resealed = ended.reduce((sum, look) => sum + look.resealed, 0)
  const wrong = { [WRONG]: tally.wrong, [COMPLAINTS]: complaintsOf(soaked).length }
  const counted = { ...tally.done, ...rejected, 'sealed anew under a newer key': resealed, ...wrong }
  const series = [...FIGURES, 'requests'] as const
  return [
    ...Object.entries(counted).map(([contender, times]) => {
      return { contender, metric: 'count', unit: '', samples: [times] }
    }),
    ...series.map((metric) => {
      return {
        contender: STEADY,
        metric,
        unit: metric === 'heap' ? 'MiB' : '',
        samples: looks.map((one) => one[metric]),
      }
    }),
  ]
}

function looksIn(measurements: readonly Measurement[], figure: Figure): readonly number[] {
  return measurements.find(({ contender, metric }) => contender === STEADY && metric === figure)?.samples ?? []
}

/** How often that happened; what never happened was not counted, unless it is always told. */
function countIn(measurements: readonly Measurement[], what: string): number | undefined {
  return measurements.find(({ contender, metric }) => contender === what && metric === 'count')?.samples[0]
}

function sums(measurements: readonly Measurement[]): { hostile: number; requests: number } {
  const sum = (prefix: string) =>
    measurements
      .filter(({ contender, metric }) => metric === 'count' && contender.startsWith(prefix))
      .reduce((total, { samples: [times = Number.NaN] }) => total + times, 0)
  const hostile = sum('hostile, ')
  return { hostile, requests: hostile + sum('answered, ') }
}

function complaintsOf({ ended }: Soaked): string[] {
  return ended.flatMap((look) => look.complaints)
}
