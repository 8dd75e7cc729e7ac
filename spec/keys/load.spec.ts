import { createHash, generateKeyPairSync } from 'node:crypto'
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type KeyInput, type KeyLoader, KeyRing, keysFromFile } from '../../lib/index.js'
import { forgetWarnings } from '../../lib/warnings.js'
import { at, DAY, START, startClock, stopClock } from '../support/clock.js'
import { OTHER_SECRET, SECRET, THIRD_SECRET } from '../support/secrets.js'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  vi.setSystemTime(START * 1000)
  forgetWarnings()
})
afterEach(() => {
  vi.useRealTimers()
})

const rings: KeyRing[] = []
afterEach(() => {
  for (const ring of rings.splice(0)) ring.close()
})

async function load(...args: Parameters<typeof KeyRing.load>): Promise<KeyRing> {
  const ring = await KeyRing.load(...args)
  rings.push(ring)
  return ring
}

/** A loader that answers in turn, and with the last answer from then on. */
function answering(...answers: (KeyInput | Error)[]): KeyLoader & { calls: number } {
  const loader = async () => {
    const answer = answers[Math.min(loader.calls++, answers.length - 1)] as KeyInput | Error
    if (answer instanceof Error) throw answer
    return answer
  }
  loader.calls = 0
  return loader
}

function nowInSeconds(): number {
  return Date.now() / 1000
}

function sealsWith(ring: KeyRing): string | undefined {
  return ring.active(nowInSeconds())?.kid
}

const minutes = (count: number) => vi.advanceTimersByTimeAsync(count * 60_000)
const KID = KeyRing.from(SECRET).active(START)?.kid as string
const OTHER_KID = KeyRing.from(OTHER_SECRET).active(START)?.kid as string

const oct = (secret: string) => ({ kty: 'oct' as const, k: Buffer.from(secret).toString('base64url') })

describe('a ring that is loaded', () => {
  it('has the keys that the loader returns, in any form', async () => {
    expect(sealsWith(await load(async () => SECRET))).toBe(KID)
    expect(sealsWith(await load(() => [OTHER_SECRET, SECRET]))).toBe(OTHER_KID)
  })

  it('is not made of keys that cannot be used', async () => {
    await expect(KeyRing.load(async () => 'short')).rejects.toMatchObject({ code: 'ERR_SESSION_KEYS' })
    const pending = { kty: 'oct', k: Buffer.from(SECRET).toString('base64url'), nbf: START + DAY } as const
    await expect(KeyRing.load(async () => pending)).rejects.toMatchObject({ code: 'ERR_SESSION_KEYS' })
  })

  it('is not made at all when the first load fails, whose error is passed on', async () => {
    const error = new Error('the vault is sealed')
    await expect(KeyRing.load(answering(error))).rejects.toBe(error)
  })

  it('needs a function, and a refresh that is a duration', async () => {
    await expect(KeyRing.load(() => SECRET, { onError: 'log' as never })).rejects.toMatchObject({
      code: 'ERR_SESSION_OPTIONS',
      message: 'onError of KeyRing.load() must be a function',
    })
    await expect(KeyRing.load(() => Promise.reject())).rejects.toMatchObject({
      code: 'ERR_SESSION_KEYS',
      message: expect.stringContaining('throw an Error'),
    })
    await expect(KeyRing.load(SECRET as never)).rejects.toMatchObject({
      code: 'ERR_SESSION_KEYS',
      message: expect.stringMatching(/needs a function that returns keys: call KeyRing\.load\(async \(\) => keys\)$/),
    })
    await expect(KeyRing.load(() => SECRET, { refresh: 'often' })).rejects.toMatchObject({
      code: 'ERR_SESSION_OPTIONS',
      message: expect.stringMatching(/^refresh is not a duration/),
    })
  })

  it('loads the keys again after every refresh', async () => {
    const loader = answering(SECRET, [OTHER_SECRET, SECRET], [OTHER_SECRET])
    const ring = await load(loader, { refresh: '5m' })
    await minutes(5)
    expect(sealsWith(ring)).toBe(OTHER_KID)
    expect(ring.find(KID, nowInSeconds())).toBeDefined()
    await minutes(5)
    expect(loader.calls).toBe(3)
    expect(ring.find(KID, nowInSeconds())).toBeUndefined()
  })

  it('does not load again on its own without a refresh', async () => {
    const loader = answering(SECRET)
    await load(loader)
    await minutes(60)
    expect(loader.calls).toBe(1)
  })

  it.each([
    ['fails', new Error('the vault is down')],
    ['returns keys that cannot be used', 'short'],
    ['returns none that may seal', { keys: [] }],
  ])('stays as it was when the loader %s, says so, and tries again', async (_how, answer) => {
    const onError = vi.fn()
    const ring = await load(answering(SECRET, answer, OTHER_SECRET), { refresh: '5m', onError })
    await minutes(5)
    expect(sealsWith(ring)).toBe(KID)
    expect(onError).toHaveBeenCalledTimes(1)
    if (answer instanceof Error) expect(onError).toHaveBeenCalledWith(answer)
    await minutes(5)
    expect(sealsWith(ring)).toBe(OTHER_KID)
  })

  it('opens nothing with a key that was revoked, also when none of the new keys may seal yet', async () => {
    const jwk = (secret: string, times: object) => ({
      kty: 'oct' as const,
      k: Buffer.from(secret).toString('base64url'),
      ...times,
    })
    const next = jwk(OTHER_SECRET, { nbf: START + DAY })
    const onError = vi.fn()
    const ring = await load(
      answering([SECRET, THIRD_SECRET], {
        keys: [next, jwk(SECRET, { revoked: true }), jwk(THIRD_SECRET, { exp: START })],
      }),
      { refresh: '1m', onError },
    )
    await minutes(1)
    expect(onError).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'ERR_SESSION_KEYS' }))
    expect(ring.find(KID, nowInSeconds())).toBeUndefined()
    // Nobody has said that the others have leaked, so they stay as they were, and what is new is not known yet.
    const THIRD_KID = KeyRing.from(THIRD_SECRET).active(START)?.kid as string
    expect([sealsWith(ring), ring.find(OTHER_KID, nowInSeconds())]).toEqual([THIRD_KID, undefined])
    expect(ring.find(THIRD_KID, nowInSeconds())).toBeDefined()
  })

  it.each<[string, (leaked: object) => KeyInput]>([
    ['beside one that is malformed', (leaked) => ({ keys: [{ kty: 'oct', k: '!' }, leaked] }) as never],
    ['beside one that is too weak', (leaked) => ['short', leaked] as never],
    ['in a set with the same kid twice', (leaked) => [OTHER_SECRET, OTHER_SECRET, leaked] as never],
    ['in JSON text', (leaked) => JSON.stringify({ keys: [{ kty: 'RSA' }, leaked] })],
  ])('opens nothing with a key that was revoked %s, though the set cannot be used', async (_where, set) => {
    const leaked = { kty: 'oct', k: Buffer.from(SECRET).toString('base64url'), kid: 'another', revoked: true }
    const onError = vi.fn()
    for (const kid of ['another', KID]) {
      const ring = await load(answering([SECRET, THIRD_SECRET], set({ ...leaked, kid })), { refresh: '1m', onError })
      await minutes(1)
      // By its kid, or, where it has another name in the set, because it is the same secret.
      expect(ring.find(KID, nowInSeconds())).toBeUndefined()
      expect(sealsWith(ring)).toBe(KeyRing.from(THIRD_SECRET).active(START)?.kid)
    }
    expect(onError).toHaveBeenCalledWith(expect.objectContaining({ code: 'ERR_SESSION_KEYS' }))
  })

  it.each<[string, object]>([
    ['its secret was taken out', { kty: 'oct', kid: 'leaked', revoked: true }],
    ['it is no more than a name', { kid: 'leaked', revoked: true }],
    ['the time is in milliseconds', { ...oct(SECRET), kid: 'leaked', revoked: START * 1000 }],
    ['it has another name, and a time that is text', { ...oct(SECRET), kid: 'other', revoked: 'true' }],
  ])('opens nothing with a revoked key, and seals with the new one, though %s', async (_how, entry) => {
    const onError = vi.fn()
    const old = { keys: [{ ...oct(SECRET), kid: 'leaked' }] }
    const ring = await load(answering(old as never, [oct(OTHER_SECRET), entry] as never), { refresh: '1m', onError })
    await minutes(1)
    expect(ring.find('leaked', nowInSeconds())).toBeUndefined()
    expect(sealsWith(ring)).toBe(OTHER_KID)
    expect(onError).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'ERR_SESSION_KEYS' }))
  })

  it('revokes a key that a set only names, even if the other keys of the set cannot be used', async () => {
    const old = { keys: [{ ...oct(SECRET), kid: 'leaked' }, oct(THIRD_SECRET)] }
    const set = ['short', { kid: 'leaked', revoked: true }, { kid: 7, revoked: true }]
    const ring = await load(answering(old as never, set as never), { refresh: '1m', onError: () => {} })
    await minutes(1)
    expect(ring.find('leaked', nowInSeconds())).toBeUndefined()
    expect(sealsWith(ring)).toBe(KeyRing.from(THIRD_SECRET).active(START)?.kid)
  })

  it.each<[string, (entry: object) => unknown]>([
    ['beside one that cannot be used', (entry) => ['short', entry]],
    ['in sets in an array', (entry) => [{ keys: [entry] }, 'short']],
    ['in JSON text in an array', (entry) => [JSON.stringify({ keys: [entry] }), 'short']],
    ['in a set whose keys stand under names', (entry) => ({ keys: { old: entry } })],
  ])('takes of a refused set only what it revokes, and when, %s', async (_where, set) => {
    // Another secret and other times under a known name: whoever wrote this set has made a mistake.
    const entry = { ...oct(OTHER_SECRET), kid: 'known', nbf: START + DAY, revoked: START + 120 }
    const old = { keys: [{ ...oct(SECRET), kid: 'known' }] }
    const ring = await load(answering(old as never, set(entry) as never), { refresh: '1m', onError: () => {} })
    await minutes(1)
    const known = ring.find('known', nowInSeconds())
    expect(known?.thumbprint()).toBe(KeyRing.from(SECRET).active(START)?.thumbprint())
    expect(known?.times).toEqual({ revoked: START + 120 })
    await minutes(1)
    expect(ring.find('known', nowInSeconds())).toBeUndefined()
  })

  it('takes the earlier of the times at which a key is revoked by its name and by its secret', async () => {
    const old = { keys: [{ ...oct(SECRET), kid: 'known' }, oct(THIRD_SECRET)] }
    const set = ['short', { kid: 'known', revoked: START + 600 }, { ...oct(SECRET), kid: 'x', revoked: START + 90 }]
    const ring = await load(answering(old as never, set as never), { refresh: '1m', onError: () => {} })
    await minutes(1)
    expect(ring.find('known', START + 89)).toBeDefined()
    expect(ring.find('known', START + 90)).toBeUndefined()
  })

  it.each<[string, object]>([
    ['has no secret', { kty: 'oct', kid: 'known', revoked: START + DAY }],
    ['has an alg', { ...oct(SECRET), kid: 'known', alg: 'dir', revoked: START + DAY }],
  ])('keeps a key in use that a set revokes later, though its entry %s', async (_how, entry) => {
    const old = { keys: [{ ...oct(SECRET), kid: 'known' }] }
    const ring = await load(answering(old as never, [oct(OTHER_SECRET), entry] as never), {
      refresh: '1m',
      onError: () => {},
    })
    await minutes(1)
    expect(ring.find('known', nowInSeconds())).toBeDefined()
    expect(ring.find('known', START + DAY)).toBeUndefined()
  })

  it.each<[string, unknown, number | undefined]>([
    ['a date', new Date((START + 600) * 1000).toISOString(), START + 600],
    ['milliseconds', (START + 600) * 1000, START + 600],
    ['a number in text', String(START + 600), START + 600],
    ['no', 'no', undefined],
    ['False', 'False', undefined],
    ['nothing', '', undefined],
  ])('reads when a refused set revokes a key also where it says so as %s', async (_how, revoked, at) => {
    const old = { keys: [{ ...oct(SECRET), kid: 'known' }] }
    const set = ['short', { ...oct(SECRET), kid: 'known', revoked }]
    const ring = await load(answering(old as never, set as never), { refresh: '1m', onError: () => {} })
    await minutes(1)
    expect(ring.find('known', nowInSeconds())?.times).toEqual(at === undefined ? {} : { revoked: at })
  })

  it('refuses options that it does not have, as a misspelled one would leave the keys as they are', async () => {
    await expect(load(answering(SECRET), { refersh: '1m' } as never)).rejects.toMatchObject({
      code: 'ERR_SESSION_OPTIONS',
      message: 'unknown option "refersh" of KeyRing.load(): leave it out, or set "refresh" or "onError"',
    })
  })

  it('refuses a key that a set only names when the app starts', async () => {
    await expect(load(answering([oct(SECRET), { kid: 'leaked', revoked: true }] as never))).rejects.toMatchObject({
      code: 'ERR_SESSION_KEYS',
    })
  })

  it('does not call a loader again that has left two calls unanswered', async () => {
    const onError = vi.fn()
    let calls = 0
    await load(() => (++calls === 1 ? SECRET : new Promise<string>(() => {})), { refresh: '1m', onError })
    await minutes(20)
    expect(calls).toBe(3)
    expect(onError).toHaveBeenLastCalledWith(
      expect.objectContaining({
        message: expect.stringMatching(/not answered 2 calls.*: give it a timeout$/),
      }),
    )
  })

  it('gives up on a loader that does not answer, and asks it again', async () => {
    const onError = vi.fn()
    let calls = 0
    const loader = () => (++calls === 2 ? new Promise<string>(() => {}) : calls === 1 ? SECRET : OTHER_SECRET)
    const ring = await load(loader, { refresh: '5m', onError })
    await minutes(5.5)
    expect(onError).toHaveBeenCalledWith(expect.objectContaining({ message: expect.stringContaining('30 seconds') }))
    await minutes(5)
    expect(sealsWith(ring)).toBe(OTHER_KID)
  })

  it('warns once, without the error, when there is no onError, or onError throws', async () => {
    const warnings = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    await load(answering(SECRET, new Error(`no access with ${OTHER_SECRET}`)), { refresh: '1m' })
    const onError = () => {
      throw new Error('in the listener')
    }
    await load(answering(SECRET, new Error('down')), { refresh: '1m', onError })
    await load(answering(SECRET, new Error('down')), { refresh: '1m', onError: async () => onError() })
    await minutes(3)
    expect(warnings).toHaveBeenCalledTimes(1)
    expect(warnings.mock.calls[0]).toEqual([
      expect.stringMatching(/so they may be out of date: look at it with .*, where onError does not throw$/),
      { type: 'SessionWarning', code: 'SESSION_WARN_KEY_LOADING' },
    ])
    expect(String(warnings.mock.calls)).not.toContain(OTHER_SECRET)
  })

  it.each([
    ['nobody listens', undefined],
    [
      'the listener throws',
      () => {
        throw new Error('in the listener')
      },
    ],
    ['the listener rejects', async () => Promise.reject(new Error('in the listener'))],
  ])('warns when %s', async (_who, onError) => {
    const warnings = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    await load(answering(SECRET, new Error('down')), { refresh: '1m', onError })
    await minutes(1)
    expect(warnings).toHaveBeenCalledTimes(1)
  })

  it.each([[undefined], [7], [Promise.resolve()]])('does not warn when the listener returns %j', async (returned) => {
    const warnings = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    await load(answering(SECRET, new Error('down')), { refresh: '1m', onError: () => returned as undefined })
    await minutes(3)
    expect(warnings).not.toHaveBeenCalled()
  })

  it('says with a code that a loader took too long', async () => {
    const onError = vi.fn()
    let calls = 0
    await load(() => (++calls === 1 ? SECRET : new Promise<string>(() => {})), { refresh: '1m', onError })
    await minutes(1.5)
    expect(onError).toHaveBeenCalledWith(expect.objectContaining({ code: 'ERR_SESSION_KEYS' }))
  })

  it('does not call a loader again while a call is unanswered', async () => {
    let calls = 0
    const ring = await load(() => (++calls === 1 ? SECRET : new Promise<string>(() => {})), { refresh: '1m' })
    await minutes(1)
    expect(calls).toBe(2)
    ring.find('made-up', nowInSeconds())
    await minutes(0.1)
    expect(calls).toBe(2)
  })

  it('keeps the process alive until the first answer, as an app waits for it, and not for later ones', async () => {
    const timers = vi.spyOn(globalThis, 'setTimeout')
    const waits = () => timers.mock.results.at(-1)?.value.hasRef()
    const first = KeyRing.load(() => new Promise(() => {}))
    expect(waits()).toBe(true)
    await Promise.all([expect(first).rejects.toMatchObject({ code: 'ERR_SESSION_KEYS' }), minutes(1)])
    let calls = 0
    await load(() => (calls++ === 0 ? SECRET : new Promise<never>(() => {})), { refresh: '5m' })
    await minutes(5)
    expect(calls).toBe(2)
    expect(waits()).toBe(false)
  })

  it('leaves no timer without a refresh, or once it is closed', async () => {
    await load(answering(SECRET))
    expect(vi.getTimerCount()).toBe(0)
    const ring = await load(answering(SECRET), { refresh: '1m' })
    expect(vi.getTimerCount()).toBe(1)
    ring.close()
    expect(vi.getTimerCount()).toBe(0)
  })

  it("waits no longer than Node's timers can, as longer ones would run at once", async () => {
    const timers = vi.spyOn(globalThis, 'setTimeout')
    await load(answering(SECRET), { refresh: '60d' })
    expect(timers.mock.lastCall?.[1]).toBe(2_147_483_647)
  })

  it('is loaded again for an unknown key once the 10 seconds have passed', async () => {
    const loader = answering(SECRET)
    const ring = await load(loader)
    ring.find('made-up', nowInSeconds())
    await vi.advanceTimersByTimeAsync(9000)
    ring.find('made-up', nowInSeconds())
    expect(loader.calls).toBe(2)
    await vi.advanceTimersByTimeAsync(1000)
    ring.find('made-up', nowInSeconds())
    expect(loader.calls).toBe(3)
  })

  it('is loaded at once for an unknown key when the clock was set back, and throttled from then on', async () => {
    const loader = answering(SECRET)
    const ring = await load(loader)
    ring.find('made-up', nowInSeconds())
    await minutes(0)
    expect(loader.calls).toBe(2)
    vi.setSystemTime((START - DAY) * 1000)
    ring.find('made-up', nowInSeconds())
    await vi.advanceTimersByTimeAsync(9000)
    ring.find('made-up', nowInSeconds())
    expect(loader.calls).toBe(3)
    await vi.advanceTimersByTimeAsync(1000)
    ring.find('made-up', nowInSeconds())
    expect(loader.calls).toBe(4)
  })

  it('is loaded again when a cookie names an unknown key, and the request does not wait for it', async () => {
    const loader = answering(SECRET, [SECRET, OTHER_SECRET])
    const ring = await load(loader)
    expect(ring.find(OTHER_KID, nowInSeconds())).toBeUndefined()
    await minutes(0)
    expect(ring.find(OTHER_KID, nowInSeconds())).toBeDefined()
    expect(loader.calls).toBe(2)
  })

  it('is loaded at most every 10 seconds, however many cookies name unknown keys', async () => {
    const loader = answering(SECRET)
    const ring = await load(loader)
    for (let second = 0; second < 30; second++) {
      for (let cookie = 0; cookie < 100; cookie++) ring.find(`made-up-${cookie}`, nowInSeconds())
      await vi.advanceTimersByTimeAsync(1000)
    }
    expect(loader.calls).toBe(1 + 3)
  })

  it('is not loaded again once it is closed, and stays in use', async () => {
    const loader = answering(SECRET, OTHER_SECRET)
    const ring = await load(loader, { refresh: '1m' })
    ring.close()
    ring.find('made-up', nowInSeconds())
    await minutes(5)
    expect(loader.calls).toBe(1)
    expect(sealsWith(ring)).toBe(KID)
  })

  it('ignores keys that arrive after it was closed, without an error', async () => {
    const warnings = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    let answer: (keys: string) => void = () => {}
    let calls = 0
    const loader = () => (++calls === 1 ? SECRET : new Promise<string>((resolve) => (answer = resolve)))
    const ring = await load(loader, { refresh: '1m' })
    await minutes(1)
    ring.close()
    answer(OTHER_SECRET)
    await minutes(1)
    expect(sealsWith(ring)).toBe(KID)
    expect([calls, warnings.mock.calls, vi.getTimerCount()]).toEqual([2, [], 0])
  })
})

describe('keys from a file', () => {
  let folder: string
  beforeEach(async () => {
    vi.useRealTimers()
    stopClock()
    folder = await mkdtemp(join(tmpdir(), 'sealed-session-keys-'))
  })
  afterEach(async () => {
    startClock()
    await rm(folder, { recursive: true })
  })

  /** As kubelet does it: a new folder, and a link to it that takes the place of the old one in one step. */
  async function mount(version: string, content: string): Promise<void> {
    await mkdir(join(folder, version))
    await writeFile(join(folder, version, 'jwks.json'), content)
    await symlink(version, join(folder, '..data_tmp'))
    await rename(join(folder, '..data_tmp'), join(folder, '..data'))
  }

  it('are a secret, whatever white space an editor has left around it', async () => {
    await writeFile(join(folder, 'secret'), `${SECRET}\n`)
    expect(sealsWith(await load(keysFromFile(join(folder, 'secret'))))).toBe(KID)
  })

  it.each([
    ['a byte order mark before it', Buffer.from(`\ufeff${SECRET}\r\n`)],
    ['the line ends of Windows', Buffer.from(`${SECRET}\r\n`)],
  ])('are a secret with %s', async (_what, content) => {
    await writeFile(join(folder, 'secret'), content)
    expect(sealsWith(await load(keysFromFile(join(folder, 'secret'))))).toBe(KID)
  })

  it.each([
    ['random bytes', createHash('sha512').update('1').digest()],
    ['UTF-16', Buffer.from(`\ufeff${SECRET}`, 'utf16le')],
    ['UTF-16 in the other order', Buffer.from(`\ufeff${SECRET}`, 'utf16le').swap16()],
    ['Latin-1', Buffer.from(`${SECRET}\u00fc`, 'latin1')],
    ['UTF-16 without a byte order mark', Buffer.from(SECRET, 'utf16le')],
  ])('are refused if they are bytes that are not UTF-8: %s', async (_what, content) => {
    await writeFile(join(folder, 'secret'), content)
    const error = await load(keysFromFile(join(folder, 'secret'))).then(null, (reason) => reason)
    expect(error).toMatchObject({ code: 'ERR_SESSION_KEYS', message: expect.stringMatching(/UTF-16.*base64url/) })
    expect(error.message).not.toContain(SECRET.slice(0, 9))
  })

  it('are refused if they are a key pair in DER', async () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    await writeFile(join(folder, 'secret'), privateKey.export({ type: 'pkcs8', format: 'der' }))
    await expect(load(keysFromFile(join(folder, 'secret')))).rejects.toMatchObject({ code: 'ERR_SESSION_KEYS' })
  })

  it('are those of the newest version that Kubernetes has mounted', async () => {
    const jwks = (...secrets: string[]) =>
      JSON.stringify({ keys: secrets.map((one) => ({ kty: 'oct', k: Buffer.from(one).toString('base64url') })) })
    await mount('..2026_11_23', jwks(SECRET))
    await symlink(join('..data', 'jwks.json'), join(folder, 'jwks.json'))
    const ring = await load(keysFromFile(join(folder, 'jwks.json')))

    await mount('..2026_11_24', jwks(OTHER_SECRET, SECRET, THIRD_SECRET))
    at(60)
    ring.find(OTHER_KID, nowInSeconds())
    await vi.waitFor(() => expect(sealsWith(ring)).toBe(OTHER_KID))
    expect(ring.find(KID, nowInSeconds())).toBeDefined()
  })

  it('stay in use when the file is gone', async () => {
    const file = join(folder, 'secret')
    await writeFile(file, SECRET)
    const onError = vi.fn()
    const ring = await load(keysFromFile(file), { onError })
    await rm(file)
    ring.find('made-up', nowInSeconds())
    await vi.waitFor(() => expect(onError).toHaveBeenCalledWith(expect.objectContaining({ code: 'ENOENT' })))
    expect(sealsWith(ring)).toBe(KID)
  })
})
