import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { digestOf, digestOfLib, recordingOf, save } from '../../bench/measure/recording.js'

describe('the digest of a folder', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lib-'))
    write({ 'a.ts': 'one', 'deep/b.ts': 'two' })
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const write = (files: Record<string, string>) => {
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), content)
    }
  }
  const rename = (from: string, to: string) => renameSync(join(folder, from), join(folder, to))

  it('stays the same as long as no source file changes', () => {
    const before = digestOf(folder)
    expect(before).toMatch(/^[0-9a-f]{12}$/)
    write({ 'a.ts': 'one', 'notes.txt': 'no source' })
    expect(digestOf(folder)).toBe(before)
  })

  it.each<[string, () => void]>([
    ['a letter', () => write({ 'deep/b.ts': 'twO' })],
    ['a new file', () => write({ 'c.ts': '' })],
    ['another name', () => rename('a.ts', 'z.ts')],
    ['another place', () => rename('a.ts', 'deep/a.ts')],
    ['what moves from one file to another', () => write({ 'a.ts': 'on', 'deep/b.ts': 'etwo' })],
  ])('is another with %s', (_what, change) => {
    const before = digestOf(folder)
    change()
    expect(digestOf(folder)).not.toBe(before)
  })

  it('can be that of lib, or of a folder in it', () => {
    expect(digestOfLib()).toBe(digestOf('lib'))
    expect(digestOfLib('token')).toBe(digestOf('lib/token'))
  })
})

describe('a recording', () => {
  const result = {
    benchmark: 'some',
    versions: { jose: '6.0.0' },
    method: { rounds: 3 },
    measurements: [1, 2].map((size) => {
      return { contender: 'floor', metric: 'cpu', unit: 'us', size, samples: [1.23456789, 2] }
    }),
    absent: [],
  }

  it('knows the state of lib and the commit, Node and the machine that it was made with', () => {
    const { lib, commit, machine, date } = recordingOf(result)
    expect({ lib, node: machine['node'] }).toEqual({ lib: digestOfLib(), node: process.versions.node })
    expect(commit).toMatch(/^[0-9a-f]{7,}$/)
    expect(Date.parse(date)).not.toBeNaN()
  })

  it('has five digits of each sample, and is kept with a line for each measurement', () => {
    const folder = mkdtempSync(join(tmpdir(), 'results-'))
    const file = join(folder, 'deep/some.json')
    const recording = recordingOf(result)
    save(recording, pathToFileURL(file))
    const text = readFileSync(file, 'utf8')
    rmSync(folder, { recursive: true })
    expect(JSON.parse(text)).toEqual(recording)
    expect(recording.measurements[0]?.samples).toEqual([1.2346, 2])
    expect(text.split('\n').filter((line) => line.includes('"contender"'))).toHaveLength(2)
  })
})
