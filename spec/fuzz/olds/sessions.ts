import { NOW } from '../clock.js'

/** Sessions of others, as JSON, with what must move in of them. */
export const MOVES: Readonly<Record<string, object>> = {
  '{"user":"Ada"}': { user: 'Ada' },
  ' {"user":"Ada", "user":"Eve"}\n': { user: 'Eve' },
  '{"user":"\\ud800"}': { user: '\ud800' },
  '{"constructor":{"prototype":{"polluted":1}}}': { constructor: { prototype: { polluted: 1 } } },
  '{"toJSON":1,"hasOwnProperty":null}': { toJSON: 1, hasOwnProperty: null },
}

const EXPIRED = `{"user":"Ada","exp":${NOW}}`
const NOT_YET = `{"user":"Ada","nbf":${NOW + 1}}`
const ODD_END = '{"user":"Ada","exp":"x","iat":-1}'
const EXPIRED_COOKIE = '{"cookie":{"expires":"1970-01-01"},"user":"Ada"}'

/** By package: those that have ended there, or have not begun. */
export const OVER: Readonly<Record<string, readonly string[]>> = {
  expressSession: [EXPIRED_COOKIE],
  expressOpenidConnect: [EXPIRED, ODD_END],
  authJs: [EXPIRED, NOT_YET, ODD_END],
  jwe: [EXPIRED, NOT_YET, ODD_END],
}

/** All that a package may have held, and much that it cannot have. */
export const SESSIONS: readonly string[] = [
  ...Object.keys(MOVES),
  ...[EXPIRED, NOT_YET, ODD_END, EXPIRED_COOKIE],
  '{"__proto__":{"polluted":1},"user":"Ada"}',
  '{"save":1}',
  `{"text":"${'x'.repeat(4000)}"}`,
  `${'{"a":'.repeat(500)}1${'}'.repeat(500)}`,
  ...['{}', '[]', '[1]', 'null', '7', '"text"', '', '{', '\ufeff{"user":"Ada"}', '\u0000'],
]

/** Whether what was found is of this session; some packages' own members are left behind. */
export function isFrom(found: unknown, text: string): boolean {
  const held = Object(parsed(text))
  return Object.entries(found as object).every(
    ([name, value]) => JSON.stringify(value) === JSON.stringify(Object.getOwnPropertyDescriptor(held, name)?.value),
  )
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
