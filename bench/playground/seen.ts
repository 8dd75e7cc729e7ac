/** What is found with the cookie that a browser holds. */
export interface Seen {
  readonly data: Readonly<Record<string, unknown>>
  readonly user?: string | undefined
  /** Why nothing was found with the cookie that came; null if it opened, or none came. */
  readonly rejected: string | null
  /** Of the `Cookie` line that goes with every request; 0 without one. */
  readonly bytes: number
  /** Of what the server keeps. */
  readonly stored: number
}

export function userOf(data: Readonly<Record<string, unknown>>): string | undefined {
  const { user } = data as { user?: unknown }
  return typeof user === 'string' ? user : undefined
}

/** The bytes of header lines. Node writes heads in Latin-1: a character is a byte. */
export function lineBytes(name: string, values: readonly (string | undefined)[]): number {
  return values.reduce((sum, value) => sum + (value === undefined ? 0 : name.length + ': '.length + value.length), 0)
}
