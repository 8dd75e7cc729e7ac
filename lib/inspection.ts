import { inspect } from 'node:util'

/**
 * Sets what `console.log` and `util.inspect` show of a class's objects, so that printing one does not put the values of
 * a session or a key into a log.
 */
export function inspectAs<Self extends object>(prototype: Self, describe: (self: Self) => string): void {
  Object.defineProperty(prototype, inspect.custom, {
    value(this: Self) {
      return describe(this)
    },
  })
}

/** Shows a session by the names of its keys: `Session { user, cart }`. */
export function sessionByKeys(session: object): string {
  return `Session { ${Object.keys(session).join(', ')} }`
}
