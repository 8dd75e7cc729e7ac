import { describe, expect, it, vi } from 'vitest'
import type { Committed } from '../../lib/request/commit.js'
import { CommitMemo } from '../../lib/request/commit-memo.js'
import type { CommitInput } from '../../lib/request/decide.js'
import { newRecord, type SessionRecord } from '../../lib/session/record.js'

const KEEP: Committed = { decision: 'keep', lines: [] }

/** A session that the app has changed, unless said otherwise. */
function inspected(
  record: SessionRecord,
  json = '{"user":"Ada"}',
  facts: Partial<CommitInput['facts']> = {},
): CommitInput {
  const common = {
    incoming: 'valid',
    ended: false,
    empty: false,
    changed: true,
    due: false,
  } as const
  return {
    facts: { ...common, ...facts },
    sealable: { record, json },
    record,
    previous: undefined,
    activity: { lastUse: 0, lastCheck: undefined },
    touched: false,
  }
}

/** The commit of a session, made by `commit` if it is a new one, as a response does it. */
function committed(memo: CommitMemo, input: CommitInput, commit: () => Committed): Committed {
  const found = memo.find(input)
  if (found) return found
  try {
    return memo.keep(commit())
  } catch (error) {
    memo.fail(error)
    throw error
  }
}

/** A copy of a record, as of a session that is the same but for what is given. */
const like = (record: SessionRecord, more: Partial<SessionRecord> = {}): SessionRecord => ({ ...record, ...more })

describe('the commits of one response', () => {
  const record = newRecord(1_700_000_000)

  it('come to the same for the same session, which is committed once', () => {
    const memo = new CommitMemo()
    const commit = vi.fn(() => KEEP)
    expect(memo.last).toBeUndefined()
    expect(committed(memo, inspected(record), commit)).toBe(KEEP)
    expect(committed(memo, inspected(like(record)), commit)).toBe(KEEP)
    expect(commit).toHaveBeenCalledTimes(1)
    expect([memo.last, memo.isStill(inspected(record))]).toEqual([KEEP, true])
  })

  it.each<[string, CommitInput]>([
    ['its data', inspected(record, '{"user":"Eve"}')],
    ['its own timeout', inspected(like(record, { ttl: 60 }))],
    ['its id, though the data are equal', inspected(newRecord(record.sat))],
    ['that the app touched it', { ...inspected(record), touched: true }],
    ['that it has ended', inspected(record, undefined, { ended: true })],
  ])('are made again for another session: %s', (_what, other) => {
    const memo = new CommitMemo()
    committed(memo, inspected(record), () => KEEP)
    const again: Committed = { decision: 'clear', lines: [] }
    expect(memo.isStill(other)).toBe(false)
    expect(committed(memo, other, () => again)).toBe(again)
    expect(memo.last).toBe(again)
  })

  it('are kept for a session that was looked for, and for no other', () => {
    const memo = new CommitMemo()
    expect(memo.keep(KEEP)).toBe(KEEP)
    memo.fail(new Error('does not fit'))
    expect(memo.last).toBeUndefined()
    expect(memo.find(inspected(record))).toBeUndefined()
  })

  it('leave none that is still the same as long as there was none', () => {
    expect(new CommitMemo().isStill(inspected(record))).toBe(false)
  })

  it('are the same for a session that nobody serialized, as nobody touched it, and for what it is then', () => {
    const memo = new CommitMemo()
    const asItCame = inspected(record, undefined, { changed: false })
    committed(memo, { ...asItCame, sealable: undefined }, () => KEEP)
    expect(memo.isStill(asItCame)).toBe(true)
  })

  it('do not ask a session for its id, which would draw one, to tell that it is the same', () => {
    const memo = new CommitMemo()
    const nameless = like(record)
    Object.defineProperty(nameless, 'sid', {
      get: () => {
        throw new Error('asked for its id')
      },
    })
    committed(memo, inspected(nameless), () => KEEP)
    expect(memo.isStill(inspected(nameless))).toBe(true)
  })

  it('are made by what the session was then, not by what has become of it', () => {
    const memo = new CommitMemo()
    const changing = like(record)
    committed(memo, inspected(changing), () => KEEP)
    changing.ttl = 60
    expect(memo.isStill(inspected(changing))).toBe(false)
  })

  it('are the same for a session that did not change, whatever its record is', () => {
    const memo = new CommitMemo()
    const unchanged = (one: SessionRecord) => inspected(one, undefined, { changed: false })
    committed(memo, unchanged(record), () => KEEP)
    expect(memo.isStill(unchanged(newRecord(record.sat)))).toBe(true)
  })

  it('fail once, and again with the same error, until the session is another', () => {
    const memo = new CommitMemo()
    const error = new Error('does not fit')
    const fail = vi.fn(() => {
      throw error
    })
    for (let times = 0; times < 2; times++) expect(() => committed(memo, inspected(record), fail)).toThrow(error)
    expect(fail).toHaveBeenCalledTimes(1)
    expect(memo.last).toBeUndefined()
    expect(committed(memo, inspected(record, '{}'), () => KEEP)).toBe(KEEP)
  })
})
