/**
 * What it costs to seal a session into a cookie's value and to open it again, for us and for others. Each does the
 * whole work, from the data to the value and back, and is checked before it is timed.
 */
import { checkAgreement, SEALERS } from '../contenders/sealers.js'
import { finish, versionsOf } from '../measure/recording.js'
import { Series } from '../measure/samples.js'
import { sessionData } from '../measure/session-data.js'
import { inRounds, quick } from '../measure/turns.js'

/** 100 bytes are too few for what Passport and a shop leave in a session. */
const SESSIONS = [
  { shape: 'flat', size: 100 },
  { shape: 'nested', size: 1024 },
  { shape: 'nested', size: 2800 },
] as const
const METHOD = quick ? { rounds: 3, time: 25 } : { rounds: 15, time: 20 }

const series = new Series()
for (const { shape, size } of SESSIONS) {
  const data = sessionData(shape, size)
  await checkAgreement(data)
  const calls: Record<string, () => unknown> = {}
  for (const sealer of SEALERS) {
    const token = await sealer.seal(data)
    calls[`seal ${sealer.name}`] = () => sealer.seal(data)
    calls[`open ${sealer.name}`] = () => sealer.open(token)
  }
  const costs = await inRounds(calls, METHOD)
  for (const { name: contender } of SEALERS) {
    for (const step of ['seal', 'open']) {
      for (const metric of ['wall', 'cpu'] as const) {
        series.add(
          { contender, size, shape, step, metric, unit: 'us' },
          ...(costs[`${step} ${contender}`]?.[metric] ?? []),
        )
      }
    }
  }
}
finish('What sealing and opening cost', {
  benchmark: 'seal-open',
  versions: versionsOf(...SEALERS.flatMap(({ packages }) => packages)),
  method: { rounds: METHOD.rounds, 'ms of every turn': METHOD.time },
  measurements: series.measurements,
})
