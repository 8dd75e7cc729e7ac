/** A way to keep a session in a cookie, as an app has it. */
export interface Contender {
  readonly contender: string
  readonly packages: readonly string[]
  /** Of the cookie that holds the session. */
  readonly name: string
  /** The most bytes of name and value; undefined if the contender alone decides what one cookie holds. */
  readonly limit: number | undefined
  /** Its own limit is for the whole `Set-Cookie` line. Browsers count name and value (RFC 6265bis, section 5.6). */
  readonly countsAttributes?: true
  /** `Set-Cookie` lines, that of the session first; undefined if the contender does not send it in one cookie. */
  write(data: object): Promise<readonly string[] | undefined>
  /** The session that a `Cookie` header brings back. */
  read(header: string): Promise<object | null>
  /** What the value has beside the session's own JSON in base64, in characters. */
  parts(value: string, json: number): Parts
}

export type Parts = Readonly<Record<string, number>>

/** What browsers keep of a cookie (RFC 6265bis, section 5.6). */
export const LIMIT = 4096

/** How many characters so many bytes take in base64 without padding. */
export function base64Length(bytes: number): number {
  return Math.ceil((bytes * 4) / 3)
}

/** The value in a `Set-Cookie` line, or in a `Cookie` header that has one cookie. */
export function valueIn(line: string): string {
  const [pair = ''] = line.split(';')
  return pair.slice(pair.indexOf('=') + 1)
}
