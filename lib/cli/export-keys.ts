import { KeyRing } from '../keys/ring.js'
import { checkAudience } from '../keys/root.js'
import { AUDIENCE, baseNameOf, type Command, EXIT, KEYS_FILE } from './command.js'
import { givenKeys, printJson } from './given-keys.js'
import { writeLine } from './io.js'

export const exportKeys: Command = {
  summary: 'Prints the keys of one cookie, as a JWK Set for any JOSE library',
  details: [
    'They open and make the cookie of this name, and no other: the keys that they are derived from stay secret.',
  ],
  examples: ['sealed-session export-keys --keys-file .env --name session > session-keys.json'],
  options: {
    name: { value: '<name>', about: 'the name of the cookie (session)' },
    audience: AUDIENCE,
    'keys-file': KEYS_FILE,
  },

  async run(flags, io) {
    const name = baseNameOf(flags.text['name'] ?? 'session')
    const ring = KeyRing.from(await givenKeys(flags, io))
    const { audience } = flags.text
    if (audience !== undefined) checkAudience(audience, '--audience')
    printJson(JSON.stringify(audience === undefined ? ring.exportFor(name) : ring.exportFor(name, audience)), io)
    writeLine(
      io.stderr,
      `With these keys, anyone can read and make the cookie ${name}: keep them as secret as SESSION_KEYS.`,
    )
    return EXIT.fine
  },
}
