import type { Request } from 'express'

/** What a form sent. A field that is not there is empty. */
export type Fields = (name: string) => string

export function fieldsOf(req: Request): Fields {
  const body = (req.body ?? {}) as Readonly<Record<string, unknown>>
  return (name) => {
    const value = Object.hasOwn(body, name) ? body[name] : undefined
    return typeof value === 'string' ? value : ''
  }
}

/** All of them, to be sent on. */
export function allFields(req: Request): Record<string, string> {
  const entries = Object.entries((req.body ?? {}) as Readonly<Record<string, unknown>>)
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}
