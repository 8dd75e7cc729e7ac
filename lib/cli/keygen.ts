import { newSecret } from '../keys/default.js'
import { type Command, EXIT, type Flags, isEnvFile, UsageError, WRITE } from './command.js'
import { keyLine, timesSet, VARIABLE, withKeys } from './env-file.js'
import { printJson, printLine, readTarget, type WrittenKey, writeTarget, writtenKeys } from './given-keys.js'
import { type Io, writeLine } from './io.js'

const REPEATED = 'sessions under the other keys end. Take this line out again, and use sealed-session rotate --write.'

export const keygen: Command = {
  summary: 'Makes a key, as a line for a .env file',
  details: [
    'The line needs no quotation marks: a shell, dotenv, node --env-file and docker --env-file read it alike.',
    'With --write it goes into the file itself, on a line of its own; the rest stays, and a new file is yours alone.',
    'A file that has keys already is left as it is: rotate --write adds one, and signs nobody out.',
  ],
  examples: ['sealed-session keygen --write .env', 'sealed-session keygen --json --write keys.json'],
  options: {
    json: { about: 'a JWK Set on one line, for a file of keys' },
    jwk: { about: 'a single JWK on one line' },
    write: WRITE,
  },

  async run(flags, io) {
    const { on, text } = flags
    if (on.has('json') && on.has('jwk'))
      throw new UsageError('--json and --jwk are two forms of the key: give one of them')
    if (text['write'] !== undefined) await writeKey(text['write'], flags, io)
    else if (on.has('json') || on.has('jwk')) printJson(jsonOf(flags), io)
    else printLine(keyLine(newSecret()), REPEATED, io)
    return EXIT.fine
  },
}

function jsonOf({ on }: Flags): string {
  return JSON.stringify(on.has('jwk') ? newJwk() : { keys: [newJwk()] })
}

async function writeKey(path: string, flags: Flags, io: Io): Promise<void> {
  const before = await readTarget(path, io)
  const asJson = flags.on.has('json') || flags.on.has('jwk')
  if (asJson && before?.trim()) throw notEmpty(before)
  if (asJson && isEnvFile(path)) {
    throw new UsageError(
      'a .env file holds keys in a line that names them: leave --json out, or give a file such as keys.json',
    )
  }
  if (!asJson && path.endsWith('.json') && !before?.trim()) {
    throw new UsageError('a .json file holds keys as JSON: add --json, or give a file such as .env')
  }
  await writeTarget(path, asJson ? `${jsonOf(flags)}\n` : withLine(before ?? ''), before, io)
  writeLine(io.stderr, asJson ? 'The file has a new key.' : `The file sets ${VARIABLE} to a new key.`)
}

function withLine(content: string): string {
  if (/^\s*[{[]/.test(content)) throw hasKeys('JSON in it')
  // dotenv accepts a colon, which node and docker do not.
  if (/^[^\S\n]*SESSION_KEYS:[^\S\n]/m.test(content)) throw hasKeys(`${VARIABLE} in it, after a colon`)
  // A template may have the name without a value.
  const isTemplate = /^[^\S\n]*(?:export[^\S\n]+)?SESSION_KEYS[^\S\n]*=[^\S\n]*(?:''|"")?[^\S\n]*$/m.test(
    content.replace(/^\uFEFF|\r/g, ''),
  )
  if (timesSet(content) > (isTemplate ? 1 : 0)) throw hasKeys(`${VARIABLE} in it`)
  return withKeys(content, newSecret())
}

/** JSON needs a file of its own. */
function notEmpty(content: string): UsageError {
  if (/^\s*[{[]|^[^#\n]*SESSION_KEYS\s*[=:]/m.test(content)) return hasKeys('something in it')
  return new UsageError(
    'the file of --write has something in it already, and is left as it is: leave --json out, or name a new file',
  )
}

function hasKeys(what: string): UsageError {
  return new UsageError(
    `the file of --write has ${what} already, and is left as it is: use sealed-session rotate --write to add a key to it`,
  )
}

/** Makes a key as a JWK with a derived kid. */
export function newJwk(): WrittenKey['jwk'] {
  const [{ jwk }] = writtenKeys(JSON.stringify({ kty: 'oct', k: newSecret() })) as [WrittenKey]
  return jwk
}
