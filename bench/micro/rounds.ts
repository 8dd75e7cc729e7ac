/** What one call of a contender costs, in microseconds: elapsed, and of all the process's threads. */
export interface Cost {
  readonly wall: number
  readonly cpu: number
}

const ROUNDS = 15
const ROUND_MS = 60

/**
 * Times contenders in turn, round after round, so that whatever else the machine does hits all of them, and takes
 * each one's median round. A first round warms up and does not count.
 */
export async function inRounds<Name extends string>(
  contenders: Record<Name, () => unknown>,
): Promise<Record<Name, Cost>> {
  const names = Object.keys(contenders) as Name[]
  const costs = new Map<Name, Cost[]>(names.map((name) => [name, []]))
  for (let round = 0; round <= ROUNDS; round++) {
    for (const name of names) {
      const cost = await oneRound(contenders[name])
      if (round > 0) costs.get(name)?.push(cost)
    }
  }
  const medians = names.map((name) => {
    const all = costs.get(name) ?? []
    return [name, { wall: median(all.map(({ wall }) => wall)), cpu: median(all.map(({ cpu }) => cpu)) }]
  })
  return Object.fromEntries(medians)
}

async function oneRound(call: () => unknown): Promise<Cost> {
  const cpuBefore = process.cpuUsage()
  const start = performance.now()
  let calls = 0
  while (performance.now() - start < ROUND_MS) {
    for (let times = 0; times < 20; times++) {
      const result = call()
      if (result instanceof Promise) await result
    }
    calls += 20
  }
  const elapsed = performance.now() - start
  const { user, system } = process.cpuUsage(cpuBefore)
  return { wall: (elapsed * 1000) / calls, cpu: (user + system) / calls }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
