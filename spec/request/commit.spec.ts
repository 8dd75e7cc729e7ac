import { describe, expect, it } from 'vitest'
import { SessionError } from '../../lib/index.js'
import { type Settings, settingsFrom } from '../../lib/options/options.js'
import { commit } from '../../lib/request/commit.js'
import type { CommitInput } from '../../lib/request/decide.js'
import { requestCookie } from '../../lib/request/request-cookie.js'
import { newRecord } from '../../lib/session/record.js'
import { open } from '../../lib/token/jwe.js'
import { SECRET } from '../support/secrets.js'

const NOW = 1_767_225_600
const settings = settingsFrom({ keys: SECRET })
const cookie = requestCookie(settings.cookieFor(undefined), { secure: false, known: true }, settings, undefined)
const record = { ...newRecord(NOW - 60), sid: 'A'.repeat(22) }
const circumstances = {
  cookie,
  settings,
  header: undefined as string | undefined,
  now: NOW,
  host: () => undefined,
}
const previous = { sid: record.sid, sat: record.sat, ended: new Map<string, number>() }

/** A session that the app has not changed, and that is due to slide. */
const sliding: CommitInput = {
  facts: { incoming: 'valid', ended: false, empty: false, changed: false, due: true },
  sealable: undefined,
  record,
  previous,
  activity: { lastUse: NOW, lastCheck: NOW - 5 },
  touched: false,
}
const ended: CommitInput = {
  ...sliding,
  facts: { ...sliding.facts, ended: true, empty: true, changed: true },
  record: undefined,
}

/** Settings whose keys cannot be asked. */
function broken(error: unknown): Settings {
  const keys = {
    ...settings.keys,
    active: () => {
      throw error
    },
  }
  return { ...settings, keys, activityKeys: keys }
}

const names = (input: CommitInput, more = {}) =>
  commit(input, { ...circumstances, ...more }).lines.map(
    ({ name, line }) => `${name}${/Max-Age=0/.test(line) ? ' cleared' : ''}`,
  )

describe('a session that slides', () => {
  it('sets the companion alone, with its last use and check, until its absolute end', () => {
    const { decision, lines } = commit(sliding, circumstances)
    expect([decision, lines.length, lines[0]?.name]).toEqual(['renew', 1, 'session.seen'])
    const [, token = '', rest] = /^session\.seen=([^;]+)(.*)$/.exec(lines[0]?.line ?? '') ?? []
    expect(rest).toBe('; Max-Age=604740; Path=/; HttpOnly; SameSite=Lax')
    expect(open(token, settings.activityKeys, NOW, 1024)).toMatchObject({
      claims: { sid: record.sid, sat: record.sat, iat: NOW, exp: record.sat + 604_800, chk: NOW - 5 },
      data: {},
    })
    // Under a key of its own, so that it is never taken for a session.
    expect(open(token, settings.keys, NOW, 1024)).toMatchObject({ rejected: 'tampered' })
    expect(lines[0]?.line.length).toBeLessThan(350)
  })

  it('sets the companion until the browser is closed, where the session ends with it', () => {
    const { lines } = commit({ ...sliding, record: { ...record, ttl: 0 } }, circumstances)
    expect(lines[0]?.line).not.toContain('Max-Age')
  })

  it('is sealed again in its own cookie where the response can set one only, with the last use that counts', () => {
    const sealable = { record, json: '{"user":"Ada"}' }
    const input = { ...sliding, sealable, activity: { lastUse: NOW - 30, lastCheck: undefined } }
    const { decision, lines } = commit(input, { ...circumstances, cookie: { ...cookie, alone: true } })
    expect([decision, lines.map(({ name }) => name)]).toEqual(['write', ['session']])
    const token = /^session=([^;]+)/.exec(lines[0]?.line ?? '')?.[1] ?? ''
    expect(open(token, settings.keys, NOW, 4096)).toMatchObject({ claims: { iat: NOW - 30 }, data: { user: 'Ada' } })
  })

  it.each([false, true])('stays as it came if what is in the way has a code, and tells what that is', (alone) => {
    const error = new SessionError('ERR_SESSION_KEYS', 'none is left')
    const input = { ...sliding, sealable: { record, json: '{"user":"Ada"}' } }
    expect(commit(input, { ...circumstances, cookie: { ...cookie, alone }, settings: broken(error) })).toEqual({
      decision: 'keep',
      lines: [],
      obstacle: error,
    })
  })

  it.each([false, true])(
    'is an error to the app if nobody knows what is in the way, or the app has touched it',
    (alone) => {
      const input = { ...sliding, sealable: { record, json: '{"user":"Ada"}' } }
      const unknown = new TypeError('no entropy')
      expect(() =>
        commit(input, { ...circumstances, cookie: { ...cookie, alone }, settings: broken(unknown) }),
      ).toThrow(unknown)
      const known = new SessionError('ERR_SESSION_KEYS', 'none is left')
      const touched = { ...input, touched: true }
      expect(() =>
        commit(touched, { ...circumstances, cookie: { ...cookie, alone }, settings: broken(known) }),
      ).toThrow(known)
    },
  )
})

describe('a session that ends', () => {
  it('is cleared and guarded, and its companion goes where one came', () => {
    expect(names(ended)).toEqual(['session cleared', 'session.ended'])
    expect(names(ended, { header: 'session.seen=x' })).toEqual([
      'session cleared',
      'session.ended',
      'session.seen cleared',
    ])
  })

  it('is cleared alone where the response can set one cookie only', () => {
    expect(names(ended, { cookie: { ...cookie, alone: true }, header: 'session.seen=x' })).toEqual(['session cleared'])
  })

  it('ends with the others that the request brought, all of which the guard names', () => {
    const others = [{ sid: 'B'.repeat(22), sat: NOW - 100, src: 'S'.repeat(22) }]
    const { lines } = commit({ ...ended, previous: { ...previous, others } }, circumstances)
    const token = /^session\.ended=([^;]+)/.exec(lines[1]?.line ?? '')?.[1] ?? ''
    expect(open(token, settings.guardKeys as never, NOW, 1024)).toMatchObject({
      claims: { sid: record.sid },
      data: {
        ended: [
          ['S'.repeat(22), NOW - 100 + 604_800],
          ['B'.repeat(22), NOW - 100 + 604_800],
        ],
      },
    })
  })
})

describe('a session that the app has changed', () => {
  const changed = { ...sliding, facts: { ...sliding.facts, changed: true }, sealable: { record, json: '{"a":1}' } }

  it('is written alone, as that counts as use, and its companion stays', () => {
    expect(names(changed, { header: 'session.seen=x' })).toEqual(['session'])
  })

  it('takes the companion of the session away whose place it takes', () => {
    const another = { ...newRecord(NOW), sid: 'C'.repeat(22) }
    const begun = { ...changed, record: another, sealable: { record: another, json: '{"a":1}' } }
    expect(names(begun, { header: 'session.seen=x' })).toEqual(['session', 'session.ended', 'session.seen cleared'])
    expect(names({ ...begun, previous: undefined }, { header: 'session.seen=x' })).toEqual([
      'session',
      'session.seen cleared',
    ])
    expect(names(begun)).toEqual(['session', 'session.ended'])
  })

  it('is written until its absolute end, though it has an idle timeout of its own', () => {
    const own = { ...record, ttl: 60 }
    const { lines } = commit({ ...changed, sealable: { record: own, json: '{"a":1}' } }, circumstances)
    expect(lines[0]?.line).toContain('; Max-Age=604740;')
  })
})
