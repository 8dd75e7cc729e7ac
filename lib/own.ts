/**
 * Copies an object's own members into one without a prototype: a polluted `Object.prototype` must not add an option, a
 * key's lifetime or a cookie's attribute.
 */
export function own<Members extends object>(members: Members): Members {
  return Object.assign(Object.create(null), members)
}
