import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { CompactEncrypt } from 'jose'
import { type KeyInput, KeyRing } from '../../lib/index.js'
import { ALGORITHMS } from '../../lib/keys/root.js'
import { type Claims, encodeClaims } from '../../lib/token/claims.js'
import { open, seal } from '../../lib/token/jwe.js'
import type { Sealing, TokenKey } from '../../lib/token/key.js'
import type { Rejection } from '../../lib/types.js'
import { DAY, HOUR, MINUTE, START } from '../support/clock.js'
import { DIRECT_GCM, SEALINGS, tokenKeys } from '../support/keys.js'
import { acceptPublishedKeys } from '../support/published.js'
import { base64url, remade, unbase64url } from '../support/tokens.js'
import { CHROMIUM } from './chromium.js'
import {
  type Export,
  type Kind,
  keysOfKind,
  type OpenedVector,
  type ProofVector,
  type RejectedVector,
  type RequestVector,
  VECTORS,
  type VectorFile,
} from './vectors.js'

/*
 * Mints the vectors that are planned below and not there yet: `npx tsx spec/vectors/mint.ts`, and then
 * `npx biome check --write spec/vectors`.
 *
 * What is in a file stays in it as it is. It was sealed by some release, and every later one must open it: a vector
 * that is minted anew proves nothing. To change the format is to add vectors, and never to replace any.
 */

acceptPublishedKeys()

/** A vector before it is minted. */
interface Planned {
  readonly what: string
  readonly name?: string
  readonly kind?: Kind
  readonly at?: number
  /** The key that it is sealed with, alone and without times. */
  readonly under: KeyInput
}

interface PlannedToOpen extends Planned {
  readonly sealing: Sealing
  readonly claims: Claims
  readonly data: Record<string, unknown>
  /** Mints what another library would; sealed by us without it. */
  readonly mint?: (key: TokenKey) => Promise<string>
}

interface PlannedToReject extends Planned {
  readonly reason: Rejection
  readonly mint: (key: TokenKey) => Promise<string> | string
}

interface Plan {
  readonly about: string
  readonly keys: KeyInput
  readonly audience?: string
  readonly deviceBound?: true
  readonly exports: readonly Omit<Export, 'keys'>[]
  readonly opened: readonly PlannedToOpen[]
  readonly rejected: readonly PlannedToReject[]
  readonly requests?: readonly RequestVector[]
  readonly proofs?: readonly ProofVector[]
}

const [DIRECT_CBC, WRAPPED_GCM, WRAPPED_CBC] = SEALINGS.slice(1) as [Sealing, Sealing, Sealing]

const ASCII = { user: 'Ada', roles: ['admin', 'ops'], visits: 3, passport: { user: '42' } }
const BEYOND_ASCII = {
  name: 'Zo\u00eb, \u4e16\u754c \u{1f600}',
  '\u00fcber': '"quoted" \\ \u2028 \u0000 </script>',
  nested: { list: [1.5, -0.25, 1e21, true, null, {}, []] },
}

const fresh = (sid: string): Claims => ({ sid, sat: START, iat: START, exp: START + DAY })
/** Of a session that began three days ago. */
const slid = (sid: string): Claims => ({ ...fresh(sid), sat: START - 3 * DAY })
const ownTimeout = (sid: string): Claims => ({ ...slid(sid), exp: START + 30 * MINUTE, ttl: 30 * MINUTE })
const endsWithBrowser = (sid: string): Claims => ({ ...fresh(sid), ttl: 0 })
/** Of a session whose absolute timeout is nearer than its idle timeout. */
const capped = (sid: string): Claims => ({ sid, sat: START - 7 * DAY + HOUR, iat: START, exp: START + HOUR })

/** A token of each combination, with the data in turn. */
function eachSealing(
  under: KeyInput,
  which: string,
  claimsOf: (sid: string) => Claims,
  more: Partial<Planned> = {},
): PlannedToOpen[] {
  return SEALINGS.map((sealing, index) => ({
    what: `${sealing.alg} and ${sealing.enc}, ${which}`,
    under,
    sealing,
    claims: claimsOf(`${base64url(`${which} ....................`).slice(0, 21)}${index}`),
    data: index % 2 === 0 ? ASCII : BEYOND_ASCII,
    ...more,
  }))
}

function one(what: string, under: KeyInput, claims: Claims, more: Partial<PlannedToOpen> = {}): PlannedToOpen {
  return { what, under, sealing: DIRECT_GCM, claims, data: BEYOND_ASCII, ...more }
}

const sealed = (claims: object, data: unknown = ASCII) => {
  return (key: TokenKey) => seal(JSON.stringify({ ...claims, data }), key)
}

/** As a service mints that has the exported keys and jose. */
function mintedByJose(plaintext: string, header: object = {}) {
  return (key: TokenKey): Promise<string> => {
    const { alg, enc, kid } = key
    const derived = key.derived(alg === 'dir' ? enc : 'A256KW').export()
    return new CompactEncrypt(Buffer.from(plaintext))
      .setProtectedHeader({ kid, enc, alg, ...header } as { alg: string; enc: string })
      .encrypt(derived)
  }
}

const SECRET = 'Z6vd5xQznvn6Uz_fUnk1PuLAqhYmR8WbqK5YVx3H4_c'

const secret: Plan = {
  about: 'A secret string. It has the tokens that are not about keys, too.',
  keys: SECRET,
  exports: [
    { name: 'session', at: START },
    { name: 'admin.session', at: START },
  ],
  opened: [
    ...eachSealing(SECRET, 'sealed now', fresh),
    ...eachSealing(SECRET, 'with an idle timeout of its own', ownTimeout, { at: START + 30 * MINUTE - 1 }),
    ...eachSealing(SECRET, 'ends with the browser', endsWithBrowser, { at: START + HOUR }),
    ...eachSealing(SECRET, 'in a cookie of another name', slid, { name: 'admin.session' }),
    one('in its last second before the idle timeout', SECRET, fresh('idle'), { at: START + DAY - 1 }),
    one('in its last second before the absolute timeout', SECRET, capped('absolute'), { at: START + HOUR - 1 }),
    one('from an instance whose clock is a minute ahead', SECRET, fresh('skew'), { at: START - MINUTE }),
    one('without data', SECRET, fresh('empty'), { data: {} }),
    ...[DIRECT_GCM, WRAPPED_CBC].map((sealing) =>
      one(`${sealing.alg} and ${sealing.enc}, minted by jose in another order`, SECRET, fresh('jose'), {
        sealing,
        mint: mintedByJose(JSON.stringify({ data: BEYOND_ASCII, unknown: [1], ...fresh('jose') }, null, 2), {
          typ: 'JWT',
          cty: 'json',
        }),
      }),
    ),
    one('with a sid of 64 characters', SECRET, fresh('0123456789-_ABCDEF'.padEnd(64, 'z'))),
  ],
  rejected: [
    ...SEALINGS.map((sealing) => ({
      what: `${sealing.alg} and ${sealing.enc}, with a bit of the ciphertext changed`,
      under: SECRET,
      reason: 'tampered' as const,
      mint: (key: TokenKey) =>
        changed(seal(encodeClaims(fresh('changed'), JSON.stringify(ASCII)), sealingWith(key, sealing))),
    })),
    reject('moved from the cookie of another name', 'tampered', sealed(fresh('moved')), { name: 'admin.session' }),
    reject('under the header of another combination', 'malformed', (key) =>
      remade(sealed(fresh('header'))(key), ([, ...rest]) => [sealingWith(key, DIRECT_CBC).header, ...rest]),
    ),
    reject('sealed with another secret of the same kid', 'tampered', (key) => {
      const other = tokenKeys({ kty: 'oct', kid: key.kid, k: base64url(SECRET.replaceAll('n', 'm')) })
      return sealed(fresh('other'))(other.active(START) as TokenKey)
    }),
    reject('sealed with a secret that is not there', 'missing-key', () =>
      sealed(fresh('gone'))(tokenKeys(SECRET.replaceAll('n', 'm')).active(START) as TokenKey),
    ),
    reject('longer than any cookie', 'too-long', sealed(fresh('long'), { text: 'x'.repeat(3000) })),
    reject('compressed', 'malformed', mintedByJose(encodeClaims(fresh('zip'), '{}'), { zip: 'DEF' })),
    reject(
      'with a header that is not on the list',
      'malformed',
      mintedByJose(encodeClaims(fresh('x'), '{}'), { x: 1 }),
    ),
    reject('with four parts', 'malformed', (key) => remade(sealed(fresh('four'))(key), (parts) => parts.slice(0, 4))),
    reject('with padding', 'malformed', (key) => `${sealed(fresh('padding'))(key)}==`),
    reject('with a tag of 12 bytes', 'malformed', (key) =>
      remade(sealed(fresh('tag'))(key), ([a, b, c, d, tag]) => [a, b, c, d, tag.slice(0, 16)]),
    ),
    reject('without exp', 'malformed', sealed({ sid: 'exp', sat: START, iat: START })),
    reject('with a time that is not whole', 'malformed', sealed({ ...fresh('half'), iat: START + 0.5 })),
    reject('with data that are no object', 'malformed', sealed(fresh('array'), [])),
    reject('with data that hide a member of the session', 'malformed', sealed(fresh('save'), { save: true })),
    reject('with a plaintext that is no JSON', 'malformed', (key) => seal('user=Ada', key)),
    reject('more than a minute ahead of the clock', 'future', sealed(fresh('future')), { at: START - MINUTE - 1 }),
    reject('begun more than a minute ahead of the clock', 'future', sealed({ ...fresh('sat'), sat: START + 61 })),
    reject('at its absolute timeout', 'absolute', sealed(capped('absolute')), { at: START + HOUR }),
    reject(
      'at its idle timeout, though its own end is later',
      'idle',
      sealed({ ...fresh('idle'), exp: START + 2 * DAY }),
      {
        at: START + DAY,
      },
    ),
    reject('at the idle timeout of its own', 'idle', sealed(ownTimeout('own')), { at: START + 30 * MINUTE }),
    reject('at the end that was sealed into it', 'expired', sealed({ ...fresh('end'), exp: START + HOUR }), {
      at: START + HOUR,
    }),
  ],
}

const [NEW, BEYOND, OLD] = [
  'S9vKeVNLJu3XFztt3NPlXrMSp5V--i8dQCBRRQoXYsE',
  'Sch\u00f6ne Gr\u00fc\u00dfe aus \u6771\u4eac: \u{1f511} 7x\u00d8qV\u017c',
  'c3edeb542cfdbcfffb3153e2a6ed4e31a7e5b0f1e7b06ceb29c7ab4101c811bc',
]

const secrets: Plan = {
  about: 'Secret strings, the newest first. One is not ASCII: a root is the UTF-8 bytes of its string.',
  keys: [NEW, BEYOND, OLD],
  exports: [{ name: 'session', at: START }],
  opened: [
    ...eachSealing(NEW, 'the active key', fresh),
    ...eachSealing(BEYOND, 'a retired key that is not ASCII', slid),
    ...eachSealing(OLD, 'the oldest key', ownTimeout),
  ],
  rejected: [
    reject('a key that was left out', 'missing-key', sealed(fresh('left')), { under: `${OLD}${NEW}` }),
    reject(
      'the kid of another key',
      'tampered',
      (key) => {
        const other = tokenKeys(OLD).active(START) as TokenKey
        return remade(sealed(fresh('kid'))(key), ([, ...rest]) => [other.header, ...rest])
      },
      { under: NEW },
    ),
  ],
}

const JWK = {
  kty: 'oct',
  kid: '2026-01_of-the-shop-ABCDEFGHIJKL',
  k: 'O4lDTeg-CYHbiGpTo9N73PnWYUvDzWkIWWl_hTH7bWc',
} as const

const jwk: Plan = {
  about: 'An "oct" JWK with a kid of its own, of 32 characters.',
  keys: JWK,
  exports: [{ name: 'session', at: START }],
  opened: eachSealing(JWK, 'with the kid of the JWK', fresh),
  rejected: [
    reject('with the kid that the root would have without its own', 'missing-key', sealed(fresh('derived')), {
      under: { kty: JWK.kty, k: JWK.k },
    }),
  ],
}

const NEXT = { kty: 'oct', kid: 'next', k: '1TTAkTSQW_35kvf5WOy8VbTkZ1i-pLI7vmbq4Eb9rLrUFRrsR9zzNHpBupOIV9aJ' } as const
const NOW = { kty: 'oct', kid: 'now', k: 'Wpb2O3oit-DM1hhI_5FF4Bo22mWg_KARiw598OuaBEPabWldmJrR1-cEkmd2Rwup' } as const
const BEFORE = { kty: 'oct', kid: 'before', k: 'rziuvDLmd0tf7y_xpH20IousaQFKqsTubeou_SSWu2A' } as const
const ENDING = { kty: 'oct', kid: 'ending', k: 'aKxva-aDpSgpSKxbkN1C4Dvt6oGLMTdjoZSrJlmN2_U' } as const
const LEAKED = {
  kty: 'oct',
  kid: 'leaked',
  k: base64url(Buffer.from('b82db5af003bf16a5cabda65a0c90aa0c1985f0104fd32c58f6858fae6a43ba7', 'hex')),
} as const
const REVOKED = {
  kty: 'oct',
  kid: 'revoked',
  k: base64url(Buffer.from('a74f98492f924a8cb3e76d7b34e11dfba6b75ee13c9268446a5e9e9fd1ebad57', 'hex')),
} as const
const UNNAMED = {
  kty: 'oct',
  k: base64url(Buffer.from('d2365a78b949e5e94ba4c5c7156a0b1d373f66f18f8bd5a882a2cfa3d63a8109', 'hex')),
} as const

const SET = {
  keys: [
    { ...NEXT, nbf: START + 7 * DAY },
    { ...NOW, nbf: START - DAY },
    { ...BEFORE, nbf: START - 90 * DAY },
    { ...ENDING, exp: START + HOUR },
    { ...LEAKED, revoked: START + 2 * HOUR },
    { ...REVOKED, revoked: true },
    UNNAMED,
  ],
}

function rotation(set: string): Pick<Plan, 'exports' | 'opened' | 'rejected'> {
  return {
    exports: [START, START + HOUR, START + 2 * HOUR].map((at) => ({ name: 'session', at })),
    opened: [
      ...eachSealing(NOW, `the active key of ${set}`, fresh),
      one('a pending key', NEXT, fresh('pending'), { sealing: DIRECT_CBC }),
      one('a retired key', BEFORE, slid('retired'), { sealing: WRAPPED_GCM }),
      one('a key in its last second', ENDING, fresh('ending'), { sealing: WRAPPED_CBC, at: START + HOUR - 1 }),
      one('a key that will be revoked in a second', LEAKED, fresh('leaked'), { at: START + 2 * HOUR - 1 }),
      one('a key without a kid of its own', UNNAMED, ownTimeout('unnamed'), { sealing: DIRECT_CBC, data: ASCII }),
    ],
    rejected: [
      reject('an expired key', 'missing-key', sealed(fresh('ending')), { under: ENDING, at: START + HOUR }),
      reject('a key that has just been revoked', 'missing-key', sealed(fresh('leaked')), {
        under: LEAKED,
        at: START + 2 * HOUR,
      }),
      reject('a revoked key', 'missing-key', sealed(fresh('revoked')), { under: REVOKED }),
    ],
  }
}

const jwkSet: Plan = {
  about: 'A JWK Set with a key in each state: pending, active, retired, about to expire, about to be revoked, revoked.',
  keys: SET,
  ...rotation('the set'),
}

const jsonText: Plan = {
  about: 'The JWK Set as JSON text, as it stands in SESSION_KEYS.',
  keys: JSON.stringify(SET),
  ...rotation('the text'),
}

const mixed: Plan = {
  about: 'A JWK as JSON text, a JWK with times and a secret string in one array.',
  keys: [JSON.stringify(JWK), { ...BEFORE, nbf: START - 90 * DAY }, SECRET],
  exports: [{ name: 'session', at: START }],
  opened: [
    one('the JWK that is JSON text', JWK, fresh('text')),
    one('the active key, for it alone has nbf', BEFORE, slid('jwk'), { sealing: WRAPPED_GCM }),
    one('the secret string', SECRET, ownTimeout('string'), { sealing: WRAPPED_CBC, data: ASCII }),
  ],
  rejected: [],
}

/** Of a session that was last sealed when it was four hours old: it ends when it is a week old. */
const week = (sid: string): Claims => ({ sid, sat: START, iat: START + 4 * HOUR, exp: START + 7 * DAY })
/** With every claim that a token may have. */
const everyClaim = (sid: string): Claims => ({
  ...week(sid),
  ttl: 12 * HOUR,
  chk: START + 3 * HOUR,
  src: `${sid}-source`,
})
const used = (sid: string, later = HOUR, chk?: number): Claims => ({
  ...week(sid),
  iat: START + 4 * HOUR + later,
  ...(chk !== undefined && { chk }),
})
const LATER = { at: START + 5 * HOUR }
const [SID, OTHER_SID] = ['of-the-session-AAAAAAA', 'of-another-one-BBBBBBB']

/** A token of one kind, or one of another kind or audience that comes as it. */
function tokenOf(claims: object, of: Kind, audience?: string, data: unknown = {}) {
  return () => {
    const key = keysOfKind(SECRET, of, 'session', DIRECT_GCM, audience).active(START) as TokenKey
    return sealed(claims, data)(key)
  }
}

function companion(what: string, claims: Claims, more: Partial<PlannedToOpen> = {}): PlannedToOpen {
  return one(what, SECRET, claims, { kind: 'companion', data: {}, ...LATER, ...more })
}

function guard(what: string, claims: Claims, data: PlannedToOpen['data'] = {}, more: Partial<PlannedToOpen> = {}) {
  return one(what, SECRET, claims, { kind: 'guard', data, ...LATER, ...more })
}

/** A request with the session of these vectors and what else it brings. */
function asked(
  what: string,
  at: number,
  others: RequestVector['cookies'],
  comesTo: Pick<RequestVector, 'rejected' | 'lastUse' | 'lastCheck'>,
): RequestVector {
  return { what, name: 'session', at, cookies: [['session', 'a session'], ...others], ...comesTo }
}

/** When the session of these vectors is idle, but for a companion. */
const IDLE = START + 4 * HOUR + DAY
const FOREIGN = [
  ['session', 'companion'],
  ['session', 'guard'],
  ['companion', 'session'],
  ['companion', 'guard'],
  ['guard', 'session'],
  ['guard', 'companion'],
] as const

/** Those of the files that were minted before there were others. */
const COOKIES = ['session', 'companion', 'guard'] as const

const cookies: Plan = {
  about: 'The three kinds of tokens: sessions with every claim, their companions, and logout guards.',
  keys: SECRET,
  exports: COOKIES.map((kind) => ({ name: 'session', kind, at: START })),
  opened: [
    one('a session', SECRET, week(SID), LATER),
    one('another session', SECRET, week(OTHER_SID), LATER),
    one('a session that moved in', SECRET, { ...week(OTHER_SID), src: 'stands-for-its-cookies' }, LATER),
    one('a session that was checked', SECRET, { ...week(OTHER_SID), chk: START + HOUR }, LATER),
    ...eachSealing(SECRET, 'a session with every claim', everyClaim, LATER),
    ...eachSealing(SECRET, 'a companion that is checked', (sid) => used(sid, HOUR, START + 5 * HOUR), {
      kind: 'companion',
      ...LATER,
    }).map((each) => ({ ...each, data: {} })),
    companion('its companion', used(SID)),
    companion('its companion, later and checked', used(SID, 2 * HOUR, START + 6 * HOUR), { at: START + 6 * HOUR }),
    companion('its companion, from a clock that is more than a minute ahead', used(SID, DAY + 61, IDLE + 61)),
    companion('the companion of another session', used(OTHER_SID, 2 * HOUR)),
    companion('the companion of a session of this id that began before', { ...used(SID, 2 * HOUR), sat: START - 1 }),
    ...eachSealing(SECRET, 'a guard', week, { kind: 'guard', ...LATER }).map((each, index) => ({
      ...each,
      data: index % 2 === 0 ? {} : { ended: [['one-that-ended-before', START + DAY]] },
    })),
    guard('its guard', week(SID)),
    guard('the guard of another session', week(OTHER_SID)),
    guard('a guard that names it, too', week(OTHER_SID), { ended: [[SID, IDLE]] }),
    guard('a guard that names what a session moved in from', week('of-a-third-one-CCCCCCC'), {
      ended: [['stands-for-its-cookies', START + 7 * DAY]],
    }),
  ],
  rejected: [
    ...FOREIGN.map(([kind, of]) =>
      reject(`a ${kind} under the key of a ${of}`, 'tampered', tokenOf(used(SID), of), { kind, ...LATER }),
    ),
    reject(
      'a companion that is longer than any',
      'too-long',
      tokenOf({ ...used(SID), x: 'x'.repeat(700) }, 'companion'),
      {
        kind: 'companion',
        ...LATER,
      },
    ),
    reject('a guard that is longer than any', 'too-long', tokenOf({ ...week(SID), x: 'x'.repeat(700) }, 'guard'), {
      kind: 'guard',
      ...LATER,
    }),
    reject('with a src that is no id', 'malformed', tokenOf({ ...week(SID), src: 'x'.repeat(65) }, 'session'), LATER),
    reject('with a ttl that is not whole', 'malformed', tokenOf({ ...week(SID), ttl: 0.5 }, 'session'), LATER),
    reject('with a chk that is no time', 'malformed', tokenOf({ ...week(SID), chk: '0' }, 'session'), LATER),
  ],
  requests: [
    asked('alone, in its last second', IDLE - 1, [], { rejected: null, lastUse: START + 4 * HOUR }),
    asked('alone', IDLE, [], { rejected: 'idle' }),
    asked('with its companion', IDLE, [['companion', 'its companion']], { rejected: null, lastUse: START + 5 * HOUR }),
    asked('with its companion, at its last end', IDLE + HOUR, [['companion', 'its companion']], { rejected: 'idle' }),
    asked(
      'with several companions, of which the newest counts',
      IDLE,
      [
        ['companion', 'its companion, later and checked'],
        ['companion', 'its companion'],
        ['companion', 'the companion of another session'],
      ],
      { rejected: null, lastUse: START + 6 * HOUR, lastCheck: START + 6 * HOUR },
    ),
    ...[
      'the companion of another session',
      'the companion of a session of this id that began before',
      'its companion, from a clock that is more than a minute ahead',
      'a companion under the key of a session',
      'a companion under the key of a guard',
      'a companion that is longer than any',
    ].map((what) => asked(`with ${what}`, IDLE, [['companion', what]], { rejected: 'idle' })),
    asked('with its guard', START + 5 * HOUR, [['guard', 'its guard']], { rejected: 'ended' }),
    asked('with a guard that names it, too', IDLE - 1, [['guard', 'a guard that names it, too']], {
      rejected: 'ended',
    }),
    asked(
      'with a guard that names it until now, and its companion',
      IDLE,
      [
        ['guard', 'a guard that names it, too'],
        ['companion', 'its companion'],
      ],
      { rejected: null, lastUse: START + 5 * HOUR },
    ),
    ...[
      'the guard of another session',
      'a guard under the key of a session',
      'a guard under the key of a companion',
      'a guard that is longer than any',
    ].map((what) =>
      asked(`with ${what}`, START + 5 * HOUR, [['guard', what]], { rejected: null, lastUse: START + 4 * HOUR }),
    ),
    {
      what: 'a session that moved in, with a guard of what it came from',
      name: 'session',
      ...LATER,
      cookies: [
        ['session', 'a session that moved in'],
        ['guard', 'a guard that names what a session moved in from'],
      ],
      rejected: 'ended',
    },
    ...['a session under the key of a companion', 'a session under the key of a guard'].map((what) => ({
      what: `with ${what} in its place`,
      name: 'session',
      ...LATER,
      cookies: [['session', what] as const],
      rejected: 'tampered' as const,
    })),
  ],
}

const OTHERS = [undefined, 'production', 'Staging', 'staging/'] as const
const named = (audience: string | undefined) => (audience === undefined ? 'no audience' : `the audience ${audience}`)

const audience: Plan = {
  about: 'Tokens of the audience "staging", and those of others under the same secret.',
  keys: SECRET,
  audience: 'staging',
  exports: COOKIES.map((kind) => ({ name: 'session', kind, at: START })),
  opened: [
    one('a session', SECRET, week(SID), LATER),
    ...eachSealing(SECRET, 'a session of staging', everyClaim, LATER),
    companion('its companion', used(SID)),
    guard('its guard', week(SID)),
  ],
  rejected: COOKIES.flatMap((kind) =>
    OTHERS.map((other) =>
      reject(`a ${kind} of ${named(other)}`, 'tampered', tokenOf(used(SID), kind, other), { kind, ...LATER }),
    ),
  ),
  requests: [
    asked('with its companion', IDLE, [['companion', 'its companion']], { rejected: null, lastUse: START + 5 * HOUR }),
    asked('with its guard', START + 5 * HOUR, [['guard', 'its guard']], { rejected: 'ended' }),
    ...OTHERS.map(named).flatMap((of) => [
      asked(`with a companion of ${of}`, IDLE, [['companion', `a companion of ${of}`]], { rejected: 'idle' }),
      asked(`with a guard of ${of}`, START + 5 * HOUR, [['guard', `a guard of ${of}`]], {
        rejected: null,
        lastUse: START + 4 * HOUR,
      }),
    ]),
  ],
}

const payloadOf = (proof: string) => JSON.parse(unbase64url(proof.split('.')[1] as string).toString('utf8'))
const headerOf = (proof: string) => JSON.parse(unbase64url(proof.split('.')[0] as string).toString('utf8'))
const { crv, kty, x, y } = headerOf(CHROMIUM.registration).jwk
const [DEV, OTHER_DEV] = ['AAECAwQFBgcICQoLDA0ODw', 'EBESExQVFhcYGRobHB0eHw']
const bound = (sid: string, dev = DEV): Claims => ({ ...week(sid), iat: START, dev })

/** A token that an app has sent to Chromium. */
function recorded(what: string, kind: Kind, token: string, at = START): PlannedToOpen {
  const opened = open(token, keysOfKind(SECRET, kind, 'session', DIRECT_GCM, undefined), at, 4096)
  if ('rejected' in opened) throw new Error(`"${what}" is ${opened.rejected}`)
  // Claims that are not there are no members of a vector.
  const claims = JSON.parse(JSON.stringify(opened.claims))
  return one(what, SECRET, claims, {
    ...(kind !== 'session' && { kind }),
    at,
    data: opened.data,
    mint: () => Promise.resolve(token),
  })
}

/** What says that a key was proved, for the session of an id. */
const proved = (sid: string, challenged = START): Claims => ({
  ...{ sid, sat: START, iat: challenged, exp: challenged + 11 * MINUTE },
})
const link = (sid: string): Claims => ({ sid, sat: START, iat: START, exp: START + 7 * DAY })
const challenge = (sid: string, seconds = MINUTE): Claims => ({ sid, sat: START, iat: START, exp: START + seconds })
const KEYED = { dev: DEV }

/** Those that come in the place of a proof, and are none. */
const NO_PROOFS = ['session', 'companion', 'guard', 'link', 'challenge'] as const
const END_OF_PROOF = START + 11 * MINUTE

/** A request with a session and what else it brings. */
function brings(
  what: string,
  at: number,
  cookies: RequestVector['cookies'],
  comesTo: Pick<RequestVector, 'rejected' | 'isBound'>,
): RequestVector {
  return { what, name: 'session', at, cookies, ...comesTo, ...(comesTo.rejected === null && { lastUse: START }) }
}

const device: Plan = {
  about: 'Sessions that are bound to a device, and the tokens about devices: proof cookies, links and challenges.',
  keys: SECRET,
  deviceBound: true,
  exports: (['session', 'proof', 'link', 'challenge'] as const).map((kind) => ({ name: 'session', kind, at: START })),
  opened: [
    one('a session that is bound', SECRET, bound(SID)),
    one('a session that is not bound', SECRET, { ...week(SID), iat: START }),
    one('a session that is bound to another key', SECRET, bound(OTHER_SID, OTHER_DEV)),
    ...eachSealing(SECRET, 'a session that is bound, with every claim', (sid) => ({ ...everyClaim(sid), dev: DEV }), {
      ...LATER,
    }),
    ...(['proof', 'link', 'challenge'] as const).flatMap((kind) =>
      eachSealing(SECRET, `a ${kind}`, kind === 'proof' ? proved : kind === 'link' ? link : challenge, { kind }).map(
        (each) => ({ ...each, data: KEYED }),
      ),
    ),
    one('its proof', SECRET, proved(SID), { kind: 'proof', data: KEYED }),
    one('the proof of its key, for another session', SECRET, proved(OTHER_SID), { kind: 'proof', data: KEYED }),
    one('the proof of another key', SECRET, proved(SID), { kind: 'proof', data: { dev: OTHER_DEV } }),
    one('a proof from a clock that is more than a minute ahead', SECRET, proved(SID, START + 62), {
      kind: 'proof',
      data: KEYED,
      at: START + MINUTE,
    }),
    one('a proof without a key', SECRET, proved(SID), { kind: 'proof', data: {} }),
    one('the challenge of a registration', SECRET, challenge(SID, 2 * MINUTE), { kind: 'challenge', data: {} }),
    recorded('the session of Chromium', 'session', CHROMIUM.session),
    recorded('the challenge that Chromium has signed to register', 'challenge', payloadOf(CHROMIUM.registration).jti),
    recorded("the link in Chromium's identifier", 'link', CHROMIUM.identifier.slice(87)),
    recorded('the challenge that Chromium has signed next', 'challenge', payloadOf(CHROMIUM.firstRefresh).jti),
    recorded("Chromium's first proof cookie", 'proof', CHROMIUM.firstProof),
    recorded('the session of Chromium, when it is bound', 'session', CHROMIUM.boundSession, START + 30 * MINUTE),
    recorded(
      'the challenge that Chromium has signed later',
      'challenge',
      payloadOf(CHROMIUM.refresh).jti,
      START + 30 * MINUTE,
    ),
    recorded("Chromium's later proof cookie", 'proof', CHROMIUM.proof, START + 30 * MINUTE),
  ],
  rejected: [
    ...NO_PROOFS.map((of) =>
      reject(`a proof under the key of a ${of}`, 'tampered', tokenOf(proved(SID), of, undefined, KEYED), {
        kind: 'proof',
      }),
    ),
    ...(['link', 'challenge'] as const).map((kind) =>
      reject(`a ${kind} under the key of a proof`, 'tampered', tokenOf(link(SID), 'proof', undefined, KEYED), { kind }),
    ),
    ...(['proof', 'link', 'challenge'] as const).map((kind) =>
      reject(`a ${kind} of the audience staging`, 'tampered', tokenOf(link(SID), kind, 'staging', KEYED), { kind }),
    ),
    reject(
      'a proof that is longer than any',
      'too-long',
      tokenOf({ ...proved(SID), x: 'x'.repeat(700) }, 'proof', undefined, KEYED),
      { kind: 'proof' },
    ),
    reject('with a dev of 15 bytes', 'malformed', tokenOf({ ...bound(SID), dev: DEV.slice(0, 20) }, 'session')),
    reject(
      'with a dev in another spelling',
      'malformed',
      tokenOf({ ...bound(SID), dev: `${DEV.slice(0, 21)}x` }, 'session'),
    ),
  ],
  requests: [
    brings('bound, alone', START, [['session', 'a session that is bound']], { rejected: 'unproven' }),
    ...(
      [
        ['its proof', START, null],
        ['its proof', END_OF_PROOF - 1, null],
        ['its proof', END_OF_PROOF, 'unproven'],
        ['the proof of its key, for another session', START, null],
        ['the proof of another key', START, 'unproven'],
        ['a proof from a clock that is more than a minute ahead', START, 'unproven'],
        ['a proof without a key', START, 'unproven'],
        ...NO_PROOFS.map((of) => [`a proof under the key of a ${of}`, START, 'unproven'] as const),
        ['a proof of the audience staging', START, 'unproven'],
        ['a proof that is longer than any', START, 'unproven'],
      ] as const
    ).map(([what, at, rejected]) =>
      brings(
        `bound, with ${what}, ${at === START ? 'at once' : at === END_OF_PROOF ? 'at its end' : 'in its last second'}`,
        at,
        [
          ['session', 'a session that is bound'],
          ['proof', what],
        ],
        { rejected, ...(rejected === null && { isBound: true }) },
      ),
    ),
    brings(
      'bound, with two proofs',
      START,
      [
        ['session', 'a session that is bound'],
        ['proof', 'the proof of another key'],
        ['proof', 'its proof'],
      ],
      { rejected: null, isBound: true },
    ),
    brings('not bound, alone', START, [['session', 'a session that is not bound']], { rejected: null, isBound: false }),
    ...(
      [
        ['its proof', true],
        ['the proof of another key', true],
        ['the proof of its key, for another session', false],
        ['a proof without a key', false],
      ] as const
    ).map(([what, isBound]) =>
      brings(
        `not bound, with ${what}`,
        START,
        [
          ['session', 'a session that is not bound'],
          ['proof', what],
        ],
        { rejected: null, isBound },
      ),
    ),
    {
      what: 'as Chromium sent them half an hour later',
      name: 'session',
      at: START + 30 * MINUTE,
      cookies: [
        ['session', 'the session of Chromium, when it is bound'],
        ['proof', "Chromium's later proof cookie"],
      ],
      rejected: null,
      lastUse: START,
      isBound: true,
    },
  ],
  proofs: (
    [
      ['of a registration', 'the challenge that Chromium has signed to register', CHROMIUM.registration],
      ['of the refresh after it', 'the challenge that Chromium has signed next', CHROMIUM.firstRefresh],
      ['of a refresh half an hour later', 'the challenge that Chromium has signed later', CHROMIUM.refresh],
    ] as const
  ).map(([what, challenge, proof]) => ({
    ...{ what, key: { kty, crv, x, y }, dev: recorded(what, 'proof', CHROMIUM.proof).data['dev'] as string },
    ...{ challenge, proof },
  })),
}

function reject(
  what: string,
  reason: Rejection,
  mint: PlannedToReject['mint'],
  more: Partial<Planned> = {},
): PlannedToReject {
  return { what, reason, mint, under: SECRET, ...more }
}

/** The same root and cookie, for another combination. */
function sealingWith(key: TokenKey, sealing: Sealing): TokenKey {
  const header = base64url(JSON.stringify({ ...sealing, kid: key.kid }))
  return { ...key, ...sealing, header, aad: Buffer.from(header) }
}

function changed(token: string): string {
  return remade(token, ([a, b, c, ciphertext, e]) => {
    const bytes = unbase64url(ciphertext)
    bytes[7] = (bytes[7] as number) ^ 1
    return [a, b, c, base64url(bytes), e]
  })
}

async function mintOpened(planned: PlannedToOpen, audience: string | undefined): Promise<OpenedVector> {
  const { what, name = 'session', kind, at = START, under, sealing, claims, data, mint } = planned
  const keys = keysOfKind(under, kind, name, sealing, audience)
  const key = keys.active(START) as TokenKey
  const token = (await mint?.(key)) ?? seal(encodeClaims(claims, JSON.stringify(data)), key)
  if ('rejected' in open(token, keys, at, 4096)) throw new Error(`"${what}" does not open`)
  return { what, name, ...(kind && { kind }), at, ...sealing, kid: key.kid, claims, data, token }
}

async function mintRejected(planned: PlannedToReject): Promise<RejectedVector> {
  const { what, name = 'session', kind, at = START, under, reason, mint } = planned
  const token = await mint(tokenKeys(under).active(START) as TokenKey)
  return { what, name, ...(kind && { kind }), at, reason, token }
}

function exportAt({ name, kind, at }: Omit<Export, 'keys'>, keys: KeyInput, audience: string | undefined): Export {
  const { now } = Date
  Date.now = () => at * 1000
  try {
    const exported = KeyRing.from(keys).exportFor(name, ...(audience === undefined ? [] : [audience])).keys
    if (kind === undefined || kind === 'session') return { name, at, keys: exported }
    // What the app does not export: another implementation is to derive it.
    const key = keysOfKind(keys, kind, name, DIRECT_GCM, audience).active(at) as TokenKey
    const derived = (alg: (typeof ALGORITHMS)[number]) => key.derived(alg).export().toString('base64url')
    return {
      name,
      kind,
      at,
      keys: ALGORITHMS.map((alg) => ({ kty: 'oct', use: 'enc', alg, kid: key.kid, k: derived(alg) })),
    }
  } finally {
    Date.now = now
  }
}

/** What is there stays, what is planned and not there is added. */
async function completed<Planned extends { what: string }, Minted extends { what: string }>(
  there: readonly Minted[],
  planned: readonly Planned[],
  mint: (planned: Planned) => Promise<Minted>,
): Promise<Minted[]> {
  const names = new Set(there.map(({ what }) => what))
  const missing = planned.filter(({ what }) => !names.has(what))
  return [...there, ...(await Promise.all(missing.map(mint)))]
}

async function write(file: string, plan: Plan): Promise<void> {
  const { about, keys, audience, deviceBound, exports, opened, rejected, requests, proofs } = plan
  const url = new URL(`${file}.json`, VECTORS)
  const old: VectorFile | undefined = existsSync(url) ? JSON.parse(readFileSync(url, 'utf8')) : undefined
  if (old && JSON.stringify(old.keys) !== JSON.stringify(keys)) throw new Error(`${file} has other keys: add a file`)
  const all: VectorFile = {
    about: old?.about ?? about,
    keys,
    ...(audience !== undefined && { audience }),
    ...(deviceBound && { deviceBound }),
    exports: old?.exports ?? exports.map((one) => exportAt(one, keys, audience)),
    opened: await completed(old?.opened ?? [], opened, (planned) => mintOpened(planned, audience)),
    rejected: await completed(old?.rejected ?? [], rejected, mintRejected),
    ...(requests && { requests: await completed(old?.requests ?? [], requests, async (planned) => planned) }),
    ...(proofs && { proofs: await completed(old?.proofs ?? [], proofs, async (planned) => planned) }),
  }
  writeFileSync(url, `${ascii(JSON.stringify(all, null, 2))}\n`)
  const added = all.opened.length + all.rejected.length - (old ? old.opened.length + old.rejected.length : 0)
  console.log(`${file}: ${added} added`)
}

function ascii(text: string): string {
  return text.replace(/[^\n\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

const plans = { secret, secrets, jwk, 'jwk-set': jwkSet, 'json-text': jsonText, mixed, cookies, audience, device }
for (const [file, plan] of Object.entries(plans)) await write(file, plan)
