import assert from 'node:assert/strict'
import { dataOf, type Name, STEPS } from '../contenders/servers.js'
import { addFelt, type Instance, measureRates, withInstance } from '../http/instance.js'
import { Child } from '../measure/process.js'
import type { Measurement } from '../measure/recording.js'
import { Series } from '../measure/samples.js'
import { quick } from '../measure/turns.js'
import { memoryOf } from '../measure/usage.js'
import { ALSO_RATED, type BackendName } from './outcome.js'
import type { StoreServer } from './stores.js'
import { http1Client, http2Client, http2Front, trafficOf } from './wire.js'

/** A backend that can be measured here. */
export interface Participant<One = BackendName> {
  readonly name: One
  /** Of the server that it needs. */
  readonly url?: string
  /** If we have started it ourselves. */
  readonly server?: StoreServer
}

/** How long and how often. */
export const PLAN = {
  // A multiple of the number of sizes, so that each comes first equally often.
  rounds: quick ? 1 : 6,
  // That a turn of one step and size takes.
  seconds: quick ? 0.15 : 1,
  warmUp: quick ? 0.1 : 0.5,
  connections: 16,
  // Whose memory is measured, the fewest first.
  sessions: quick ? [200, 1000] : [10_000, 100_000],
  // Sign-ins before the first look at the memory, as a process grows by its first work, whatever that is.
  warmUpSessions: quick ? 200 : 5000,
  // Seconds before a look at the memory, in which app and store put away what they were doing.
  rest: quick ? 0.05 : 2,
  // Whose bytes are counted.
  browsers: quick ? 1 : 5,
}

/** Bytes of JSON in a session. */
const SIZES = [100, 1024, 2560]
/** Of the sessions that are counted in memory. */
export const USUAL_SIZE = 1024
/** Around the size from which on the cookie is too large for the table of headers that HTTP/2 compresses with. */
const NEAR = [1536, 1792, 1920, 2048, 2176, 2304, 2432]

/**
 * Everything but the experiments. The memory first, as a store in production is not empty; then bytes; then rounds in
 * which everybody has a turn, so that whatever else the machine does hits all of them.
 */
export async function measure(
  participants: readonly Participant[],
  say: (what: string) => void,
): Promise<readonly Measurement[]> {
  const series = new Series()
  const load = new Child(new URL('../http/load.js', import.meta.url))
  try {
    for (const who of participants) {
      say(`memory of ${PLAN.sessions.join(' and ')} sessions: ${who.name}`)
      await measuring(who, (instance) => measureMemory(instance, who, load, series))
    }
    for (const who of participants) {
      say(`bytes on the wire: ${who.name}`)
      await measuring(who, (instance) => measureWire(instance, series))
    }
    const rated = [...participants, ...ALSO_RATED.map((name) => ({ name }))]
    for (let round = 1; round <= PLAN.rounds; round++) {
      for (const who of rated) {
        say(`round ${round} of ${PLAN.rounds}: ${who.name}`)
        if (participants.some((one) => one === who)) await measureFirstAnswer(who, series)
        await measuring(who, (instance) => measureAllRates(instance, load, round, series))
      }
    }
  } finally {
    await load.stop()
  }
  return series.measurements
}

function measuring({ name, url, server }: Participant<Name>, work: (instance: Instance) => Promise<unknown>) {
  return withInstance(name, { ...(url !== undefined && { url }), pid: server?.pid() }, work)
}

/** From the start of a process, which connects to its store before it listens, to its first answer: to a sign-in. */
async function measureFirstAnswer(who: Participant<Name>, series: Series): Promise<void> {
  const begin = performance.now()
  await measuring(who, async (instance) => {
    await instance.signIn(USUAL_SIZE)
    series.add({ contender: who.name, metric: 'firstAnswer', unit: 'ms' }, performance.now() - begin)
  })
}

async function measureAllRates(instance: Instance, load: Child, round: number, series: Series) {
  // Another size first in every round, as a process becomes faster with time.
  const sizes = SIZES.map((_, at) => SIZES[(at + round - 1) % SIZES.length] as number)
  await measureRates(instance, load, PLAN, sizes, (facts, turn) => {
    const kind = { contender: instance.name, ...facts }
    addFelt(series, kind, turn)
    for (const [metric, cpu] of Object.entries({ cpuApp: turn.app, cpuStore: turn.store })) {
      if (cpu !== undefined) series.add({ ...kind, metric, unit: 'us' }, cpu.user + cpu.system)
    }
  })
}

/** What so many sessions take in the app and in the store, all of them made by people who sign in. */
async function measureMemory(
  instance: Instance,
  { name, server }: Participant,
  load: Child,
  series: Series,
): Promise<void> {
  // One after the other, so that the store has its rest, too.
  const look = async () => ({
    memoryApp: await instance.memory(PLAN.rest),
    memoryStore: server && memoryOf(server.pid()),
  })
  const signInMany = async (amount: number) => {
    const cookies = Array<string>(Math.min(PLAN.connections, amount)).fill('')
    await instance.turn(load, `/sign-in?size=${USUAL_SIZE}`, { cookies, until: { amount } })
  }
  await signInMany(PLAN.warmUpSessions)
  const before = await look()
  const somebody: string[] = []
  let made = 0
  for (const count of PLAN.sessions) {
    somebody.push(await instance.signIn(USUAL_SIZE))
    await signInMany(count - made - 1)
    made = count
    const after = await look()
    for (const metric of ['memoryApp', 'memoryStore'] as const) {
      const [then, now] = [before[metric], after[metric]]
      if (then === undefined || now === undefined) continue
      series.add({ contender: name, sessions: count, metric, unit: 'bytes' }, now - then)
    }
  }
  // What has been thrown away takes no memory, either.
  for (const cookie of somebody) assert.deepEqual(await instance.session(cookie), dataOf(USUAL_SIZE))
}

/** Bytes on the wire per request, over HTTP/1.1 and over HTTP/2. */
async function measureWire({ name, url }: Instance, series: Series): Promise<void> {
  const port = Number(new URL(url).port)
  const front = await http2Front(port)
  try {
    const traffic = (client: typeof http1Client, port: number, size: number, step: string) =>
      trafficOf(client, port, PLAN.browsers, `/sign-in?size=${size}`, `/${step}`)
    for (const size of SIZES) {
      for (const step of STEPS) {
        const http1 = await traffic(http1Client, port, size, step)
        const http2 = await traffic(http2Client, front.port, size, step)
        const bytes = { bytesUp: http1.up, bytesDown: http1.down, h2Up: http2.up, h2Down: http2.down }
        for (const [metric, sample] of Object.entries(bytes)) {
          series.add({ contender: name, step, size, unit: 'bytes', metric }, sample)
        }
      }
    }
    for (const json of NEAR) {
      const { up } = await traffic(http2Client, front.port, json, 'read')
      series.add({ contender: name, json, unit: 'bytes', metric: 'h2UpNear' }, up)
    }
  } finally {
    front.close()
  }
}
