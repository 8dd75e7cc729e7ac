import request from 'supertest'
import { describe, expect, it, vi } from 'vitest'
import { warnAboutHead } from '../../lib/http/head.js'
import { SessionError, type SessionEvent } from '../../lib/index.js'
import { settingsFrom } from '../../lib/options/options.js'
import type { CommitInput } from '../../lib/request/decide.js'
import type { Loaded, LoadedSession } from '../../lib/request/load.js'
import { reportCommit, reportOverflow } from '../../lib/request/report.js'
import { warnAboutAlterations } from '../../lib/session/altered.js'
import { newRecord, type Received } from '../../lib/session/record.js'
import { hashSessionId } from '../../lib/token/claims.js'
import { appWith } from '../support/app.js'
import { SECRET } from '../support/secrets.js'
import { catchWarnings } from '../support/warnings.js'

const facts = { incoming: 'valid', ended: false, empty: false, changed: true, due: false } as const
const record = { ...newRecord(1_700_000_000), sid: 'A'.repeat(22) }
const input: CommitInput = {
  facts,
  sealable: { record, json: '{}' },
  record,
  previous: undefined,
  activity: { lastUse: 0, lastCheck: undefined },
  touched: false,
}
const tooLarge = new SessionError('ERR_SESSION_OVERFLOW', 'too large', { bytes: 5000, limit: 4093 })
const OVERFLOW = { type: 'overflow', name: 'session', session: hashSessionId(record.sid), bytes: 5000, limit: 4093 }

function told(report: (settings: ReturnType<typeof settingsFrom>) => void): SessionEvent[] {
  const onEvent = vi.fn<(event: SessionEvent) => void>()
  report(settingsFrom({ keys: SECRET, onEvent }))
  return onEvent.mock.calls.map(([event]) => event)
}

describe('an event', () => {
  it('tells of a session that was too large, and of no other failure', () => {
    expect(told((settings) => reportOverflow(settings, input, tooLarge))).toEqual([OVERFLOW])
    for (const error of [new SessionError('ERR_SESSION_KEYS', 'none'), new Error('no entropy'), 'thrown']) {
      expect(told((settings) => reportOverflow(settings, input, error))).toEqual([])
    }
    expect(told((settings) => reportOverflow(settings, { ...input, sealable: undefined }, tooLarge))).toEqual([])
  })

  it('tells of a session that stays as it came because it is too large now, and of no other that stays', () => {
    const kept = (obstacle?: SessionError) =>
      told((settings) => {
        const committed = { decision: 'keep', lines: [], ...(obstacle && { obstacle }) } as const
        reportCommit(settings, { status: 'none' }, input, committed, 1_700_000_000)
      })
    expect([kept(tooLarge), kept()]).toEqual([[OVERFLOW], []])
  })
})

describe('the events of a commit', () => {
  const session = hashSessionId(record.sid)
  const NONE: Loaded = { status: 'none' }
  const came = { status: 'valid', claims: { sid: 'B'.repeat(22) } } as LoadedSession
  const written = { decision: 'write', lines: [], kid: 'new', bytes: 300 } as const
  const sealed = { type: 'sealed', name: 'session', kid: 'new', session, bytes: 300 }
  const under = (kid: string): CommitInput => ({
    ...input,
    sealable: { record: { ...record, received: { kid } as Received }, json: '{}' },
  })

  it('tell of a session that was sealed, with its key and its size', () => {
    expect(told((settings) => reportCommit(settings, NONE, input, written, 1_700_000_000))).toEqual([sealed])
    expect(told((settings) => reportCommit(settings, came, under('new'), written, 1_700_000_000))).toEqual([sealed])
  })

  it('tell of a session that changed its key as well, with both keys', () => {
    expect(told((settings) => reportCommit(settings, came, under('old'), written, 1_700_000_000))).toEqual([
      sealed,
      { type: 'resealed', name: 'session', kid: 'new', oldKid: 'old', session },
    ])
  })

  it('tell of a session that was cleared, and which it was if a cookie brought it', () => {
    const ended = { ...input, sealable: undefined }
    const cleared = (loaded: Loaded) =>
      told((settings) => reportCommit(settings, loaded, ended, { decision: 'clear', lines: [] }, 1_700_000_000))
    expect(cleared(came)).toEqual([{ type: 'cleared', name: 'session', session: hashSessionId('B'.repeat(22)) }])
    for (const loaded of [NONE, { status: 'rejected', reason: 'ended' } as const]) {
      expect(cleared(loaded)).toEqual([{ type: 'cleared', name: 'session', session: null }])
    }
  })
})

describe('a warning', () => {
  const warnings = catchWarnings()

  it('of a large head comes above the limit, with what to do, and once', () => {
    warnAboutHead(4000, 4000)
    expect(warnings.codes()).toEqual([])
    for (const bytes of [4001, 5000]) warnAboutHead(bytes, 4000)
    expect(warnings.codes()).toEqual(['SESSION_WARN_HEAD'])
    expect(warnings.messages()).toEqual([
      'a response head with a session has about 4001 bytes (warnAt is 4000), and nginx answers 502 above ' +
        '4096 by default: keep less in the session, or raise proxy_buffer_size to 8k',
    ])
  })

  it('of what JSON alters names its place', () => {
    warnAboutAlterations({ at: new Date(0) }, 'session', 'GET /')
    expect(warnings.codes()).toEqual(['SESSION_WARN_ALTERED'])
    expect(warnings.messages()[0]).toMatch(/^session\.at is a Date and comes back as a string \(GET \/\): store date/)
  })

  it('does no harm where a getter throws that did not when the session was sealed', () => {
    const moody = {
      get at(): never {
        throw new Error('not now')
      },
    }
    expect(() => warnAboutAlterations(moody, 'session', 'GET /')).not.toThrow()
    expect(warnings.codes()).toEqual([])
  })

  it('comes where a function is all that was stored, though nothing is written', async () => {
    const app = appWith((one) => {
      one.get('/', (req, res) => {
        Object.assign(req.session, { act: () => 1 })
        res.send('served')
      })
    })
    expect((await request(app).get('/')).headers['set-cookie']).toBeUndefined()
    expect(warnings.messages()).toEqual([
      expect.stringMatching(/^session\.act is a function and is left out \(GET \/\): store/),
    ])
  })

  it('is looked for without letting a getter end the session meanwhile', async () => {
    let looks = 0
    const ended: unknown[] = []
    const app = appWith((one) => {
      one.get('/', (req, res) => {
        const session = req.session
        const at = {
          get value() {
            looks += 1
            // Only the look for a warning, which comes after the session was serialized.
            if (looks > 1) session.destroy((error) => void ended.push(error?.code))
            return 1
          },
        }
        Object.assign(session, { at })
        res.send('served')
      })
    })
    await request(app).get('/')
    await vi.waitFor(() => expect(ended.length).toBeGreaterThan(0))
    expect(new Set(ended)).toEqual(new Set(['ERR_SESSION_UNSERIALIZABLE']))
  })
})
