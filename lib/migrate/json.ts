import { isPlainObject } from './found.js'

/** The JSON object (RFC 8259) that a text is; undefined for everything else. `__proto__` is a member like any other. */
export function jsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isPlainObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
