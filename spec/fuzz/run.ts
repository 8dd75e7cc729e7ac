/**
 * Feeds hostile input to everything that takes any, for as long or as often as it is told:
 * `npm run fuzz -- --minutes 10`, `--cases 1000000`, `--seed 7 --only token`.
 */
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { record } from '../assurance/recording.js'
import type { Target } from './target.js'
import { TARGETS } from './targets.js'

/** Cases of one target in one turn. */
const TURN = 1000
/** From so many cases on, what a target has not reached is a defect of the fuzzer. */
const ENOUGH = 10_000

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    cases: { type: 'string' },
    seed: { type: 'string' },
    only: { type: 'string' },
    record: { type: 'boolean' },
  },
})
const seed = Number(values.seed ?? Math.trunc(Math.random() * 2 ** 31))
const started = Date.now()
const end = values.minutes === undefined ? Number.POSITIVE_INFINITY : started + Number(values.minutes) * 60_000
const most = Number(values.cases ?? (values.minutes === undefined ? ENOUGH * TARGETS.length : Number.POSITIVE_INFINITY))
const targets = TARGETS.filter(({ name }) => values.only === undefined || values.only.split(',').includes(name))

// Options that mean little are warned of, thousands of times.
process.removeAllListeners('warning')
console.log(`seed ${seed}`)
const outcomes: Record<string, Record<string, number>> = Object.fromEntries(targets.map(({ name }) => [name, {}]))
let cases = 0
for (let turn = 0; cases < most && Date.now() < end; turn++) {
  for (const target of targets) await run(target, seed + turn)
  if (turn % 20 === 0) tell()
}
tell()
assertReached()
if (values.record) {
  const minutes = Number(((Date.now() - started) / 60_000).toFixed(1))
  record('fuzz', { seed, minutes, cases, outcomes })
}

async function run(target: Target, turnSeed: number): Promise<void> {
  const counts = outcomes[target.name] as Record<string, number>
  const property = fc.asyncProperty(target.inputs, async (input) => {
    const outcome = await target.check(input)
    counts[outcome] = (counts[outcome] ?? 0) + 1
  })
  const result = await fc.check(property, { seed: turnSeed, numRuns: TURN })
  cases += result.numRuns
  if (!result.failed) return
  console.error(`${target.name}: npm run fuzz -- --only ${target.name} --cases ${TURN} --seed ${turnSeed}`)
  console.error(fc.defaultReportMessage(result))
  process.exit(1)
}

function tell(): void {
  const minutes = ((Date.now() - started) / 60_000).toFixed(1)
  console.log(`${cases} cases, ${minutes} minutes: ${JSON.stringify(outcomes)}`)
}

function assertReached(): void {
  for (const { name, reached } of targets) {
    if (cases / targets.length < ENOUGH) continue
    const missing = reached.filter((outcome) => !outcomes[name]?.[outcome])
    if (missing.length > 0) throw new Error(`${name} never came to: ${missing}`)
  }
}
