const LONGEST_KEY = 40

/** Extends a path such as `cart.items` by a key: `cart.items[2]`, `cart.items["two words"]`. Long keys are cut. */
export function pathTo(parent: string, key: string | number): string {
  if (typeof key === 'number') return `${parent}[${key}]`
  const name = shortened(key)
  if (!/^[A-Za-z_$][\w$]*$/.test(key)) return `${parent}[${quoted(name)}]`
  return parent === '' ? name : `${parent}.${name}`
}

/** JSON, with the two line ends that JSON leaves as they are: users choose keys, and a message is one line of a log. */
function quoted(key: string): string {
  return JSON.stringify(key).replace(/[\u2028\u2029]/g, '?')
}

function shortened(key: string): string {
  return key.length > LONGEST_KEY ? `${key.slice(0, LONGEST_KEY)}...` : key
}

/** A path as code would write it: `session.cart[2]`, `session["two words"]`. */
export function inSession(path: string, property = 'session'): string {
  return path === '' || path.startsWith('[') ? `${property}${path}` : `${property}.${path}`
}
