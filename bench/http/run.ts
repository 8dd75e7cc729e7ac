/**
 * What a session costs a server: Express with each contender, under load over loopback. The load is a process of its
 * own, so that the server has a core for itself and is what limits the rate. It is autocannon, and wrk beside it where
 * that is installed, as it takes less of the machine. The servers of all contenders stand side by side and are warm
 * before anything counts; they take short turns, so that a machine that is slow for a while is slow for all of them.
 */
import '../measure/options.js'
import { execFileSync } from 'node:child_process'
import { CONTENDERS, PACKAGES, STEPS, type Step } from '../contenders/servers.js'
import { checkBuilt } from '../contenders/settings.js'
import { Child } from '../measure/process.js'
import { finish, versionsOf } from '../measure/recording.js'
import { Series } from '../measure/samples.js'
import { quick } from '../measure/turns.js'
import { addFelt, Instance, type Turn } from './instance.js'

const EXPRESSES = [5, 4] as const
const SIZE = 1024

checkBuilt()
const plan = {
  ...(quick ? { rounds: 1, turns: 1, seconds: 0.2 } : { rounds: 2, turns: 5, seconds: 0.5 }),
  // Seconds of each step before the first turn: a server takes that long to become as fast as it gets.
  warmUp: quick ? 0.1 : 2,
  connections: 16,
}
const wrk = wrkVersion()
const series = new Series()
const load = new Child(new URL('load.js', import.meta.url))
try {
  for (let round = 1; round <= plan.rounds; round++) {
    for (const express of EXPRESSES) {
      console.error(`round ${round} of ${plan.rounds}, Express ${express}`)
      await roundOf(express)
    }
  }
} finally {
  await load.stop()
}

finish(`${plan.connections} connections, ${plan.rounds} x ${plan.turns} x ${plan.seconds} s`, {
  benchmark: 'http',
  versions: {
    ...versionsOf('express', 'express4', ...PACKAGES.flatMap((name) => [...CONTENDERS[name].packages]), 'autocannon'),
    ...(wrk && { wrk }),
  },
  method: { ...plan, size: SIZE },
  measurements: series.measurements,
})

interface Ready {
  readonly instance: Instance
  readonly cookies: readonly string[]
}

/**
 * Turns of all contenders and steps, in servers that are started for this round: a process is fast or slow by luck, too
 * (how it was compiled, where its heap lies), and one for all rounds would pass off its luck as the contender's speed.
 */
async function roundOf(express: 4 | 5): Promise<void> {
  const ready: Ready[] = []
  try {
    for (const name of PACKAGES) {
      const instance = await Instance.start(name, express)
      ready.push({ instance, cookies: await instance.signInMany(plan.connections, SIZE) })
    }
    for (const one of ready) for (const step of STEPS) await turnOf(one, step, { duration: plan.warmUp })
    for (let turn = 1; turn <= plan.turns; turn++) {
      // There and back, so that none always comes after the same one.
      if (turn > 1) ready.reverse()
      for (const step of STEPS) {
        for (const one of ready) add(one, express, step, await turnOf(one, step, { duration: plan.seconds }))
      }
    }
    if (wrk === undefined || express !== 5) return
    for (const step of STEPS) {
      for (const one of ready) {
        const { requests, seconds } = await turnOf(one, step, { duration: 1 }, 'wrk')
        const kind = { contender: one.instance.name, express, step }
        series.add({ ...kind, metric: 'wrkRequests', unit: '1/s' }, requests / seconds)
      }
    }
  } finally {
    for (const { instance } of ready) await instance.stop()
  }
}

async function turnOf({ instance, cookies }: Ready, step: Step, until: { duration: number }, by?: 'wrk') {
  try {
    return await instance.turn(load, `/${step}`, { cookies, until, ...(by && { by }) })
  } catch (cause) {
    throw new Error(`${instance.name} failed`, { cause })
  }
}

function add({ instance: { name: contender } }: Ready, express: 4 | 5, step: Step, turn: Turn): void {
  const kind = { contender, express, step }
  addFelt(series, kind, turn)
  series.add({ ...kind, metric: 'cpu', unit: 'us' }, turn.app.user + turn.app.system)
  series.add({ ...kind, metric: 'cpuSystem', unit: 'us' }, turn.app.system)
  series.add({ ...kind, metric: 'bytesIn', unit: 'bytes' }, turn.bytesIn)
  series.add({ ...kind, metric: 'bytesOut', unit: 'bytes' }, turn.bytes / turn.requests)
}

/** Undefined where it is not installed: Debian's package is `wrk`. */
function wrkVersion(): string | undefined {
  try {
    execFileSync('wrk', ['-v'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch (error) {
    // It tells its version, and ends with 1.
    return /^wrk (?:debian\/)?([\w.-]+)/.exec(String((error as { stdout?: string }).stdout ?? ''))?.[1]
  }
  return undefined
}
