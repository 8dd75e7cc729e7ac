/** The members of an object of JSON. */
export type Members = Readonly<Record<string, unknown>>

/** Whether a value has named members, as an object of JSON does: an array and null have none. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What a JSON text says, or undefined if it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The object that a JSON text is, or undefined if it is anything else. */
export function jsonObject(text: string): Members | undefined {
  const value = parseJson(text)
  return isObject(value) ? value : undefined
}
