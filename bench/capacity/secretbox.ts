import { secretbox as sealer } from '../sealers/secretbox.js'
import { NAME } from '../sealers/secrets.js'
import { base64Length, type Contender, type Parts } from './contender.js'
import { unlimited } from './sealer.js'

export const secretbox: Contender = unlimited(sealer, NAME, parts)

/** `box;nonce`, percent-encoded: what that takes depends on how many of the characters are `+` and `/`. */
function parts(value: string, json: number): Parts {
  const plain = decodeURIComponent(value)
  const [box = '', nonce = ''] = plain.split(';')
  return {
    nonce: nonce.length,
    'tag, time and base64 padding': box.length - base64Length(json),
    separator: 1,
    'percent-encoding, as it falls': value.length - plain.length,
  }
}
