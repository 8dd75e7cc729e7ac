/**
 * The members that an object has itself, in one that has no prototype: what other code has put on `Object.prototype`
 * must not become an option, a key's lifetime or a cookie's attribute.
 */
export function own<Members extends object>(members: Members): Members {
  return Object.assign(Object.create(null), members)
}
