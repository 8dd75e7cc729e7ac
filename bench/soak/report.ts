import { printTable, short } from '../measure/print.js'
import type { Measurement } from '../measure/recording.js'
import { all, find, median, value } from '../measure/samples.js'
import type { Look } from './app.js'
import type { Tally } from './browser.js'

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

/** @param wrongs what was not as it must be, in words */
export function print(measurements: readonly Measurement[], minutes: number, wrongs: Iterable<string>): void {
  const { hostile, requests } = sums(measurements)
  const share = ((100 * hostile) / requests).toFixed(1)
  const counts = measurements.filter(({ metric }) => metric === 'count')
  const rows = counts.map(({ contender, samples }) => [contender, String(samples[0])])
  printTable(`${requests} requests in ${minutes} minutes, ${share}% of them hostile`, ['', ''], rows)
  for (const what of new Set(wrongs)) console.log(`  ${what}`)
  const quarters = FIGURES.map((figure) => [figure, ...quartersIn(measurements, figure).map(short)])
  const judged = isJudged(measurements) ? 'judged' : 'not judged, as these are too few'
  const looks = looksIn(measurements, 'heap').length
  printTable(`Growth in ${looks} looks, ${judged}`, ['', 'first quarter', 'last quarter'], quarters)
}

/** What was not as it must be, in words. A figure that is missing is not as it must be. */
export function failuresIn(measurements: readonly Measurement[]): string[] {
  const { hostile, requests } = sums(measurements)
  const [heap, heapThen] = quartersIn(measurements, 'heap')
  const [handles, handlesThen] = quartersIn(measurements, 'handles')
  const count = (contender: string) => value({ measurements }, { contender, metric: 'count' })
  const lost = count(UNANSWERED) ?? 0
  const isTooShort = !isJudged(measurements)
  const right: readonly (readonly [boolean, string])[] = [
    [count(WRONG) === 0, 'sessions were not what they must be'],
    [count(COMPLAINTS) === 0, 'an instance complained'],
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

/**
 * @param looks at the instance that was never restarted, one after the other
 * @param ended the last look at each instance that was ended or ran to the end; one that was killed tells nothing
 */
export function measurementsOf(tally: Tally, looks: readonly Look[], ended: readonly Look[]): Measurement[] {
  const counted: Record<string, number> = { ...tally.done }
  for (const [reason, times] of ended.flatMap((look) => Object.entries(look.rejected))) {
    counted[`rejected as ${reason}`] = (counted[`rejected as ${reason}`] ?? 0) + times
  }
  counted['sealed anew under a newer key'] = ended.reduce((sum, look) => sum + look.resealed, 0)
  counted[WRONG] = tally.wrong
  counted[COMPLAINTS] = ended.flatMap(({ complaints }) => complaints).length
  const counts = Object.entries(counted).map(([contender, times]) => {
    return { contender, metric: 'count', unit: '', samples: [times] }
  })
  const series = ([...FIGURES, 'requests'] as const).map((metric) => {
    const samples = looks.map((one) => one[metric])
    return { contender: STEADY, metric, unit: metric === 'heap' ? 'MiB' : '', samples }
  })
  return [...counts, ...series]
}

function looksIn(measurements: readonly Measurement[], figure: Figure): readonly number[] {
  return find({ measurements }, { contender: STEADY, metric: figure })?.samples ?? []
}

function sums(measurements: readonly Measurement[]): { hostile: number; requests: number } {
  const sum = (prefix: string) =>
    all({ measurements }, { metric: 'count' })
      .filter(({ contender }) => contender.startsWith(prefix))
      .reduce((total, { samples: [times = Number.NaN] }) => total + times, 0)
  const hostile = sum('hostile, ')
  return { hostile, requests: hostile + sum('answered, ') }
}
