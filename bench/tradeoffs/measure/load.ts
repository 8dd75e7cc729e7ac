/** The process that makes the requests: one for the whole run, so that it is equally fast for everybody. */
import autocannon from 'autocannon'
import type { Felt } from '../../http/load.js'
import { quantile } from '../../measure/statistics.js'
import { BROWSER } from './browser.js'

export interface Order {
  readonly url: string
  /** A connection for each, as a session belongs to one browser; empty for a browser without one. */
  readonly cookies: readonly string[]
  readonly body: string
  /** Until so many seconds are over, or so many requests answered. */
  readonly until: { readonly duration: number } | { readonly amount: number }
}

process.on('disconnect', () => process.exit())
process.on('message', async (order: Order) => process.send?.(await fire(order)))

async function fire({ url, cookies, body, until }: Order): Promise<Felt> {
  const latencies: number[] = []
  const waiting = [...cookies]
  let bytes = 0
  let last = 0
  const begin = performance.now()
  const run = autocannon({
    ...until,
    url,
    connections: cookies.length,
    expectBody: body,
    bailout: 1,
    headers: BROWSER,
    setupClient(client: { setHeaders(headers: object): void }) {
      const cookie = waiting.pop()
      client.setHeaders(cookie ? { ...BROWSER, cookie } : BROWSER)
    },
    // How often it looks whether it is time to stop, in milliseconds.
    sampleInt: 10,
  })
  run.on('response', (_client: unknown, _status: number, size: number, latency: number) => {
    latencies.push(latency)
    bytes += size
    last = performance.now()
  })
  const result: Record<string, number> = await run
  const wrong = ['errors', 'timeouts', 'mismatches', 'non2xx'].filter((what) => result[what] !== 0)
  return {
    requests: latencies.length,
    seconds: (last - begin) / 1000,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    bytes,
    problems: wrong.map((what) => `${result[what]} ${what}`).join(', '),
  }
}
