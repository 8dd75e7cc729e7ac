import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import session, { KeyRing } from '../../lib/index.js'
import { open } from '../../lib/token/jwe.js'
import type { SessionRequest } from '../../lib/types.js'
import { DAY, START, startClock, stopClock } from '../support/clock.js'
import { SEALINGS, tokenKeys } from '../support/keys.js'
import { OTHER_SECRET, SECRET } from '../support/secrets.js'
import { base64url, CLAIMS, type Parts, plaintextOf, remade, unbase64url } from '../support/tokens.js'
import { KINDS, vectorFiles } from '../vectors/vectors.js'
import { ask, LIBRARIES, type Order } from './libraries.js'

type Data = Record<string, unknown>

const DATA = {
  user: 'Ada',
  name: 'Zo\u00eb, \u4e16\u754c \u{1f600}',
  quoted: '"\\ \u2028 \u0000 </script>',
  list: [1.5, null],
}
const ring = KeyRing.from([SECRET, OTHER_SECRET])
const keySet = ring.exportFor('session')
const KID = tokenKeys().active(START)?.kid as string
const OTHER_KID = tokenKeys(OTHER_SECRET).active(START)?.kid as string

const folder = mkdtempSync(join(tmpdir(), 'sealed-session-interop-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

beforeEach(stopClock)
afterEach(startClock)

/** What an app makes of a token that comes in a cookie. */
function opening(token: string, keys: KeyRing = ring) {
  return session<Data>({ keys }).open({ headers: { cookie: `session=${token}` }, socket: {} } as SessionRequest)
}

/** A token as the app mints it. */
function sealed(options: object, data: Data = DATA): string {
  return session<Data>({ keys: ring, ...options }).seal(data).value
}

describe.each(LIBRARIES.map((library) => [library.name, library] as const))('%s', (_name, library) => {
  let command: readonly [string, ...string[]]
  beforeAll(() => {
    command = library.prepare(folder)
  })

  const opened = async (tokens: readonly string[], keys = keySet) =>
    (await ask(command, { keySet: keys, open: tokens })).opened
  const minted = async (...orders: readonly Order[]) => (await ask(command, { keySet, mint: orders })).minted
  const mintedOne = async (order: Order) => (await minted(order))[0] as string

  describe.each(SEALINGS.map((one) => [one.alg, one.enc, one] as const))('with %s and %s', (_alg, _enc, sealing) => {
    it('opens with the exported keys what the app sealed', async () => {
      const token = sealed(sealing)
      expect(headerOf(token)).toEqual({ ...sealing, kid: KID })
      const [one] = await opened([token])
      expect(one).toHaveProperty('plaintext')
      const { data, ...claims } = JSON.parse((one as { plaintext: string }).plaintext)
      expect(data).toEqual(DATA)
      // It ends by the absolute timeout: the idle timeout is for who opens it to count.
      expect(claims).toEqual({ ...CLAIMS, exp: START + 7 * DAY, sid: expect.stringMatching(/^[\w-]{22}$/) })
    })

    it('opens what was sealed with each of several keys, by its kid', async () => {
      const tokens = [SECRET, OTHER_SECRET].map((keys) => sealed({ ...sealing, keys }))
      for (const one of await opened(tokens)) expect(one).toHaveProperty('plaintext')
    })

    it('mints with the exported keys what the app opens', async () => {
      for (const kid of [KID, OTHER_KID]) {
        const token = await mintedOne({ ...sealing, kid, plaintext: plaintextOf(DATA) })
        expect(headerOf(token)).toEqual({ ...sealing, kid })
        const outcome = open(token, tokenKeys([SECRET, OTHER_SECRET]), START, 4096)
        expect(outcome).toEqual({ kid, claims: CLAIMS, data: DATA, text: plaintextOf(DATA) })
        const { session: one, rejected } = opening(token)
        expect(rejected).toBeNull()
        expect({ ...one }).toEqual(DATA)
        expect(one?.id).toBe(CLAIMS.sid)
      }
    })

    it('mints of any length what the app opens', async () => {
      const texts = Array.from({ length: 33 }, (_, length) => 'x'.repeat(length))
      const tokens = await minted(...texts.map((text) => ({ ...sealing, kid: KID, plaintext: plaintextOf({ text }) })))
      expect(tokens.map((token) => opening(token).session?.['text'])).toEqual(texts)
    })

    it('opens of any length what the app sealed', async () => {
      const texts = Array.from({ length: 33 }, (_, length) => 'x'.repeat(length))
      const all = await opened(texts.map((text) => sealed(sealing, { text })))
      expect(all.map((one) => ('plaintext' in one ? JSON.parse(one.plaintext).data.text : one))).toEqual(texts)
    })

    it('refuses what was changed, as the app does', async () => {
      const token = sealed(sealing)
      const filled = (token.split('.') as Parts).flatMap((part, index) => (part === '' ? [] : [index]))
      const changed = filled.map((index) =>
        remade(token, (parts) => parts.map((one, i) => (i === index ? withABitChanged(one) : one))),
      )
      for (const one of await opened(changed)) expect(one).toHaveProperty('error')
      for (const one of changed) expect(opening(one)).toMatchObject({ session: null })
    })

    it('refuses a tag that was cut short, as the app does', async () => {
      const cut = remade(sealed(sealing), ([a, b, c, d, tag]) => [a, b, c, d, tag.slice(0, 16)])
      expect((await opened([cut]))[0]).toHaveProperty('error')
      expect(opening(cut)).toEqual({ session: null, rejected: 'malformed' })
    })

    it('does not open the cookie of another name', async () => {
      expect((await opened([sealed({ ...sealing, name: 'other' })]))[0]).toHaveProperty('error')
    })

    it('mints compressed tokens, which the app refuses', async () => {
      const plaintext = plaintextOf({ text: 'x'.repeat(1000) })
      const token = await mintedOne({ ...sealing, kid: KID, zip: 'DEF', plaintext })
      expect(await opened([token])).toEqual([{ plaintext }])
      expect(opening(token)).toEqual({ session: null, rejected: 'malformed' })
    })
  })

  describe.each(vectorFiles())('opens with the stated keys every vector of spec/vectors/%s.json', (_file, file) => {
    const cookies = new Map(
      file.exports.map(({ name, kind }) => [name + KINDS[kind ?? 'session'].suffix, { name, kind }]),
    )

    it.each([...cookies])('in the cookie %s', async (_cookie, { name, kind }) => {
      const stated = file.exports.filter((one) => one.name === name && one.kind === kind).flatMap(({ keys }) => keys)
      const keys = [...new Map(stated.map((key) => [`${key.kid} ${key.alg}`, key])).values()]
      const vectors = file.opened.filter((vector) => vector.name === name && vector.kind === kind)
      expect(vectors).not.toHaveLength(0)
      const all = await opened(
        vectors.map(({ token }) => token),
        { keys },
      )
      const read = all.map((one) => ('plaintext' in one ? JSON.parse(one.plaintext) : one))
      expect(read).toMatchObject(vectors.map(({ claims, data }) => ({ ...claims, data })))
    })
  })
})

function headerOf(token: string): unknown {
  const [header] = token.split('.') as Parts
  return JSON.parse(unbase64url(header).toString())
}

/** Canonical base64url of other bytes. */
function withABitChanged(segment: string): string {
  const bytes = unbase64url(segment)
  bytes[0] = (bytes[0] as number) ^ 1
  return base64url(bytes)
}
