import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import session, { KeyRing } from '../../lib/index.js'
import { at, DAY, HOUR, START, startClock, stopClock } from '../support/clock.js'
import { OTHER_SECRET, SECRET, THIRD_SECRET } from '../support/secrets.js'
import { base64url } from '../support/tokens.js'
import { READERS } from './env-file.js'
import { type Terminal, type } from './terminal.js'

type Any = any

const OLD = { kty: 'oct', kid: 'old', k: base64url(SECRET) }
const OLDER = { kty: 'oct', kid: 'older', k: base64url(OTHER_SECRET) }
const OLDEST = { kty: 'oct', kid: 'oldest', k: base64url(THIRD_SECRET) }

/** The JWKs that `rotate --json` makes of these keys. */
async function rotated(keys: unknown, options = '', terminal: Terminal = {}): Promise<Any[]> {
  const env = { SESSION_KEYS: typeof keys === 'string' ? keys : JSON.stringify(keys) }
  const { code, stdout, stderr } = await type(`rotate --json${options}`, { env, ...terminal })
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^Key /) })
  return JSON.parse(stdout).keys
}

/** Why `rotate` refuses these keys. */
async function refusal(keys: unknown, options = ''): Promise<string> {
  const { code, stdout, stderr } = await type(`rotate${options}`, { env: { SESSION_KEYS: JSON.stringify(keys) } })
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  return stderr
}

function openWith(keys: string, cookie: string) {
  return session<{ user?: string }>({ keys }).open({ headers: { cookie }, socket: {} } as Any)
}

function kidOf(cookie: string): unknown {
  return JSON.parse(Buffer.from(cookie.split(/[=.]/)[1] as string, 'base64url').toString()).kid
}

beforeEach(stopClock)
afterEach(startClock)

describe('sealed-session rotate, as a newcomer uses it', () => {
  it('takes the line of keygen and returns one that logs nobody out', async () => {
    const before = (await type('keygen')).stdout
    const [oldKeys] = valuesOf(before)
    const sealedBefore = session({ keys: oldKeys }).seal({ user: 'Ada' }).cookie

    const after = await type('rotate --activate-in 1h', { files: { '.env': before }, env: { SESSION_KEYS: oldKeys } })
    const [newKeys] = valuesOf(after.stdout)
    expect(openWith(newKeys, sealedBefore).session).toMatchObject({ user: 'Ada' })

    // Until the activation the old key seals, so that instances that were not deployed yet can read it.
    at(HOUR - 1)
    const sealedMeanwhile = session({ keys: newKeys }).seal({ user: 'Bob' }).cookie
    expect(kidOf(sealedMeanwhile)).toBe(kidOf(sealedBefore))
    expect(openWith(oldKeys, sealedMeanwhile).session).toMatchObject({ user: 'Bob' })

    // After it the new one does, and everything from before opens.
    at(HOUR)
    const sealedAfter = session({ keys: newKeys }).seal({ user: 'Cleo' }).cookie
    expect(kidOf(sealedAfter)).not.toBe(kidOf(sealedBefore))
    expect(openWith(newKeys, sealedMeanwhile).session).toMatchObject({ user: 'Bob' })
    expect(openWith(newKeys, sealedAfter).session).toMatchObject({ user: 'Cleo' })

    // When the absolute timeout has passed, no session can be left that the old key sealed.
    at(HOUR + 7 * DAY - 1)
    expect(await statesOf(newKeys)).toEqual(['active', 'retired'])
    at(HOUR + 7 * DAY)
    expect(await statesOf(newKeys)).toEqual(['active', 'expired'])
    expect(openWith(newKeys, sealedBefore).rejected).toBe('missing-key')
  })

  it('can be done again and again, and keeps no ended key', async () => {
    let line = (await type('keygen')).stdout
    for (let month = 0; month < 5; month++) {
      const now = START + month * 30 * DAY
      const turned = await type('rotate', { input: line, now })
      expect(turned.code).toBe(0)
      line = turned.stdout
      expect(JSON.parse(valuesOf(line)[0]).keys).toHaveLength(2)
    }
  })

  async function statesOf(keys: string): Promise<string[]> {
    const { stdout } = await type('keys', { env: { SESSION_KEYS: keys }, now: Date.now() / 1000 })
    return [...stdout.matchAll(/^[\w-]{8} +(\w+)/gm)].map(([, state = '']) => state)
  }

  function valuesOf(env: string): [string] {
    return [READERS['node --env-file']?.(env) ?? '']
  }
})

describe('the keys that sealed-session rotate prints', () => {
  it('begin with a new one that waits, an hour unless said otherwise', async () => {
    const [added, old] = await rotated({ keys: [OLD] })
    expect(added).toEqual({
      kty: 'oct',
      kid: expect.stringMatching(/^[\w-]{8}$/),
      k: expect.any(String),
      nbf: START + HOUR,
    })
    expect(Buffer.from(added.k, 'base64url')).toHaveLength(32)
    expect(old).toEqual({ ...OLD, exp: START + HOUR + 7 * DAY })
    const [later] = await rotated({ keys: [OLD] }, ' --activate-in 30m')
    expect(later.nbf).toBe(START + HOUR / 2)
  })

  it('end an absolute timeout after the activation, and no later than they did before', async () => {
    const keys = [OLD, { ...OLDER, exp: START + DAY }, { ...OLDEST, exp: START + 99 * DAY }]
    const [, ...older] = await rotated({ keys }, ' --activate-in 2h --absolute-timeout 30d')
    const end = START + 2 * HOUR + 30 * DAY
    expect(older.map(({ kid, exp }) => [kid, exp])).toEqual([
      ['old', end],
      ['older', START + DAY],
      ['oldest', end],
    ])
  })

  it('leave out what has expired', async () => {
    const keys = await rotated({ keys: [OLD, { ...OLDER, exp: START }, { ...OLDEST, exp: START + 1 }] })
    expect(keys.map(({ kid }) => kid).slice(1)).toEqual(['old', 'oldest'])
  })

  it('keep a revoked key as long as a session that it sealed could have lived', async () => {
    const revokedAt = START - 6 * DAY
    const keys = { keys: [OLD, { ...OLDER, revoked: revokedAt }, { ...OLDEST, revoked: true }] }
    const first = await rotated(keys)
    expect(first.slice(2)).toEqual([
      { ...OLDER, revoked: revokedAt, exp: revokedAt + 7 * DAY },
      { ...OLDEST, revoked: true, exp: START + HOUR + 7 * DAY },
    ])
    const second = await rotated({ keys: first }, '', { now: START + 2 * DAY })
    expect(second.map(({ kid }) => kid).slice(2)).toEqual(['old', 'oldest'])
    const third = await rotated({ keys: second }, '', { now: START + 8 * DAY })
    expect(third.map(({ kid }) => kid)).not.toContain('oldest')
  })

  it('keep everything else that a JWK says', async () => {
    const [, old] = await rotated({ keys: [{ ...OLD, nbf: START - 9, use: 'enc', 'x-owner': 'team' }] })
    expect(old).toMatchObject({ kid: 'old', nbf: START - 9, use: 'enc', 'x-owner': 'team' })
  })

  it.each([
    ['a secret', SECRET],
    ['a JWK without a kid', JSON.stringify({ kty: 'oct', k: base64url(SECRET) })],
    ['JSON text in an array', JSON.stringify([JSON.stringify({ kty: 'oct', k: base64url(SECRET) })])],
    ['several secrets', JSON.stringify([SECRET, OTHER_SECRET])],
  ])('are the same keys as before, if they were given as %s', async (_form, given) => {
    const [, ...older] = await rotated(given)
    const exported = (keys: Any) => KeyRing.from(keys).exportFor('session')
    expect(exported({ keys: older })).toEqual(exported(given))
  })

  it('keep a secret whose bytes are not base64url, or not ASCII', async () => {
    const given = 'pass phrases: four score & \u00fcber \u{1f511} zw\u00f6lf'
    const [, old] = await rotated(given)
    expect(KeyRing.from(old).exportFor('session')).toEqual(KeyRing.from(given).exportFor('session'))
  })

  it('are read by a shell and by node out of the line that is printed', async () => {
    const { stdout } = await type('rotate', { env: { SESSION_KEYS: SECRET } })
    const [shell, node] = [READERS['a shell']?.(stdout), READERS['node --env-file']?.(stdout)]
    expect(JSON.parse(shell ?? '').keys).toHaveLength(2)
    expect(node).toBe(shell)
  })

  it('are read by a shell and by node if a JWK has an apostrophe in it', async () => {
    const jwk = { ...OLD, 'x-owner': "the team's $HOME" }
    const { stdout } = await type('rotate', { env: { SESSION_KEYS: JSON.stringify(jwk) } })
    for (const reader of ['a shell', 'node --env-file']) {
      expect(JSON.parse(READERS[reader]?.(stdout) ?? '').keys[1]).toMatchObject(jwk)
    }
  })

  it('are read by docker out of the JSON, which has no quotation marks around it', async () => {
    const { stdout } = await type('rotate --json', { env: { SESSION_KEYS: SECRET } })
    expect(JSON.parse(READERS['docker --env-file']?.(`SESSION_KEYS=${stdout}`) ?? '').keys).toHaveLength(2)
  })
})

describe('sealed-session rotate says on stderr', () => {
  it('what to do, and until when each key opens', async () => {
    const keys = { keys: [OLD, { ...OLDER, revoked: true }, { ...OLDEST, exp: START }] }
    const { stderr } = await type('rotate', { env: { SESSION_KEYS: JSON.stringify(keys) } })
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(/^Key [\w-]{8} seals from 2026-01-01T01:00:00Z: have every instance know it by then\.$/),
      'Key old opens until 2026-01-08T01:00:00Z.',
      'Key older is revoked.',
      'Left out, as ended: 1.',
      '',
    ])
  })
})

describe('sealed-session rotate refuses', () => {
  it('a time at which no key could seal', async () => {
    expect(await refusal({ keys: [{ ...OLD, exp: START + HOUR / 2 }] })).toBe(
      'sealed-session rotate: no present key may seal from 2026-01-01T00:30:00Z on: give a shorter --activate-in, so that the new key seals by then\n',
    )
    expect(
      await refusal({
        keys: [
          { ...OLD, revoked: START + 5 },
          { ...OLDER, exp: START + 9 },
        ],
      }),
    ).toMatch(/00:00:09Z/)
    const [, old] = await rotated({ keys: [{ ...OLD, exp: START + HOUR / 2 }] }, ' --activate-in 29m')
    expect(old.exp).toBe(START + HOUR / 2)
  })

  it('keys of which none may seal now', async () => {
    expect(await refusal({ keys: [{ ...OLD, exp: START }] })).toMatch(
      /may seal now: put the line that sealed-session keygen prints/,
    )
    expect(await refusal({ keys: [{ ...OLD, nbf: START + 1 }] })).toMatch(/may seal now/)
  })

  it('a key beside a pending one that would take over from it', async () => {
    const keys = { keys: [{ ...OLDER, nbf: START + 2 * HOUR }, OLD] }
    expect(await refusal(keys)).toBe(
      'sealed-session rotate: key older is pending already and would take over from the new one at ' +
        '2026-01-01T02:00:00Z: give a longer --activate-in, or take that key out first\n',
    )
    expect(await refusal(keys, ' --activate-in 2h')).toMatch(/pending already/)
    const [added, ...rest] = await rotated(keys, ' --activate-in 3h')
    expect(added.nbf).toBe(START + 3 * HOUR)
    expect(rest.map(({ kid }) => kid)).toEqual(['older', 'old'])
    expect((await rotated({ keys: [{ ...OLDER, nbf: START + 2 * HOUR, revoked: true }, OLD] }))[0].nbf).toBe(
      START + HOUR,
    )
  })

  it('a value that is not a duration', async () => {
    expect(await refusal([SECRET], ' --activate-in soon')).toMatch(/--activate-in is not a duration of at least/)
    expect(await refusal([SECRET], ' --absolute-timeout 0')).toMatch(/--absolute-timeout is not a duration/)
    const [added] = await rotated(SECRET, ' --activate-in 1800000')
    expect(added.nbf).toBe(START + HOUR / 2)
  })

  it('keys that an app would refuse', async () => {
    expect(await refusal([SECRET, SECRET])).toMatch(/two keys have the kid/)
    expect(await refusal({ keys: [] })).toMatch(/keys is empty/)
    expect(await refusal([SECRET.slice(1)])).toMatch(/has 31 bytes/)
  })
})
