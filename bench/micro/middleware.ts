/**
 * What a session middleware costs a request, without sockets: a request and a response of Node's, the middleware, a
 * handler, and the head of the response. Beside cookie-session, which only signs, express-session with its memory
 * store, which keeps the data on the server, and the floor.
 */
import assert from 'node:assert/strict'
import {
  type Contender,
  clear,
  companionOf,
  contenders,
  cookiesOf,
  dataIn,
  exchange,
  floorServe,
  guardOf,
  type Handler,
  hoursAgo,
  linesOf,
  read,
  readNothing,
  type Serve,
  signedIn,
  untouched,
  write,
} from '../contenders/exchange.js'
import { SECRET } from '../contenders/settings.js'
import { finish, versionsOf } from '../measure/recording.js'
import { Series } from '../measure/samples.js'
import { sessionData } from '../measure/session-data.js'
import { inRounds, quick } from '../measure/turns.js'
import { agreeOn, deviceRequests } from './device.js'

const OTHER_SECRET = '9fDsM2eGcH7kBu1YtT5rLzP0wXn8qJ3v'
const SIZE = 1024
const ROUNDS = quick ? { rounds: 2, time: 20 } : { rounds: 15, time: 20 }
process.env['NODE_ENV'] = 'production'

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
  /** Calls by contender, by what a request does. */
  const steps = new Map<string, Record<string, () => unknown>>()
  const enter = async (name: string, step: string, serve: Serve, { handler, cookie }: Scenario) => {
    if (name !== 'nothing') await agree(step, serve, { handler, cookie }, data)
    steps.set(step, { ...steps.get(step), [name]: () => exchange(serve, handler, cookie) })
  }
  for (const [name, serve] of Object.entries(ours) as [Contender, Serve][]) {
    const cookie = await signedIn(serve, data)
    const foreign = await signedIn(theirs[name], data)
    const beside = name === 'sealed-session' ? await besideOthers(serve, data, cookie) : {}
    const scenarios = { ...scenariosOf(name, cookie, foreign), ...beside }
    for (const [step, scenario] of Object.entries(scenarios)) await enter(name, step, serve, scenario)
  }
  const cookie = await signedIn(floorServe(true), data)
  await enter('floor', 'read', floorServe(false), { handler: read, cookie })
  await enter('floor', 'write', floorServe(true), { handler: write, cookie })
  const device = await deviceRequests(SECRET, data)
  const bound = `${device.bound}; ${device.proof}`
  await enter('sealed-session', 'read over TLS', device.off, { handler: read, cookie: device.unbound })
  await enter('sealed-session', 'read, not bound to a device', device.on, { handler: read, cookie: device.unbound })
  await enter('sealed-session', 'read, bound to a device', device.on, { handler: read, cookie: bound })
  for (const [step, post] of Object.entries(device.posts)) {
    await agreeOn(step, post)
    steps.set(step, { 'sealed-session': () => exchange(post[0], untouched, post[1]) })
  }
  for (const [step, calls] of steps) {
    for (const [contender, { cpu }] of Object.entries(await inRounds(calls, ROUNDS))) {
      series.add({ contender, step, shape, size: SIZE, metric: 'cpu', unit: 'us' }, ...cpu)
    }
  }
}

finish('What a request costs', {
  benchmark: 'middleware',
  versions: versionsOf('cookie-session', 'express-session'),
  method: { ...ROUNDS, size: SIZE },
  measurements: series.measurements,
})

/** @param foreign cookies that are right but for the secret */
function scenariosOf(name: Contender, cookie: string, foreign: string): Record<string, Scenario> {
  const names = [...cookie.matchAll(/([^=; ]+)=[^;]*/g)].map(([, one]) => one)
  const rejected = {
    garbage: 'session=AAAA; session.sig=AAAA; connect.sid=AAAA',
    // One character in the middle of every value is another.
    tampered: cookie.replaceAll(/=([^;]+)/g, (_, value: string) => {
      const middle = Math.floor(value.length / 2)
      return `=${value.slice(0, middle)}${value[middle] === 'A' ? 'B' : 'A'}${value.slice(middle + 1)}`
    }),
    'unknown kid': foreign,
    '4 KB of junk': names.map((one) => `${one}=${'A'.repeat(4000)}`).join('; '),
    '500 cookies': names.flatMap((one) => Array(500).fill(`${one}=AAAA`)).join('; '),
  }
  const as = (handler: Handler, sent = cookie) => ({ handler: name === 'nothing' ? untouched : handler, cookie: sent })
  return {
    untouched: as(untouched),
    read: as(read),
    write: as(write),
    // The store of express-session would forget the session that the next round is to clear.
    ...(name === 'express-session' ? {} : { cleared: as(clear) }),
    ...Object.fromEntries(Object.entries(rejected).map(([how, sent]) => [`rejected: ${how}`, as(readNothing, sent)])),
  }
}

/** Reads that open more than the session's own cookie, and one that renews the companion each time. */
async function besideOthers(serve: Serve, data: object, cookie: string): Promise<Record<string, Scenario>> {
  const aged = await hoursAgo(3, () => signedIn(serve, data))
  const companion = await companionOf(serve, aged)
  const guard = await guardOf(serve, await signedIn(serve, data))
  return {
    'read with a companion': { handler: read, cookie: `${aged}; ${companion}` },
    'read with a guard': { handler: read, cookie: `${cookie}; ${guard}` },
    'read with both': { handler: read, cookie: `${aged}; ${companion}; ${guard}` },
    'renewed by a read': { handler: read, cookie: aged },
  }
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
  assert.deepEqual(await dataIn(serve, after), expected, step)
}
