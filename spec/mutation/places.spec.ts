import { describe, expect, it } from 'vitest'
import { Code, type Named, type Sources } from './places.js'

/** The code at the place that an entry is about, with its file. */
function found(named: Named, sources: Sources): [file: string, code: string] | undefined {
  const place = new Code(sources).placeOf(named)
  return place && [place.file, (sources[place.file] as string).slice(place.start, place.end)]
}

const take = { in: 'take', original: 'count > 0' }
const text = 'export function take(count: number) {\n  return count > 0 ? count : 0\n}\n'

describe('an entry of the list of survivors', () => {
  it('is found in whatever file its function is, on whatever line', () => {
    expect(found(take, { 'lib/a.ts': text })).toEqual(['lib/a.ts', 'count > 0'])
    expect(found(take, { 'lib/b/c.ts': `// moved\n\n${text}`, 'lib/a.ts': '' })).toEqual(['lib/b/c.ts', 'count > 0'])
  })

  it('is found when its code is broken into lines, as a formatter does it', () => {
    const named = { in: 'f', original: "call(first, { second: 'a' }).then(third)" }
    const broken =
      "function f() {\n  return call(\n    first,\n    {\n      second: 'a',\n    },\n  )\n    .then(third)\n}"
    expect(found(named, { 'lib/a.ts': broken })).toBeDefined()
  })

  it('is found when the code around it in its function has changed', () => {
    const changed = 'const take = (count: number) => {\n  log()\n  if (count > 0) return 1\n  return 2\n}'
    expect(found(take, { 'lib/a.ts': changed })).toBeDefined()
  })

  it('is found by the function, method, field or constant that it is in', () => {
    const source = `class Ring {
      #keys = ['a']
      static open() { return [1].map((one) => one + 1) }
      #rotate() { return 'rotated by hand' }
    }
    const ways = { seal: (text: string) => text + 1, length: 16 + 4 }
    function outer() { const inner = () => text + 2; return inner() + 3 }`
    const sources = { 'lib/a.ts': source }
    for (const [name, original] of [
      ['#keys', "'a'"],
      ['Ring.#keys', "'a'"],
      ['open', 'one + 1'],
      ['Ring.open', 'one + 1'],
      ['#rotate', "'rotated by hand'"],
      ['seal', 'text + 1'],
      ['ways.seal', 'text + 1'],
      ['ways', '16 + 4'],
      ['inner', 'text + 2'],
      ['outer.inner', 'text + 2'],
      ['outer', 'inner() + 3'],
    ] as const) {
      expect(found({ in: name, original }, sources), name).toEqual(['lib/a.ts', original])
    }
    expect(found({ in: 'outer', original: 'text + 2' }, sources)).toBeUndefined()
    expect(found({ in: 'pen', original: 'one + 1' }, sources)).toBeUndefined()
  })
})

describe('an entry that is about nothing', () => {
  const fault = (named: Named, source: string) => new Code({ 'lib/a.ts': source }).faultOf(named)

  it('is reported when its code has changed', () => {
    expect(fault(take, text.replace('count > 0', 'count > 1'))).toBe('take no longer has the code count > 0')
    expect(fault(take, text)).toBeUndefined()
  })

  it('is reported when its function has another name, with the place where the code is now', () => {
    expect(fault(take, text.replace('take', 'grab'))).toBe(
      'take no longer has the code count > 0; the code stands in grab in lib/a.ts',
    )
  })

  it('is reported when what was named around it has changed', () => {
    const named = { ...take, within: 'count > 0 ? count : 0' }
    expect(fault(named, text)).toBeUndefined()
    expect(fault(named, text.replace(': 0', ': 1'))).toContain('no longer has')
  })
})

describe('of two functions of the same name', () => {
  const ring = 'class Ring { take(count: number) { if (count > 0) return this.first } }'
  const sources = { 'lib/a.ts': text, 'lib/b.ts': ring }

  it('the one that has the code is meant', () => {
    expect(found(take, { ...sources, 'lib/a.ts': text.replace('>', '<') })).toEqual(['lib/b.ts', 'count > 0'])
  })

  it('neither is meant if both have it, and the entry is reported', () => {
    expect(found(take, sources)).toBeUndefined()
    expect(new Code(sources).faultOf(take)).toBe(
      'take has the code count > 0 2 times: say which one by "within" or "in"',
    )
  })

  it('one is meant if its class is named, or the code around it', () => {
    expect(found({ ...take, in: 'Ring.take' }, sources)).toEqual(['lib/b.ts', 'count > 0'])
    expect(found({ ...take, within: 'return count > 0 ? count : 0' }, sources)).toEqual(['lib/a.ts', 'count > 0'])
    expect(found({ ...take, within: 'return … : 0' }, sources)).toEqual(['lib/a.ts', 'count > 0'])
  })

  it('none is told apart by code outside of the function', () => {
    expect(found({ ...take, within: ring }, sources)).toBeUndefined()
  })
})

describe('code that could be anything', () => {
  const sources = {
    'lib/a.ts': "const NONE = []\nfunction names(all) { return all ?? [] }\nconst f = () => 'no such name'",
  }

  it.each(['[]', "''", 'true', '16', '{ return undefined }', '{}'])(
    'is %s: it stands with what is around it',
    (original) => {
      const source = `function f() { if (a) ${original.startsWith('{') ? original : `b(${original})`} }`
      expect(found({ in: 'f', original }, { 'lib/a.ts': source })).toBeUndefined()
      expect(new Code({ 'lib/a.ts': source }).faultOf({ in: 'f', original })).toBe(
        `the code ${original} in f could be anything: say more by "within"`,
      )
      expect(found({ in: 'f', within: 'if (a) …', original }, { 'lib/a.ts': source })).toBeDefined()
    },
  )

  it('is neither the value of a constant nor a text of several words', () => {
    expect(found({ in: 'NONE', original: '[]' }, sources)).toBeDefined()
    expect(found({ in: 'f', original: "'no such name'" }, sources)).toBeDefined()
  })
})
