import type { Express } from 'express'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import session, { KeyRing, SessionError, type SessionOptions } from '../lib/index.js'
import { settingsFrom } from '../lib/options/options.js'
import { open, seal } from '../lib/token/jwe.js'
import { keysFor, type TokenKey } from '../lib/token/key.js'
import { appWith, EXPRESSES } from './support/app.js'
import { Browser } from './support/browser.js'
import { at, DAY, HOUR, START, startClock, stopClock } from './support/clock.js'
import { DIRECT_GCM, SEALINGS } from './support/keys.js'
import { SECRET } from './support/secrets.js'
import { CLAIMS, plaintextOf } from './support/tokens.js'

type Any = any

/** Audiences, one of which is none. */
const AUDIENCES: readonly SessionOptions[] = [{}, { audience: 'staging' }, { audience: 'production' }]
/** Those of a token that must not count for the audience staging. */
const OTHERS = [undefined, 'production', 'Staging', 'staging/']
const PAIRS = AUDIENCES.flatMap((one) => AUDIENCES.filter((other) => other !== one).map((other) => [one, other]))

beforeEach(stopClock)
afterEach(startClock)

function routes(app: Express): void {
  app.get('/login', (req: Any, res) => {
    req.session.user = 'Ada'
    res.json(null)
  })
  app.get('/me', (req: Any, res) => res.json([req.session.user ?? null, req.session.rejected ?? null]))
  app.get('/touch', (req: Any, res) => {
    req.session.touch()
    res.json(null)
  })
  app.get('/logout', (req: Any, res) => {
    req.session = null
    res.json(null)
  })
}

const WEEK = { ...CLAIMS, exp: START + 7 * DAY }

/** A token of any kind and audience, from the name of its purpose alone. */
function tokenOf(purpose: string, audience: string | undefined, claims: object = WEEK, data: object = {}): string {
  const keys = keysFor(KeyRing.from(SECRET), purpose, { ...DIRECT_GCM, audience })
  return seal(plaintextOf(data, claims), keys.active(START) as TokenKey)
}

describe.each(EXPRESSES)('on %s, with an audience', (_name, create) => {
  const browserOf = (options: SessionOptions) => new Browser(appWith(routes, options, create))

  it('a session lives as without one: it is opened, kept alive and ended', async () => {
    const browser = browserOf({ audience: 'staging' })
    await browser.get('/login')
    at(12 * HOUR)
    await browser.get('/touch')
    at(DAY + HOUR)
    expect((await browser.get('/me')).body).toEqual(['Ada', null])
    const copies = new Map(browser.jar)
    await browser.get('/logout')
    for (const [name, value] of copies) browser.jar.set(name, value)
    expect([...browser.jar.keys()].sort()).toEqual(['session', 'session.ended', 'session.seen'])
    expect((await browser.get('/me')).body).toEqual([null, 'ended'])
  })

  it.each(PAIRS)('a session of %j is rejected as tampered by the app of %j', async (one, other) => {
    const browser = browserOf(one)
    await browser.get('/login')
    const elsewhere = Object.assign(browserOf(other), { jar: browser.jar })
    expect((await elsewhere.get('/me')).body).toEqual([null, 'tampered'])
    // Its cookie stays, as every rejected one.
    expect((await browser.get('/me')).body).toEqual(['Ada', null])
  })
})

describe('an audience', () => {
  it.each(SEALINGS)('is in the keys of open and seal, with %j', (sealing) => {
    const staging = session<Any>({ keys: SECRET, ...sealing, audience: 'staging' })
    const { cookie } = staging.seal({ user: 'Ada' })
    expect(staging.open({ headers: { cookie } }).session).toEqual({ user: 'Ada' })
    for (const other of [{}, { audience: 'production' }]) {
      const { open } = session<Any>({ keys: SECRET, ...sealing, ...other })
      expect(open({ headers: { cookie } })).toEqual({ session: null, rejected: 'tampered' })
    }
  })

  it('is that of each middleware, where several share a ring', () => {
    const ring = KeyRing.from(SECRET)
    const one = session<Any>({ keys: ring, audience: 'one' })
    const other = session<Any>({ keys: ring, audience: 'other' })
    const { cookie } = one.seal({ user: 'Ada' })
    expect(other.open({ headers: { cookie } }).rejected).toBe('tampered')
    expect(one.open({ headers: { cookie } }).rejected).toBeNull()
  })

  it.each(OTHERS)('of a companion decides, too: one of %j keeps no session of staging alive', (audience) => {
    const { open } = session<Any>({ keys: SECRET, audience: 'staging' })
    const one = tokenOf('cookie/session', 'staging', WEEK, { user: 'Ada' })
    const asked = (seen: string) => open({ headers: { cookie: `session=${one}; session.seen=${seen}` } }).rejected
    const later = { ...WEEK, iat: START + 12 * HOUR }
    at(DAY)
    expect(asked(tokenOf('seen/session', 'staging', later))).toBeNull()
    expect(asked(tokenOf('seen/session', audience, later))).toBe('idle')
  })

  it.each(OTHERS)('of a guard decides, too: one of %j ends no session of staging', (audience) => {
    const { open } = session<Any>({ keys: SECRET, audience: 'staging' })
    const one = tokenOf('cookie/session', 'staging', WEEK, { user: 'Ada' })
    const asked = (ended: string) => open({ headers: { cookie: `session=${one}; session.ended=${ended}` } }).rejected
    expect(asked(tokenOf('ended/session', 'staging'))).toBe('ended')
    expect(asked(tokenOf('ended/session', audience))).toBeNull()
  })

  it('is in the keys of all that is sealed, and of all that is opened', () => {
    const { keys, activityKeys, guardKeys } = settingsFrom({ keys: SECRET, audience: 'staging' })
    for (const [purpose, mine] of [
      ['cookie/session', keys],
      ['seen/session', activityKeys],
      ['ended/session', guardKeys as NonNullable<typeof guardKeys>],
    ] as const) {
      expect(open(tokenOf(purpose, 'staging'), mine, START, 4096)).toMatchObject({ claims: WEEK })
      const minted = seal(plaintextOf({}, WEEK), mine.active(START) as TokenKey)
      const stated = keysFor(KeyRing.from(SECRET), purpose, { ...DIRECT_GCM, audience: 'staging' })
      expect(open(minted, stated, START, 4096)).toMatchObject({ claims: WEEK })
    }
  })

  it('is never shown: neither the token nor its header names it', () => {
    const { value } = session<Any>({ keys: SECRET, audience: 'staging' }).seal({})
    const [header = ''] = value.split('.')
    expect(Buffer.from(header, 'base64url').toString()).toBe('{"alg":"dir","enc":"A256GCM","kid":"jrR5-AZ_"}')
  })
})

describe('the option audience', () => {
  const refusal = (audience: unknown) => {
    try {
      session({ keys: SECRET, audience } as Any)
    } catch (error) {
      expect(error).toBeInstanceOf(SessionError)
      return error as SessionError
    }
    return undefined
  }

  it.each(['a', 'staging', 'https://shop.example.org/', '/', '~!"#$%&\'()', 'x'.repeat(128)])(
    'takes %j',
    (audience) => {
      expect(refusal(audience)).toBeUndefined()
    },
  )

  it.each([
    ['$', '{DEPLOYMENT}'].join(''),
    '$AUDIENCE',
    '%AUDIENCE%',
    '<audience>',
    '{{audience}}',
    'NaN',
    '[object Object]',
  ])('is an error if it is %j, which nothing has replaced and would be the same everywhere', (audience) => {
    expect(refusal(audience)).toMatchObject({
      code: 'ERR_SESSION_OPTIONS',
      message: expect.stringContaining('audience'),
    })
  })

  it.each([undefined, null, '', 'undefined', 'null'])(
    'is an error if it is %j, as of a variable that is not set, and not no audience',
    (audience) => {
      expect(refusal(audience)).toMatchObject({
        code: 'ERR_SESSION_OPTIONS',
        message: 'audience is empty or undefined: set the variable that it comes from, or leave audience out',
      })
    },
  )

  it.each([
    ...[
      ' ',
      ' staging',
      'staging ',
      'staging\n',
      'staging\r',
      'two words',
      'tab\tbed',
      '\u007f',
      'caf\u00e9',
      '\u0000',
    ],
    ...['x'.repeat(129), 7, true, [], ['staging'], {}, new String('staging'), Symbol('staging'), () => 'staging'],
  ])('is an error if it is not text in its bounds: %j', (audience) => {
    expect(refusal(audience)).toMatchObject({
      code: 'ERR_SESSION_OPTIONS',
      message: 'audience must be 1 to 128 characters of printable ASCII without spaces, such as "staging"',
    })
  })

  it('is none if other code has put one on Object.prototype', () => {
    const { prototype } = Object as Any
    prototype.audience = 'theirs'
    try {
      const { cookie } = session<Any>({ keys: SECRET }).seal({ user: 'Ada' })
      delete prototype.audience
      expect(session<Any>({ keys: SECRET }).open({ headers: { cookie } }).session).toEqual({ user: 'Ada' })
    } finally {
      delete prototype.audience
    }
  })
})
