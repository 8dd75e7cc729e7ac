/**
 * What it costs to seal a session into a cookie's value and to open it again, for us and for others. Each does the
 * whole work, from the data to the value and back, and is checked before it is timed.
 */
import { type Measurement, record, versionsOf } from '../measure/recording.js'
import { inRounds, type Samples } from '../measure/rounds.js'
import { sessionData } from '../measure/session-data.js'
import { median } from '../measure/statistics.js'
import { checkAgreement, checkSameFormat } from '../sealers/agreement.js'
import { CONTENDERS, SAME_FORMAT } from '../sealers/contenders.js'
import { floor } from '../sealers/floor.js'
import { sealedSession } from '../sealers/sealed-session.js'
import type { Sealer } from '../sealers/sealer.js'

/** 100 bytes are too few for what Passport and a shop leave in a session. */
const SESSIONS = [
  { shape: 'flat', size: 100 },
  { shape: 'nested', size: 1024 },
  { shape: 'nested', size: 2800 },
] as const
const STEPS = ['seal', 'open'] as const
const METHOD = process.argv.includes('--quick') ? { rounds: 3, time: 25 } : { rounds: 15, time: 75 }

type Step = (typeof STEPS)[number]
type Costs = Readonly<Record<Step, Samples>>

const measurements: Measurement[] = []
for (const { shape, size } of SESSIONS) {
  const data = sessionData(shape, size)
  for (const sealer of CONTENDERS) await checkAgreement(sealer, data)
  await checkSameFormat(SAME_FORMAT, data)
  const costs = await timed(data)
  print(size, shape, costs)
  for (const [contender, steps] of costs) {
    for (const step of STEPS) {
      for (const metric of ['wall', 'cpu'] as const) {
        measurements.push({ contender, size, shape, step, metric, unit: 'us', samples: steps[step][metric] })
      }
    }
  }
}
record({
  benchmark: 'seal-open',
  versions: versionsOf(...new Set(CONTENDERS.flatMap(({ packages }) => packages))),
  method: { rounds: METHOD.rounds, 'ms of every turn': METHOD.time },
  measurements,
})

/** All contenders in turns, sealing and opening. */
async function timed(data: object): Promise<ReadonlyMap<string, Costs>> {
  const calls: Record<string, () => unknown> = {}
  for (const sealer of CONTENDERS) {
    const token = await sealer.seal(data)
    calls[turn(sealer, 'seal')] = () => sealer.seal(data)
    calls[turn(sealer, 'open')] = () => sealer.open(token)
  }
  const samples = await inRounds(calls, METHOD)
  return new Map(
    CONTENDERS.map((sealer) => {
      const [seal, open] = STEPS.map((step) => samples[turn(sealer, step)])
      if (seal === undefined || open === undefined) throw new Error(`${sealer.name} had no turn`)
      return [sealer.name, { seal, open }]
    }),
  )
}

function turn({ name }: Sealer, step: Step): string {
  return `${step} ${name}`
}

function print(size: number, shape: string, costs: ReadonlyMap<string, Costs>): void {
  const metrics = { elapsed: 'wall', 'CPU of all threads': 'cpu' } as const
  for (const [title, metric] of Object.entries(metrics)) {
    const heads = ['seal', 'open', 'both', 'x floor', 'x ours']
    console.log(`\n${size} bytes of JSON (${shape}), us ${title}`.padEnd(48) + heads.map((head) => cell(head)).join(''))
    const rows = [...costs].map(([name, { seal, open }]) => {
      const medians = [median(seal[metric]), median(open[metric])] as const
      return { name, medians, both: medians[0] + medians[1] }
    })
    const [lowest, ours] = [floor, sealedSession].map(({ name }) => rows.find((row) => row.name === name)?.both)
    for (const { name, medians, both } of rows) {
      const figures = [...medians, both].map((value) => cell(value.toFixed(1)))
      const ratios = [lowest, ours].map((other = Number.NaN) => cell((both / other).toFixed(2)))
      console.log(`  ${name.padEnd(45)}${[...figures, ...ratios].join('')}`)
    }
  }
}

function cell(text: string): string {
  return text.padStart(9)
}
