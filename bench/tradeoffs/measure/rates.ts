import { STEPS } from '../../http/app.js'
import type { Child } from '../../http/child.js'
import type { Series } from '../../http/series.js'
import type { Participant } from '../participant.js'
import { SIZES } from '../sizes.js'
import { agree, signIn } from './agreement.js'
import { Instance } from './instance.js'
import { type Cost, turn, turnOfChanges } from './turn.js'

export interface Turns {
  readonly connections: number
  readonly seconds: number
  readonly warmUp: number
}

/** Requests per second, latencies and CPU of all steps and sizes, in a process of its own. */
export async function measureRates(
  who: Participant,
  load: Child,
  plan: Turns,
  round: number,
  series: Series,
): Promise<void> {
  const instance = await Instance.start(who)
  try {
    const signedIn = new Map<number, string[]>()
    for (const size of SIZES) {
      await agree(instance.url, size)
      signedIn.set(size, await signInAll(instance.url, size, plan.connections))
    }
    for (const step of STEPS) {
      const cookies = signedIn.get(SIZES[1]) ?? []
      await instance.underLoad(load, `/${step}`, { cookies, until: { duration: plan.warmUp } })
    }
    for (const size of turned(SIZES, round - 1)) {
      const cookies = signedIn.get(size) ?? []
      for (const step of STEPS) {
        const timed = step === 'write' ? turnOfChanges : turn
        const cost = await timed(who, instance, load, `/${step}`, { cookies, until: { duration: plan.seconds } })
        for (const { sample, ...what } of figuresOf(cost)) {
          series.add({ contender: who.backend.name, step, size, ...what }, sample)
        }
      }
    }
  } finally {
    await instance.stop()
  }
}

/** Another one first in every round, as a process becomes faster with time. */
function turned<Item>(items: readonly Item[], by: number): Item[] {
  const first = by % items.length
  return [...items.slice(first), ...items.slice(0, first)]
}

async function signInAll(url: string, size: number, count: number): Promise<string[]> {
  const cookies: string[] = []
  while (cookies.length < count) cookies.push(await signIn(url, size))
  return cookies
}

/** The figures of a turn, by metric, with their units. */
function figuresOf({ requests, seconds, p50, p99, cpuApp, cpuStore }: Cost) {
  return [
    { metric: 'requests', unit: '1/s', sample: requests / seconds },
    { metric: 'p50', unit: 'ms', sample: p50 },
    { metric: 'p99', unit: 'ms', sample: p99 },
    { metric: 'cpuApp', unit: 'us', sample: cpuApp },
    ...(cpuStore === undefined ? [] : [{ metric: 'cpuStore', unit: 'us', sample: cpuStore }]),
  ]
}
