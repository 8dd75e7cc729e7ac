import { STEPS } from '../../http/app.js'
import { Child } from '../../http/child.js'
import { Series } from '../../http/series.js'
import type { Measurement } from '../../measure/recording.js'
import type { BackendName } from '../backend.js'
import type { Participant } from '../participant.js'
import type { Plan } from '../plan.js'
import type { Progress } from '../progress.js'
import { SIZES } from '../sizes.js'
import { measureFirstAnswer } from './first-answer.js'
import { measureMemory } from './memory.js'
import { measureRates } from './rates.js'
import { measureWire } from './wire.js'

/** Sign-ins per second, to tell how long it will take; what it does take is measured. */
const SIGN_INS: Readonly<Record<BackendName, number>> = {
  'sealed-session': 7000,
  'cookie-session': 6000,
  memory: 6000,
  redis: 4000,
  memcached: 4000,
  mysql: 2000,
  mongodb: 2500,
  postgresql: 2000,
}
const START = 0.5
const WIRE = 1

/** Seconds. */
export function expectedToMeasure(participants: readonly Participant[], plan: Plan): number {
  return participants.reduce((sum, who) => sum + memorySeconds(who, plan) + WIRE + plan.rounds * roundSeconds(plan), 0)
}

/**
 * Everything but the experiments. The memory first, as a store in production is not empty; then bytes; then rounds in
 * which everybody has a turn, so that whatever else the machine does hits all of them.
 */
export async function measure(
  participants: readonly Participant[],
  plan: Plan,
  progress: Progress,
): Promise<readonly Measurement[]> {
  const series = new Series()
  const load = new Child(new URL('load.js', import.meta.url))
  const forEach = async (what: string, seconds: (who: Participant) => number, work: (who: Participant) => unknown) => {
    for (const who of participants) {
      const { name } = who.backend
      await progress.during(`${what}: ${name}`, seconds(who), async () => {
        try {
          await work(who)
        } catch (cause) {
          throw new Error(`${name} failed: ${what}`, { cause })
        }
      })
    }
  }
  try {
    const amounts = { ...plan, warmUp: plan.warmUpSessions }
    await forEach(
      `memory of ${plan.sessions.join(' and ')} sessions`,
      (who) => memorySeconds(who, plan),
      (who) => measureMemory(who, load, amounts, series),
    )
    await forEach(
      'bytes on the wire',
      () => WIRE,
      (who) => measureWire(who, plan.browsers, series),
    )
    for (let round = 1; round <= plan.rounds; round++) {
      await forEach(
        `round ${round} of ${plan.rounds}`,
        () => roundSeconds(plan),
        async (who) => {
          await measureFirstAnswer(who, series)
          await measureRates(who, load, plan, round, series)
        },
      )
    }
  } finally {
    await load.stop()
  }
  return series.measurements
}

function memorySeconds({ backend }: Participant, { sessions, warmUpSessions, rest }: Plan): number {
  return 3 * rest + START + (Math.max(...sessions) + warmUpSessions) / SIGN_INS[backend.name]
}

function roundSeconds({ seconds, warmUp }: Plan): number {
  return 2 * START + STEPS.length * (warmUp + SIZES.length * (seconds + 0.2))
}
