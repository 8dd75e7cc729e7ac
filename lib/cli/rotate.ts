import { SessionError } from '../errors.js'
import { activeKey, keyState, newestFirst } from '../keys/ring.js'
import { HOW_TO_MAKE, readKeys } from '../keys/source.js'
import { DEFAULT_ABSOLUTE } from '../options/lifetimes.js'
import { type Command, durationOf, EXIT, type Flags, KEYS_FILE, UsageError, WRITE } from './command.js'
import { keyLine, keyText, timesSet, VARIABLE, withKeys } from './env-file.js'
import { givenKeys, printJson, printLine, readTarget, type WrittenKey, writeTarget, writtenKeys } from './given-keys.js'
import { type Io, isoDate, writeLine } from './io.js'
import { newJwk } from './keygen.js'

const HOUR = 60 * 60

export const rotate: Command = {
  summary: 'Adds a key that begins to seal later, and sets an end to the older ones',
  details: [
    'Deploy the keys to every instance before the new key begins to seal, and nobody is signed out:',
    'the older keys go on opening sessions for the absolute timeout. Keys that have ended are left out.',
    'With --write the keys are read from a file and changed in it, a .env file or JSON; the rest of it stays as it is.',
    'Without, they are printed. Never send the output to the file that is read: the shell empties it first.',
    'A .env file takes JSON in quotation marks; docker --env-file and kubectl take it without: use --json there.',
  ],
  examples: [
    'sealed-session rotate --write .env',
    'sealed-session rotate --write keys.json --activate-in 30m',
    'sealed-session rotate --keys-file keys.json --json | sealed-session keys --keys-file -',
  ],
  options: {
    'activate-in': { value: '<duration>', about: 'when the new key begins to seal: longer than a deploy (1h)' },
    'absolute-timeout': { value: '<duration>', about: 'the absoluteTimeout of the app (7d)' },
    json: { about: 'a JWK Set on one line, rather than a line for a .env file' },
    'keys-file': KEYS_FILE,
    write: WRITE,
  },

  async run(flags, io) {
    const schedule = scheduleOf(flags, io)
    const path = flags.text['write']
    if (path !== undefined) {
      await rotateFile(path, flags, schedule, io)
      return EXIT.fine
    }
    const present = writtenKeys(await givenKeys(flags, io, '--write .env, or --keys-file .env'))
    const keys = rotated(present, newJwk(), schedule)
    const json = checkedJson(keys)
    if (flags.on.has('json')) printJson(json, io)
    else printLine(keyLine(json), 'take the others out.', io)
    remark(keys, present.length, schedule, io)
    return EXIT.fine
  },
}

async function rotateFile(path: string, flags: Flags, schedule: Schedule, io: Io): Promise<void> {
  if (flags.text['keys-file'] !== undefined) throw new UsageError('--write reads the keys too: leave --keys-file out')
  if (flags.on.has('json')) throw new UsageError('--write keeps the form that the file has: leave --json out')
  const before = await readTarget(path, io)
  if (before === undefined)
    throw new UsageError('there is no file of --write: make it with sealed-session keygen --write')
  const times = timesSet(before)
  // The earlier lines may hold the keys that sessions are sealed with.
  if (times > 1) {
    throw new UsageError(
      `the file sets ${VARIABLE} ${times} times, and the last line counts: take out the lines that are not in use`,
    )
  }
  const present = presentKeys(keyText(before))
  const keys = rotated(present, newJwk(), schedule)
  await writeTarget(path, contentWith(before, keys), before, io)
  remark(keys, present.length, schedule, io)
}

/** A secret that no app starts with has sealed nothing: it is replaced, and not rotated. */
function presentKeys(text: string): WrittenKey[] {
  try {
    return writtenKeys(text)
  } catch (error) {
    if (!(error instanceof SessionError && error.message.endsWith(HOW_TO_MAKE))) throw error
    const what = error.message.slice(0, -`: ${HOW_TO_MAKE}`.length)
    throw new UsageError(`${what}: take it out of the file, and use sealed-session keygen --write`)
  }
}

/** The content of a file with other keys, in the same form. A single secret becomes a JWK Set. */
function contentWith(before: string, keys: ReturnType<typeof rotated>): string {
  const json = checkedJson(keys)
  if (timesSet(before) > 0) return withKeys(before, json)
  const old = /^\s*[{[]/.test(before) ? JSON.parse(before.replace(/^\uFEFF/, '')) : undefined
  const set = Array.isArray(old?.keys) ? { ...old, keys } : { keys }
  const indentation = /^\s*[{[]\r?\n(\s+)/.exec(before)?.[1] ?? ''
  const end = /\s*$/.exec(before)?.[0] ?? ''
  return `${before.startsWith('\uFEFF') ? '\uFEFF' : ''}${JSON.stringify(set, null, indentation)}${end}`
}

/** Keys as JSON, checked as an app checks them when it starts. */
function checkedJson(keys: ReturnType<typeof rotated>): string {
  const json = JSON.stringify({ keys })
  readKeys(json)
  return json
}

function scheduleOf(flags: Flags, { now }: Io): Schedule {
  const activateIn = durationOf(flags, 'activate-in') ?? HOUR
  const absolute = durationOf(flags, 'absolute-timeout') ?? DEFAULT_ABSOLUTE
  const seconds = Math.floor(now() / 1000)
  return { now: seconds, activation: seconds + activateIn, absolute }
}

function remark(keys: ReturnType<typeof rotated>, before: number, { activation }: Schedule, { stderr }: Io): void {
  const [added, ...older] = keys
  writeLine(stderr, `Key ${added?.kid} seals from ${isoDate(activation)}: have every instance know it by then.`)
  for (const { kid, exp = 0, revoked } of older) {
    writeLine(stderr, revoked === true ? `Key ${kid} is revoked.` : `Key ${kid} opens until ${isoDate(exp)}.`)
  }
  const ended = before - older.length
  if (ended > 0) writeLine(stderr, `Left out, as ended: ${ended}.`)
}

/** When the new key begins to seal, and how long sessions of the old ones may live. In seconds. */
export interface Schedule {
  readonly now: number
  readonly activation: number
  readonly absolute: number
}

type Jwk = WrittenKey['jwk']

/**
 * The keys after a rotation, the new one first. It seals from its activation on. An older key ends when no session that
 * it sealed can be left, and a key that has ended is left out.
 *
 * @throws {UsageError} if there is a time when no key could seal, or another pending key would replace the new one
 */
export function rotated(present: readonly WrittenKey[], added: Jwk, schedule: Schedule): Jwk[] {
  checkOrder(present, schedule)
  checkNoGap(present, schedule)
  const older = present.map(({ jwk }) => ({ ...jwk, exp: lastOpening(jwk, schedule) }))
  return [{ ...added, nbf: schedule.activation }, ...older.filter(({ exp }) => exp > schedule.now)]
}

/**
 * When a key stops opening. It seals until the new key does, or until it is revoked, and its last session lives for the
 * absolute timeout. A revoked key is kept as long, because a key that is added again without its `revoked` is trusted.
 */
function lastOpening({ exp = Number.POSITIVE_INFINITY, revoked }: Jwk, { activation, absolute }: Schedule): number {
  const sealsUntil = typeof revoked === 'number' ? Math.min(revoked, activation) : activation
  return Math.min(exp, Math.ceil(sealsUntil + absolute))
}

function checkOrder(present: readonly WrittenKey[], { now, activation }: Schedule): void {
  const keys = present.map(({ key }) => key)
  const later = present.find(({ key }) => keyState(key, keys, now) === 'pending' && (key.times.nbf ?? 0) >= activation)
  if (later === undefined) return
  throw new UsageError(
    `key ${later.key.kid} is pending already and would take over from the new one at ${isoDate(later.key.times.nbf ?? 0)}: ` +
      'give a longer --activate-in, or take that key out first',
  )
}

/** Checks that at every time until the new key seals, a present one does. */
function checkNoGap(present: readonly WrittenKey[], { now, activation }: Schedule): void {
  const keys = newestFirst(present.map(({ key }) => key))
  const changes = keys.flatMap(({ times: { exp, revoked } }) =>
    [exp, revoked].filter((time) => typeof time === 'number'),
  )
  const gap = [now, ...changes.sort((a, b) => a - b)].find(
    (time) => time >= now && time < activation && activeKey(keys, time) === undefined,
  )
  if (gap === undefined) return
  throw new UsageError(
    gap === now
      ? 'no present key may seal now: put the line that sealed-session keygen prints in their place'
      : `no present key may seal from ${isoDate(gap)} on: give a shorter --activate-in, so that the new key seals by then`,
  )
}
