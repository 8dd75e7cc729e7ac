/**
 * What it costs to seal a session into a cookie's value and to open it again, for us and for others. Each does the
 * whole work, from the data to the value and back, and is checked before it is timed.
 */
import { SEALERS } from '../contenders/sealers.js'
import { contest } from '../measure/contest.js'
import { finish, versionsOf } from '../measure/recording.js'
import { Series } from '../measure/samples.js'
import { quick } from '../measure/turns.js'

/** 100 bytes are too few for what Passport and a shop leave in a session. */
const SESSIONS = [
  { shape: 'flat', size: 100 },
  { shape: 'nested', size: 1024 },
  { shape: 'nested', size: 2800 },
] as const
const METHOD = quick ? { rounds: 3, time: 25 } : { rounds: 15, time: 20 }

const series = new Series()
const contenders = SEALERS.map(({ name }) => name)
const script = new URL('sealer.js', import.meta.url)
for (const { shape, size } of SESSIONS) {
  await contest(
    series,
    { script, contenders, args: [shape, String(size)], facts: { size, shape }, metrics: ['wall', 'cpu'] },
    METHOD,
  )
}
finish('What sealing and opening cost', {
  benchmark: 'seal-open',
  versions: versionsOf(...SEALERS.flatMap(({ packages }) => packages)),
  method: { rounds: METHOD.rounds, 'ms of every turn': METHOD.time },
  measurements: series.measurements,
})
