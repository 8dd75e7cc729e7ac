import express from 'express'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import session, { KeyRing } from '../../lib/index.js'
import { cookiePurpose } from '../../lib/keys/ring.js'
import { hashSessionId } from '../../lib/token/claims.js'
import { seal } from '../../lib/token/jwe.js'
import { keysFor, type TokenKey } from '../../lib/token/key.js'
import { appWith } from '../support/app.js'
import { Browser } from '../support/browser.js'
import { at, DAY, HOUR, MINUTE, START, startClock, stopClock } from '../support/clock.js'
import { BoundBrowser } from '../support/device-browser.js'
import { DIRECT_GCM, tokenKeys } from '../support/keys.js'
import { serving } from '../support/raw.js'
import { OTHER_SECRET, SECRET } from '../support/secrets.js'
import { base64url, CLAIMS, plaintextOf, remade } from '../support/tokens.js'
import { type Ended, type Terminal, type } from './terminal.js'

type Any = any

const KID = tokenKeys().active(START)?.kid as string

/** Inspects what is piped in, with the keys of the tests. */
function inspected(input: string, options = '', terminal: Terminal = {}): Promise<Ended> {
  return type(`inspect${options}`, { input, env: { SESSION_KEYS: SECRET }, ...terminal })
}

/** The rows of a report by their labels. */
function rowsOf({ stdout }: Ended): Record<string, string> {
  return Object.fromEntries([...stdout.matchAll(/^(\w+) +(.*)$/gm)].map(([, label, text]) => [label, text]))
}

/** A token of the cookie `session`, sealed at `START`. */
function tokenOf(plaintext: string, name = 'session', keys: Any = SECRET): string {
  const active = tokenKeys(keys, name).active(START)
  if (active === undefined) throw new Error(`no key for ${cookiePurpose(name)}`)
  return seal(plaintext, active)
}

const TOKEN = tokenOf(plaintextOf({ user: 'Ada' }))

beforeEach(stopClock)
afterEach(startClock)

describe('sealed-session inspect shows', () => {
  it('that a token opens under no name that is longer than one of ours could be', async () => {
    const { code, stdout } = await inspected(`${'n'.repeat(2000)}=${TOKEN}`)
    expect(code).toBe(1)
    expect(rowsOf({ code, stdout, stderr: '' })['verdict']).toMatch(/^rejected as tampered/)
  })

  it('what is in a cookie, and that it would be accepted', async () => {
    const { code, stdout, stderr } = await inspected(`__Host-Http-session=${TOKEN}\n`)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toBe(`\
cookie   __Host-Http-session
bytes    ${19 + TOKEN.length} of 4093, ${4074 - TOKEN.length} left
header   alg dir, enc A256GCM, kid ${KID}
key      active
opens    yes
verdict  accepted
session  ${hashSessionId(CLAIMS.sid)} (as in events)
created  2026-01-01T00:00:00Z (sat)
sealed   2026-01-01T00:00:00Z (iat)
ends     2026-01-02T00:00:00Z (exp)
  user          18  #
  (the rest)   ${19 + TOKEN.length - 18}  ##
`)
  })

  it('what each top-level key costs as a bar against the limit, the largest first', async () => {
    const data = { small: 1, large: 'x'.repeat(1500), 'two words': ['y'.repeat(300)], gone: undefined }
    const { stdout } = await inspected(tokenOf(plaintextOf(data)))
    const bars = [...stdout.matchAll(/^ {2}(\S.*?) +(\d+) {2}(#+)$/gm)].map(([, key, bytes, bar]) => [
      key,
      bytes,
      bar?.length,
    ])
    expect(bars).toEqual([
      ['large', '2015', 20],
      ['["two words"]', '423', 4],
      ['small', '14', 1],
      ['(the rest)', expect.any(String), expect.any(Number)],
    ])
    const { bytes = '' } = rowsOf({ stdout } as Ended)
    expect(bars.reduce((sum, [, cost]) => sum + Number(cost), 0)).toBe(Number(bytes.split(' ')[0]))
  })

  it('that a cookie is too large for a browser', async () => {
    const token = tokenOf(plaintextOf({ large: 'x'.repeat(2900) }))
    const { bytes } = rowsOf(await inspected(`session=${token}`))
    expect(bytes).toBe(`${token.length + 7} of 4093, ${token.length + 7 - 4093} too many: browsers drop it`)
  })

  it('that a cookie is too large for an app by default, though browsers take it', async () => {
    const tokens = Array.from({ length: 100 }, (_, more) => tokenOf(plaintextOf({ large: 'x'.repeat(2800 + more) })))
    const token = tokens.find(({ length }) => length + 7 > 4093) ?? ''
    expect(token.length + 7).toBeLessThanOrEqual(4096)
    const { bytes } = rowsOf(await inspected(`session=${token}`))
    expect(bytes).toBe(
      `${token.length + 7} of 4093, ${token.length + 7 - 4093} too many, unless the app has a larger sizeLimit`,
    )
  })

  it('that an unused session may have been used since, as its companion says', async () => {
    const { verdict } = rowsOf(await inspected(`session=${TOKEN}`, ' --idle-timeout 1h', { now: START + 3600 }))
    expect(verdict).toMatch(
      /^rejected as idle: it was sealed longer ago than .*--idle-timeout.* \.seen cookie .*: inspect that as well$/,
    )
  })

  it('no session by timeouts that contradict each other, and names its own options', async () => {
    const { code, stderr } = await inspected(`session=${TOKEN}`, ' --idle-timeout 8d')
    expect([code, stderr]).toEqual([
      2,
      'sealed-session inspect: --idle-timeout is longer than --absolute-timeout (7d): shorten the first, or raise the second\n',
    ])
  })

  it("a session's own idle timeout", async () => {
    const ending = (ttl: number) => inspected(tokenOf(plaintextOf({}, { ...CLAIMS, ttl })))
    expect(rowsOf(await ending(1800))).toMatchObject({ ttl: 'an idle timeout of its own: 30m' })
    expect(rowsOf(await ending(0))).toMatchObject({ ttl: 'the cookie ends with the browser' })
  })

  it('a time beyond all dates as never', async () => {
    const token = tokenOf(plaintextOf({}, { ...CLAIMS, exp: Number.MAX_SAFE_INTEGER }))
    expect(rowsOf(await inspected(token))).toMatchObject({ ends: 'never (exp)', verdict: 'accepted' })
  })

  it('no character that would move the cursor or fake a line', async () => {
    const data = { 'a\n\u001b[31mb': 1, 'c\u009b31md': 1, '\u202eabc': 1, 'line\u2028end': 1, 'gr\u00f6\u00dfe': 1 }
    const header = { alg: 'dir', enc: 'A256GCM', kid: '\u009b2J\u2028', 'x\u001b[2J': 1 }
    for (const input of [
      tokenOf(plaintextOf(data)),
      remade(TOKEN, ([, ...rest]) => [base64url(JSON.stringify(header)), ...rest]),
    ]) {
      const { stdout } = await inspected(input)
      expect(stdout).not.toMatch(/[^\P{C}\n]|[\u2028\u2029]/u)
    }
    expect((await inspected(tokenOf(plaintextOf(data)))).stdout).toMatch(/^ {2}\["gr\u00f6\u00dfe"\] +\d+ {2}#$/m)
  })

  it('of an unknown header member its size, as it may repeat a claim', async () => {
    const header = { alg: 'dir', enc: 'A256GCM', kid: 'k', zip: 'DEF', sub: 'ada@example.org', iat: START }
    const token = remade(TOKEN, ([, ...rest]) => [base64url(JSON.stringify(header)), ...rest])
    expect(rowsOf(await inspected(token))).toMatchObject({
      header: 'alg dir, enc A256GCM, kid k, zip DEF, sub (17 bytes), iat 2026-01-01T00:00:00Z',
    })
  })
})

describe('sealed-session inspect, of a companion and a logout guard,', () => {
  const tokenFor = (purpose: string, audience?: string) => {
    const keys = keysFor(KeyRing.from(SECRET), purpose, { ...DIRECT_GCM, audience })
    return seal(plaintextOf({}, CLAIMS), keys.active(START) as TokenKey)
  }

  it.each([
    ['.seen', 'seen/session'],
    ['.ended', 'ended/session'],
  ])('opens session%s with the keys of %s', async (suffix, purpose) => {
    for (const prefix of ['', '__Host-Http-']) {
      const { code, stdout } = await inspected(`${prefix}session${suffix}=${tokenFor(purpose)}`)
      expect(code).toBe(0)
      expect(stdout).toMatch(/^verdict {2}accepted$/m)
    }
    const staging = await inspected(`session${suffix}=${tokenFor(purpose, 'staging')}`, ' --audience staging')
    expect(rowsOf(staging)).toMatchObject({ cookie: `session${suffix}`, verdict: 'accepted' })
    for (const other of [TOKEN, tokenFor(purpose, 'staging'), tokenFor('seen/other')]) {
      expect(rowsOf(await inspected(`session${suffix}=${other}`))['verdict']).toMatch(/^rejected as tampered/)
    }
  })
})

describe('sealed-session inspect, of a session that is bound to a device,', () => {
  const app = express()
  app.set('trust proxy', true)
  app.use(session({ keys: SECRET, deviceBound: true }))
  app.post('/login/ada', (req: Any, res) => res.json((req.session.user = 'Ada')))
  app.get('/', (req: Any, res) => res.json(req.session.user ?? null))
  /** Its cookies, and the proof of before it named the key. */
  const bound = () =>
    serving(app as never, async (port) => {
      const browser = new BoundBrowser(port)
      await browser.bind()
      const first = browser.jar.get('__Host-session.bound')
      at(5 * MINUTE)
      await browser.refresh()
      return { cookies: browser.cookies, first }
    })

  it('says so, and that the app asks for its proof; the proof shows the same device, and until when it counts', async () => {
    const { cookies } = await bound()
    const [one, proof] = (await inspected(cookies, ' --at 2026-01-01T00:06:00Z')).stdout.split('\n\n') as [
      string,
      string,
    ]
    const [, device] =
      /^device +bound to (device [\w-]{16}): with deviceBound, the app asks for its proof/m.exec(one) ?? []
    expect(device).toBeDefined()
    expect(proof).toMatch(/^cookie +__Host-session\.bound\n/)
    const { kind, device: proved, ...rows } = rowsOf({ stdout: proof } as Ended)
    expect(kind).toContain('a proof: it says that a browser has the key of its device')
    expect(proved).toBe(`it proves ${device} (dev)`)
    expect(rows).toMatchObject({
      verdict: 'accepted',
      session: /^session +(.*)$/m.exec(one)?.[1],
      proved: '2026-01-01T00:05:00Z (iat)',
      ends: '2026-01-01T00:16:00Z (exp)',
    })
    expect(rows).not.toHaveProperty('created')
  })

  it('says of a proof that is over that it is, and of the first one when its key was registered', async () => {
    const { first } = await bound()
    const input = `__Host-session.bound=${first}`
    expect(rowsOf(await inspected(input, ' --at 2026-01-01T00:10:59Z'))).toMatchObject({ verdict: 'accepted' })
    const over = await inspected(input, ' --at 2026-01-01T00:11:00Z')
    expect([over.code, rowsOf(over)['verdict']]).toEqual([1, expect.stringMatching(/^rejected as expired/)])
    expect(await inspected(input)).toMatchObject({ stdout: expect.not.stringContaining('eyJ') })
  })

  it('explains a proof without a key of the app, too', async () => {
    const { first } = await bound()
    const { stdout } = await inspected(`__Host-session.bound=${first}`, '', { env: {} })
    expect(rowsOf({ stdout } as Ended)).toMatchObject({
      kind: expect.stringContaining('a proof'),
      verdict: expect.stringContaining('not opened, no keys'),
    })
  })

  it('says of a token that names no key that the app ignores it', async () => {
    const keys = keysFor(KeyRing.from(SECRET), 'bound/session', DIRECT_GCM)
    const token = seal(plaintextOf({}, CLAIMS), keys.active(START) as TokenKey)
    expect(rowsOf(await inspected(`session.bound=${token}`))['device']).toBe('none, so the app ignores it')
  })
})

describe('sealed-session inspect judges a token by itself, unlike the app:', () => {
  const app = session<Any>({ keys: SECRET })
  const browser = () =>
    new Browser(
      appWith((routes) => {
        routes.get('/login', (req: Any, res) => res.json((req.session.user = 'Ada')))
        routes.get('/logout', (req: Any, res) => res.json((req.session = null)))
        routes.get('/', (req: Any, res) => res.json(req.session.user ?? null))
      }),
    )
  const verdicts = ({ stdout }: Ended) => [...stdout.matchAll(/^verdict +(\w+(?: as \w+)?)/gm)].map(([, text]) => text)

  it('one that a companion keeps alive is idle', async () => {
    const ada = browser()
    await ada.get('/login')
    at(23 * HOUR)
    await ada.get('/')
    at(25 * HOUR)
    const cookie = [...ada.jar].map(([name, value]) => `${name}=${value}`).join('; ')
    expect(app.open({ headers: { cookie } }).session?.['user']).toBe('Ada')
    expect(verdicts(await inspected(cookie, ' --at 2026-01-02T01:00:00Z'))).toEqual(['rejected as idle', 'accepted'])
  })

  it('one that a logout guard names is accepted', async () => {
    const ada = browser()
    await ada.get('/login')
    const token = ada.jar.get('session')
    await ada.get('/logout')
    const cookie = `session=${token}; session.ended=${ada.jar.get('session.ended')}`
    expect(app.open({ headers: { cookie } }).rejected).toBe('ended')
    expect(verdicts(await inspected(cookie))).toEqual(['accepted', 'accepted'])
  })

  it('one that the schema of the app refuses is accepted', async () => {
    const { cookie } = app.seal({ user: 'Ada' })
    const strict = session({ keys: SECRET, schema: z.strictObject({}) })
    expect(strict.open({ headers: { cookie } }).rejected).toBe('schema')
    expect(verdicts(await inspected(cookie))).toEqual(['accepted'])
  })
})

describe('sealed-session inspect, where the app has an audience,', () => {
  const sealed = () => session<Any>({ keys: SECRET, audience: 'staging' }).seal({ user: 'Ada' }).value

  it('opens with it, and with no other', async () => {
    const value = sealed()
    expect(rowsOf(await inspected(value, ' --audience staging'))).toMatchObject({ opens: 'yes', verdict: 'accepted' })
    for (const options of ['', ' --audience production']) {
      const ended = await inspected(value, options)
      expect(ended.code).toBe(1)
      expect(rowsOf(ended)['verdict']).toMatch(/^rejected as tampered: .*\bor audience \(--audience\)/)
    }
    expect((await inspected(TOKEN, ' --audience staging')).code).toBe(1)
  })

  it('takes none that cannot be one', async () => {
    const { code, stdout, stderr } = await inspected(sealed(), ` --audience ${'x'.repeat(129)}`)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^sealed-session inspect: --audience must be 1 to 128 characters/)
    expect((await inspected(sealed(), ' --audience=')).stderr).toMatch(/--audience needs a value: --audience <text>$/m)
  })
})

describe('sealed-session inspect reads', () => {
  const foreign = 'theme=dark; _ga=GA1.2.3.4; flag'
  it.each([
    ['a cookie', `session=${TOKEN}`, 'session'],
    ['a bare token', TOKEN, 'session'],
    ['a Cookie header with several', `Cookie: ${foreign}; __Host-Http-session=${TOKEN}; z=1`, '__Host-Http-session'],
    ['the same without the name of the field', `${foreign}; __Host-Http-session=${TOKEN}; z=1`, '__Host-Http-session'],
    [
      'a Set-Cookie line',
      `Set-Cookie: __Secure-session=${TOKEN}; Max-Age=9; Path=/; HttpOnly; Secure`,
      '__Secure-session',
    ],
    [
      'the same without the name of the field',
      `session=${TOKEN}; Max-Age=9; Path=/; HttpOnly; SameSite=Lax`,
      'session',
    ],
    [
      'the head of a response',
      `HTTP/1.1 200 OK\r\nETag: "a.b.c.d.e"\r\nset-cookie: theme=dark\r\nset-cookie: session=${TOKEN}; Path=/\r\n\r\n<p>a.b.c.d.e`,
      'session',
    ],
    ['what curl -v says', `> GET / HTTP/1.1\n> Cookie: session=${TOKEN}\n< HTTP/1.1 200 OK\n`, 'session'],
  ])('%s', async (_what, input, name) => {
    const ended = await inspected(input)
    expect(rowsOf(ended)).toMatchObject({ cookie: name, verdict: 'accepted' })
    expect(ended.stdout.match(/^cookie/gm)).toHaveLength(1)
  })

  it('every token that it finds, and answers no unless all are accepted', async () => {
    const admin = tokenOf(plaintextOf({ role: 1 }), 'admin')
    const both = await inspected(`session=${TOKEN}; admin=${admin}`)
    expect(both.stdout.match(/^(?:cookie|verdict) .*/gm)).toEqual([
      'cookie   session',
      'verdict  accepted',
      'cookie   admin',
      'verdict  accepted',
    ])
    expect(both.code).toBe(0)
    expect((await inspected(`session=${TOKEN}; admin=${TOKEN}`)).code).toBe(1)
  })

  it('with --name the cookies of that name only, with a prefix or without', async () => {
    const admin = tokenOf(plaintextOf({ role: 1 }), 'admin')
    const ended = await inspected(`session=${TOKEN}; __Host-Http-admin=${admin}`, ' --name admin')
    expect(ended.stdout.match(/^cookie .*/gm)).toEqual(['cookie   __Host-Http-admin'])
    expect(ended.code).toBe(0)
    expect((await inspected(admin, ' --name __Host-Http-admin')).code).toBe(0)
    expect((await inspected(admin)).code).toBe(1)
  })

  it('a value that is no longer a token, if it has the name of the session', async () => {
    const { code, stdout } = await inspected('theme=dark; session=half.of')
    expect(code).toBe(1)
    expect(stdout).toMatch(/^verdict +rejected as malformed: it is cut off, changed, or of another library/m)
    expect(rowsOf(await inspected('Set-Cookie: session=; Max-Age=0; Path=/'))).toMatchObject({
      verdict: 'empty, which removes the cookie',
    })
  })

  it.each(['', 'theme=dark', 'Cookie: a=b', '; ; Path=/; Secure'])('no cookie out of %j', async (input) => {
    expect(await inspected(input)).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'sealed-session inspect: no such cookie on standard input: pipe in name=value, a Cookie or Set-Cookie line, or a token\n',
    })
  })

  it.each([
    ['a page without its head', '<!doctype html>\n<html lang=en><title>Hi</title>', /page of a response.*curl -si$/],
    ['a page in capitals', '\n\n<HTML><BODY BGCOLOR="white">', /page of a response.*curl -si$/],
    ['an answer in JSON', '{"user":"Ada","href":"/?a=b"}', /is JSON.*curl -si$/],
    ['a list in JSON', '[{"id":1}]', /is JSON.*curl -si$/],
    [
      'a head without cookies',
      'HTTP/1.1 200 OK\r\nDate: now\r\n\r\n<p class="x">',
      /sets no cookie: ask for a page that changes the session, or pipe in the Cookie line of a request$/,
    ],
    ['a head of HTTP/2', 'HTTP/2 302 \r\nlocation: /login\r\n', /sets no cookie/],
    ['a head with other cookies', 'HTTP/1.1 200 OK\r\nSet-Cookie: theme=dark; Path=/\r\n', /other cookies.*--name/],
    ['a .env file', `# keys\nSESSION_KEYS=${SECRET}\nPORT=3000`, /is a \.env file: give it with --keys-file/],
    ['a JWT', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl', /is a JWT.*five parts/],
    ['a JWT as it is sent', 'Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl', /is a JWT/],
  ])('no cookie out of %s, and says what it is', async (_what, input, message) => {
    const { code, stdout, stderr } = await inspected(input)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr.trim()).toMatch(message)
    expect(stderr).not.toContain(SECRET)
  })

  it('what is pasted, and says how to end it', async () => {
    const { stderr } = await type('inspect', { env: { SESSION_KEYS: SECRET } })
    expect(stderr).toMatch(/^Paste a cookie, then press Enter and Ctrl-D\.\n/)
  })

  it('keys from a file, but not from where the cookie comes', async () => {
    expect((await inspected(TOKEN, ' --keys-file k', { env: {}, files: { k: SECRET } })).code).toBe(0)
    const { code, stderr } = await inspected(TOKEN, ' --keys-file -')
    expect(code).toBe(2)
    expect(stderr).toMatch(/the cookie comes on standard input, so the keys cannot: set SESSION_KEYS, or give/)
  })

  it('dates and names that are possible, and no others', async () => {
    expect((await inspected(TOKEN, ' --at yesterday')).stderr).toMatch(/--at is not an ISO date: write 2026-12-31/)
    expect((await inspected(TOKEN, ' --at 2026-02-33')).stderr).toMatch(/--at is not an ISO date/)
    expect((await inspected(TOKEN, ' --name a/b')).stderr).toMatch(/name is not a valid cookie name/)
    expect((await inspected(TOKEN, ' --idle-timeout 0')).stderr).toMatch(/--idle-timeout is not a duration/)
  })
})

describe('sealed-session inspect answers no', () => {
  const jwk = (more: object) => ({
    env: { SESSION_KEYS: JSON.stringify({ kty: 'oct', k: base64url(SECRET), ...more }) },
  })
  const verdict = async (input: string, options = '', terminal: Terminal = {}) => {
    const ended = await inspected(input, options, terminal)
    expect(ended.code).toBe(1)
    return { ...rowsOf(ended), reason: /rejected as ([\w-]+): /.exec(ended.stdout)?.[1] }
  }

  it('and says why: the reason of the event that the app would see', async () => {
    const changed = remade(TOKEN, ([a, b, c, d, tag]) => [a, b, c, `${d[0] === 'A' ? 'B' : 'A'}${d.slice(1)}`, tag])
    expect(await verdict(changed)).toMatchObject({ reason: 'tampered', key: 'active', opens: 'no' })
    expect(await verdict(TOKEN, ' --name other')).toMatchObject({ reason: 'tampered' })
    expect(await verdict(TOKEN.slice(0, -9))).toMatchObject({ reason: 'malformed' })
    expect(await verdict(tokenOf(plaintextOf({ x: 'x'.repeat(3500) })))).toMatchObject({ reason: 'too-long' })
    expect(await verdict(TOKEN, '', { env: { SESSION_KEYS: OTHER_SECRET } })).toMatchObject({ reason: 'missing-key' })
    expect(await verdict(TOKEN, '', { now: START - 61 })).toMatchObject({ reason: 'future', opens: 'yes' })
    expect(await verdict(TOKEN, ' --absolute-timeout 1h', { now: START + HOUR })).toMatchObject({ reason: 'absolute' })
    expect(await verdict(TOKEN, ' --idle-timeout 5m', { now: START + 5 * MINUTE })).toMatchObject({ reason: 'idle' })
    expect(await verdict(TOKEN, ' --idle-timeout 2d', { now: START + DAY })).toMatchObject({ reason: 'expired' })
    expect(await verdict(tokenOf(plaintextOf({ save: 1 })))).toMatchObject({ reason: 'malformed', opens: 'yes' })
    expect(await verdict(tokenOf('{"not":"ours"}'))).toMatchObject({ reason: 'malformed', opens: 'no' })
  })

  it('for the time of --at', async () => {
    expect(await verdict(TOKEN, ' --at 2026-01-02')).toMatchObject({ reason: 'idle' })
    expect(await verdict(TOKEN, ' --at 2025-12-31T18:00:00+01:00')).toMatchObject({ reason: 'future' })
    expect((await inspected(TOKEN, ' --at 2026-01-01T23:59:59Z', { now: START + 99 * DAY })).code).toBe(0)
  })

  it('for an ended key, and yet shows what is in it', async () => {
    const token = tokenOf(plaintextOf({ user: 'Ada' }))
    for (const [more, key] of [
      [{ exp: START }, 'expired'],
      [{ revoked: true }, 'revoked'],
    ] as const) {
      expect(await verdict(token, '', jwk(more))).toMatchObject({
        reason: 'missing-key',
        key,
        opens: 'yes',
        ends: '2026-01-02T00:00:00Z (exp)',
      })
    }
    const broken = remade(token, ([a, b, c, d]) => [a, b, c, d, 'AAAA'])
    expect(await verdict(broken, '', jwk({ exp: START }))).toMatchObject({ reason: 'missing-key', opens: 'no' })
  })

  it('without keys, but shows the header and the size', async () => {
    expect(await verdict(TOKEN, '', { env: {} })).toMatchObject({
      header: `alg dir, enc A256GCM, kid ${KID}`,
      bytes: `${TOKEN.length + 7} of 4093, ${4086 - TOKEN.length} left`,
      verdict: 'not opened, no keys: set SESSION_KEYS, or give --keys-file .env or --jwk-file <file>',
    })
  })
})

describe('sealed-session inspect says of a key', () => {
  it('that it is pending or retired, and accepts the token', async () => {
    const keys = {
      keys: [
        { kty: 'oct', k: base64url(OTHER_SECRET) },
        { kty: 'oct', k: base64url(SECRET) },
      ],
    }
    const env = { SESSION_KEYS: JSON.stringify(keys) }
    expect(rowsOf(await inspected(TOKEN, '', { env }))).toMatchObject({ key: 'retired', verdict: 'accepted' })
    const pending = { SESSION_KEYS: JSON.stringify({ ...keys.keys[1], nbf: START + 1 }) }
    expect(rowsOf(await inspected(TOKEN, '', { env: pending }))).toMatchObject({ key: 'pending', verdict: 'accepted' })
  })
})

it('sealed-session inspect agrees with the app, whatever the time and the cookie', async () => {
  const sessions = session<{ user: string }>({ keys: SECRET, idleTimeout: '2h', absoluteTimeout: '1d' })
  const { cookie, name, value } = sessions.seal({ user: 'Ada' })
  for (const seconds of [-100, -30, 0, HOUR, 2 * HOUR - 1, 2 * HOUR, DAY]) {
    at(seconds)
    for (const candidate of [
      cookie,
      `${name}=${value.slice(1)}`,
      `${name}=${value}.`,
      `${name}=${value.slice(0, -1)}`,
    ]) {
      const { rejected } = sessions.open({ headers: { cookie: candidate }, socket: {} } as Any)
      const options = ' --idle-timeout 2h --absolute-timeout 1d'
      const ended = await inspected(candidate, options, { now: START + seconds })
      expect(ended.code).toBe(rejected === null ? 0 : 1)
      expect(rowsOf(ended)['verdict']).toMatch(
        rejected === null ? /^accepted$/ : new RegExp(`^rejected as ${rejected}: `),
      )
    }
  }
})
