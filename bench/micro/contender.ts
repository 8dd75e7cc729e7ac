/** A session middleware, in a process of its own: `node contender.js <name> <shape> <size>`. */
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
import { compete } from '../measure/contest.js'
import { sessionData } from '../measure/session-data.js'
import { agreeOn, deviceRequests } from './device.js'

const OTHER_SECRET = '9fDsM2eGcH7kBu1YtT5rLzP0wXn8qJ3v'

/** A request: with which cookies it comes, and what the app does. */
interface Scenario {
  readonly handler: Handler
  readonly cookie: string
}

const [name, shape, size] = process.argv.slice(2) as [Contender | 'floor', 'flat' | 'nested', string]
const data = sessionData(shape, Number(size))
/** By what a request does. */
const calls: Record<string, () => unknown> = {}

async function enter(step: string, serve: Serve, scenario: Scenario): Promise<void> {
  if (name !== 'nothing') await agree(step, serve, scenario)
  calls[step] = () => exchange(serve, scenario.handler, scenario.cookie)
}

if (name === 'floor') {
  const cookie = await signedIn(floorServe(true), data)
  await enter('read', floorServe(false), { handler: read, cookie })
  await enter('write', floorServe(true), { handler: write, cookie })
} else {
  const serve = contenders([SECRET])[name]
  const cookie = await signedIn(serve, data)
  const foreign = await signedIn(contenders([OTHER_SECRET])[name], data)
  const beside = name === 'sealed-session' ? await besideOthers(serve, cookie) : {}
  for (const [step, scenario] of Object.entries({ ...scenariosOf(cookie, foreign), ...beside })) {
    await enter(step, serve, scenario)
  }
}
if (name === 'sealed-session') await enterDevices()
await compete(calls)

async function enterDevices(): Promise<void> {
  const device = await deviceRequests(SECRET, data)
  const bound = `${device.bound}; ${device.proof}`
  await enter('read over TLS', device.off, { handler: read, cookie: device.unbound })
  await enter('read, not bound to a device', device.on, { handler: read, cookie: device.unbound })
  await enter('read, bound to a device', device.on, { handler: read, cookie: bound })
  for (const [step, post] of Object.entries(device.posts)) {
    await agreeOn(step, post)
    calls[step] = () => exchange(post[0], untouched, post[1])
  }
}

/** @param foreign cookies that are right but for the secret */
function scenariosOf(cookie: string, foreign: string): Record<string, Scenario> {
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
async function besideOthers(serve: Serve, cookie: string): Promise<Record<string, Scenario>> {
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
async function agree(step: string, serve: Serve, { handler, cookie }: Scenario): Promise<void> {
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
