import { newSecret } from '../keys/new-secret.js'
import type { Command } from './command.js'
import { EXIT } from './exit-code.js'
import { writeLine } from './io.js'
import { keyLine } from './key-text.js'
import { newJwk } from './new-jwk.js'
import { UsageError } from './usage-error.js'

export const keygen: Command = {
  summary: 'Makes a key, as a line for a .env file',
  details: ['The line needs no quotation marks: a shell, dotenv, node --env-file and docker --env-file read it alike.'],
  examples: ['sealed-session keygen >> .env', 'sealed-session keygen --json > keys.json'],
  options: {
    json: { about: 'a JWK Set on one line, for a file of keys' },
    jwk: { about: 'a single JWK on one line' },
  },

  run({ on }, { stdout }) {
    if (on.has('json') && on.has('jwk')) throw new UsageError('--json and --jwk are two forms of the key: give one')
    if (on.has('json')) writeLine(stdout, JSON.stringify({ keys: [newJwk()] }))
    else writeLine(stdout, on.has('jwk') ? JSON.stringify(newJwk()) : keyLine(newSecret()))
    return EXIT.fine
  },
}
