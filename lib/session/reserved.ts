import { beginAtCaller } from '../caller.js'
import { SessionError } from '../errors.js'

/**
 * Turns the methods and getters of a prototype into properties that refuse assignment, so that data under such a
 * name is an error and neither dropped nor able to break `save()`. Returns the names.
 */
export function reserveMembers(prototype: object): ReadonlySet<string> {
  const names = new Set<string>()
  for (const [name, member] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (name === 'constructor') continue
    names.add(name)
    const { value, get = () => value } = member
    // It stays configurable and not enumerable, as members of classes are.
    Object.defineProperty(prototype, name, {
      get,
      set: function assign() {
        throw beginAtCaller(reservedName(name), assign)
      },
    })
  }
  return names
}

export function reservedName(name: string): SessionError {
  const instead = name === 'cookie' ? 'set session.cookie.maxAge, or store the data' : 'store the data'
  return new SessionError(
    'ERR_SESSION_RESERVED',
    `"${name}" is the name of a property that every session has, and cannot hold data: ${instead} under another name`,
  )
}
