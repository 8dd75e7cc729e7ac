/**
 * What a session costs a server: Express with each contender, under load over loopback. The load is a process of its
 * own, so that the server has a core for itself and is what limits the rate. It is autocannon, and wrk beside it where
 * that is installed, as it takes less of the machine.
 */
import { execFileSync } from 'node:child_process'
import { CONTENDERS, type Name, PACKAGES } from '../contenders/servers.js'
import { checkBuilt } from '../contenders/settings.js'
import { Child } from '../measure/process.js'
import { finish, versionsOf } from '../measure/recording.js'
import { Series } from '../measure/samples.js'
import { quick } from '../measure/turns.js'
import { addFelt, measureRates, withInstance } from './instance.js'

const EXPRESSES = [5, 4] as const
const SIZE = 1024

checkBuilt()
const plan = { ...(quick ? { rounds: 1, seconds: 0.2 } : { rounds: 4, seconds: 1 }), connections: 16 }
const warmUp = plan.seconds / 2
const wrk = wrkVersion()
const series = new Series()
const load = new Child(new URL('load.js', import.meta.url))
try {
  for (let round = 1; round <= plan.rounds; round++) {
    console.error(`round ${round} of ${plan.rounds}`)
    for (const express of EXPRESSES) for (const name of PACKAGES) await turnsOf(name, express)
  }
} finally {
  await load.stop()
}

finish(`${plan.connections} connections, ${plan.rounds} x ${plan.seconds} s`, {
  benchmark: 'http',
  versions: {
    ...versionsOf('express', 'express4', ...PACKAGES.flatMap((name) => [...CONTENDERS[name].packages]), 'autocannon'),
    ...(wrk && { wrk }),
  },
  method: { ...plan, warmUp, size: SIZE },
  measurements: series.measurements,
})

/**
 * All steps of a contender, in a server of its own: a process is fast or slow by luck, too (how it was compiled, where
 * its heap lies), and one for all rounds would pass off its luck as the contender's speed.
 */
function turnsOf(contender: Name, express: 4 | 5): Promise<void> {
  const turns = { ...plan, warmUp, wrk: wrk !== undefined && express === 5 }
  return withInstance(contender, express, {}, (instance) =>
    measureRates(instance, load, turns, [SIZE], ({ step }, turn, by) => {
      const kind = { contender, express, step }
      if (by === 'wrk') {
        return series.add({ ...kind, metric: 'wrkRequests', unit: '1/s' }, turn.requests / turn.seconds)
      }
      addFelt(series, kind, turn)
      series.add({ ...kind, metric: 'cpu', unit: 'us' }, turn.app.user + turn.app.system)
      series.add({ ...kind, metric: 'cpuSystem', unit: 'us' }, turn.app.system)
      series.add({ ...kind, metric: 'bytesIn', unit: 'bytes' }, turn.bytesIn)
      series.add({ ...kind, metric: 'bytesOut', unit: 'bytes' }, turn.bytes / turn.requests)
    }),
  )
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
