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
/** How long each call is made at once to warm up, and all of them together at least, in milliseconds. */
const WARM_UP = quick ? 10 : 40
const ALL_WARM_UP = quick ? 0 : 2000

export type Call = () => unknown

/** Of one call, in microseconds: elapsed, and of all threads. */
export interface Cost {
  readonly wall: number
  readonly cpu: number
}

const yardstick = new Yardstick(quick ? 50 : 2000)
/** How long this process goes on waiting for a fast machine, in milliseconds; then everything counts. */
let patience = isRecording ? 3_600_000 : quick ? 2000 : 60_000

/**
 * Times contenders in turns, round after round, so that whatever else the machine does hits all of them. Calls count
 * only while the machine is as fast as it can be: a yardstick is laid on before and after every few of them.
 */
export async function inRounds(
  contenders: Readonly<Record<string, Call>>,
  { rounds, time }: Rounds,
): Promise<Record<string, Samples>> {
  await warmUp(Object.values(contenders))
  const all = Object.entries(await turnsOf(contenders)).map(([name, turn]) => ({
    name,
    turn,
    samples: { wall: [], cpu: [] } as Samples,
  }))
  for (let round = 1; round <= rounds; round++) {
    for (const { turn, samples } of all) {
      const { wall, cpu } = await turn(time)
      samples.wall.push(wall)
      samples.cpu.push(cpu)
    }
  }
  return Object.fromEntries(all.map(({ name, samples }) => [name, samples]))
}

/** Makes the calls one after the other, and all again: some code is compiled again when other code has run. */
export async function warmUp(calls: readonly Call[]): Promise<void> {
  const passes = Math.max(5, ALL_WARM_UP / (calls.length * WARM_UP))
  for (let pass = 0; pass < passes; pass++) for (const call of calls) await callsIn(WARM_UP, call)
}

/** Everything counts from now on, however slow the machine is. */
export function waitNoMore(): void {
  patience = 0
}

type Turn = (time: number) => Promise<Cost>

/** What makes a contender's calls until so many milliseconds of them count. */
export async function turnsOf(contenders: Readonly<Record<string, Call>>): Promise<Record<string, Turn>> {
  const turns: Record<string, Turn> = {}
  for (const [name, call] of Object.entries(contenders)) {
    const batch = await batchOf(call)
    turns[name] = (time) => oneTurn(batch, time)
  }
  return turns
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
  if (isRecording && patience <= 0) throw new Error('this machine was slow for too long: nothing is recorded')
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

/** As many calls at once as `BATCH` lasts, so that looking at the clock costs a cheap call nothing. */
async function batchOf(call: Call): Promise<Batch> {
  const size = Math.ceil((await callsIn(WARM_UP, call)) / (WARM_UP / BATCH))
  return call() instanceof Promise ? () => asynchronousBatch(call, size) : () => synchronousBatch(call, size)
}

/** How many calls are made in so many milliseconds. */
async function callsIn(time: number, call: Call): Promise<number> {
  const end = performance.now() + time
  let calls = 0
  for (; performance.now() < end; calls++) {
    const returned = call()
    if (returned instanceof Promise) await returned
    // It would keep what waits for the next tick.
    else if (calls % 16 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  return calls
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
