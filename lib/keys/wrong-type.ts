/** Under which other programs hand out a secret; names only, and of these alone a message repeats one. */
const HOLDERS = [
  'secret',
  'SecretString',
  'SecretBinary',
  'value',
  'payload',
  'data',
  'password',
  'key',
  'k',
  'SESSION_KEYS',
]

const AS_TEXT = `give bytes as text, key.toString('base64url')`

/** By what `Object.prototype.toString` calls it. */
const BY_TAG: Readonly<Record<string, string>> = {
  Undefined: 'is undefined: an environment variable is unset, or its name is misspelled; set it',
  Null: 'is null: leave it out, or give a secret',
  Number: 'is a number: give a secret as text, in quotation marks',
  BigInt: 'is a number: give a secret as text, in quotation marks',
  Boolean: 'is a boolean: give a secret',
  Symbol: 'is a symbol: give a secret as text',
  ['Function']: 'is a function: call it, or give it to KeyRing.load',
  AsyncFunction: 'is a function: give it to KeyRing.load, which awaits what it returns',
  Promise: 'is a promise: await it, or use KeyRing.load',
  ArrayBuffer: `holds bytes: ${AS_TEXT}`,
  SharedArrayBuffer: `holds bytes: ${AS_TEXT}`,
  KeyObject: `is a KeyObject: give key.export({ format: 'jwk' })`,
  CryptoKey: `is a CryptoKey: export it as a JWK with subtle.exportKey, and leave its "alg" out`,
  Map: 'is a Map: give its values as an array, newest first',
  Set: 'is a Set: give its values as an array, newest first',
  URL: 'is a URL: read what it leads to, as with KeyRing.load(keysFromFile(url))',
  Array: 'is an array in an array: give one array of secrets and JWKs, newest first',
}

/** What is said of a value that is neither a secret string nor a JWK, and what to give in its place. Without the value. */
export function wrongType(value: unknown): string {
  const tag = Object.prototype.toString.call(value).slice('[object '.length, -1)
  if (ArrayBuffer.isView(value)) return `holds bytes: ${AS_TEXT}`
  if (Object.hasOwn(BY_TAG, tag)) return BY_TAG[tag] as string
  return kindOf(value as object)
}

function kindOf(value: object): string {
  const has = (name: string) => name in value
  const member = (name: string) => (value as Record<string, unknown>)[name]
  const isCallable = (name: string) => typeof member(name) === 'function'
  if (isCallable('then')) return 'is a promise: await it, or use KeyRing.load'
  if (isCallable('exportFor')) return 'is a KeyRing: give it alone, as keys, and from the same copy of the package'
  if (isCallable('sign') && isCallable('verify')) return 'is a Keygrip: give the secrets that it was made of'
  if (value instanceof String) return 'is a String object: give String(secret), without new'
  if (has('type') && has('data')) return `is a Buffer that went through JSON: ${AS_TEXT}`
  if (Array.isArray(member('keys'))) return 'is a JWK Set among other keys: give the keys in it, or the set alone'
  if (has('keys')) return 'is an object whose "keys" are no array: give { keys: [...] }, newest first'
  if (has('n') || has('x') || has('x5c')) return 'is half of another kind of JWK: give an "oct" JWK, or a secret'
  const holder = HOLDERS.find(has)
  if (holder === 'k') return 'has a "k" but no "kty": add kty: "oct"'
  if (holder !== undefined)
    return `is an object that holds something else than keys: give its "${holder}" if that is one`
  if (Object.keys(value).length === 0) return 'is an object without members: give a secret string, or an "oct" JWK'
  return 'is an object, whose members have no order: give several secrets as an array, newest first'
}
