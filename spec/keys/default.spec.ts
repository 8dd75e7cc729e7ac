import { beforeEach, describe, expect, it, vi } from 'vitest'
import { defaultKeys } from '../../lib/keys/default.js'
import { KeyRing } from '../../lib/keys/ring.js'
import { OTHER_SECRET, SECRET } from '../support/secrets.js'
import { catchWarnings } from '../support/warnings.js'

const warnings = catchWarnings()
const COMMAND = 'npx sealed-session keygen --write .env, and start with node --env-file=.env'
const NOW = Date.now() / 1000

describe('with SESSION_KEYS', () => {
  it.each([true, false])('a ring has the keys of SESSION_KEYS, without a warning (in production: %s)', (production) => {
    expect(defaultKeys(SECRET, production).active(NOW)?.kid).toBe('jrR5-AZ_')
    expect(warnings.codes()).toEqual([])
  })

  it('SESSION_KEYS may be JSON: a JWK Set, or an array with the newest first', () => {
    const k = Buffer.from(SECRET).toString('base64url')
    expect(defaultKeys(JSON.stringify({ keys: [{ kty: 'oct', kid: 'env', k }] }), true).active(NOW)?.kid).toBe('env')
    const ring = defaultKeys(JSON.stringify([SECRET, OTHER_SECRET]), true)
    expect(ring.active(NOW)?.kid).toBe('jrR5-AZ_')
    expect(ring.find('eCygIECz', NOW)).toBeDefined()
  })

  it('an empty or weak SESSION_KEYS is refused, even in development', () => {
    for (const [environment, command] of [
      ['', COMMAND],
      ['changeme', 'npx sealed-session keygen'],
    ] as const) {
      expect(() => defaultKeys(environment, false)).toThrow(
        expect.objectContaining({ code: 'ERR_SESSION_KEYS', message: expect.stringContaining(command) }),
      )
    }
  })
})

describe('without SESSION_KEYS, in production', () => {
  it('is refused, with the two ways to give keys and the command that makes one', () => {
    expect(() => defaultKeys(undefined, true)).toThrow(
      expect.objectContaining({
        code: 'ERR_SESSION_KEYS',
        message: `no keys: set SESSION_KEYS, or keys in session({ keys }); run ${COMMAND}`,
      }),
    )
    expect(warnings.codes()).toEqual([])
  })
})

describe('without SESSION_KEYS, in development', () => {
  beforeEach(() => vi.resetModules())

  it('is a random key, with a warning that says what that means and what to do', () => {
    expect(defaultKeys(undefined, false)).toBeInstanceOf(KeyRing)
    expect(warnings.codes()).toEqual(['SESSION_WARN_KEYS'])
    expect(warnings.messages()[0]).toContain('every restart ends all sessions')
    expect(warnings.messages()[0]).toContain('set SESSION_KEYS')
    expect(warnings.messages()[0]).toContain(COMMAND)
  })

  it('is the same key for every middleware of the process, with one warning', () => {
    expect(defaultKeys(undefined, false)).toBe(defaultKeys(undefined, false))
    expect(warnings.codes()).toHaveLength(1)
  })

  it('is another key in the next process', async () => {
    const kid = defaultKeys(undefined, false).active(NOW)?.kid
    const { defaultKeys: restarted } = await import('../../lib/keys/default.js')
    expect(restarted(undefined, false).active(NOW)?.kid).not.toBe(kid)
  })

  it('has a key that is nowhere in the warning', () => {
    const { k } = defaultKeys(undefined, false).exportFor('session').keys[0] ?? { k: '' }
    expect(k).toHaveLength(43)
    expect(warnings.messages().join()).not.toContain(k)
  })
})
