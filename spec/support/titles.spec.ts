import { describe, expect, it } from 'vitest'
import { switchedOff, testsOf } from './titles.js'

describe('the tests of a file', () => {
  it('are told by their titles, and by what they are about', () => {
    const text =
      "describe('a cookie', () => {\n  it('is read', () => {})\n  it.each([\n    1,\n  ])('has %i', () => {})\n})"
    expect(testsOf(text)).toEqual([
      { describe: 'a cookie', title: 'is read' },
      { describe: 'a cookie', title: 'has %i' },
    ])
  })

  it('are none where they are commented out', () => {
    expect(testsOf("/*\nit('is read', () => {})\n*/\n// it('is written', () => {})")).toEqual([])
  })
})

describe('a test that is switched off', () => {
  const ways = ['skip', 'todo', 'only', 'fails'].flatMap((way) => [
    `it.${way}('is', () => {})`,
    `it\n  .${way}('is', () => {})`,
    `it.${way}.each([1])('is %i', () => {})`,
    `it.concurrent.${way}('is', () => {})`,
    `it['${way}']('is', () => {})`,
    `it('is', { ${way}: true }, () => {})`,
    `describe.${way}('all of it', () => {})`,
    `describe.${way}.each([1])('all of %i', () => {})`,
    `const never = test.${way}`,
  ])

  it.each(ways)('is seen: %j', (way) => {
    expect(switchedOff(way)).not.toEqual([])
    expect(switchedOff(`describe('a cookie', () => {\n  ${way}\n})`)).not.toEqual([])
  })

  it('is seen where it switches itself off while it runs', () => {
    expect(switchedOff("it('is', (context) => context.skip('not here'))")).toHaveLength(1)
    expect(switchedOff("it('is', ({ skip }) => skip())")).toHaveLength(1)
  })

  it('by a condition may be accepted: where a program is not installed, there is nothing to test', () => {
    const text = "it.skipIf(!isInstalled)('is', () => {})"
    expect(switchedOff(text)).toHaveLength(1)
    expect(switchedOff(text, 'accepted')).toEqual([])
  })

  it('is none of those that only have the word for it', () => {
    expect(switchedOff("it('fails only where: skip (it) todo', () => { if (state.fails) values.only() })")).toEqual([])
  })
})
