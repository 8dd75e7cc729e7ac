/**
 * How the cost of a request grows: with the session, with other cookies beside it, and with the keys in the ring; and
 * what a process keeps of the requests that it has answered.
 */
import { type Measurement, record, versionsOf } from '../measure/recording.js'
import { median } from '../measure/statistics.js'
import { byCookies, byKeys, bySize } from './cost.js'
import { byRequests } from './heap.js'

process.env['NODE_ENV'] = 'production'
const quick = process.argv.includes('--quick')
const rounds = quick ? { rounds: 1, time: 10 } : { rounds: 7, time: 40 }
const requests = quick ? 20_000 : 1_000_000

const measurements: Measurement[] = [
  ...(await bySize([100, 250, 500, 1000, 1500, 2000, 2500, 2850], rounds)),
  ...(await byCookies([0, 1, 5, 10, 25, 50, 100], rounds)),
  ...(await byKeys([1, 2, 5, 10, 25, 50, 100], rounds)),
  ...(await byRequests(requests)),
]

for (const { contender, step, by, value, metric, unit, samples } of measurements) {
  const what = `${metric} by ${by}`.padEnd(18)
  const figure = `${median(samples).toFixed(2)} ${unit}`
  console.log(
    `${what}${String(value).padStart(8)}  ${contender.padEnd(16)}${String(step ?? '').padEnd(7)}${figure.padStart(12)}`,
  )
}
record({
  benchmark: 'growth',
  versions: versionsOf('cookie-session', 'express-session', 'tinybench'),
  method: { ...rounds, requests },
  measurements,
})
