import type { Measurement } from '../measure/recording.js'
import { variants } from './select.js'

interface Contender {
  /** What it is, for the legend of the report. */
  readonly about: string
  /** Of Okabe and Ito's palette, whose colours the colour-blind tell apart, too. */
  readonly colour: string
}

/** In the order of every table and plot. */
export const CONTENDERS: Readonly<Record<string, Contender>> = {
  nothing: { about: 'the same without any session', colour: '#999999' },
  floor: {
    about: 'the least that such a cookie costs: `JSON`, AES-256-GCM of `node:crypto`, base64url; no checks, one key',
    colour: '#000000',
  },
  'sealed-session': { about: 'this package', colour: '#0072b2' },
  'cookie-session': { about: 'data in a cookie that is signed, not encrypted', colour: '#e69f00' },
  'express-session': { about: 'data on the server, here in the memory of its process', colour: '#009e73' },
  'iron-session': {
    about: 'data in a cookie that is encrypted and signed, under keys that are derived for each one',
    colour: '#d55e00',
  },
  'client-sessions': { about: 'data in a cookie that is encrypted and signed', colour: '#cc79a7' },
  jose: { about: 'the JOSE library alone, with our format and key', colour: '#56b4e9' },
  keygrip: { about: 'what cookie-session does: base64 and a signature, no encryption', colour: '#e69f00' },
  '@auth/core': { about: 'the session cookie of Auth.js, an encrypted JWE', colour: '#56b4e9' },
  '@hono/session': { about: 'data in a cookie that is an encrypted JWE, for Hono', colour: '#56b4e9' },
  secretbox: { about: "libsodium's `secretbox`, XSalsa20 and Poly1305, by sodium-native", colour: '#56b4e9' },
}

const ORDER = Object.keys(CONTENDERS)

export function colourOf(contender: string): string {
  return CONTENDERS[contender]?.colour ?? '#56b4e9'
}

/** Who took part, in the order of the report: `jose, in another way` beside `jose`. */
export function contendersOf(measurements: readonly Measurement[]): string[] {
  const place = (name: string) => {
    const [contender = name] = name.split(',')
    return ORDER.includes(contender) ? ORDER.indexOf(contender) : ORDER.length
  }
  return variants(measurements, 'contender').sort((a, b) => place(a) - place(b))
}
