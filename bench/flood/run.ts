/**
 * What a flood of Cookie headers costs beside an app without sessions: headers of 16 KB, which is all that Node lets in,
 * and 500 cookies of the session's name. It must stay below a bound that no header moves: four times what the dearest
 * cookie costs, as no more than four of a name are tried. That is the largest session when it has not been used for a
 * while and has ended: it is opened, and so are its companion and the guard that names it.
 *
 * Where sessions move in from JWEs of other packages, the bound is what a few tokens of theirs cost: no more are tried.
 * That is checked, and not recorded.
 */
import '../measure/options.js'
import assert from 'node:assert/strict'
import { CompactEncrypt } from 'jose'
import session from '../../lib/index.js'
import { jwe } from '../../lib/migrate/index.js'
import {
  companionOf,
  contenders,
  exchange,
  guardOf,
  hoursAgo,
  read,
  readNothing,
  served,
  signedIn,
  untouched,
} from '../contenders/exchange.js'
import { SECRET } from '../contenders/settings.js'
import { type Measurement, record } from '../measure/recording.js'
import { median } from '../measure/samples.js'
import { sessionData } from '../measure/session-data.js'
import { inRounds, quick } from '../measure/turns.js'
import { boundOf, deviceCalls, TOLERANCE } from './device.js'

/** What Node lets in of a head, without `--max-http-header-size`; the rest of a head is left 384 bytes. */
const HEADER = 16 * 1024 - 384
/** Of data: about the most of which four cookies fit in such a head; a cookie takes some 100 bytes more. */
const LARGEST = 2750
/** The same where four guards fit in as well. */
const LARGE = 2350
/** The same where four companions fit in, too. */
const LARGE_BESIDE_COMPANIONS = 2050
const ROUNDS = quick ? { rounds: 5, time: 20 } : { rounds: 31, time: 20 }
process.env['NODE_ENV'] = 'production'

const { nothing, 'sealed-session': sealed } = contenders([SECRET])
const largest = await hoursAgo(3, () => signedInWith(LARGEST))
const name = largest.slice(0, largest.indexOf('='))
const large = await signedInWith(LARGE)
const guard = await guardOf(sealed, large)
const stale = await hoursAgo(3, () => signedInWith(LARGE_BESIDE_COMPANIONS))
const companion = await companionOf(sealed, stale)
const guardOfStale = await guardOf(sealed, stale)
const dearest = `${largest}; ${await companionOf(sealed, largest)}; ${await guardOf(sealed, largest)}`
const DEAREST = 'the largest session that is unused and has ended, its companion and its guard'

const FLOODS: Readonly<Record<string, string>> = {
  'one value of 16 KB': filled(`${name}=`, 'A'),
  'no cookie at all, 16 KB of semicolons': filled('', ';'),
  '16 KB of cookies of other names': filled('', 'a=1; '),
  '16 KB of names that begin like ours': filled('', `${name}x=1; `),
  '500 cookies of our name, 4 characters each': Array(500).fill(`${name}=AAAA`).join('; '),
  '16 KB of empty cookies of our name': filled('', `${name}=; `),
  // What is read before a key is looked for, as deep and as long as a cookie can be.
  'four cookies whose header is 2.8 KB of brackets': fourTimes(
    () => `${name}=${encoded('['.repeat(2800))}.AA.AA.AA.AA`,
  ),
  'four cookies whose header is 2.8 KB of one member': fourTimes(
    () => `${name}=${encoded(`{"alg":"${'A'.repeat(2780)}"}`)}.AA.AA.AA.AA`,
  ),
  // The most that somebody without a key can have deciphered.
  'four cookies of the largest size with a wrong tag': fourTimes((index) => forged(largest, index)),
  // The most that somebody can who was signed in once.
  'four cookies of a session that has ended, and four guards': fourTimes(() => `${large}; ${guard}`),
  // Companions are opened where the session's own cookie does not tell that it is in use.
  'four cookies of a session that has ended and is unused, four companions and four guards': fourTimes(
    () => `${stale}; ${companion}; ${guardOfStale}`,
  ),
  'four cookies of an unused session, four companions with a wrong tag, and four guards of another': fourTimes(
    (index) => `${stale}; ${index === 3 ? companion : forged(companion, index)}; ${guard}`,
  ),
  'four cookies with a wrong tag, and four guards': fourTimes((index) => `${forged(large, index)}; ${guard}`),
}

/** Nobody reads these with a password in earnest: a token says how often it is hashed. */
const PASSWORD = Buffer.from('a password of the other package')
const PBES2 = 'PBES2-HS256+A128KW'
const READ = [...'abcdefghijklmnop']
const moving = served(
  session({
    keys: [SECRET],
    cookie: { secure: false },
    migrateFrom: [
      ...READ.map((one) => jwe({ name: one, key: Buffer.alloc(32, 7) })),
      jwe({ name: 'password', key: PASSWORD, algorithms: [PBES2], encryptions: ['A256GCM'] }),
    ],
  }),
)
const strange = await foreign('dir', Buffer.alloc(32, 9))
const guessed = await foreign(PBES2, Buffer.from('another password'))
/** What comes, and with how many times what it costs: cookies for readers, which try 16 tokens, or 2 with passwords. */
const FOREIGN: Readonly<Record<string, readonly [cookies: string, one: string, times: number]>> = {
  'four tokens for each of sixteen readers': [
    READ.flatMap((one) => Array(4).fill(`${one}=${strange}`)).join('; '),
    `a=${strange}`,
    32,
  ],
  'four tokens whose key is made from a password': [
    Array(4).fill(`password=${guessed}`).join('; '),
    `password=${guessed}`,
    3,
  ],
  '16 KB of semicolons behind the names that readers look for': [
    filled([...READ, 'password'].flatMap((one) => [`${one}=`, `${one}.0=`]).join(';'), ';'),
    `a=${strange}`,
    20,
  ],
}

const calls: Record<string, () => unknown> = {
  'the bare app': () => exchange(nothing, untouched, largest),
  [DEAREST]: () => exchange(sealed, readNothing, dearest),
}
for (const [flood, cookie] of Object.entries(FLOODS)) {
  assert(cookie.length <= HEADER, flood)
  calls[`${flood}, bare`] = () => exchange(nothing, untouched, cookie)
  const handler = flood.startsWith('four cookies of an unused session,') ? read : readNothing
  calls[flood] = () => exchange(sealed, handler, cookie)
}
for (const [flood, [cookies, one]] of Object.entries(FOREIGN)) {
  assert(cookies.length <= HEADER, flood)
  calls[flood] = () => exchange(moving, untouched, cookies)
  calls[`${flood}, one`] = () => exchange(moving, untouched, one)
}
const devices = await deviceCalls(SECRET)

const samples = { ...(await inRounds(calls, ROUNDS)), ...(await inRounds(devices, ROUNDS)) }
const cpu = (call: string) => median(samples[call]?.cpu ?? [])
const bound = 4 * (cpu(DEAREST) - cpu('the bare app'))
console.log(`${bound.toFixed(1).padStart(8)} us  the bound: four times ${DEAREST}`)
const measurements: Measurement[] = [{ contender: 'bound', metric: 'cpu', unit: 'us', samples: [bound] }]
for (const flood of Object.keys(FLOODS)) {
  const bare = samples[`${flood}, bare`]?.cpu ?? []
  const more = (samples[flood]?.cpu ?? []).map((cost, round) => cost - (bare[round] as number))
  judge(flood, median(more), bound)
  measurements.push({ contender: flood, metric: 'more than the bare app', unit: 'us', samples: more })
}
for (const [flood, [, , times]] of Object.entries(FOREIGN)) {
  const most = times * cpu(`${flood}, one`)
  judge(`${flood}, of ${most.toFixed(1)}`, cpu(flood), most)
}
for (const flood of Object.keys(devices)) {
  const most = boundOf(flood, cpu)
  if (most !== undefined) judge(`${flood}, of ${most.toFixed(1)}`, cpu(flood), TOLERANCE * most)
}
record({ benchmark: 'flood', versions: {}, method: ROUNDS, measurements })

function judge(flood: string, cost: number, most: number): void {
  if (cost > most) process.exitCode = 1
  console.log(`${cost.toFixed(1).padStart(8)} us  ${flood}${cost > most ? ': ABOVE THE BOUND' : ''}`)
}

/** A token that no reader has the key of. */
function foreign(alg: string, key: Uint8Array): Promise<string> {
  return new CompactEncrypt(Buffer.from('{"user":"Eve"}')).setProtectedHeader({ alg, enc: 'A256GCM' }).encrypt(key)
}

function encoded(text: string): string {
  return Buffer.from(text).toString('base64url')
}

function filled(head: string, part: string): string {
  return head + part.repeat(Math.floor((HEADER - head.length) / part.length))
}

function fourTimes(cookie: (index: number) => string): string {
  return Array.from({ length: 4 }, (_, index) => cookie(index)).join('; ')
}

/** The tag is the end of the token: its first character carries no unused bits. */
function forged(cookie: string, index: number): string {
  const tag = cookie.length - 22
  const other = [...'ABCDE'].filter((letter) => letter !== cookie[tag])[index] as string
  return `${cookie.slice(0, tag)}${other}${cookie.slice(tag + 1)}`
}

function signedInWith(bytes: number): Promise<string> {
  return signedIn(sealed, sessionData('flat', bytes))
}
