import { readKeys } from '../keys/source.js'
import { type Command, type Flags, KEYS_FILE } from './command.js'
import { isoDate } from './dates.js'
import { durationOf } from './durations.js'
import { EXIT } from './exit-code.js'
import { givenKeys } from './given-keys.js'
import { type Io, writeLine } from './io.js'
import { writtenKeys } from './key-set.js'
import { keyLine } from './key-text.js'
import { newJwk } from './new-jwk.js'
import { rotated, type Schedule } from './rotation.js'

const HOUR = 60 * 60
const WEEK = 7 * 24 * HOUR

export const rotate: Command = {
  summary: 'Adds a key that begins to seal later, and sets an end to the older ones',
  details: [
    'Prints the new keys. Deploy them to every instance before the new key begins to seal, and nobody is logged out:',
    'the older keys go on opening sessions for the absolute timeout. Keys that have ended are left out.',
    'No file is changed. Never write the output to the file that is read: the shell empties it first.',
    'A .env file takes JSON in quotation marks; docker --env-file and kubectl take it without: use --json there.',
  ],
  examples: [
    'sealed-session rotate --keys-file keys.json --json > keys.new.json',
    '(grep -v ^SESSION_KEYS= .env; sealed-session rotate --keys-file .env) > .env.new && mv .env.new .env',
  ],
  options: {
    'activate-in': { value: '<duration>', about: 'when the new key begins to seal: longer than a deploy (1h)' },
    'absolute-timeout': { value: '<duration>', about: 'the absoluteTimeout of the app (7d)' },
    json: { about: 'a JWK Set on one line, rather than a line for a .env file' },
    'keys-file': KEYS_FILE,
  },

  async run(flags, io) {
    const schedule = scheduleOf(flags, io)
    const present = writtenKeys(await givenKeys(flags, io))
    const keys = rotated(present, newJwk(), schedule)
    const json = JSON.stringify({ keys })
    // What is printed is what an app can start with.
    readKeys(json)
    writeLine(io.stdout, flags.on.has('json') ? json : keyLine(json))
    remark(keys, present.length, schedule, io)
    return EXIT.fine
  },
}

function scheduleOf(flags: Flags, { now }: Io): Schedule {
  const activateIn = durationOf(flags, 'activate-in') ?? HOUR
  const absolute = durationOf(flags, 'absolute-timeout') ?? WEEK
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
