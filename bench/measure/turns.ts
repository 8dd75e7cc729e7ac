import { setTimeout as sleep } from 'node:timers/promises'
import { Yardstick } from './yardstick.js'

/** Whether this run only visits everything once, to see whether it works. */
export const quick: boolean = process.argv.includes('--quick')
const isRecording = process.argv.includes('--record')

/** What one call of a contender costs, in microseconds, a figure for each round. */
export interface Samples {
  /** Elapsed. */
  readonly wall: number[]
  /** Of all threads of the process, as Node's thread pool and garbage collector work for a call, too. */
  readonly cpu: number[]
}

export interface Rounds {
  /** How often every contender has its turn. */
  readonly rounds: number
  /** For how long its calls count in a turn, in milliseconds. */
  readonly time: number
}

/** How long calls are made between two looks at the clock, in milliseconds. */
const BATCH = 0.25
/** How long to wait before another look at a machine that is slow, in milliseconds. */
const PAUSE = 20
/** A processor that has slept is slow for a while. */
const LOOKS = 20
/** The first round, in milliseconds for each contender. */
const WARM_UP = 100

type Call = () => unknown

interface Cost {
  readonly wall: number
  readonly cpu: number
}

const yardstick = new Yardstick()
/** How long this process goes on waiting for a fast machine, in milliseconds; then everything counts. */
let patience = isRecording ? 3_600_000 : quick ? 10_000 : 60_000

/**
 * Times contenders in turns, round after round, so that whatever else the machine does hits all of them. Calls count
 * only while the machine is as fast as it can be: a yardstick is laid on before and after every few of them.
 */
export async function inRounds(
  contenders: Readonly<Record<string, Call>>,
  { rounds, time }: Rounds,
): Promise<Record<string, Samples>> {
  const all: { name: string; batch: Batch; samples: Samples }[] = []
  for (const [name, call] of Object.entries(contenders)) {
    all.push({ name, batch: await batchOf(call), samples: { wall: [], cpu: [] } })
  }
  for (let round = 1; round <= rounds; round++) {
    for (const { batch, samples } of all) {
      const { wall, cpu } = await oneTurn(batch, time)
      samples.wall.push(wall)
      samples.cpu.push(cpu)
    }
  }
  checkPatience()
  return Object.fromEntries(all.map(({ name, samples }) => [name, samples]))
}

/** Some calls, and how many they are. */
type Batch = () => Promise<number>

async function oneTurn(batch: Batch, time: number): Promise<Cost> {
  const sum = { calls: 0, wall: 0, cpu: 0 }
  let wasFast = await untilFast()
  while (sum.wall < time * 1000) {
    const begin = performance.now()
    const before = process.cpuUsage()
    const calls = await batch()
    const { user, system } = process.cpuUsage(before)
    const wall = (performance.now() - begin) * 1000
    const isFast = isFastEnough()
    if (wasFast && isFast) {
      sum.calls += calls
      sum.wall += wall
      sum.cpu += user + system
    }
    wasFast = isFast || (await untilFast())
  }
  return { wall: sum.wall / sum.calls, cpu: sum.cpu / sum.calls }
}

/** Waits for the others on the machine, as long as there is patience. */
async function untilFast(): Promise<true> {
  for (;;) {
    for (let looks = 0; looks < LOOKS; looks++) if (isFastEnough()) return true
    await sleep(PAUSE)
    patience -= PAUSE
  }
}

function isFastEnough(): boolean {
  return patience <= 0 || yardstick.isFast()
}

/** Warms up, and makes as many calls at once as `BATCH` lasts, so that looking at the clock costs a cheap call nothing. */
async function batchOf(call: Call): Promise<Batch> {
  const isAsynchronous = call() instanceof Promise
  const begin = performance.now()
  let calls = 0
  for (; performance.now() < begin + WARM_UP; calls++) await call()
  const size = Math.ceil(calls / (WARM_UP / BATCH))
  return isAsynchronous ? () => asynchronousBatch(call, size) : () => synchronousBatch(call, size)
}

/** The event loop turns after each batch, as it does on a server: what waits for the next tick must not pile up. */
function synchronousBatch(call: Call, size: number): Promise<number> {
  for (let times = 0; times < size; times++) call()
  return new Promise((resolve) => setImmediate(resolve, size))
}

async function asynchronousBatch(call: Call, size: number): Promise<number> {
  for (let times = 0; times < size; times++) await call()
  return await new Promise((resolve) => setImmediate(resolve, size))
}

/** @throws if figures are to be kept that were taken on a slow machine */
function checkPatience(): void {
  if (isRecording && patience <= 0) throw new Error('this machine was too slow for too long: nothing is recorded')
}
