/** The members of a JSON object. */
export type Members = Readonly<Record<string, unknown>>

/** Whether a value is an object, and neither null nor an array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Parses JSON; undefined if the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Parses a JSON object; undefined if the text is anything else. */
export function jsonObject(text: string): Members | undefined {
  const value = parseJson(text)
  return isObject(value) ? value : undefined
}
