import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digestOfLib, type Measurement } from '../../bench/measure/recording.js'
import { METRICS } from '../../bench/report/backends.js'
import { answerOf, choicesOf, levelOf, together, topicsOf } from '../../bench/report/claims.js'
import { guideSummary } from '../../bench/report/guide.js'
import { reportPage } from '../../bench/report/page.js'
import { filled, type Results, tradeoffsIn, withBlock, withoutAge } from '../../bench/report/recordings.js'
import { EXPERIMENTS } from '../../bench/tradeoffs/outcome.js'
import { REPOSITORY } from '../support/script.js'

const textOf = (path: string) => readFileSync(join(REPOSITORY, path), 'utf8')
const recorded: Results = tradeoffsIn(join(REPOSITORY, 'bench/results'))
const pageOf = (results: Results) => reportPage(textOf('bench/report/page.html'), results)
const report = pageOf(recorded)

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
    const isSame = withoutAge(textOf('bench/tradeoffs/report.html')) === withoutAge(report)
    expect(isSame, 'npm run bench:report').toBe(true)
    const page = textOf('spec/guide/cookie-or-store.md')
    expect(page).toBe(withBlock(page, 'tradeoffs', guideSummary(recorded)))
  })

  it('says when lib has changed since, which makes nothing stale', () => {
    const { lib: _, ...older } = recorded
    const now = pageOf({ ...recorded, lib: digestOfLib() })
    expect(pageOf(older)).toContain('The code in lib/ has changed since these were recorded: these figures.')
    expect(now).toContain('The code in lib/ is the code that was measured.')
    expect(withoutAge(now)).toBe(withoutAge(pageOf(older)))
  })

  it('goes into the place of the page that is for it, also into an empty one, and needs that place', () => {
    const empty = 'a\n<!-- tradeoffs:begin --><!-- tradeoffs:end -->\nb'
    const full = 'a\n<!-- tradeoffs:begin -->\n$1\n<!-- tradeoffs:end -->\nb'
    expect(withBlock(empty, 'tradeoffs', '$1')).toBe(full)
    expect(withBlock(full, 'tradeoffs', '$1')).toBe(full)
    expect(() => withBlock('a', 'tradeoffs', 'b')).toThrow(
      'put <!-- tradeoffs:begin --> and <!-- tradeoffs:end --> there',
    )
  })

  it('has a figure in each place that is for one, and a place for each figure', () => {
    expect(filled('{{one}} and {{two}}', { one: '$&', two: '2' })).toBe('$& and 2')
    expect(() => filled('{{one}}', {})).toThrow('the page wants {{one}}, which nobody computes')
    expect(() => filled('', { one: '1' })).toThrow('the page has no place for one')
  })

  it('has every experiment, every metric and everybody who takes part', () => {
    expect(Object.keys(EXPERIMENTS)).toHaveLength(14)
    for (const name of Object.keys(EXPERIMENTS)) expect(report).toContain(`<h3 id="${name}">`)
    for (const { happened } of recorded.experiments) expect(report).toContain(happened.split('`')[0])
    for (const metric of Object.keys(METRICS)) expect(report).toContain(`: metric <code>${metric}</code>.`)
    expect(report.match(/<svg /g)).toHaveLength(9 + 12 + 2 + 1 + 3)
  })

  it('says plainly who was not measured', () => {
    expect(report).toContain('MongoDB was not measured in this recording.')
    expect(guideSummary(recorded)).toContain('MongoDB was not measured.')
  })

  it('has no prices', () => {
    for (const text of [report, guideSummary(recorded)])
      expect(text).not.toMatch(/[$€£]\s?\d|\b(?:USD|EUR|dollars?|euros?)\b/i)
  })

  it('is made of a recording without stores, and of an empty one', () => {
    const only = (names: readonly string[]): Results => ({
      ...recorded,
      measurements: recorded.measurements.filter(({ contender }) => names.includes(contender)),
      experiments: recorded.experiments.filter(({ contender }) => names.includes(contender)),
    })
    expect(pageOf(only(['sealed-session', 'memory']))).toContain('No store was measured here')
    expect(pageOf(only(['redis']))).toContain('sealed-session was not measured here')
    expect(pageOf(only([]))).toContain('The experiments were not tried in this recording.')
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

  it('is the same with one recording, and a range with several', () => {
    const topic = topicsOf(recorded).find(({ id }) => id === 'requests.read')
    if (topic === undefined) throw new Error('no topic')
    const [alone = ''] = together({ ...recorded, others: [] }, topic, ['redis'])
    const ratio = /Redis \(([\d.]+×), /.exec(alone)?.[1]
    expect(ratio).toBeDefined()
    const [twice] = together({ ...recorded, others: [requestsOf('redis', 0.5)] }, topic, ['redis'])
    const half = (Number.parseFloat(ratio ?? '') / 2).toFixed(1)
    expect(twice).toMatch(new RegExp(`Redis \\(${half}\\d× to ${ratio}, `))
  })
})
