import { describe, expect, it, vi } from 'vitest'
import type { Outcome } from '../../lib/request/commit.js'
import { Settlement } from '../../lib/request/commit-memo.js'
import type { Assessment } from '../../lib/request/port.js'
import { newRecord, type SessionRecord } from '../../lib/session/record.js'

const KEEP: Outcome = { decision: 'keep', lines: [] }

/** A session that the app has changed, unless said otherwise. */
function assessed(
  record: SessionRecord,
  json = '{"user":"Ada"}',
  facts: Partial<Assessment['facts']> = {},
): Assessment {
  const common = {
    incoming: 'valid',
    ended: false,
    empty: false,
    changed: true,
    due: false,
    inactiveKey: false,
  } as const
  return { facts: { ...common, ...facts }, sealable: { record, json }, brought: undefined, cause: 'app' }
}

/** A copy of a record, as of a session that is the same but for what is given. */
const like = (record: SessionRecord, more: Partial<SessionRecord> = {}): SessionRecord => ({ ...record, ...more })

describe('the commits of one response', () => {
  const record = newRecord(1_700_000_000)

  it('come to the same for the same session, which is settled once', () => {
    const settlement = new Settlement()
    const settle = vi.fn(() => KEEP)
    expect(settlement.outcome).toBeUndefined()
    expect(settlement.of(assessed(record), settle)).toBe(KEEP)
    expect(settlement.of(assessed(like(record)), settle)).toBe(KEEP)
    expect(settle).toHaveBeenCalledTimes(1)
    expect([settlement.outcome, settlement.isStill(assessed(record))]).toEqual([KEEP, true])
  })

  it.each<[string, Assessment]>([
    ['its data', assessed(record, '{"user":"Eve"}')],
    ['its own timeout', assessed(like(record, { ttl: 60 }))],
    ['its id, though the data are equal', assessed(newRecord(record.sat))],
    ['that the app touched it', assessed(like(record, { touched: true }))],
    ['that it has ended', assessed(record, undefined, { ended: true })],
  ])('are settled anew for another session: %s', (_what, other) => {
    const settlement = new Settlement()
    settlement.of(assessed(record), () => KEEP)
    const again: Outcome = { decision: 'clear', lines: [] }
    expect(settlement.isStill(other)).toBe(false)
    expect(settlement.of(other, () => again)).toBe(again)
    expect(settlement.outcome).toBe(again)
  })

  it('leave none that is still the same as long as there was none', () => {
    expect(new Settlement().isStill(assessed(record))).toBe(false)
  })

  it('are the same for a session that nobody serialized, as nobody touched it, and for what it is then', () => {
    const settlement = new Settlement()
    const asItCame = assessed(record, undefined, { changed: false })
    settlement.of({ ...asItCame, sealable: undefined }, () => KEEP)
    expect(settlement.isStill(asItCame)).toBe(true)
  })

  it('do not ask a session for its id, which would draw one, to tell that it is the same', () => {
    const settlement = new Settlement()
    const nameless = like(record)
    Object.defineProperty(nameless, 'sid', {
      get: () => {
        throw new Error('asked for its id')
      },
    })
    settlement.of(assessed(nameless), () => KEEP)
    expect(settlement.isStill(assessed(nameless))).toBe(true)
  })

  it('are settled by what the session was then, not by what has become of it', () => {
    const settlement = new Settlement()
    const changing = like(record)
    settlement.of(assessed(changing), () => KEEP)
    changing.ttl = 60
    expect(settlement.isStill(assessed(changing))).toBe(false)
  })

  it('are the same for a session that did not change, whatever its record is', () => {
    const settlement = new Settlement()
    const unchanged = (one: SessionRecord) => assessed(one, undefined, { changed: false })
    settlement.of(unchanged(record), () => KEEP)
    expect(settlement.isStill(unchanged(newRecord(record.sat)))).toBe(true)
  })

  it('fail once, and again with the same error, until the session is another', () => {
    const settlement = new Settlement()
    const error = new Error('does not fit')
    const fail = vi.fn(() => {
      throw error
    })
    for (let times = 0; times < 2; times++) expect(() => settlement.of(assessed(record), fail)).toThrow(error)
    expect(fail).toHaveBeenCalledTimes(1)
    expect(settlement.outcome).toBeUndefined()
    expect(settlement.of(assessed(record, '{}'), () => KEEP)).toBe(KEEP)
  })
})
