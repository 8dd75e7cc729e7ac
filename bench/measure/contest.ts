import { answerParent, Child } from './process.js'
import type { Series } from './samples.js'
import { type Call, type Cost, quick, type Rounds, turnsOf, waitNoMore, warmUp } from './turns.js'

interface Turn {
  readonly step: string
  readonly time: number
}

/**
 * Times contenders in turns, each in a process of its own: what V8 makes of the code of one, and the heap that it
 * leaves, would be felt by the others.
 */
export async function contest(
  series: Series,
  { script, contenders, args, facts, metrics }: Contest,
  { rounds, time }: Rounds,
): Promise<void> {
  const children: Competitor[] = []
  try {
    for (const contender of contenders) {
      const child = new Child(script, [contender, ...args, ...process.argv.slice(2)])
      // One after the other, as each warms up as soon as it is there.
      children.push({ contender, child, steps: await child.hear() })
    }
    for (const step of new Set(children.flatMap(({ steps }) => steps))) {
      for (let round = 1; round <= rounds; round++) {
        for (const { contender, child, steps } of children) {
          if (!steps.includes(step)) continue
          const cost = await child.ask<Cost>({ step, time } satisfies Turn)
          for (const metric of metrics) series.add({ contender, step, ...facts, metric, unit: 'us' }, cost[metric])
        }
      }
    }
  } finally {
    for (const { child } of children) await child.stop()
  }
}

export interface Contest {
  /** A program that calls `compete`; it is given the contender's name, and `args`. */
  readonly script: URL
  readonly contenders: readonly string[]
  readonly args: readonly string[]
  /** What tells these measurements from others of the benchmark. */
  readonly facts: Readonly<Record<string, unknown>>
  readonly metrics: readonly (keyof Cost)[]
}

interface Competitor {
  readonly contender: string
  readonly child: Child
  readonly steps: readonly string[]
}

/** In such a process: what is to be timed, by its name. */
export async function compete(calls: Readonly<Record<string, Call>>): Promise<void> {
  // There are many such processes, and each would wait.
  if (quick) waitNoMore()
  await warmUp(Object.values(calls))
  const turns = await turnsOf(calls)
  answerParent(({ step, time }: Turn) => turns[step]?.(time))
  process.send?.(Object.keys(calls))
}
