import { inspect } from 'node:util'

/**
 * Decides what `console.log` and `util.inspect` show of a class's objects, so that no value of a session and no key
 * ends up in a log because somebody printed the object that holds it.
 */
export function inspectAs<Self extends object>(prototype: Self, describe: (self: Self) => string): void {
  Object.defineProperty(prototype, inspect.custom, {
    value(this: Self) {
      return describe(this)
    },
  })
}

/** A session by the names of its keys. */
export function sessionByKeys(session: object): string {
  return `Session { ${Object.keys(session).join(', ')} }`
}
