/**
 * What a session costs a server: Express with each contender, under load over loopback. The load is a process of its
 * own, so that the server has a core for itself and is what limits the rate.
 */
import { record, versionsOf } from '../measure/recording.js'
import { signIn, visitWithoutSession } from './agreement.js'
import { SIZE, STEPS, USER } from './app.js'
import { Child } from './child.js'
import { NAMES, type Name } from './contenders.js'
import { planFrom } from './plan.js'
import { Series } from './series.js'
import type { Greeting } from './server.js'
import { printTable } from './table.js'
import { type Metric, turn, UNITS } from './turn.js'

const EXPRESSES = [5, 4] as const

const plan = planFrom(process.argv.slice(2))
const { rounds, seconds, connections } = plan
const warmUp = seconds / 2
const series = new Series()
const load = new Child(new URL('load.js', import.meta.url))
try {
  for (let round = 1; round <= rounds; round++) {
    console.error(`round ${round} of ${rounds}`)
    for (const express of EXPRESSES) for (const name of NAMES) await turnsOf(name, express)
  }
} finally {
  await load.stop()
}

const { measurements } = series
console.log(
  `Node ${process.version} ${process.platform}-${process.arch}, ${SIZE} B of session, ${connections} connections, ` +
    `${rounds} x ${seconds} s: median (quartiles)`,
)
for (const express of EXPRESSES) {
  for (const step of STEPS) {
    const shown = measurements.filter((one) => one['express'] === express && one['step'] === step)
    printTable(`Express ${express}, ${step}`, shown)
  }
}
record({
  benchmark: 'http',
  versions: versionsOf('express', 'express4', ...NAMES.filter(isInstalled), 'autocannon'),
  method: { ...plan, warmUp, size: SIZE },
  measurements,
})

/**
 * All steps of a contender, in a server of its own: a process is fast or slow by luck, too (how it was compiled, where
 * its heap lies), and one for all rounds would pass off its luck as the contender's speed.
 */
async function turnsOf(name: Name, express: number): Promise<void> {
  const server = new Child(new URL('server.js', import.meta.url), [name, String(express)])
  try {
    const { port } = await server.hear<Greeting>()
    const url = `http://127.0.0.1:${port}`
    const cookie = await (name === 'nothing' ? visitWithoutSession : signIn)(url)
    const orders = STEPS.map((step) => ({ step, url: `${url}/${step}`, cookie, body: USER, connections }))
    for (const { step: _, ...order } of orders) await turn(server, load, { ...order, seconds: warmUp })
    for (const { step, ...order } of orders) {
      const figures = await turn(server, load, { ...order, seconds })
      for (const [metric, sample] of Object.entries(figures) as [Metric, number][]) {
        series.add({ contender: name, express, step, metric, unit: UNITS[metric] }, sample)
      }
    }
  } catch (cause) {
    throw new Error(`${name} failed with Express ${express}`, { cause })
  } finally {
    await server.stop()
  }
}

function isInstalled(name: Name): boolean {
  return !['nothing', 'floor', 'sealed-session'].includes(name)
}
