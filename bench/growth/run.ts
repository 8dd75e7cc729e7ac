/**
 * How the cost of a request grows: with the session, with other cookies beside it, and with the keys in the ring; and
 * what a process keeps of the requests that it has answered.
 */
import '../measure/options.js'
import assert from 'node:assert/strict'
import {
  type Contender,
  contenders,
  cookiesOf,
  exchange,
  floorServe,
  read,
  type Serve,
  signedIn,
  write,
} from '../contenders/exchange.js'
import { SECRET } from '../contenders/settings.js'
import { finish, versionsOf } from '../measure/recording.js'
import { Series } from '../measure/samples.js'
import { sessionData } from '../measure/session-data.js'
import { inRounds, quick } from '../measure/turns.js'
import { collector, heapOf } from '../measure/usage.js'

process.env['NODE_ENV'] = 'production'
const ROUNDS = quick ? { rounds: 1, time: 10 } : { rounds: 7, time: 20 }
const REQUESTS = quick ? 20_000 : 1_000_000
/** Looks at the heap. */
const LOOKS = 20
const DATA = sessionData('flat', 1024)
const STEPS = { read, write }
type Step = keyof typeof STEPS
/** Who serves, with which cookies. */
type Entry = readonly [serve: Serve, cookie: string]

const series = new Series()
const all = contenders([SECRET])

// Up to what a cookie of 4 KB holds.
await grow('size', [100, 250, 500, 1000, 1500, 2000, 2500, 2850], async (size, step) => {
  const data = sessionData('flat', size)
  const entry = async (serve: Serve): Promise<Entry> => [serve, await signedIn(serve, data)]
  return {
    floor: [floorServe(step === 'write'), await signedIn(floorServe(true), data)],
    'sealed-session': await entry(all['sealed-session']),
    'cookie-session': await entry(all['cookie-session']),
  }
})
// Cookies of others, as analytics and experiments leave them, stand before ours.
await grow('cookies', [0, 1, 5, 10, 25, 50, 100], async (count) => {
  const others = Array.from({ length: count }, (_, index) => `_other${index}=${'v'.repeat(20)}; `).join('')
  return each(['sealed-session', 'cookie-session', 'express-session'], async (name) => [
    all[name],
    others + (await signedIn(all[name], DATA)),
  ])
})
// The session comes under the oldest key, and so has to be sealed, or signed, anew with the newest.
await grow('keys', [1, 2, 5, 10, 25, 50, 100], async (count) => {
  const secrets = Array.from({ length: count }, (_, index) => `${SECRET}-${index}`)
  const [now, before] = [contenders(secrets), contenders(secrets.slice(-1))]
  return each(['sealed-session', 'cookie-session'], async (name) => [now[name], await signedIn(before[name], DATA)])
})
await growByRequests()

finish('What grows', {
  benchmark: 'growth',
  versions: versionsOf('cookie-session', 'express-session'),
  method: { ...ROUNDS, requests: REQUESTS },
  measurements: series.measurements,
})

async function grow(
  by: string,
  values: readonly number[],
  entriesFor: (value: number, step: Step) => Promise<Readonly<Record<string, Entry>>>,
): Promise<void> {
  for (const value of values) {
    for (const step of ['read', 'write'] as const) {
      const calls = Object.entries(await entriesFor(value, step)).map(([name, [serve, cookie]]) => {
        assert.notEqual(cookie, '', 'the session was not accepted')
        return [name, () => exchange(serve, STEPS[step], cookie)]
      })
      for (const [contender, { cpu }] of Object.entries(await inRounds(Object.fromEntries(calls), ROUNDS))) {
        series.add({ contender, by, value, step, metric: 'cpu', unit: 'us' }, ...cpu)
      }
    }
  }
}

async function each(
  names: readonly Contender[],
  entryOf: (name: Contender) => Promise<Entry>,
): Promise<Record<string, Entry>> {
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await entryOf(name)] as const)))
}

/** The heap after garbage collection, while a process answers requests that each read and write a session of 1 KB. */
async function growByRequests(): Promise<void> {
  const collect = collector()
  const { 'sealed-session': serve } = all
  let cookie = ''
  for (let answered = 0; answered <= REQUESTS; answered++) {
    if (answered % (REQUESTS / LOOKS) === 0) {
      const kind = { contender: 'sealed-session', by: 'requests', value: answered, metric: 'heap', unit: 'MiB' }
      series.add(kind, heapOf(collect))
    }
    const data = { ...sessionData('nested', 1024), views: answered }
    cookie = cookiesOf(await exchange(serve, ({ session }) => session && Object.assign(session, data), cookie))
    if (answered % 16 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
}
