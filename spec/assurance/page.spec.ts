import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Measurement } from '../../bench/measure/recording.js'
import { digestOfLib } from '../../bench/measure/recording.js'
import { ageOf, ageOfPage } from './age.js'
import { page } from './page.js'
import { brokenPromises } from './promises.js'
import { type Mutation, type Runs, recordedRuns, type Score } from './runs.js'

describe('the page of what was run', () => {
  it('is what the recorded runs make of it, whatever has become of lib since', () => {
    expect(readFileSync(new URL('../assurance.md', import.meta.url), 'utf8')).toBe(page(recordedRuns(), ageOfPage()))
  })

  it('has a line that names the runs of an older lib, or says that there are none', () => {
    const age = ageOfPage()
    expect(page(recordedRuns(), { ...age, stale: ['fuzz', 'mutation of lib/token'] })).toContain(
      `Recorded on an older lib than this page was made with (${age.lib}): fuzz, mutation of lib/token.`,
    )
    expect(page(recordedRuns(), { ...age, stale: [] })).toContain(
      `All of them were recorded on the lib that this page was made with (${age.lib}).`,
    )
  })

  it('rests on runs that keep what is promised', () => {
    expect(brokenPromises(recordedRuns())).toEqual([])
  })
})

describe('the age of what was recorded', () => {
  const runs = recordedRuns()
  const { fuzz, mutation } = runs
  const token = mutation.folders['token'] as Mutation['folders'][string]
  const stale = (changed: Partial<Runs>) => ageOf({ ...runs, ...changed }).stale

  it('is told of a run on all of lib by the digest of lib', () => {
    expect(stale({ fuzz: { ...fuzz, lib: 'another' } })).toContain('fuzz')
    expect(stale({ fuzz: { ...fuzz, lib: digestOfLib() } })).not.toContain('fuzz')
  })

  it('is told of a folder by the digest of that folder alone', () => {
    const of = (lib: string) => ({ mutation: { ...mutation, folders: { token: { ...token, lib } } } })
    expect(stale(of('another'))).toContain('mutation of lib/token')
    expect(stale(of(digestOfLib('token')))).not.toContain('mutation of lib/token')
  })

  it('is told of a folder that is no longer there', () => {
    const folders = { gone: { ...token, lib: 'another' } }
    expect(stale({ mutation: { ...mutation, folders } })).toContain('mutation of lib/gone')
  })

  it('names the folders that no run has mutated', () => {
    const { notMutated } = ageOf({ ...runs, mutation: { ...mutation, folders: { token } } })
    expect(notMutated).toContain('keys')
    expect(notMutated).not.toContain('token')
  })
})

describe('a run that was recorded and breaks a promise', () => {
  const runs = recordedRuns()
  const { fuzz, mutation, timing, flood, soak } = runs

  /** The folder with other figures. */
  const scored = (name: string, figures: (score: Score) => Partial<Score>): Mutation => {
    const score = mutation.folders[name] as Mutation['folders'][string]
    return { ...mutation, folders: { ...mutation.folders, [name]: { ...score, ...figures(score) } } }
  }
  /** A recording in which one figure, or several, are others. */
  const measured = <Run extends Runs['soak']>(
    run: Run,
    which: (one: Measurement) => boolean,
    change: (one: Measurement) => Partial<Measurement>,
  ): Run => {
    expect(run.measurements.some(which)).toBe(true)
    const measurements = run.measurements.map((one) => (which(one) ? { ...one, ...change(one) } : one))
    return { ...run, measurements }
  }
  const without = <Run extends Runs['soak']>(run: Run, which: (one: Measurement) => boolean): Run => {
    expect(run.measurements.some(which)).toBe(true)
    return { ...run, measurements: run.measurements.filter((one) => !which(one)) }
  }
  const count = (what: string) => (one: Measurement) => one.metric === 'count' && one.contender === what
  const series = (metric: string) => (one: Measurement) => one.metric === metric
  const rising = (by: number) => (one: Measurement) => ({
    samples: one.samples.map((sample, index) => sample + (by * index) / one.samples.length),
  })
  const leaks = ({ contender }: Measurement) => contender.startsWith('a comparison')
  const isFirst = ({ contender }: Measurement) => contender === timing.measurements[0]?.contender

  it.each<[string, () => Partial<Runs>]>([
    ['fuzz: there are 1000000 cases', () => ({ fuzz: { ...fuzz, cases: 999_999 } })],
    ['fuzz: all of them came to something', () => ({ fuzz: { ...fuzz, cases: fuzz.cases + 1 } })],
    [
      'fuzz: everything that takes input was fed',
      () => ({ fuzz: { ...fuzz, outcomes: { token: { opened: 1_000_000 } } } }),
    ],
    [
      'mutation: no folder is left out',
      () => ({ mutation: { ...mutation, folders: { token: mutation.folders['token'] } as any } }),
    ],
    [
      'mutation: 90% were noticed in lib/token',
      () => ({
        mutation: scored('token', ({ mutants, timedOut }) => {
          const survived = Math.ceil(mutants / 10) + 1
          return { survived, killed: mutants - survived - timedOut, listed: survived }
        }),
      }),
    ],
    [
      'mutation: the figures of lib/token add up',
      () => ({ mutation: scored('token', ({ killed }) => ({ killed: killed + 1 })) }),
    ],
    [
      'mutation: all that survived in lib/http are listed',
      () => ({ mutation: scored('http', ({ listed }) => ({ listed: listed - 1 })) }),
    ],
    ['timing: there are 500000 tokens', () => ({ timing: { ...timing, method: { ...timing.method, samples: 1000 } } })],
    ['timing: no pair is left out', () => ({ timing: without(timing, isFirst) })],
    [
      'timing: what is secret is taken as secret',
      () => ({ timing: measured(timing, isFirst, () => ({ kind: 'public', apart: true, t: 50, samples: [500] })) }),
    ],
    ['timing: there is one that leaks', () => ({ timing: without(timing, leaks) })],
    [
      'timing: only the one that leaks is told apart: a comparison',
      () => ({ timing: measured(timing, leaks, () => ({ apart: false, t: 1 })) }),
    ],
    [
      'timing: only the one that leaks is told apart: A256GCM',
      () => ({ timing: measured(timing, isFirst, () => ({ apart: true, t: 50, samples: [500] })) }),
    ],
    [
      'timing: it is judged by its figures: A256GCM',
      () => ({ timing: measured(timing, isFirst, () => ({ t: 50, samples: [-500] })) }),
    ],
    ['flood: there are 31 rounds', () => ({ flood: { ...flood, method: { rounds: 5 } } })],
    [
      'flood: no flood is left out',
      () => ({ flood: without(flood, ({ contender }) => contender === 'one value of 16 KB') }),
    ],
    [
      'flood: below the bound: one value of 16 KB',
      () => ({
        flood: measured(
          flood,
          ({ contender }) => contender === 'one value of 16 KB',
          () => ({ samples: [(flood.measurements[0]?.samples[0] ?? 0) + 1] }),
        ),
      }),
    ],
    ['flood: below the bound:', () => ({ flood: without(flood, ({ contender }) => contender === 'bound') })],
    ['soak: it took 60 minutes', () => ({ soak: { ...soak, method: { ...soak.method, minutes: 59 } } })],
    [
      'soak: growth was judged',
      () => ({ soak: measured(soak, series('heap'), ({ samples }) => ({ samples: samples.slice(0, 19) })) }),
    ],
    ['soak: growth was judged', () => ({ soak: without(soak, series('heap')) })],
    [
      'soak: not that sessions were not what they must be',
      () => ({ soak: measured(soak, count('not as it must be'), () => ({ samples: [1] })) }),
    ],
    ['soak: not that sessions were not what they must be', () => ({ soak: without(soak, count('not as it must be')) })],
    [
      'soak: not that an instance complained',
      () => ({ soak: measured(soak, count('complaints'), () => ({ samples: [1] })) }),
    ],
    ['soak: not that an instance complained', () => ({ soak: without(soak, count('complaints')) })],
    [
      'soak: not that there were too few hostile requests',
      () => ({ soak: without(soak, count('hostile, random letters')) }),
    ],
    [
      'soak: not that too many requests had no answer',
      () => ({ soak: measured(soak, count('not answered'), ({ samples: [lost = 0] }) => ({ samples: [3 * lost] })) }),
    ],
    ['soak: not that the heap has grown', () => ({ soak: measured(soak, series('heap'), rising(1.5)) })],
    ['soak: not that there are more handles', () => ({ soak: measured(soak, series('handles'), rising(20)) })],
    ['soak: not that there are more handles', () => ({ soak: without(soak, series('handles')) })],
  ])('is seen: %s', (what, changed) => {
    expect(brokenPromises({ ...runs, ...changed() })).toContainEqual(expect.stringContaining(what))
  })
})
