import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { digestOfLib, type Recording } from '../../bench/measure/recording.js'
import { costsPage, mainFigures } from '../../bench/report/costs.js'
import { plots } from '../../bench/report/plots.js'
import {
  costsIn,
  type OfNode,
  type Recordings,
  tradeoffsIn,
  withBlock,
  withoutAge,
} from '../../bench/report/recordings.js'
import { REPOSITORY } from '../support/script.js'

const textOf = (path: string) => readFileSync(join(REPOSITORY, path), 'utf8')
const everything = costsIn(join(REPOSITORY, 'bench/results'))
const [newest] = everything as [OfNode, ...OfNode[]]
const { others: _, ...tradeoffs } = tradeoffsIn(join(REPOSITORY, 'bench/results'))
const pageOf = (all: readonly OfNode[]) => costsPage(textOf('bench/report/costs.md'), all)

/** Another line of Node, with which everybody but us takes so many times as much of something. */
function otherNode(part: keyof Recordings, times: number): OfNode {
  const recording = newest.recordings[part] as Recording
  const measurements = recording.measurements.map((one) =>
    one.contender === 'sealed-session' ? one : { ...one, samples: one.samples.map((sample) => sample * times) },
  )
  return { node: 'Node 99', recordings: { [part]: { ...recording, measurements } } }
}

describe('the report about costs', () => {
  it('is what the recorded results make of it, and so are its pictures and the README of the project', () => {
    expect(withoutAge(textOf('bench/README.md')) === withoutAge(pageOf(everything)), 'npm run bench:report').toBe(true)
    for (const [name, svg] of plots(newest.recordings)) {
      expect(textOf(`bench/report/plots/${name}.svg`) === svg, name).toBe(true)
    }
    const readme = textOf('README.md')
    const figures = mainFigures(everything, tradeoffsIn(join(REPOSITORY, 'bench/results')))
    expect(readme).toBe(withBlock(readme, 'bench', figures))
  })

  it('has the figures over HTTP that the guide has, as one recording is the source of both', () => {
    const row = /^\| requests per second that read the session \| ([\d,]+) /m.exec(textOf('README.md'))?.[1]
    expect(row).toBeDefined()
    expect(textOf('spec/guide/cookie-or-store.md')).toContain(`| ${row}/s |`)
  })

  it('says a ratio once where there is one, and from the least to the most where lines of Node differ', () => {
    const cells = (all: readonly OfNode[]) =>
      /^\| time to import the package \|.*$/m.exec(mainFigures(all, tradeoffs))?.[0].split(' | ')
    const [, , alone = ''] = cells([newest]) ?? []
    const ratio = Number.parseFloat(alone)
    expect(alone).toMatch(/^[\d.]+× \([\d.]+ ms\)$/)
    const [, , range = ''] = cells([newest, otherNode('cold', 2)]) ?? []
    const [least, most] = range.split(' to ').map(Number.parseFloat)
    expect(least).toBe(ratio)
    expect((most as number) / ratio).toBeCloseTo(2, 1)
  })

  it('says which parts are of older code, and which were not recorded', () => {
    const recording = { ...(newest.recordings.cold as Recording), lib: digestOfLib() }
    const page = pageOf([{ node: 'Node 99', recordings: { cold: recording } }])
    expect(page).toContain('The code in lib/ is the code that was measured.')
    expect(page.match(/This part has not been recorded yet\./g)).toHaveLength(5)
    const older = pageOf([{ node: 'Node 99', recordings: { cold: { ...recording, lib: 'another' } } }])
    expect(older).toContain('The code in lib/ has changed since these were recorded: Cold start (Node 99).')
    expect(withoutAge(older)).toBe(withoutAge(page))
  })
})
