import { createCipheriv } from 'node:crypto'
import {
  CompactEncrypt,
  compactDecrypt,
  FlattenedEncrypt,
  flattenedDecrypt,
  GeneralEncrypt,
  generalDecrypt,
} from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { KeyRing } from '../../lib/index.js'
import { type ContentKey, ENCRYPTIONS, wrap } from '../../lib/token/algorithms.js'
import { joinCompact } from '../../lib/token/compact.js'
import { open, seal } from '../../lib/token/jwe.js'
import type { Sealing, TokenKey } from '../../lib/token/key.js'
import { START } from '../support/clock.js'
import { SEALINGS, tokenKeys } from '../support/keys.js'
import { SECRET } from '../support/secrets.js'
import { base64url, type Parts, plaintextOf, remade, unbase64url } from '../support/tokens.js'

/*
 * jose is the judge: every token here is shown to both, and jose gets each of the exported keys. What it does not
 * open, we must not open; what it opens and we do not stands in STRICTER, with the reason, and nowhere else.
 */

/** How a token is made, from what a client has (`token`) or what a holder of the exported keys could mint. */
interface Source {
  readonly sealing: Sealing
  readonly key: TokenKey
  readonly token: string
  readonly parts: Parts
  /** Under the right key and with the right tag, but with another header, which may be text or base64url. */
  minted(header: string | { segment: string }, plaintext?: string): string
  /** The same with members added to the header, or replaced. */
  with(members: object): string
}

type Make = (source: Source) => string | Promise<string>

// Of a length with which a ciphertext of GCM, as one of CBC, has unused bits in its last character.
const PLAINTEXT = plaintextOf({ user: 'Grace' })
const LIMIT = 4096
const KID = tokenKeys().active(START)?.kid as string
const exported = KeyRing.from(SECRET).exportFor('session').keys

const isDirect = ({ alg }: Sealing) => alg === 'dir'
const isWrapped = ({ alg }: Sealing) => alg === 'A256KW'
const isGcm = ({ enc }: Sealing) => enc === 'A256GCM'
const isCbc = ({ enc }: Sealing) => enc === 'A256CBC-HS512'

function sourceOf(sealing: Sealing): Source {
  const key = tokenKeys(SECRET, 'session', sealing).active(START) as TokenKey
  const token = seal(PLAINTEXT, key)
  const own = { ...sealing, kid: KID }
  const minted: Source['minted'] = (header, plaintext = PLAINTEXT) => {
    const segment = typeof header === 'string' ? base64url(header) : header.segment
    return mint(segment, sealing, key, plaintext)
  }
  return {
    sealing,
    key,
    token,
    parts: token.split('.') as Parts,
    minted,
    with: (members) => minted(JSON.stringify({ ...own, ...members })),
  }
}

function mint(segment: string, sealing: Sealing, key: TokenKey, plaintext: string): string {
  const encryption = ENCRYPTIONS[sealing.enc]
  const { contentKey, encryptedKey } = contentKeyOf(sealing, key, encryption.keyBytes)
  const { iv, ciphertext, tag } = encryption.encrypt(plaintext, contentKey, Buffer.from(segment, 'latin1'))
  return joinCompact({
    header: segment,
    encryptedKey,
    iv: base64url(iv),
    ciphertext: base64url(ciphertext),
    tag: base64url(tag),
  })
}

function contentKeyOf({ alg, enc }: Sealing, key: TokenKey, bytes: number) {
  if (alg === 'dir') return { contentKey: key.derived(enc) as ContentKey, encryptedKey: '' }
  const contentKey = Buffer.alloc(bytes, 'content key')
  return { contentKey, encryptedKey: base64url(wrap(contentKey, key.derived('A256KW'))) }
}

async function joseOpens(token: string): Promise<boolean> {
  for (const key of exported) {
    try {
      await decrypt(token, key)
      return true
    } catch {}
  }
  return false
}

function decrypt(token: string, key: (typeof exported)[number]): Promise<unknown> {
  if (!token.startsWith('{')) return compactDecrypt(token, key)
  const jwe = JSON.parse(token)
  return 'recipients' in jwe ? generalDecrypt(jwe, key) : flattenedDecrypt(jwe, key)
}

const PART_NAMES = ['header', 'encrypted key', 'IV', 'ciphertext', 'tag'] as const

/** The token with one part changed. */
function part(name: (typeof PART_NAMES)[number], change: (segment: string) => string): Make {
  return ({ token }) => remade(token, (parts) => parts.map((one, i) => (PART_NAMES[i] === name ? change(one) : one)))
}

/** The token with the bytes of one part changed, in canonical base64url. */
function bytes(name: (typeof PART_NAMES)[number], change: (bytes: Buffer) => Uint8Array): Make {
  return part(name, (segment) => base64url(change(unbase64url(segment))))
}

const longer = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(1)])
const shorter = (by: number) => (bytes: Buffer) => bytes.subarray(0, bytes.length - by)

const padded = (segment: string) => segment.padEnd(Math.ceil(segment.length / 4) * 4, '=')
const spaced = (segment: string) => `${segment.slice(0, 8)} ${segment.slice(8)}`
const broken = (segment: string) => `${segment.slice(0, 8)}\r\n${segment.slice(8)}`

/** The same bytes: the lowest bit of the last character is behind them. */
function withTrailingBit(segment: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const respelled = segment.slice(0, -1) + alphabet[alphabet.indexOf(segment.at(-1) as string) + 1]
  if (!unbase64url(respelled).equals(unbase64url(segment))) throw new Error(`${segment} has no unused bits`)
  return respelled
}

/** Base64 with the alphabet of RFC 4648, section 4, which has + and / where ours has - and _. */
const standard = (segment: string) => segment.replaceAll('-', '+').replaceAll('_', '/')

/** A token whose tag or ciphertext has a character that the two alphabets spell differently. */
function inStandardAlphabet(index: 3 | 4): Make {
  return ({ key }) => {
    // A tag of 16 bytes has one in every second token; 1000 without any are no accident.
    for (let count = 0; count < 1000; count++) {
      const token = seal(PLAINTEXT, key)
      const changed = remade(token, (parts) => parts.map((one, i) => (i === index ? standard(one) : one)))
      if (changed !== token) return changed
    }
    throw new Error(`the ${PART_NAMES[index]} of 1000 tokens has neither - nor _: it is not random`)
  }
}

/** AES-GCM with an IV that is not of 96 bits, which it can do and a JWE must not (RFC 7518, section 5.3). */
function gcmWithIv(length: number): Make {
  return ({ parts: [header], sealing, key }) => {
    const { contentKey, encryptedKey } = contentKeyOf(sealing, key, 32)
    const iv = Buffer.alloc(length, 7)
    const cipher = createCipheriv('aes-256-gcm', contentKey, iv).setAAD(Buffer.from(header))
    const ciphertext = Buffer.concat([cipher.update(PLAINTEXT), cipher.final()])
    return [header, encryptedKey, base64url(iv), base64url(ciphertext), base64url(cipher.getAuthTag())].join('.')
  }
}

/** A content key of another length than `enc` has, wrapped well and used as AES-128-GCM. */
const shortContentKey: Make = ({ parts: [header], key }) => {
  const contentKey = Buffer.alloc(16, 'content key')
  const iv = Buffer.alloc(12, 7)
  const cipher = createCipheriv('aes-128-gcm', contentKey, iv).setAAD(Buffer.from(header))
  const ciphertext = Buffer.concat([cipher.update(PLAINTEXT), cipher.final()])
  const wrapped = wrap(contentKey, key.derived('A256KW'))
  return [header, ...[wrapped, iv, ciphertext, cipher.getAuthTag()].map(base64url)].join('.')
}

const joseKey = ({ sealing: { alg, enc }, key }: Source) => key.derived(alg === 'dir' ? enc : 'A256KW').export()

/** What jose mints of any bytes, with more members in the header. */
function byJose(plaintext: Uint8Array | string, members: object = {}): Make {
  return (source) =>
    new CompactEncrypt(Buffer.from(plaintext))
      .setProtectedHeader({ ...source.sealing, kid: KID, ...members })
      .encrypt(joseKey(source))
}

const swapped = (members: Partial<Sealing>): Make => {
  return ({ token, sealing }) =>
    remade(token, ([, ...rest]) => [base64url(JSON.stringify({ ...sealing, kid: KID, ...members })), ...rest])
}

interface Malformed {
  readonly make: Make
  /** The combinations that it can be made of; all by default. */
  readonly of?: (sealing: Sealing) => boolean
}

const headerText = ({ sealing }: Source) => JSON.stringify({ ...sealing, kid: KID })
const headerSegment = (source: Source) => base64url(headerText(source))

const MALFORMED: Readonly<Record<string, Malformed>> = {
  // Parts
  'nothing at all': { make: () => '' },
  'dots alone': { make: () => '....' },
  'four parts': { make: ({ parts }) => parts.slice(0, 4).join('.') },
  'six parts': { make: ({ token }) => `${token}.AAAA` },
  'six parts of which the last is empty': { make: ({ token }) => `${token}.` },
  'six parts of which the first is empty': { make: ({ token }) => `.${token}` },
  'an empty header': { make: part('header', () => '') },
  'an empty IV': { make: part('IV', () => '') },
  'an empty ciphertext': { make: part('ciphertext', () => '') },
  'an empty tag': { make: part('tag', () => '') },
  'an empty encrypted key where one must be': { make: part('encrypted key', () => ''), of: isWrapped },
  'an encrypted key where none may be': { make: part('encrypted key', () => 'A'.repeat(54)), of: isDirect },
  'two parts that changed places': { make: ({ token }) => remade(token, ([a, b, c, d, e]) => [a, b, e, d, c]) },

  // Lengths
  'a tag of no bytes but its first': { make: bytes('tag', (tag) => tag.subarray(0, 1)) },
  'a tag of its first 4 bytes': { make: bytes('tag', (tag) => tag.subarray(0, 4)) },
  'a tag of its first 12 bytes': { make: bytes('tag', (tag) => tag.subarray(0, 12)) },
  'a tag of its first 16 bytes': { make: bytes('tag', (tag) => tag.subarray(0, 16)), of: isCbc },
  'a tag that is short of a byte': { make: bytes('tag', shorter(1)) },
  'a tag with a byte behind it': { make: bytes('tag', longer) },
  'an IV that is short of a byte': { make: bytes('IV', shorter(1)) },
  'an IV with a byte behind it': { make: bytes('IV', longer) },
  'an IV of 8 bytes that GCM was used with': { make: gcmWithIv(8), of: isGcm },
  'an IV of 16 bytes that GCM was used with': { make: gcmWithIv(16), of: isGcm },
  'a ciphertext that is short of a byte': { make: bytes('ciphertext', shorter(1)) },
  'a ciphertext that is short of a block': { make: bytes('ciphertext', shorter(16)) },
  'a ciphertext with a byte behind it': { make: bytes('ciphertext', longer) },
  'a wrapped key that is short of 8 bytes': { make: bytes('encrypted key', shorter(8)), of: isWrapped },
  'a wrapped key that is short of a byte': { make: bytes('encrypted key', shorter(1)), of: isWrapped },
  'a wrapped key with a byte behind it': { make: bytes('encrypted key', longer), of: isWrapped },
  'a wrapped key of 128 bits that AES-128-GCM was used with': {
    make: shortContentKey,
    of: ({ alg, enc }) => alg === 'A256KW' && enc === 'A256GCM',
  },

  // The algorithms of another header on the same parts
  'enc changed to A256GCM': { make: swapped({ enc: 'A256GCM' }), of: isCbc },
  'enc changed to A256CBC-HS512': { make: swapped({ enc: 'A256CBC-HS512' }), of: isGcm },
  'alg changed to dir': { make: swapped({ alg: 'dir' }), of: isWrapped },
  'alg changed to A256KW': { make: swapped({ alg: 'A256KW' }), of: isDirect },

  // A header that is not one; the tag is right for it
  'a header that is no JSON': { make: ({ minted }) => minted('alg=dir') },
  'a header with more behind its JSON': { make: (source) => source.minted(`${headerText(source)}}`) },
  'a header that is cut off': { make: (source) => source.minted(headerText(source).slice(0, -1)) },
  'a header that is null': { make: ({ minted }) => minted('null') },
  'a header that is a number': { make: ({ minted }) => minted('1') },
  'a header that is a string': { make: ({ minted }) => minted('"dir"') },
  'a header that is an array': { make: (source) => source.minted(`[${headerText(source)}]`) },
  'a header without members': { make: ({ minted }) => minted('{}') },
  'a header that is not UTF-8': {
    make: (source) => {
      const text = Buffer.from(headerText(source).replace('{', '{"typ":"?",'))
      text[text.indexOf('?')] = 0xff
      return source.minted({ segment: base64url(text) })
    },
  },
  'a header in UTF-16': {
    make: (source) => source.minted({ segment: base64url(Buffer.from(headerText(source), 'utf16le')) }),
  },
  'a header behind a byte order mark': { make: (source) => source.minted(`\ufeff${headerText(source)}`) },

  // Members of the header; the tag is right for it
  'no alg': { make: (source) => source.with({ alg: undefined }) },
  'no enc': { make: (source) => source.with({ enc: undefined }) },
  'an alg that is an array': { make: (source) => source.with({ alg: [source.sealing.alg] }) },
  'an enc that is an array': { make: (source) => source.with({ enc: [source.sealing.enc] }) },
  'an alg in other letters': {
    make: (source) => source.with({ alg: source.sealing.alg === 'dir' ? 'DIR' : 'a256kw' }),
  },
  'an enc in other letters': { make: (source) => source.with({ enc: source.sealing.enc.toLowerCase() }) },
  ...Object.fromEntries(
    ['none', 'A128KW', 'A192KW', 'A256GCMKW', 'PBES2-HS512+A256KW', 'RSA1_5', 'RSA-OAEP', 'ECDH-ES', '__proto__'].map(
      (alg) => [`alg ${alg}`, { make: (source: Source) => source.with({ alg }) }],
    ),
  ),
  ...Object.fromEntries(
    ['none', 'A128GCM', 'A192GCM', 'A128CBC-HS256', 'A192CBC-HS384', '__proto__'].map((enc) => [
      `enc ${enc}`,
      { make: (source: Source) => source.with({ enc }) },
    ]),
  ),
  'alg twice, of which the last is another': {
    make: (source) => source.minted(headerText(source).replace(/}$/, ',"alg":"A256GCMKW"}')),
  },
  'enc twice, of which the last is another': {
    make: (source) => source.minted(headerText(source).replace(/}$/, ',"enc":"A128GCM"}')),
  },
  'kid twice, of which the last is another': {
    make: (source) => source.minted(headerText(source).replace(/}$/, ',"kid":"other"}')),
  },
  'no kid': { make: (source) => source.with({ kid: undefined }) },
  'a kid that is a number': { make: (source) => source.with({ kid: 1 }) },
  'a kid that no key has': { make: (source) => source.with({ kid: '__proto__' }) },
  'crit with a member that nobody knows': { make: (source) => source.with({ crit: ['x'], x: 1 }) },
  'crit with a member that is not there': { make: (source) => source.with({ crit: ['exp'] }) },
  'crit with alg': { make: (source) => source.with({ crit: ['alg'] }) },
  'an empty crit': { make: (source) => source.with({ crit: [] }) },
  'a crit that is no array': { make: (source) => source.with({ crit: 'exp' }) },
  'zip DEF': { make: byJose(plaintextOf({ text: 'x'.repeat(200_000) }), { zip: 'DEF' }) },
  'zip DEF on what is not compressed': { make: (source) => source.with({ zip: 'DEF' }) },
  'zip of an algorithm that nobody knows': { make: (source) => source.with({ zip: 'GZ' }) },
  ...Object.fromEntries(
    ['jku', 'jwk', 'x5u', 'x5c', 'x5t', 'epk', 'apu', 'p2s', 'p2c', 'iv', 'tag', 'b64', 'exp', 'x', '__proto__'].map(
      (member) => [`a member ${member}`, { make: (source: Source) => source.minted(memberFirst(source, member)) }],
    ),
  ),

  // Spelling: the same bytes in base64url that is not canonical
  'padding behind the tag': { make: part('tag', padded) },
  'padding behind the ciphertext': { make: part('ciphertext', padded) },
  'padding behind the IV': { make: part('IV', padded), of: isCbc },
  'padding behind the encrypted key': {
    make: part('encrypted key', padded),
    of: ({ alg, enc }) => alg === 'A256KW' && enc === 'A256GCM',
  },
  'padding behind the header, added later': { make: part('header', (segment) => `${segment}==`) },
  'padding behind the header, minted so': {
    make: (source) => source.minted({ segment: padded(headerNeedingPadding(source)) }),
  },
  'too much padding': { make: part('tag', (segment) => `${padded(segment)}====`) },
  'white space in the tag': { make: part('tag', spaced) },
  'white space in the ciphertext': { make: part('ciphertext', spaced) },
  'white space in the IV': { make: part('IV', spaced) },
  'white space in the encrypted key': { make: part('encrypted key', spaced), of: isWrapped },
  'white space alone as the encrypted key': { make: part('encrypted key', () => ' '), of: isDirect },
  'white space in the header, added later': { make: part('header', spaced) },
  'white space in the header, minted so': {
    make: (source) => source.minted({ segment: spaced(headerSegment(source)) }),
  },
  'a line break in the ciphertext': { make: part('ciphertext', broken) },
  'a line break behind the token': { make: ({ token }) => `${token}\n` },
  'white space before the token': { make: ({ token }) => ` ${token}` },
  'a set bit behind the tag': { make: part('tag', withTrailingBit) },
  'a set bit behind the ciphertext': { make: part('ciphertext', withTrailingBit) },
  'a set bit behind the IV': { make: part('IV', withTrailingBit), of: isCbc },
  'a set bit behind the encrypted key': {
    make: part('encrypted key', withTrailingBit),
    of: ({ alg, enc }) => alg === 'A256KW' && enc === 'A256GCM',
  },
  'a set bit behind the header, minted so': {
    make: (source) => source.minted({ segment: withTrailingBit(headerNeedingPadding(source)) }),
  },
  'a tag with + and /': { make: inStandardAlphabet(4) },
  'a ciphertext with + and /': { make: inStandardAlphabet(3) },
  'a header with + and /, minted so': {
    make: (source) => {
      const segment = standard(base64url(headerText(source).replace('{', '{"typ":"~~~???",')))
      if (!/[+/]/.test(segment)) throw new Error(`${segment} has no such character`)
      return source.minted({ segment })
    },
  },
  'a character of no alphabet': { make: part('tag', (segment) => `${segment.slice(0, 8)}!${segment.slice(8)}`) },
  'a character beyond ASCII': { make: part('tag', (segment) => `${segment.slice(0, 8)}\u0141${segment.slice(9)}`) },
  'a NUL character': { make: part('tag', (segment) => `${segment}\0`) },
  'a tag without its last character': { make: part('tag', (segment) => segment.slice(0, -1)) },

  // Other serializations of the same
  'flattened JSON': {
    make: async (source) => JSON.stringify(await flattened(source).encrypt(joseKey(source))),
  },
  'flattened JSON with the kid outside of the protected header': {
    make: async (source) =>
      JSON.stringify(
        await new FlattenedEncrypt(Buffer.from(PLAINTEXT))
          .setProtectedHeader({ ...source.sealing })
          .setSharedUnprotectedHeader({ kid: KID })
          .encrypt(joseKey(source)),
      ),
  },
  'flattened JSON with more authenticated data': {
    make: async (source) =>
      JSON.stringify(
        await flattened(source).setAdditionalAuthenticatedData(Buffer.from('more')).encrypt(joseKey(source)),
      ),
  },
  'general JSON': {
    make: async (source) =>
      JSON.stringify(
        await new GeneralEncrypt(Buffer.from(PLAINTEXT))
          .setProtectedHeader({ ...source.sealing, kid: KID })
          .addRecipient(joseKey(source))
          .encrypt(),
      ),
  },
  'flattened JSON of a compact token': {
    make: ({ parts: [header, key, iv, ciphertext, tag] }) =>
      JSON.stringify({ protected: header, ...(key ? { encrypted_key: key } : {}), iv, ciphertext, tag }),
  },
  'flattened JSON of a compact token, with a tag of 12 bytes': {
    make: ({ parts: [header, key, iv, ciphertext, tag] }) =>
      JSON.stringify({
        protected: header,
        ...(key ? { encrypted_key: key } : {}),
        iv,
        ciphertext,
        tag: tag.slice(0, 16),
      }),
  },

  // What is inside
  'an empty plaintext': { make: (source) => source.minted(headerText(source), '') },
  'a plaintext that is no JSON': { make: (source) => source.minted(headerText(source), 'user=Ada') },
  'a plaintext that is no session': { make: (source) => source.minted(headerText(source), '{"user":"Ada"}') },
  'a plaintext that is not UTF-8': {
    make: byJose(Buffer.from(plaintextOf({ user: '\u00e9' }), 'latin1')),
  },
  'a plaintext behind a byte order mark': { make: (source) => source.minted(headerText(source), `\ufeff${PLAINTEXT}`) },
  'more than 4,096 characters': { make: (source) => seal(plaintextOf({ text: 'x'.repeat(4000) }), source.key) },
}

const SPELLING = 'one token has one spelling, so that nobody can respell what was logged, counted or put on a list'
const CLOSED_LIST = 'members are a closed list: what a later standard adds is refused until it was thought about'
const KEY_CHOICE = 'and we do not let a token choose or describe its own key'
const BY_KID = 'a key is chosen by its kid alone, and none is tried to see whether it fits; jose was given the key'
const ONE_SERIALIZATION = 'a cookie holds the compact serialization; a second way in would be a second thing to attack'
const NO_SESSION = 'jose gives bytes of any kind, and these are not a session as spec/format.md has it'

/** All that jose opens and we do not, and why. */
const STRICTER: Readonly<Record<string, string>> = {
  'zip DEF': 'a key holder could make a bomb of it, and compressing what an attacker can add to gives away the rest',
  'more than 4,096 characters': 'no browser sends one, so nothing of it is decoded',
  'no kid': BY_KID,
  'a kid that is a number': BY_KID,
  'a kid that no key has': BY_KID,
  'kid twice, of which the last is another': BY_KID,
  'a member jku': `${CLOSED_LIST}, ${KEY_CHOICE}`,
  'a member jwk': `${CLOSED_LIST}, ${KEY_CHOICE}`,
  'a member x5u': `${CLOSED_LIST}, ${KEY_CHOICE}`,
  'a member x5c': `${CLOSED_LIST}, ${KEY_CHOICE}`,
  'a member x5t': `${CLOSED_LIST}, ${KEY_CHOICE}`,
  'a member epk': `${CLOSED_LIST}, ${KEY_CHOICE}`,
  'a member apu': `${CLOSED_LIST}, ${KEY_CHOICE}`,
  'a member p2s': `${CLOSED_LIST}, ${KEY_CHOICE}`,
  'a member p2c': `${CLOSED_LIST}, ${KEY_CHOICE}`,
  'a member iv': CLOSED_LIST,
  'a member tag': CLOSED_LIST,
  'a member b64': CLOSED_LIST,
  'a member exp': CLOSED_LIST,
  'a member x': CLOSED_LIST,
  'a member __proto__': CLOSED_LIST,
  'a header behind a byte order mark': 'JSON has none (RFC 8259, section 8.1), and it would be a second spelling',
  'padding behind the tag': SPELLING,
  'padding behind the ciphertext': SPELLING,
  'padding behind the IV': SPELLING,
  'padding behind the encrypted key': SPELLING,
  'padding behind the header, minted so': SPELLING,
  'white space in the tag': SPELLING,
  'white space in the ciphertext': SPELLING,
  'white space in the IV': SPELLING,
  'white space in the encrypted key': SPELLING,
  'white space in the header, minted so': SPELLING,
  'a line break in the ciphertext': SPELLING,
  'a line break behind the token': SPELLING,
  'a set bit behind the tag': SPELLING,
  'a set bit behind the ciphertext': SPELLING,
  'a set bit behind the IV': SPELLING,
  'a set bit behind the encrypted key': SPELLING,
  'a set bit behind the header, minted so': SPELLING,
  'flattened JSON': ONE_SERIALIZATION,
  'flattened JSON with the kid outside of the protected header': ONE_SERIALIZATION,
  'flattened JSON with more authenticated data': ONE_SERIALIZATION,
  'general JSON': ONE_SERIALIZATION,
  'flattened JSON of a compact token': ONE_SERIALIZATION,
  'an empty plaintext': NO_SESSION,
  'a plaintext that is no JSON': NO_SESSION,
  'a plaintext that is no session': NO_SESSION,
  'a plaintext that is not UTF-8': NO_SESSION,
  'a plaintext behind a byte order mark': NO_SESSION,
}

/** What looks unusual, and opens in both. */
const UNUSUAL: Readonly<Record<string, Make>> = {
  'as it was sealed': ({ token }) => token,
  'minted under the header that we write': (source) => source.minted(headerText(source)),
  'with the members of the header in another order': ({ sealing: { alg, enc }, minted }) =>
    minted(JSON.stringify({ kid: KID, enc, alg })),
  'with white space in the JSON of the header': ({ sealing, minted }) =>
    minted(` ${JSON.stringify({ ...sealing, kid: KID }, null, 2)}\r\n\t`),
  'with escapes in the JSON of the header': (source) =>
    source.minted(headerText(source).replace('"alg"', '"\\u0061lg"').replace('A256', 'A\\u003256')),
  'with typ and cty': (source) => source.with({ typ: 'JWT', cty: 'application/json' }),
  'with a typ beyond ASCII': (source) => source.with({ typ: '\u4e16\u{1f600}' }),
  'with alg twice, of which the last is right': (source) =>
    source.minted(headerText(source).replace('{', '{"alg":"none",')),
  'with enc twice, of which the last is right': (source) =>
    source.minted(headerText(source).replace('{', '{"enc":"A128GCM",')),
  'with kid twice, of which the last is right': (source) =>
    source.minted(headerText(source).replace('{', '{"kid":"other",')),
  'minted by jose': byJose(PLAINTEXT),
}

// Not while the specs are collected: a failure there is nobody's test.
let sources: readonly Source[]
beforeAll(() => {
  sources = SEALINGS.map(sourceOf)
})

describe('a malformed token is refused, as jose refuses it', () => {
  it.each(Object.keys(MALFORMED).filter((what) => !(what in STRICTER)))('%s', async (what) => {
    for (const token of await made(what)) {
      expect(await joseOpens(token), token).toBe(false)
      expect(opening(token), token).toHaveProperty('rejected')
    }
  })
})

describe('a malformed token is refused, though jose opens it', () => {
  it.each(Object.entries(STRICTER))('%s: %s', async (what) => {
    for (const token of await made(what)) {
      expect(await joseOpens(token), token).toBe(true)
      expect(opening(token), token).toHaveProperty('rejected')
    }
  })
})

describe('an unusual token is opened, as jose opens it', () => {
  it.each(Object.entries(UNUSUAL))('%s', async (_what, make) => {
    for (const source of sources) {
      const token = await make(source)
      expect(await joseOpens(token), token).toBe(true)
      expect(opening(token), token).toMatchObject({ data: { user: 'Grace' } })
    }
  })
})

function opening(token: string) {
  return open(token, tokenKeys(), START, LIMIT)
}

/** The malformed tokens of this kind, one of each combination that has any. */
async function made(what: string): Promise<string[]> {
  const { make, of = () => true } = MALFORMED[what] as Malformed
  const tokens = await Promise.all(sources.filter(({ sealing }) => of(sealing)).map(make))
  expect(tokens).not.toHaveLength(0)
  return tokens
}

function flattened({ sealing }: Source): FlattenedEncrypt {
  return new FlattenedEncrypt(Buffer.from(PLAINTEXT)).setProtectedHeader({ ...sealing, kid: KID })
}

/** As text, since an object literal would take `__proto__` for something else. */
function memberFirst(source: Source, member: string): string {
  return headerText(source).replace('{', `{"${member}":${member.startsWith('x5c') ? '[]' : '"x"'},`)
}

/** A header whose base64url has unused bits in its last character: white space in JSON makes it so. */
function headerNeedingPadding(source: Source): string {
  let text = headerText(source)
  while (text.length % 3 === 0) text += ' '
  return base64url(text)
}
