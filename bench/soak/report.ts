import type { Measurement } from '../measure/recording.js'
import { median } from '../measure/statistics.js'
import type { Look } from './app.js'
import type { Tally } from './tally.js'

/** What a soak has come to. */
export interface Soaked {
  readonly tally: Tally
  /** At the instance that was never restarted, one after the other. */
  readonly looks: readonly Look[]
  /** The last look at each instance that was ended or ran to the end; one that was killed tells nothing. */
  readonly ended: readonly Look[]
  readonly minutes: number
}

/** The share of hostile requests that is promised. */
const HOSTILE = 0.1
/** Fewer looks at the heap tell nothing. */
const ENOUGH_LOOKS = 20
/** How much larger the heap may be in the last quarter than in the first. */
const GROWTH = 1.05
/** How many more there may be: timers come and go with the load, and one that leaked with each restart would show. */
const MORE_HANDLES = 10

export function print(soaked: Soaked): void {
  const { tally, looks, ended, minutes } = soaked
  const { hostile, requests } = sums(tally)
  for (const [what, times] of Object.entries(tally.done).sort()) line(times, what)
  for (const [reason, times] of Object.entries(rejections(ended)).sort()) line(times, `rejected as ${reason}`)
  line(
    ended.map((look) => look.resealed).reduce((a, b) => a + b, 0),
    'sealed anew under a newer key',
  )
  const share = ((100 * hostile) / requests).toFixed(1)
  line(requests, `answered in all, ${(requests / (minutes * 60)).toFixed(0)} a second, ${share}% hostile`)
  line(tally.wrong, 'not as it must be')
  for (const what of tally.wrongs) console.log(`          ${what}`)
  const complaints = complaintsOf(soaked)
  line(complaints.length, `complaints of the instances ${[...new Set(complaints)].join(', ')}`)
  for (const figure of ['heap', 'handles', 'sockets'] as const) {
    const [first, last] = quarters(looks, figure)
    console.log(`${figure}, first and last quarter: ${first.toFixed(2)} and ${last.toFixed(2)}`)
  }
  console.log(
    isJudged(looks) ? `judged by ${looks.length} looks` : `growth not judged: ${looks.length} looks are too few`,
  )
}

/** What was not as it must be, in words. */
export function failuresOf(soaked: Soaked): string[] {
  const { tally, looks } = soaked
  const { hostile, requests } = sums(tally)
  const [heap, heapThen] = quarters(looks, 'heap')
  const [handles, handlesThen] = quarters(looks, 'handles')
  const failures: readonly (readonly [boolean, string])[] = [
    [tally.wrong > 0, 'sessions were not what they must be'],
    [complaintsOf(soaked).length > 0, 'an instance complained'],
    [hostile / requests < HOSTILE, 'there were too few hostile requests'],
    [isJudged(looks) && heapThen > heap * GROWTH, 'the heap has grown'],
    [isJudged(looks) && handlesThen > handles + MORE_HANDLES, 'there are more handles'],
  ]
  return failures.filter(([failed]) => failed).map(([, what]) => what)
}

export function measurementsOf(soaked: Soaked): Measurement[] {
  const { tally, looks } = soaked
  const counted = { ...tally.done, 'not as it must be': tally.wrong, complaints: complaintsOf(soaked).length }
  const counts = Object.entries(counted).map(([contender, times]) => ({
    contender,
    metric: 'count',
    unit: '',
    samples: [times],
  }))
  const series = (['heap', 'handles', 'sockets', 'requests'] as const).map((metric) => ({
    contender: 'the instance that is never restarted',
    metric,
    unit: metric === 'heap' ? 'MiB' : '',
    samples: looks.map((look) => look[metric]),
  }))
  return [...counts, ...series]
}

function isJudged(looks: readonly Look[]): boolean {
  return looks.length >= ENOUGH_LOOKS
}

/** Medians of the first quarter, without the very first look, and of the last one. */
function quarters(looks: readonly Look[], figure: 'heap' | 'handles' | 'sockets'): [first: number, last: number] {
  const size = Math.max(1, Math.trunc(looks.length / 4))
  const of = (some: readonly Look[]) => median(some.map((look) => look[figure]))
  return [of(looks.slice(1, 1 + size)), of(looks.slice(-size))]
}

function sums({ done }: Tally): { hostile: number; requests: number } {
  const sum = (prefix: string) =>
    Object.entries(done).reduce((total, [what, times]) => (what.startsWith(prefix) ? total + times : total), 0)
  const hostile = sum('hostile, ')
  return { hostile, requests: hostile + sum('answered, ') }
}

function complaintsOf({ ended }: Soaked): string[] {
  return ended.flatMap((look) => look.complaints)
}

function rejections(ended: readonly Look[]): Record<string, number> {
  const all: Record<string, number> = {}
  for (const { rejected } of ended) {
    for (const [reason, times] of Object.entries(rejected)) all[reason] = (all[reason] ?? 0) + times
  }
  return all
}

function line(times: number, what: string): void {
  console.log(`${String(times).padStart(9)} ${what}`)
}
