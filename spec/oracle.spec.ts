import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import session, { type Rejection, type SessionOptions, type SessionSchema } from '../lib/index.js'
import { seal } from '../lib/token/jwe.js'
import type { TokenKey } from '../lib/token/key.js'
import { EXPRESSES } from './support/app.js'
import { DAY, START, startClock, stopClock } from './support/clock.js'
import { type tokenKeys as Keys, SEALINGS, tokenKeys } from './support/keys.js'
import { fetchRaw, serving } from './support/raw.js'
import { OTHER_SECRET, SECRET } from './support/secrets.js'
import { base64url, type Parts, plaintextOf, remade, unbase64url } from './support/tokens.js'

// Max-Age would tell when a second has ended.
beforeEach(stopClock)
afterEach(startClock)

const now = START
const living = { sid: 'AAAAAAAAAAAAAAAAAAAAAA', sat: now, iat: now, exp: now + DAY }

const keyOf = (...args: Parameters<typeof Keys>) => tokenKeys(...args).active(now) as TokenKey
const sealedAs = (claims: object) => seal(plaintextOf({ user: 'Ada' }, { ...living, ...claims }), keyOf())
const changed = (token: string, part: number, change: (bytes: Buffer) => void) =>
  remade(token, (parts) => parts.map((one, index) => (index === part ? edited(one, change) : one)) as Parts)

function edited(part: string, change: (bytes: Buffer) => void): string {
  const bytes = unbase64url(part)
  change(bytes)
  return base64url(bytes)
}

/** Flips a bit of one byte, counted from the end where it is negative. */
const flip = (at: number) => (bytes: Buffer) => {
  const place = at < 0 ? bytes.length + at : at
  bytes[place] = (bytes[place] as number) ^ 1
}

/** One of every kind that is refused, but for those that only a genuine token of a living session comes to. */
function badTokens(): Record<string, string> {
  const tokens: Record<string, string> = {
    'no token at all': 'rubbish',
    'too long': 'A'.repeat(4097),
    'of a key that is not ours': seal(plaintextOf({ user: 'Ada' }, living), keyOf(OTHER_SECRET)),
    'of another cookie': seal(plaintextOf({ user: 'Ada' }, living), keyOf(SECRET, 'other')),
    'idle for too long': sealedAs({ sat: now - 2 * DAY, iat: now - 2 * DAY, exp: now - 1 * DAY }),
    'of a session that is too old': sealedAs({ sat: now - 400 * DAY }),
    'of which the sealed end has passed': sealedAs({ sat: now - 60, iat: now - 60, exp: now - 1 }),
    'from the future': sealedAs({ sat: now + DAY, iat: now + DAY, exp: now + 2 * DAY }),
    'with a plaintext that is no JSON': seal('user=Ada', keyOf()),
    'with claims of another shape': seal('{"data":{}}', keyOf()),
    'with data under a reserved name': seal(plaintextOf({ save: 1 }, living), keyOf()),
    'with data that do not fit the schema': seal(plaintextOf({ user: 7 }, living), keyOf()),
  }
  for (const sealing of SEALINGS) {
    const token = seal(plaintextOf({ user: 'Ada' }, living), keyOf(SECRET, 'session', sealing))
    const how = `${sealing.alg} ${sealing.enc}`
    tokens[`${how}, the first bit of the tag`] = changed(token, 4, flip(0))
    tokens[`${how}, the last bit of the tag`] = changed(token, 4, flip(-1))
    tokens[`${how}, the first bit of the ciphertext`] = changed(token, 3, flip(0))
    // With CBC this is what an oracle of padding would answer to.
    tokens[`${how}, the last bit of the ciphertext`] = changed(token, 3, flip(-1))
    tokens[`${how}, the IV`] = changed(token, 2, flip(0))
    if (sealing.alg === 'A256KW') tokens[`${how}, the wrapped key`] = changed(token, 1, flip(0))
  }
  return tokens
}

/** What these come to: every reason there is, but for those of genuine tokens. */
const REASONS: Readonly<Record<Exclude<Rejection, 'ended' | 'invalidated' | 'unproven' | 'unbound'>, true>> = {
  malformed: true,
  'too-long': true,
  'missing-key': true,
  tampered: true,
  future: true,
  absolute: true,
  idle: true,
  expired: true,
  schema: true,
}

const schema: SessionSchema<any> = {
  '~standard': { validate: (value: any) => (typeof value.user === 'number' ? { issues: [] } : { value }) },
}

function appOf(create: (typeof EXPRESSES)[number][1], options: SessionOptions = {}) {
  const app = create()
  app.use(session({ keys: SECRET, schema, idleTimeout: '1d', absoluteTimeout: '7d', ...options }))
  app.get('/read', (req: any, res) => void res.json({ user: req.session.user ?? null }))
  app.get('/write', (req: any, res) => {
    req.session.visits = (req.session.visits ?? 0) + 1
    res.json(req.session.visits)
  })
  app.get('/logout', async (req: any, res) => {
    await req.session.destroy()
    res.json(null)
  })
  app.get('/public', (_req, res) => void res.json('hello'))
  return app
}

describe.each(EXPRESSES)('to a bad token of any kind but ended and invalidated, %s', (_name, create) => {
  const app = appOf(create)

  it('is refused for every reason that there is', async () => {
    const reasons = new Set<unknown>()
    const telling = appOf(create, { onEvent: (event) => 'reason' in event && reasons.add(event.reason) })
    await serving(telling, async (port) => {
      for (const token of Object.values(badTokens())) await fetchRaw(port, '/read', { cookie: `session=${token}` })
    })
    expect([...reasons].sort()).toEqual(Object.keys(REASONS).sort())
  })

  it.each(['/read', '/write', '/public'])('gives the same answer, in status, headers and body: %s', async (path) => {
    const answers = new Map<string, string[]>()
    await serving(app, async (port) => {
      for (const [kind, token] of Object.entries(badTokens())) {
        const answer = told(await fetchRaw(port, path, { cookie: `session=${token}` }))
        answers.set(answer, [...(answers.get(answer) ?? []), kind])
      }
    })
    expect([...answers.values()].flat()).toHaveLength(Object.keys(badTokens()).length)
    expect([...answers.keys()]).toHaveLength(1)
  })

  it('gives another answer to a good one, so that a difference would be seen', async () => {
    await serving(app, async (port) => {
      const good = told(await fetchRaw(port, '/read', { cookie: `session=${sealedAs({})}` }))
      const bad = told(await fetchRaw(port, '/read', { cookie: 'session=rubbish' }))
      expect(good).not.toBe(bad)
    })
  })
})

describe.each(EXPRESSES)('to a genuine token of a session that may not go on, %s', (_name, create) => {
  /** Both cookies of somebody who has logged out, though the token was kept. */
  async function afterLogout(port: number) {
    const token = `session=${sealedAs({})}`
    const [, guard = ''] = (await fetchRaw(port, '/logout', { cookie: token })).setCookies
    return { token, guard: guard.split(';')[0] as string }
  }
  /** What a bad token is answered, where nothing but the session decides. */
  const answeredToRubbish = async (port: number, path: string) =>
    told(await fetchRaw(port, path, { cookie: 'session=rubbish' }))

  it.each(['/read', '/write', '/public'])(
    'that has ended in this browser, the answer is the same as to a bad one: %s',
    async (path) => {
      await serving(appOf(create), async (port) => {
        const { token, guard } = await afterLogout(port)
        const answer = await fetchRaw(port, path, { cookie: `${token}; ${guard}` })
        expect(told(answer)).toBe(await answeredToRubbish(port, path))
      })
    },
  )

  it.each(['/read', '/write'])(
    'that was invalidated, the answer is the same as to a bad one where the session is asked for: %s',
    async (path) => {
      await serving(appOf(create, { validate: () => false }), async (port) => {
        const answer = await fetchRaw(port, path, { cookie: `session=${sealedAs({})}` })
        expect(told(answer)).toBe(await answeredToRubbish(port, path))
      })
    },
  )

  it('that was invalidated, the answer sets no cookie where the session is not asked for', async () => {
    await serving(appOf(create, { validate: () => false }), async (port) => {
      const answer = await fetchRaw(port, '/public', { cookie: `session=${sealedAs({})}` })
      expect(answer).toMatchObject({ status: 200, setCookies: [], body: '"hello"' })
      // Caches learn that somebody was asked.
      expect(answer.headers).toMatchObject({ vary: 'Cookie' })
    })
  })

  it('but to a bad one it is as ever, whatever guard comes with it and whatever validate would say', async () => {
    await serving(appOf(create, { validate: () => false }), async (port) => {
      const { guard } = await afterLogout(port)
      const answers = new Set<string>()
      for (const token of Object.values(badTokens())) {
        for (const more of ['', `; ${guard}`, '; session.ended=rubbish']) {
          answers.add(told(await fetchRaw(port, '/read', { cookie: `session=${token}${more}` })))
        }
      }
      expect([...answers]).toHaveLength(1)
    })
  })
})

/** An answer without what is random or the time: the token, of which the length stays. */
function told({ status, headers, body }: Awaited<ReturnType<typeof fetchRaw>>): string {
  const { date: _, ...rest } = headers
  const text = JSON.stringify([status, rest, body])
  return text.replace(/session=([\w.-]+)/g, (_match, token: string) => `session=<${token.length}>`)
}
