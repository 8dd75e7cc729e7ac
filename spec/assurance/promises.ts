import { median } from '../../bench/measure/samples.js'
import { failuresIn, isJudged } from '../../bench/soak/report.js'
import { MUTATED, PROMISED, shareOf } from '../mutation/report.js'
import type { Runs } from './runs.js'

const CASES = 1_000_000
const MINUTES = 60
/** Less is the short form that CI runs. */
const TOKENS = 500_000
const ROUNDS = 31
const FED = ['header', 'token', 'claims', 'data', 'options']
const PAIRS = 13
/** Those that must not be told apart. */
const SECRETS = 8
const FLOODS = 9
/** It compares byte by byte and ends at the first difference. */
const LEAKS = 'a comparison that ends at the first difference'
/** |t| above it is a difference (dudect). */
const CERTAIN = 4.5

/** What was promised of the long runs and is not so in those that were recorded, in words. */
export function brokenPromises({ fuzz, mutation, timing, flood, soak }: Runs): string[] {
  return [...fuzzing(fuzz), ...mutating(mutation), ...timed(timing), ...flooded(flood), ...soaked(soak)]
}

function fuzzing({ cases, outcomes }: Runs['fuzz']): string[] {
  const counted = Object.values(outcomes).flatMap((counts) => Object.values(counts))
  return broken('fuzz', [
    [cases >= CASES, `there are ${CASES} cases`],
    [counted.reduce((a, b) => a + b, 0) === cases, 'all of them came to something'],
    [FED.every((name) => outcomes[name]), 'everything that takes input was fed'],
  ])
}

function mutating({ folders }: Runs['mutation']): string[] {
  const scores = Object.entries(folders)
  return broken('mutation', [
    [MUTATED.every((name) => folders[name]), 'no folder is left out'],
    ...scores.flatMap(([name, score]): Kept[] => [
      [shareOf(score) >= PROMISED, `${PROMISED}% were noticed in lib/${name}`],
      [score.killed + score.timedOut + score.survived === score.mutants, `the figures of lib/${name} add up`],
      [score.survived === score.listed, `all that survived in lib/${name} are listed`],
    ]),
  ])
}

function timed({ measurements, method }: Runs['timing']): string[] {
  return broken('timing', [
    [Number(method['batches']) * Number(method['samples']) >= TOKENS, `there are ${TOKENS} tokens`],
    [measurements.length >= PAIRS, 'no pair is left out'],
    [measurements.filter(({ kind }) => kind === 'secret').length >= SECRETS, 'what is secret is taken as secret'],
    [measurements.some(({ contender }) => contender === LEAKS), 'there is one that leaks'],
    ...measurements.flatMap(({ contender, kind, t, samples: [difference = Number.NaN], halfWidth, apart }): Kept[] => {
      const isResolved = Math.abs(difference) - Number(halfWidth) > Number(method['resolved'])
      const isRight = kind === 'public' || apart === (contender === LEAKS)
      return [
        [isRight, `only the one that leaks is told apart: ${contender}`],
        [apart === (Math.abs(Number(t)) > CERTAIN && isResolved), `it is judged by its figures: ${contender}`],
      ]
    }),
  ])
}

function flooded({ measurements: [bound, ...floods], method }: Runs['flood']): string[] {
  const most = bound?.contender === 'bound' ? (bound.samples[0] ?? Number.NaN) : Number.NaN
  return broken('flood', [
    [Number(method['rounds']) >= ROUNDS, `there are ${ROUNDS} rounds`],
    [floods.length >= FLOODS, 'no flood is left out'],
    ...floods.map(({ contender, samples }): Kept => [median(samples) <= most, `below the bound: ${contender}`]),
  ])
}

function soaked({ measurements, method }: Runs['soak']): string[] {
  return broken('soak', [
    [Number(method['minutes']) >= MINUTES, `it took ${MINUTES} minutes`],
    [isJudged(measurements), 'growth was judged'],
    ...failuresIn(measurements).map((what): Kept => [false, `not that ${what}`]),
  ])
}

type Kept = readonly [isKept: boolean, what: string]

function broken(run: string, promises: readonly Kept[]): string[] {
  return promises.filter(([isKept]) => !isKept).map(([, what]) => `${run}: ${what}`)
}
