/** Sections "Plaintext" and "Opening" of spec/format.md once more, to tell what must come of a token that verifies. */

type Members = Readonly<Record<string, unknown>>

/** What a plaintext says. */
export interface Said {
  readonly sid: string
  readonly sat: number
  readonly iat: number
  readonly exp: number
  readonly ttl?: number
  readonly chk?: number
  readonly data: Members
}

/** In seconds. */
export interface Timeouts {
  readonly idle: number
  readonly absolute: number
}

const RESERVED =
  'isNew isChanged isPopulated id createdAt expiresAt rejected cookie size save regenerate destroy reload touch resetMaxAge'.split(
    ' ',
  )

/** What a plaintext says; undefined if it is malformed. Whether its data may be a session's is another question. */
export function said(plaintext: string): Said | undefined {
  const value = parsed(Buffer.from(plaintext).toString())
  if (!isObject(value)) return undefined
  const member = (name: string) => Object.getOwnPropertyDescriptor(value, name)?.value
  const optional = ['ttl', 'chk'].filter((name) => Object.hasOwn(value, name))
  const areTimes = ['sat', 'iat', 'exp', ...optional].map(member).every(isTime)
  const isId = typeof member('sid') === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(member('sid'))
  return areTimes && isId && isObject(member('data')) ? (value as unknown as Said) : undefined
}

/** The reason why a session is rejected; undefined for one that lives. */
export function reasonFor(said: Said | undefined, { idle, absolute }: Timeouts, now: number): string | undefined {
  if (said === undefined || Object.keys(said.data).some((name) => RESERVED.includes(name))) return 'malformed'
  const { sat, iat, exp, ttl } = said
  if (sat > now + 60 || iat > now + 60) return 'future'
  if (now >= sat + absolute) return 'absolute'
  if (now >= iat + (ttl || idle)) return 'idle'
  return now >= exp ? 'expired' : undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Members {
  return Object.prototype.toString.call(value) === '[object Object]'
}

function isTime(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
