import { Bench } from 'tinybench'

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
  /** How long a turn takes, in milliseconds. */
  readonly time: number
}

/** Calls between two looks at the clock, so that looking costs a cheap call nothing. */
const BATCH = 16

type Call = () => unknown

/**
 * Times contenders in turns, round after round, so that whatever else the machine does hits all of them. The first
 * round warms up and does not count.
 */
export async function inRounds(
  contenders: Readonly<Record<string, Call>>,
  { rounds, time }: Rounds,
): Promise<Record<string, Samples>> {
  const all = Object.entries(contenders).map(([name, call]) => ({
    name,
    call,
    samples: { wall: [], cpu: [] } as Samples,
  }))
  for (let round = 0; round <= rounds; round++) {
    for (const { call, samples } of all) {
      const { wall, cpu } = await oneTurn(call, time)
      if (round === 0) continue
      samples.wall.push(wall)
      samples.cpu.push(cpu)
    }
  }
  return Object.fromEntries(all.map(({ name, samples }) => [name, samples]))
}

async function oneTurn(call: Call, time: number): Promise<{ wall: number; cpu: number }> {
  const bench = new Bench({ time, iterations: 1, warmup: false })
  bench.add('turn', (await isAsynchronous(call)) ? () => asynchronousBatch(call) : () => batch(call))
  const before = process.cpuUsage()
  const [task] = await bench.run()
  const { user, system } = process.cpuUsage(before)
  const result = task?.result
  if (result?.state !== 'completed') throw new Error('a contender failed', { cause: result })
  const { mean, samplesCount } = result.latency
  return { wall: (mean * 1000) / BATCH, cpu: (user + system) / (samplesCount * BATCH) }
}

async function isAsynchronous(call: Call): Promise<boolean> {
  const returned = call()
  await returned
  return returned instanceof Promise
}

/** The event loop turns after each batch, as it does on a server: what waits for the next tick must not pile up. */
function batch(call: Call): Promise<void> {
  for (let times = 0; times < BATCH; times++) call()
  return new Promise((resolve) => setImmediate(resolve))
}

async function asynchronousBatch(call: Call): Promise<void> {
  for (let times = 0; times < BATCH; times++) await call()
  await new Promise((resolve) => setImmediate(resolve))
}

/** Whether this run only visits everything once, to see whether it works. */
export const quick: boolean = process.argv.includes('--quick')
