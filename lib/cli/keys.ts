import { activeKey, keyState, newestFirst } from '../keys/ring.js'
import type { RootKey } from '../keys/root.js'
import { readKeys } from '../keys/source.js'
import { type Command, EXIT, KEYS_FILE } from './command.js'
import { givenKeys } from './given-keys.js'
import { columns, isoDate, writeLine } from './io.js'

export const keys: Command = {
  summary: 'Lists the keys, newest first',
  details: [
    'pending opens, and seals later; active seals and opens; retired opens; expired and revoked open nothing.',
    'since: when it begins to seal; until: when it stops opening. The answer is no if none may seal now.',
  ],
  examples: [
    'sealed-session keys --keys-file .env',
    'sealed-session rotate --keys-file .env | sealed-session keys --keys-file -',
  ],
  options: {
    'keys-file': KEYS_FILE,
    thumbprint: { about: 'also the SHA-256 thumbprint of each key (RFC 7638), to compare instances by' },
  },

  async run(flags, io) {
    const ring = newestFirst(readKeys(await givenKeys(flags, io)))
    const now = Math.floor(io.now() / 1000)
    const thumbprint = flags.on.has('thumbprint') ? (key: RootKey) => [key.thumbprint()] : () => []
    const rows = ring.map((key) => [key.kid, keyState(key, ring, now), sinceOf(key), untilOf(key), ...thumbprint(key)])
    const titles = ['kid', 'state', 'since', 'until', ...(flags.on.has('thumbprint') ? ['thumbprint'] : [])]
    for (const line of columns([titles, ...rows])) writeLine(io.stdout, line)
    if (activeKey(ring, now) !== undefined) return EXIT.fine
    writeLine(io.stderr, 'No key may seal now: put the line that sealed-session keygen prints in their place.')
    return EXIT.no
  },
}

function sinceOf({ times: { nbf } }: RootKey): string {
  return nbf === undefined ? '-' : isoDate(nbf)
}

function untilOf({ times: { exp, revoked } }: RootKey): string {
  const ends = [exp, revoked].filter((time) => typeof time === 'number')
  return ends.length === 0 ? '-' : isoDate(Math.min(...ends))
}
