import { clientSessions as sealer } from '../sealers/client-sessions.js'
import { NAME } from '../sealers/secrets.js'
import { base64Length, type Contender, type Parts } from './contender.js'
import { unlimited } from './sealer.js'

export const clientSessions: Contender = unlimited(sealer, NAME, parts)

/** `iv.ciphertext.created.duration.mac` */
function parts(value: string, json: number): Parts {
  const [iv = '', ciphertext = '', created = '', duration = '', mac = ''] = value.split('.')
  return {
    IV: iv.length,
    MAC: mac.length,
    dots: 4,
    times: created.length + duration.length,
    'name and block padding': ciphertext.length - base64Length(json),
  }
}
