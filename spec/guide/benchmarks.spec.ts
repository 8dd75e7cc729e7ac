import { describe, expect, it } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { everyBlockRan, examplesOf } from '../support/examples.js'

const benchmarks = examplesOf('spec/guide/benchmarks.md')
const { text } = benchmarks.page

describe('the page of benchmarks', () => {
  it('has every benchmark, and none that is not there', () => {
    const scripts = Object.keys(manifest.scripts).filter((name) => /^bench(?!:prepare)/.test(name))
    expect([...new Set(text.match(/(?<=npm run )bench[:\w]*/g))].sort()).toEqual(scripts.sort())
  })

  it('has no figure that was measured', () => {
    expect(text).not.toMatch(/\d\s*(?:µs|ms|×|MB|%|B\b)|\d\.\d/)
  })
})

everyBlockRan(benchmarks)
