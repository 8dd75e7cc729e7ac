import { readable } from '../checks.js'
import { checkAudience } from '../keys/root.js'
import { readKeys } from '../keys/source.js'
import { DEFAULT_ABSOLUTE, lifetimesFrom } from '../options/lifetimes.js'
import type { Timeouts } from '../session/lifetime.js'
import {
  AUDIENCE,
  baseNameOf,
  type Command,
  durationOf,
  EXIT,
  type Flags,
  KEYS_FILE,
  timeOf,
  UsageError,
} from './command.js'
import { FOUR_DOTS, readJwks, tokensIn, whyNoCookie } from './cookie-input.js'
import { optionalKeys, readNamedFile } from './given-keys.js'
import { type Circumstances, reportOn } from './inspection-report.js'
import { type Io, readInput, writeLine } from './io.js'

export const inspect: Command = {
  summary: 'Says what is in a cookie, and whether the app would accept it',
  details: [
    'Reads from standard input a cookie (name=value), a Cookie or Set-Cookie line, a whole head, or a bare token.',
    'Shows names and sizes, never values. The answer is no unless every token that was found is accepted.',
  ],
  examples: [
    'curl -si https://example.org | sealed-session inspect --keys-file .env',
    'pbpaste | sealed-session inspect --at 2026-12-31T18:00:00Z',
  ],
  options: {
    name: { value: '<name>', about: 'the cookie to look for; of a token without a name, its cookie (session)' },
    audience: AUDIENCE,
    'keys-file': { ...KEYS_FILE, about: 'a .env file, a JWK Set or a secret' },
    'jwk-file': {
      value: '<file>',
      about: 'a JWK or JWK Set that opens tokens of other libraries, with the package jose',
    },
    'idle-timeout': { value: '<duration>', about: 'the idleTimeout of the app (24h)' },
    'absolute-timeout': { value: '<duration>', about: 'the absoluteTimeout of the app (7d)' },
    at: { value: '<date>', about: 'as if it were this time, in ISO 8601 (now)' },
  },

  async run(flags, io) {
    const { name, circumstances } = await circumstancesOf(flags, io)
    if (io.stdin.isTTY) writeLine(io.stderr, 'Paste a cookie, then press Enter and Ctrl-D.')
    const text = await readInput(io.stdin)
    const found = tokensIn(text, name)
    const mistake = whyNoCookie(
      text,
      found.some(({ token }) => FOUR_DOTS.test(token)),
    )
    if (mistake !== undefined) throw new UsageError(mistake)
    if (found.length === 0) throw noSuchCookie(text)
    let accepted = true
    for (const [index, each] of found.entries()) {
      const report = await reportOn(each, circumstances)
      if (index > 0) writeLine(io.stdout, '')
      for (const line of report.lines) writeLine(io.stdout, line)
      accepted &&= report.accepted
    }
    return accepted ? EXIT.fine : EXIT.no
  },
}

function noSuchCookie(text: string): UsageError {
  const others = /^[<]?\s*set-cookie\s*:/im.test(text)
  return new UsageError(
    others
      ? 'that response sets other cookies, and none of that name: give another --name, or ask for a page that writes the session'
      : 'no such cookie on standard input: pipe in name=value, a Cookie or Set-Cookie line, or a token',
  )
}

async function circumstancesOf(
  flags: Flags,
  io: Io,
): Promise<{ name: string | undefined; circumstances: Circumstances }> {
  const { at, name: option, 'jwk-file': file, audience } = flags.text
  if (audience !== undefined) checkAudience(audience, '--audience')
  const now = at === undefined ? Math.floor(io.now() / 1000) : timeOf(at)
  const name = option === undefined ? undefined : baseNameOf(option)
  const timeouts = timeoutsOf(flags)
  const text = await optionalKeys(flags, io)
  const keys = text === undefined ? undefined : readKeys(text)
  const jwks =
    file === undefined ? undefined : readJwks(Buffer.from(await readNamedFile(file, 'jwk-file', io)).toString('utf8'))
  return {
    name,
    circumstances: { defaultName: name ?? 'session', audience, keys, jwks, timeouts, now },
  }
}

function timeoutsOf(flags: Flags): Timeouts {
  const idle = durationOf(flags, 'idle-timeout')
  const absolute = durationOf(flags, 'absolute-timeout')
  const longest = absolute ?? DEFAULT_ABSOLUTE
  if (idle !== undefined && idle > longest) {
    throw new UsageError(
      `--idle-timeout is longer than --absolute-timeout (${readable(longest)}): shorten the first, or raise the second`,
    )
  }
  const milliseconds = (seconds: number | undefined) => (seconds === undefined ? undefined : seconds * 1000)
  return lifetimesFrom(milliseconds(idle), milliseconds(absolute), undefined).timeouts
}
