/** A kind of text that cannot be a secret, and a sentence about it. Messages put the number of the key before it. */
type Mistake = readonly [pattern: RegExp, sentence: string]

const GIVE_WHAT_IT_STANDS_FOR =
  'is a reference that nothing has replaced: find out why, and give the secret that it stands for'
const PLACEHOLDER = 'is a placeholder that nothing has replaced: give a secret in its place'
const PATH = 'is a path, not a secret: give what is kept there, or load a file with KeyRing.load(keysFromFile(path))'
const COMMAND = 'is a command that no shell has run: run it, and give what it prints'
const ENCRYPTED = 'is still encrypted: decrypt it with the tool that made it, and give what comes out'
const TOKEN = 'is a token (a JWT or JWE), not a key: give the secret that seals tokens'
const ENV_TEXT = 'is text of a .env file: give only the value of SESSION_KEYS'
const YAML = 'is a line of YAML: give only what follows the colon'
const ENV_OTHER = 'is text of a .env file that sets another variable: give only what follows the ='
const QUOTED = 'begins with a quotation mark: leave the quotation marks out'
const NOT_TEXT =
  'has characters that text never has, because bytes (or UTF-16) were read as text: give the bytes in base64url'
const LINES = 'has several lines: give the secret in one line, and several secrets as a JSON array, newest first'
const PEM = 'is a key or a certificate in PEM or of SSH, not a secret: give a secret, or an "oct" JWK'
const LIST = `is a list in one text: give several secrets as a JSON array, newest first, as SESSION_KEYS='["new","old"]'`
const PRINTED = 'is what a program prints for a value that is not text: give a secret as text, and bytes in base64url'
const ESCAPED = 'is JSON that was quoted or encoded twice: give it as it is, without backslashes or percent signs'
const COMMENT = 'has a comment after it, which would become part of it: put the comment on another line'
const REMNANT = 'begins or ends with a character that is not part of it: give the key alone'
const TOOL = 'is the error message of a tool: mend what it says, and give the key that the tool returns then'
const PAGE = 'is a page of HTML or XML, not a secret: find out why, and give the secret'
const ENCODED_JSON = 'is JSON in base64: decode it, and give the JSON'

/** A line of a `.env` file that sets the keys. */
export const SETS_KEYS: RegExp = /^\uFEFF?[^\S\n]*(?:export\s+)?SESSION_KEYS[^\S\n]*=/m

/** The name of a variable, in one of the usual styles: a looser pattern would match random letters. */
const NAME = '(?:[A-Z_][A-Z0-9_]*|[a-z_][a-z0-9_]*|[A-Za-z][a-z]+(?:[A-Z][a-z]+)*)'

/**
 * Mistakes in the place of a secret. The first that matches counts. Each pattern matches the whole text, or a beginning
 * that no random secret has: spec/keys/random-keys.ts measures it.
 */
const MISTAKES: readonly Mistake[] = [
  [/^-----BEGIN |^ssh-(?:rsa|ed25519|dss) |^ecdsa-sha2-/, PEM],
  [/^\s*(?:<!doctype\s|<html[\s>]|<\?xml\s)/i, PAGE],
  [SETS_KEYS, ENV_TEXT],
  [/^(?:set|setx|env|ENV|declare -x|\$env:)\s*["']?SESSION_KEYS\b/, ENV_TEXT],
  [/^["'`\s]*[{[].*\\+"(?:kty|keys|kid|k)\\+"\s*:|^["'`\s]*\[\s*\\+"[\w+/=-]{16,}/s, ESCAPED],
  [/^(?:%7B|%5B)%(?:22|7B)/i, ESCAPED],
  [/^(?:(["'`]).*\1|[\w+/=-]{32,})\s+#/s, COMMENT],
  [/^[\w+/=-]{40,}(?:[,;"'`]|\\[nr])$|^(?:=|- )[\w+/=-]{40,}$/, REMNANT],
  [/^curl: \(\d|: (?:command not found|No such file or directory|Permission denied)$/i, TOOL],
  [/^(?:permission|access) denied\b|^(?:error|fatal|an error occurred)\b[^:(]*[:(]/i, TOOL],
  [/^[A-Za-z_][\w-]*:\s+[{["']?[A-Za-z]+[:}\]"']/, YAML],
  [/^["']?SESSION_KEYS["']?\s*:/, YAML],
  [
    /^(?:export\s+[A-Za-z_]\w*|(?=[A-Z_]{10,}=)[A-Z]{3,}(?:_[A-Z]{3,})+|KEYS|SECRETS?|TOKEN|PASSWORD)\s*=|^KEY\s*=[\w+/=-]+$/,
    ENV_OTHER,
  ],

  // Variables of shells, Windows, CI systems, templates and code.
  [new RegExp(`^\\$${NAME}$|^%${NAME}%$`), GIVE_WHAT_IT_STANDS_FOR],
  [/^\$\{\{.*\}\}$|^\$\{[\w.:?@/ -]+\}$|^\$\([\w.-]+\)$|^\$env:\w+$/i, GIVE_WHAT_IT_STANDS_FOR],
  [/^\{\{[\w\s.$"'|():/,#@+=&!-]*\}\}$|^\[\[[\w .:$/-]*\]\]$|^<%.*%>$|^#\{[\w .:-]+\}#?$/s, GIVE_WHAT_IT_STANDS_FOR],
  [/^__[A-Z][A-Z0-9_]*__$|^@@?[A-Z][A-Z0-9_]*@@?$|^\{[A-Za-z_][\w .-]*\}$/, GIVE_WHAT_IT_STANDS_FOR],
  [/^(?:globalThis\.)?process\.env\b|^import\.meta\.env\b|^(?:Deno|Bun)\.env\b/, GIVE_WHAT_IT_STANDS_FOR],
  [
    /^os\.(?:environ|getenv)\b|^ENV\[["']?\w+["']?\]|^(?:env|getenv|fromEnv)\(["']?\w+["']?\)|^System\.getenv\(/,
    GIVE_WHAT_IT_STANDS_FOR,
  ],
  [
    /^(?:secrets|vars?|local|module|data|values|inputs|outputs|config|env|steps)(?:\.[A-Za-z_][\w-]*){1,3}$/i,
    GIVE_WHAT_IT_STANDS_FOR,
  ],
  [/^!(?:Ref|Sub|GetAtt|ImportValue|Join|vault|env|secret|reference)\b[\s|'"{[]/, GIVE_WHAT_IT_STANDS_FOR],

  // References to secrets managers, by names or URLs.
  [/^@Microsoft\.(?:KeyVault|AppConfiguration)\(/i, GIVE_WHAT_IT_STANDS_FOR],
  [/^arn:[a-z-]+:[\w:/.*+=@,-]*$/i, GIVE_WHAT_IT_STANDS_FOR],
  [/^projects\/[^/]+\/secrets\//, GIVE_WHAT_IT_STANDS_FOR],
  [
    /^vault:v\d+:|^ENC\[\w+,|^ENC\([\w+/=]+\)$|^encrypted:|^\{cipher\}|^\$ANSIBLE_VAULT|^U2FsdGVkX1|^age-encryption\.org\//,
    ENCRYPTED,
  ],
  [
    /^(?:vault|ssm|ssm-secure|secretsmanager|asm|secretref|keyvault|keeper|akv|gcp|aws|azure|sops|kms|env|file|secret|doppler|infisical|conjur|bitwarden|resolve|gsm|awssm|KeyVault|SecretRef):[\w.~:/?#@&=%+,-]+$/,
    GIVE_WHAT_IT_STANDS_FOR,
  ],
  [/^(?:op|gs|s3|sm|kv|[a-z]{3,}[a-z0-9+.-]*):\/\/[\w .~:/?#@&=%+,-]*$/, GIVE_WHAT_IT_STANDS_FOR],

  // Files.
  [
    /^\/(?:run|var|etc|mnt|tmp|home|root|opt|usr|srv|app|secrets?|vault|data|dev|proc|Users|private|config|workspace)\/[\w ./@-]*$/,
    PATH,
  ],
  [
    /^(?:\/[a-z][a-z0-9._-]*){2,}$|^(?:\/[A-Za-z][a-z]*(?:[A-Z][a-z]+)*){2,}$|^(?=.*[_.-])(?:\/[A-Za-z][\w.-]*){2,}$/,
    PATH,
  ],
  [
    /^(?:~|\.{1,2}|[A-Za-z]:|\\)(?:[\\/][\w. -]+)+$|^(?:[\w.-]*[\\/])*[\w-]*\.(?:json|jwks?|pem|key|txt|env|ya?ml|p8|der|bin|secret)$/,
    PATH,
  ],

  // Commands.
  [/^\$\([^)]*\s.*\)$|^`[^`]*\s[^`]*`$/, COMMAND],
  [
    /^(?:openssl (?:rand|genrsa)|head -c|node -|npx |python3? -c|cat \/|pwgen -|uuidgen\b|dd if=|echo -|op read |vault (?:read|kv) )/,
    COMMAND,
  ],

  // Values that were printed.
  [
    /^\[object \w+\]|^<Buffer [0-9a-f ]|^(?:Uint8Array|ArrayBuffer|Map|Set|Promise|KeyRing|SecretKeyObject|CryptoKey|Keygrip)(?:\(\d+\))? [{(<[]/,
    PRINTED,
  ],
  [/^(?:undefined|null|NaN|true|false|None|nil)$/, PRINTED],
  [/^eyJ[\w-]+\.(?:[\w-]*\.){1,3}[\w-]+$/, TOKEN],

  // Placeholders in brackets.
  [
    /^<[\w .,:;'/+-]*>$|^\[(?=\w*[ _-])(?:[a-z][a-z0-9 .:'/_-]*|[A-Z][A-Z0-9 _-]*)\]$|^\(?(?:sensitive value|redacted|hidden)\)?$/,
    PLACEHOLDER,
  ],
]

/** A key in base64, base64url or hex in a list: longer than a word, or shorter where all have the same length. */
const LONG_KEY = /^[\w+/-]{32,}={0,2}$|^(?:[a-z0-9_-]{16,}|[A-Z0-9_-]{16,})$/
const SHORT_KEY = /^[\w+/-]{16,}={0,2}$/
const SEPARATORS = /\s*[,;|:\s]\s*/
/** One key over several lines, as `openssl rand -base64 64` prints it. */
const WRAPPED = /^(?=[\s\S]*[G-Zg-z+/])([A-Za-z0-9+/]{64}\s)+[A-Za-z0-9+/]{1,63}={0,2}$/
/** Control characters, U+FFFD and its like, and halves of characters, none of which text has. */
const UNREADABLE = /[^\P{Cc}\t\n\v\f\r]|[\uFFFD\uFFFE\uFFFF]|\p{Cs}/u
/** Those of any language, and those that word processors insert. */
const QUOTATION_MARKS = /^["'`\u2018\u201C\u00AB\u201E]|["'`\u2019\u201D\u00BB\u201C]$/g

/**
 * A key in base64, base64url or hex. Nothing in the table matches it, so the common case need not compile sixty
 * patterns when an app starts.
 */
const ENCODED = /^(?!projects\/)[A-Za-z0-9](?:[\w-]{31,}|[A-Za-z0-9+/]{31,}={0,2})$/

/** The mistake that a text is in the place of a secret, and what to do; undefined if it may be a secret. */
export function mistakeIn(text: string): string | undefined {
  if (ENCODED.test(text)) return isEncodedJson(text) ? ENCODED_JSON : undefined
  const found = MISTAKES.find(([pattern]) => pattern.test(text))
  if (found !== undefined) return found[1]
  if (UNREADABLE.test(text)) return NOT_TEXT
  if (isQuoted(text)) return QUOTED
  if (isList(text)) return LIST
  if (/[\n\r\u2028\u2029]/.test(text) && !WRAPPED.test(text)) return LINES
  return isEncodedJson(text) ? ENCODED_JSON : undefined
}

/** Whether a key is in quotation marks, or was cut off after the first. A random secret may begin with one. */
function isQuoted(text: string): boolean {
  const inner = text.replace(QUOTATION_MARKS, '')
  if (inner.length === text.length) return false
  if (/^[\u2018\u201C\u00AB\u201E]/.test(text)) return true
  return inner.length === text.length - 2
    ? text.length < 4 || /^[\w+/= -]*$|^\s*(?:\{\s*"|\[\s*["{]).*[\]}]\s*$/s.test(inner)
    : /^["'`][\w+/=-]{40,}$/.test(text)
}

function isList(text: string): boolean {
  const pieces = text
    .trim()
    .split(SEPARATORS)
    .map((piece) => piece.replace(QUOTATION_MARKS, ''))
  if (pieces.length < 2 || WRAPPED.test(text)) return false
  // A shorter text is refused anyway.
  if (text.length < 32) return /[,;|\n]/.test(text) && pieces.every((piece) => /^[\w+/=-]{3,}$/.test(piece))
  const isSameLength = pieces.every(({ length }) => length === pieces[0]?.length)
  return pieces.every((piece) => (isSameLength ? SHORT_KEY : LONG_KEY).test(piece))
}

function isEncodedJson(text: string): boolean {
  if (!/^(?:eyJ|W3s|WyJ)[\w+/-]+={0,2}$/.test(text)) return false
  try {
    return typeof JSON.parse(Buffer.from(text, 'base64').toString('utf8')) === 'object'
  } catch {
    return false
  }
}

/** Beginnings that only JSON has. A random secret, too, may begin with a bracket. */
const JSON_TEXT = [
  /^\s*[{[]\s/,
  /^\s*(?:\[\s*)?\{\s*(?:"\w+"\s*:\s*(?:["{[]|\d|$)|["']?(?:kty|keys|kid|alg|use)["']?\s*:)/,
  /^\s*\[\s*["'][^"']{16,}["']\s*,\s*["']/,
  /^\s*\[\s*["'][\w+/=-]{24,}(?:["'\],]|$)/,
  /^\s*\[\s*(?:[\w+/=-]{40,}(?:[\],]|$)|[\w+/=-]{16,}(?:,\s*[\w+/=-]{16,})+\]$)/,
]

/** Whether a text that begins with a bracket was meant to be JSON, but was cut off, or unquoted by a shell. */
export function isBrokenJson(text: string): boolean {
  // A shorter text is refused anyway.
  return text.length < 32 || JSON_TEXT.some((pattern) => pattern.test(text))
}

/** Names under which other programs return a secret. Messages repeat no other names. */
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

/** Sentences by the tag that `Object.prototype.toString` prints. */
const BY_TAG: Readonly<Record<string, string>> = {
  Undefined: 'is undefined, as from a variable that is not set, or is misspelled: set it',
  Null: 'is null: leave it out, or give a secret',
  Number: 'is a number: give a secret as text, in quotation marks',
  BigInt: 'is a number: give a secret as text, in quotation marks',
  Boolean: 'is a boolean: give a secret',
  Symbol: 'is a symbol: give a secret as text',
  ['Function']: 'is a function: call it, or give it to KeyRing.load()',
  AsyncFunction: 'is a function: give it to KeyRing.load(), which awaits what it returns',
  Promise: 'is a promise: await it, or use KeyRing.load()',
  ArrayBuffer: `holds bytes: ${AS_TEXT}`,
  SharedArrayBuffer: `holds bytes: ${AS_TEXT}`,
  KeyObject: `is a KeyObject: give key.export({ format: 'jwk' })`,
  CryptoKey: `is a CryptoKey: export it as a JWK with subtle.exportKey, and leave its "alg" out`,
  Map: 'is a Map: give its values as an array, newest first',
  Set: 'is a Set: give its values as an array, newest first',
  URL: 'is a URL: read what it points to, as with KeyRing.load(keysFromFile(url))',
  Array: 'is an array in an array: give one array of secrets and JWKs, newest first',
}

/**
 * What is said of a value that is neither a secret string nor a JWK, and what to give in its place. Without the value.
 */
export function wrongType(value: unknown): string {
  const tag = Object.prototype.toString.call(value).slice('[object '.length, -1)
  if (ArrayBuffer.isView(value)) return `holds bytes: ${AS_TEXT}`
  if (Object.hasOwn(BY_TAG, tag)) return BY_TAG[tag] as string
  return wrongObject(value as object)
}

function wrongObject(value: object): string {
  const has = (name: string) => name in value
  const member = (name: string) => (value as Record<string, unknown>)[name]
  const isCallable = (name: string) => typeof member(name) === 'function'
  if (isCallable('then')) return 'is a promise: await it, or use KeyRing.load()'
  if (isCallable('exportFor')) {
    return 'is a KeyRing where keys belong, or one of another copy of the package: set session({ keys: ring }), or give the keys that it was made of'
  }
  if (isCallable('sign') && isCallable('verify')) return 'is a Keygrip: give the secrets that it was made of'
  if (value instanceof String) return 'is a String object: give String(secret), without new'
  if (has('type') && has('data')) return `is a Buffer that went through JSON: ${AS_TEXT}`
  if (Array.isArray(member('keys'))) return 'is a JWK Set among other keys: give the keys in it, or the set alone'
  if (has('keys')) return 'is an object whose "keys" is not an array: give { keys: [...] }, newest first'
  if (has('n') || has('x') || has('x5c')) return 'is a part of another kind of JWK: give an "oct" JWK, or a secret'
  const holder = HOLDERS.find(has)
  if (holder === 'k') return 'has a "k" but no "kty": add kty: "oct"'
  if (holder !== undefined)
    return `is an object that holds something other than keys: give its "${holder}" if that is one`
  if (Object.keys(value).length === 0) return 'is an object without members: give a secret string, or an "oct" JWK'
  return 'is an object, whose members have no order: give several secrets as an array, newest first'
}
