export type Members = Readonly<Record<string, unknown>>

/** The object that a JSON text is, or undefined if it is anything else. */
export function jsonObject(text: string): Members | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : undefined
  } catch {
    return undefined
  }
}
