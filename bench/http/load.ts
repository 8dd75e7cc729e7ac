/** The process that makes the requests: one for the whole run, so that it is equally fast for everybody. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import autocannon from 'autocannon'
import { answerParent } from '../measure/process.js'
import { quantile } from '../measure/samples.js'
import { BROWSER } from './browser.js'

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
  const folder = mkdtempSync(join(tmpdir(), 'wrk-'))
  try {
    const script = join(folder, 'requests.lua')
    writeFileSync(script, requestsInLua(cookies))
    const args = ['-t1', `-c${cookies.length}`, `-d${seconds}s`, '-s', script, url]
    const { stdout } = await promisify(execFile)('wrk', args)
    const told = JSON.parse(stdout.slice(stdout.indexOf('{"requests"')))
    const { wrong, ...felt } = told as Omit<Felt, 'problems'> & { wrong: number }
    return { ...felt, problems: wrong === 0 ? '' : `${wrong} errors` }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function requestsInLua(cookies: readonly string[]): string {
  const heads = Object.entries(BROWSER).map(([name, value]) => `wrk.headers[${quoted(name)}] = ${quoted(value)}`)
  return `${heads.join('\n')}
local cookies = { ${cookies.map(quoted).join(', ')} }
local requests, at = {}, 0
function init()
  for index, cookie in ipairs(cookies) do
    wrk.headers["cookie"] = cookie
    requests[index] = wrk.format("GET")
  end
end
function request()
  at = at % #requests + 1
  return requests[at]
end
function done(summary, latency)
  local errors = summary.errors
  local wrong = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format('{"requests":%d,"seconds":%f,"p50":%f,"p99":%f,"bytes":%d,"wrong":%d}', summary.requests,
    summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, summary.bytes, wrong))
end
`
}

function quoted(text: string): string {
  return JSON.stringify(text)
}
