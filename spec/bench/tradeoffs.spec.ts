import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Measurement } from '../../bench/measure/recording.js'
import { EXPERIMENTS, METRICS } from '../../bench/tradeoffs/outcome.js'
import { agreementOf, answerOf, choicesOf } from '../../bench/tradeoffs/report/claims.js'
import { pageSummary, withSummary } from '../../bench/tradeoffs/report/guide.js'
import { reportPage } from '../../bench/tradeoffs/report/page.js'
import type { Results } from '../../bench/tradeoffs/report/results.js'
import { levelOf } from '../../bench/tradeoffs/report/words.js'
import { REPOSITORY } from '../support/script.js'

const SOURCE = 'bench/results/node-24/tradeoffs.json'
const textOf = (path: string) => readFileSync(join(REPOSITORY, path), 'utf8')
const recorded: Results = { ...JSON.parse(textOf(SOURCE)), source: SOURCE }
const report = reportPage(recorded)

/** The same recording, of which some measurements came out otherwise. */
function changed(to: (one: Measurement) => Partial<Measurement>): Results {
  return { ...recorded, measurements: recorded.measurements.map((one) => ({ ...one, ...to(one) })) }
}
const requestsOf = (contender: string, times: number) =>
  changed((one) =>
    one.contender === contender && one.metric === 'requests' ? { samples: one.samples.map((of) => of * times) } : {},
  )

describe('the report "Cookie or store?"', () => {
  it('is what the recorded results make of it, and so is the page of the guide', () => {
    expect(textOf('bench/tradeoffs/report.html') === report, 'node bench/.build/bench/tradeoffs/report/run.js').toBe(
      true,
    )
    const page = textOf('spec/guide/cookie-or-store.md')
    expect(page).toBe(withSummary(page, pageSummary(recorded)))
  })

  it('goes into the place of the page that is for it, also into an empty one, and needs that place', () => {
    const empty = 'a\n<!-- tradeoffs:begin --><!-- tradeoffs:end -->\nb'
    const full = 'a\n<!-- tradeoffs:begin -->\n$1\n<!-- tradeoffs:end -->\nb'
    expect(withSummary(empty, '$1')).toBe(full)
    expect(withSummary(full, '$1')).toBe(full)
    expect(() => withSummary('a', 'b')).toThrow('put <!-- tradeoffs:begin --> and <!-- tradeoffs:end --> there')
  })

  it('has every experiment, every metric and everybody who takes part', () => {
    expect(Object.keys(EXPERIMENTS)).toHaveLength(14)
    for (const name of Object.keys(EXPERIMENTS)) expect(report).toContain(`<h3 id="${name}">`)
    for (const { happened } of recorded.experiments) expect(report).toContain(happened.split('`')[0])
    for (const metric of METRICS) expect(report).toContain(`: metric <code>${metric}</code>.`)
    expect(report.match(/<svg /g)).toHaveLength(9 + 12 + 2 + 1 + 3)
  })

  it('says plainly who was not measured', () => {
    expect(report).toContain('MongoDB was not measured in this recording.')
    expect(pageSummary(recorded)).toContain('MongoDB was not measured.')
  })

  it('has no prices', () => {
    for (const text of [report, pageSummary(recorded)])
      expect(text).not.toMatch(/[$€£]\s?\d|\b(?:USD|EUR|dollars?|euros?)\b/i)
  })

  it('is made of a recording without stores, and of an empty one', () => {
    const only = (names: readonly string[]): Results => ({
      ...recorded,
      measurements: recorded.measurements.filter(({ contender }) => names.includes(contender)),
      experiments: recorded.experiments.filter(({ contender }) => names.includes(contender)),
    })
    expect(reportPage(only(['sealed-session', 'memory']))).toContain('No store was measured here')
    expect(reportPage(only(['redis']))).toContain('sealed-session was not measured here')
    expect(reportPage(only([]))).toContain('The experiments were not tried in this recording.')
  })
})

describe('the words for a figure beside another', () => {
  const margin = { same: 1.25, negligible: 0 }

  it('are those of its ratio', () => {
    const words = [40, 60, 80, 100, 125, 150, 200, 201].map((value) => levelOf(value, 100, margin))
    expect(words).toEqual([
      'less than half',
      'somewhat less',
      ...['about the same', 'about the same', 'about the same'],
      ...['somewhat more', 'somewhat more', 'more than twice'],
    ])
  })

  it('never tell a difference that does not matter', () => {
    expect(levelOf(1, 49, { same: 1.1, negligible: 50 })).toBe('about the same')
  })

  it('are never smaller for a larger figure', () => {
    const levels = ['less than half', 'somewhat less', 'about the same', 'somewhat more', 'more than twice']
    const figure = fc.double({ min: 0.1, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(figure, figure, figure, (to, one, other) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)].map((of) =>
          levels.indexOf(levelOf(of, to, margin)),
        )
        expect(less).toBeLessThanOrEqual(more ?? -1)
      }),
    )
  })
})

describe('what the report says', () => {
  const sideOf = (results: Results, matter: string) => choicesOf(results).find((one) => one.matter === matter)

  it('follows the figures', () => {
    expect(sideOf(recorded, 'requests.read')).toMatchObject({
      side: 'cookie',
      only: 'unlike with MySQL and PostgreSQL',
    })
    expect(sideOf(requestsOf('redis', 10), 'requests.read')).toMatchObject({ side: 'store', only: 'with Redis' })
    expect(sideOf(requestsOf('sealed-session', 10), 'requests.read')).toMatchObject({ side: 'cookie', only: '' })
  })

  it('follows the verdicts', () => {
    const survived = recorded.experiments.map((one) =>
      one.experiment === 'store-down' ? { ...one, verdict: 'good' as const } : one,
    )
    expect(sideOf(recorded, 'store-down')).toMatchObject({ side: 'cookie', only: '' })
    expect(answerOf(recorded)).toContain('When a store was down, so was the app')
    const otherwise = { ...recorded, experiments: survived }
    expect(sideOf(otherwise, 'store-down')).toMatchObject({ side: 'neither' })
    expect(answerOf(otherwise)).not.toContain('When a store was down')
  })

  it('agrees with a second recording in the same words or in words next to each other, or is named', () => {
    const statements = agreementOf(recorded, recorded).all
    expect(agreementOf(recorded, recorded)).toEqual({ all: statements, same: statements, near: [], differing: [] })
    const { near } = agreementOf(recorded, requestsOf('mysql', 2))
    expect(near).toContain('requests.read.mysql: "less than half", and in the other "somewhat less"')
    const { differing } = agreementOf(recorded, requestsOf('mysql', 20))
    expect(differing).toContain('requests.read.mysql: "less than half", and in the other "more than twice"')
  })
})
