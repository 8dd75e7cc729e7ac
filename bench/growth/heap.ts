import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Measurement } from '../measure/recording.js'
import { sessionData } from '../measure/session-data.js'
import { contenders } from '../micro/contenders.js'
import { cookiesOf, exchange } from '../micro/exchange.js'

const LOOKS = 20

/** The heap after garbage collection, while a process answers requests that each read and write a session of 1 KB. */
export async function byRequests(requests: number): Promise<Measurement[]> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const { 'sealed-session': serve } = contenders(['2ukg162M7n962AungnHVNx2Oak1hxgqa'])
  let cookie = ''
  const measurements: Measurement[] = []
  for (let answered = 0; answered <= requests; answered++) {
    if (answered % (requests / LOOKS) === 0) {
      collect()
      const { heapUsed, external } = process.memoryUsage()
      measurements.push({
        contender: 'sealed-session',
        by: 'requests',
        value: answered,
        metric: 'heap',
        unit: 'MiB',
        samples: [(heapUsed + external) / 2 ** 20],
      })
    }
    const res = await exchange(
      serve,
      ({ session }) => session && Object.assign(session, sessionData('nested', 1024), { views: answered }),
      cookie,
    )
    cookie = cookiesOf(res)
    if (answered % 16 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  return measurements
}
