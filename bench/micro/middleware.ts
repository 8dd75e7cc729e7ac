/**
 * What a session middleware costs a request, without sockets: a request and a response of Node's, the middleware, a
 * handler, and the head of the response. Beside cookie-session, which only signs, express-session with its memory
 * store, which keeps the data on the server, and the floor.
 */
import assert from 'node:assert/strict'
import {
  type Contender,
  contenders,
  cookiesOf,
  exchange,
  floorServe,
  type Handler,
  hoursAgo,
  linesOf,
  type Serve,
  signedIn,
} from '../contenders/exchange.js'
import { SECRET } from '../contenders/settings.js'
import { finish, versionsOf } from '../measure/recording.js'
import { Series } from '../measure/samples.js'
import { sessionData } from '../measure/session-data.js'
import { inRounds, quick } from '../measure/turns.js'

const OTHER_SECRET = '9fDsM2eGcH7kBu1YtT5rLzP0wXn8qJ3v'
const SIZE = 1024
const ROUNDS = quick ? { rounds: 2, time: 20 } : { rounds: 15, time: 60 }
process.env['NODE_ENV'] = 'production'

const untouched: Handler = () => {}
const read: Handler = ({ session }) => assert(session?.['csrf'])
const readNothing: Handler = ({ session }) => assert(session?.['csrf'] === undefined)
const clear: Handler = (req) => {
  req.session = null
}
const write: Handler = ({ session }) => {
  assert(session)
  session['views'] = (session['views'] as number) + 1
}

/** A request: with which cookies it comes, and what the app does. */
interface Scenario {
  readonly handler: Handler
  readonly cookie: string
}

const ours = contenders([SECRET])
const theirs = contenders([OTHER_SECRET])
const series = new Series()

for (const shape of ['flat', 'nested'] as const) {
  const data = sessionData(shape, SIZE)
  const scenarios = new Map<string, Map<string, [Serve, Scenario]>>()
  for (const [name, serve] of Object.entries(ours) as [Contender, Serve][]) {
    const cookie = await signedIn(serve, data)
    const foreign = await signedIn(theirs[name] as Serve, data)
    const beside = name === 'sealed-session' ? await besideOthers(serve, data, cookie) : {}
    for (const [step, scenario] of Object.entries({ ...scenariosOf(name, cookie, foreign), ...beside })) {
      if (name !== 'nothing') await agree(step, serve, scenario, data)
      enter(step, name, serve, scenario)
    }
  }
  const cookie = await signedIn(floorServe(true), data)
  for (const [step, handler] of Object.entries({ read, write })) {
    const serve = floorServe(step === 'write')
    await agree(step, serve, { handler, cookie }, data)
    enter(step, 'floor', serve, { handler, cookie })
  }
  for (const [step, entries] of scenarios) {
    const calls = [...entries].map(([name, [serve, { handler, cookie }]]) => [
      name,
      () => exchange(serve, handler, cookie),
    ])
    const samples = await inRounds(Object.fromEntries(calls), ROUNDS)
    for (const [contender, costs] of Object.entries(samples)) {
      for (const metric of ['cpu', 'wall'] as const) {
        series.add({ contender, step, shape, size: SIZE, metric, unit: 'us' }, ...costs[metric])
      }
    }
  }

  function enter(step: string, name: string, serve: Serve, scenario: Scenario): void {
    const entries = scenarios.get(step) ?? new Map()
    scenarios.set(step, entries.set(name, [serve, scenario]))
  }
}

finish('What a request costs', {
  benchmark: 'middleware',
  versions: versionsOf('cookie-session', 'express-session', 'tinybench'),
  method: { ...ROUNDS, size: SIZE },
  measurements: series.measurements,
})

/** @param foreign cookies that are right but for the secret */
function scenariosOf(name: Contender, cookie: string, foreign: string): Record<string, Scenario> {
  const handler = name === 'nothing' ? untouched : readNothing
  const rejected = {
    garbage: 'session=AAAA; session.sig=AAAA; connect.sid=AAAA',
    tampered: tampered(cookie),
    'unknown kid': foreign,
    '4 KB of junk': cookieNames(cookie)
      .map((one) => `${one}=${'A'.repeat(4000)}`)
      .join('; '),
    '500 cookies': cookieNames(cookie)
      .flatMap((one) => Array(500).fill(`${one}=AAAA`))
      .join('; '),
  }
  const entries = Object.entries(rejected).map(([how, value]) => [`rejected: ${how}`, { handler, cookie: value }])
  return {
    untouched: { handler: untouched, cookie },
    read: { handler: name === 'nothing' ? untouched : read, cookie },
    write: { handler: name === 'nothing' ? untouched : write, cookie },
    // The store of express-session would forget the session that the next round is to clear.
    ...(name === 'express-session' ? {} : { cleared: { handler: name === 'nothing' ? untouched : clear, cookie } }),
    ...Object.fromEntries(entries),
  }
}

/** Reads that open more than the session's own cookie, and one that renews the companion each time. */
async function besideOthers(serve: Serve, data: object, cookie: string): Promise<Record<string, Scenario>> {
  const aged = await hoursAgo(3, () => signedIn(serve, data))
  const companion = cookiesOf(await exchange(serve, read, aged))
  const guard = cookiesOf(await exchange(serve, clear, await signedIn(serve, data)))
    .split('; ')
    .filter((one) => one.startsWith('session.ended='))
    .join('; ')
  assert(companion.startsWith('session.seen=') && guard !== '')
  return {
    'read with a companion': { handler: read, cookie: `${aged}; ${companion}` },
    'read with a guard': { handler: read, cookie: `${cookie}; ${guard}` },
    'read with both': { handler: read, cookie: `${aged}; ${companion}; ${guard}` },
    'renewed by a read': { handler: read, cookie: aged },
  }
}

/** One character in the middle of every value is another. */
function tampered(cookies: string): string {
  return cookies.replaceAll(/=([^;]+)/g, (_, value: string) => {
    const middle = Math.floor(value.length / 2)
    return `=${value.slice(0, middle)}${value[middle] === 'A' ? 'B' : 'A'}${value.slice(middle + 1)}`
  })
}

function cookieNames(cookies: string): string[] {
  return [...cookies.matchAll(/([^=; ]+)=[^;]*/g)].map(([, name]) => name as string)
}

/** Whether the contender does in this scenario what it is timed for. */
async function agree(step: string, serve: Serve, { handler, cookie }: Scenario, data: object): Promise<void> {
  const res = await exchange(serve, handler, cookie)
  const lines = linesOf(res)
  if (step === 'untouched' || step.startsWith('read')) assert.deepEqual(lines, [], step)
  if (step.startsWith('renewed')) assert(lines.length === 1 && (lines[0]?.length ?? 0) < 350, step)
  if (step === 'cleared') assert(lines.length > 0, step)
  // express-session keeps the data, so its cookie stays the same when they change.
  const after = step === 'write' || step === 'cleared' ? cookiesOf(res) || cookie : cookie
  const expected =
    step === 'write' ? { ...data, views: 2 } : step === 'cleared' || step.startsWith('rejected') ? {} : data
  let seen: object | undefined
  await exchange(serve, ({ session }) => (seen = plain(session)), after)
  assert.deepEqual(seen, expected, step)
}

function plain(session: object | null | undefined): object {
  const { cookie: _, ...data } = JSON.parse(JSON.stringify(session ?? {}))
  return data
}
