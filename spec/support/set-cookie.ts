import { expect } from 'vitest'

const ATTRIBUTES = 'Path=/; HttpOnly; SameSite=Lax'

/** The same over HTTPS. */
export const SECURE_ATTRIBUTES = 'Path=/; HttpOnly; Secure; SameSite=Lax'

/** The `Set-Cookie` line that removes a session's cookie. */
export function removal(name = 'session', attributes = ATTRIBUTES): string {
  return `${name}=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; ${attributes}`
}

/** What the line matches, from end to end, that sets a cookie to a sealed token for some time. */
export function sealedLine(name = 'session', attributes = ATTRIBUTES): RegExp {
  const [exactName, exactAttributes] = [name, attributes].map((text) => text.replaceAll('.', '\\.'))
  return new RegExp(`^${exactName}=[\\w-]+\\.\\.[\\w-]+\\.[\\w-]+\\.[\\w-]+; Max-Age=[1-9]\\d*; ${exactAttributes}$`)
}

/** What the line matches that sets the guard of a session which has ended. */
export function guardLine(name = 'session', attributes = ATTRIBUTES): RegExp {
  return sealedLine(`${name}.ended`, attributes)
}

/** What the line matches that sets the companion of a session: it keeps when the session was last used and checked. */
export function seenLine(name = 'session', attributes = ATTRIBUTES): RegExp {
  return sealedLine(`${name}.seen`, attributes)
}

/** The lines that end a session which a request brought: its cookie goes, and then the guard comes that names it. */
export function endingLines(name = 'session', attributes = ATTRIBUTES): string[] {
  return [removal(name, attributes), expect.stringMatching(guardLine(name, attributes))]
}
