import { describe, expect, it } from 'vitest'
import { type CommitFacts, type Decision, decide } from '../../lib/request/decide.js'

const untouched: CommitFacts = {
  incoming: 'none',
  ended: false,
  empty: true,
  changed: true,
  due: false,
}
const living: CommitFacts = { ...untouched, incoming: 'valid', empty: false, changed: false }

type Row = [sentence: string, facts: CommitFacts, decision: Decision]

const rows: Row[] = [
  ['no cookie, and a session that stayed empty: nothing', untouched, 'keep'],
  ['a rejected cookie, and a session that stayed empty: nothing', { ...untouched, incoming: 'rejected' }, 'keep'],
  ['no cookie, and a session with data: write', { ...untouched, empty: false }, 'write'],
  ['a rejected cookie, and a session with data: write', { ...untouched, incoming: 'rejected', empty: false }, 'write'],
  ['no cookie, and a session that has data without a change: write', { ...living, incoming: 'none' }, 'write'],
  ['a rejected cookie, and the same: write', { ...living, incoming: 'rejected' }, 'write'],
  ['a valid cookie, and data that changed: write', { ...living, changed: true }, 'write'],
  ['a valid cookie that slides: renew, and never write', { ...living, due: true }, 'renew'],
  ['a valid cookie that slides, and data that changed: write', { ...living, due: true, changed: true }, 'write'],
  ['a valid cookie of an empty session that slides: nothing', { ...living, empty: true, due: true }, 'keep'],
  ['a valid cookie, and nothing changed: nothing', living, 'keep'],
  ['a valid cookie, and an emptied session: clear', { ...living, empty: true, changed: true }, 'clear'],
  ['a valid cookie of an empty session, unchanged: nothing', { ...living, empty: true }, 'keep'],
  ['a valid cookie, and the app ended the session: clear', { ...living, empty: true, ended: true }, 'clear'],
  [
    'a rejected cookie, and the app ended the session: clear',
    { ...untouched, incoming: 'rejected', ended: true },
    'clear',
  ],
  ['no cookie that was sent, and the app ended the session: clear', { ...untouched, ended: true }, 'clear'],
  ['an ended session, and a new one with data in its place: write', { ...living, ended: true, changed: true }, 'write'],
]

describe('what happens to the cookie', () => {
  it.each(rows)('%s', (_sentence, facts, decision) => {
    expect(decide(facts)).toBe(decision)
  })
})
