import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { digestOf, digestOfLib } from '../../bench/measure/recording.js'

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
