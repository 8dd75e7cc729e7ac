/** The process that makes the requests: one for the whole run, so that it is equally fast for everybody. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import autocannon from 'autocannon'
import { BROWSER } from '../measure/browser.js'
import { answerParent } from '../measure/process.js'
import { quantile } from '../measure/samples.js'

export interface Order {
  readonly url: string
  /** A connection for each, as a session belongs to one browser; empty for a browser without one. */
  readonly cookies: readonly string[]
  readonly body: string
  /** Until so many seconds are over, or so many requests answered. */
  readonly until: { readonly duration: number } | { readonly amount: number }
  /** With wrk, which takes less of the machine, whole seconds only, and the cookies in turn. */
  readonly by?: 'wrk'
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

/** What wrk asks, and how it tells what came of it. */
const LUA = fileURLToPath(new URL('../../../http/wrk.lua', import.meta.url))

answerParent((order: Order) => (order.by === 'wrk' ? byWrk(order) : byAutocannon(order)))

async function byAutocannon({ url, cookies, body, until }: Order): Promise<Felt> {
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
  // Its own histogram of latencies counts whole milliseconds, and its clock hundredths of a second.
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

/** It looks at statuses and not at bodies. */
async function byWrk({ url, cookies, until }: Order): Promise<Felt> {
  const seconds = Math.max(1, Math.round('duration' in until ? until.duration : 1))
  const headers = Object.entries(BROWSER).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
  const args = ['-t1', `-c${cookies.length}`, `-d${seconds}s`, ...headers, '-s', LUA, url, '--', ...cookies]
  const { stdout } = await promisify(execFile)('wrk', args)
  const { wrong, ...felt } = JSON.parse(stdout.slice(stdout.indexOf('{"requests"')))
  return { ...felt, problems: wrong === 0 ? '' : `${wrong} errors` }
}
