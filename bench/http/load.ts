/** The process that makes the requests: one for the whole run, so that it is equally fast for everybody. */
import autocannon from 'autocannon'
import { quantile } from '../measure/statistics.js'

export interface Order {
  readonly url: string
  readonly cookie: string
  readonly body: string
  readonly connections: number
  readonly seconds: number
}

export interface Felt {
  readonly requests: number
  readonly seconds: number
  /** Latencies in milliseconds. */
  readonly p50: number
  readonly p99: number
  /** Of the responses, heads included. */
  readonly bytes: number
  /** What was not as it should be; empty if all was. */
  readonly problems: string
}

process.on('disconnect', () => process.exit())
process.on('message', async (order: Order) => process.send?.(await fire(order)))

async function fire({ url, cookie, body, connections, seconds }: Order): Promise<Felt> {
  const latencies: number[] = []
  let bytes = 0
  let last = 0
  const begin = performance.now()
  const run = autocannon({
    url,
    connections,
    duration: seconds,
    headers: { cookie },
    expectBody: body,
    bailout: 1,
    // How often it looks whether it is time to stop, in milliseconds.
    sampleInt: 10,
  })
  // Its own histogram of latencies counts whole milliseconds, and its clock hundredths of a second.
  run.on('response', (_client: unknown, _status: number, size: number, latency: number) => {
    latencies.push(latency)
    bytes += size
    last = performance.now()
  })
  const result = await run
  return {
    requests: latencies.length,
    seconds: (last - begin) / 1000,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    bytes,
    problems: problemsOf(result),
  }
}

type Result = Record<'errors' | 'timeouts' | 'mismatches', number> & { statusCodeStats: Record<string, unknown> }

function problemsOf({ errors, timeouts, mismatches, statusCodeStats }: Result): string {
  const others = Object.keys(statusCodeStats).filter((status) => status !== '200')
  const counts = Object.entries({ errors, timeouts, mismatches }).filter(([, count]) => count > 0)
  return [...counts.map(([what, count]) => `${count} ${what}`), ...others.map((status) => `status ${status}`)].join(
    ', ',
  )
}
