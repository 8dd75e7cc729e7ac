/**
 * How a session's data differ from what came in, as far as can be seen without serializing them, which costs as much
 * as opening the token does. Texts, numbers and their like are compared as values; an object may have changed inside,
 * so where there is one, and for all that JSON alters or leaves out, the answer is `unknown`.
 *
 * @param received the data as `JSON.parse` gave them
 */
export function difference(session: object, received: Readonly<Record<string, unknown>>): 'none' | 'some' | 'unknown' {
  if ('toJSON' in session) return 'unknown'
  try {
    return compare(session as Readonly<Record<string, unknown>>, received)
  } catch {
    // A getter threw. Serializing says which.
    return 'unknown'
  }
}

function compare(session: Readonly<Record<string, unknown>>, received: Readonly<Record<string, unknown>>) {
  const keys = Object.keys(session)
  const keysBefore = Object.keys(received)
  let certain = keys.length === keysBefore.length
  let index = 0
  for (const key of keys) {
    const value = session[key]
    if (!isPlain(value)) certain = false
    else if (value !== received[key]) return 'some'
    else if (key !== keysBefore[index]) certain = false
    index += 1
  }
  return certain ? 'none' : 'unknown'
}

/** A value that is no object, and that JSON keeps as it is. */
function isPlain(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || value === null || Number.isFinite(value)
}
