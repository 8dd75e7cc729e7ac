import { describe, expect, it } from 'vitest'
import session from '../lib/index.js'
import type { TokenKey } from '../lib/token/key.js'
import { seal } from '../lib/token/seal.js'
import { EXPRESSES } from './support/app.js'
import { type tokenKeys as Keys, SEALINGS, tokenKeys } from './support/keys.js'
import { fetchRaw, serving } from './support/raw.js'
import { OTHER_SECRET, SECRET } from './support/secrets.js'
import { base64url, type Parts, plaintextOf, remade, unbase64url } from './support/tokens.js'

const now = Math.floor(Date.now() / 1000)
const DAY = 86_400
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

/** One of every kind that is refused. */
function badTokens(): Record<string, string> {
  const tokens: Record<string, string> = {
    'no token at all': 'rubbish',
    'too long': 'A'.repeat(4097),
    'of a key that is not ours': seal(plaintextOf({ user: 'Ada' }, living), keyOf(OTHER_SECRET)),
    'of another cookie': seal(plaintextOf({ user: 'Ada' }, living), keyOf(SECRET, 'other')),
    'idle for too long': sealedAs({ sat: now - 2 * DAY, iat: now - 2 * DAY, exp: now - 1 * DAY }),
    'of a session that is too old': sealedAs({ sat: now - 400 * DAY }),
    'from the future': sealedAs({ sat: now + DAY, iat: now + DAY, exp: now + 2 * DAY }),
    'with a plaintext that is no JSON': seal('user=Ada', keyOf()),
    'with claims of another shape': seal('{"data":{}}', keyOf()),
    'with data under a reserved name': seal(plaintextOf({ save: 1 }, living), keyOf()),
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

describe.each(EXPRESSES)('to a bad token of any kind, %s', (_name, create) => {
  const app = create()
  app.use(session({ keys: SECRET, idleTimeout: '1d', absoluteTimeout: '7d' }))
  app.get('/read', (req: any, res) => void res.json({ user: req.session.user ?? null }))
  app.get('/write', (req: any, res) => {
    req.session.visits = (req.session.visits ?? 0) + 1
    res.json(req.session.visits)
  })
  app.get('/public', (_req, res) => void res.json('hello'))

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

/** An answer without what is random or the time: the token, of which the length stays. */
function told({ status, headers, body }: Awaited<ReturnType<typeof fetchRaw>>): string {
  const { date: _, ...rest } = headers
  const text = JSON.stringify([status, rest, body])
  return text.replace(/session=([\w.-]+)/g, (_match, token: string) => `session=<${token.length}>`)
}
