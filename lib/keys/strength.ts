import { hash } from 'node:crypto'
import { PHRASES, SEQUENCES, SMALL_WORDS, WORDS } from './words.js'

/** What a secret stands for if it is bytes in hex or base64: they are no better for being written otherwise. */
export function decoded(secret: Uint8Array): Buffer[] {
  const text = Buffer.from(secret).toString('latin1')
  if (/^(?:[0-9a-f]{2}){16,}$/i.test(text)) return [Buffer.from(text, 'hex')]
  return /^[\w+/-]{22,}={0,2}$/.test(text) ? [Buffer.from(text, 'base64')] : []
}

/** No sequence that is shorter is one, and no listed word is. */
const SHORTEST = 4

type Index = Map<string, string[]>

/** Made for the first secret that is looked at, as an app that only imports the package need not wait for them. */
let indexes: { readonly walks: Index; readonly words: Index } | undefined

function indexed(): NonNullable<typeof indexes> {
  if (indexes === undefined) {
    // By each run of 4 letters in a sequence, the rests of sequences that begin with it.
    const walks: Index = new Map()
    for (const sequence of wordsOf(SEQUENCES)) {
      for (let place = 0; place + SHORTEST <= sequence.length; place++) enter(walks, sequence.slice(place))
    }
    // By its first 4 letters.
    const words: Index = new Map()
    for (const word of wordsOf(WORDS)) enter(words, word)
    indexes = { walks, words }
  }
  return indexes
}

function wordsOf(lines: readonly string[]): string[] {
  return lines.flatMap((line) => line.split(' ').filter((word) => word.length >= SHORTEST))
}

function enter(index: Index, text: string): void {
  const run = text.slice(0, SHORTEST)
  const texts = index.get(run)
  if (texts) texts.push(text)
  else index.set(run, [text])
}

/** How many letters from `index` on are a part of a sequence; 0 if fewer than 4. */
export function sequenceAt(text: string, index: number): number {
  return longest(indexed().walks.get(text.slice(index, index + SHORTEST)), (walk) => {
    let length = SHORTEST
    while (length < walk.length && text[index + length] === walk[length]) length++
    return length
  })
}

/** How many letters from `index` on are the longest listed word, and a whole one; 0 if there is none. */
export function wordAt(text: string, index: number): number {
  const words = indexed().words.get(text.slice(index, index + SHORTEST))
  return longest(words, (word) => (text.startsWith(word, index) ? word.length : 0))
}

function longest(texts: readonly string[] | undefined, lengthOf: (text: string) => number): number {
  return texts === undefined ? 0 : Math.max(...texts.map(lengthOf))
}

/**
 * Good keys that anyone can look up, by the beginning of the SHA-256 of their bytes. Whoever adds a key to the
 * documentation adds it here.
 */
export const PUBLISHED: ReadonlySet<string> = new Set(
  [
    // spec/format.md: the root of the worked example, and the key derived from it.
    'KMsbr-Om UFMNABVL',
    // spec/vectors: roots, and keys derived from them.
    'xE2nDDnv Cg7GMBNt dbV5Q7RH aylstdX_ _nD2rrt5 kedIhnA3 rn4jeORk _VWfZW5Y ELuYsu_C 4mmaccwO aBJoAgYt znJhzO7_',
    '97EGNRJs qtPzdpct TjxT2om1 hHOS6WeC XJLsjrvS XDyZ64kY rXssS_lK 3QcvErw6 _MbrRqF1 5teSeYuX Dtd6t5gL -SlQ3RG4',
    'KsPLCIbC DVg5dCzq PvVW4ACv 3sGFKp-I tPru-y-W YqxIT431 Iih1N4Wl _dLZr46B 7g7HyeVX z4IkY1zU fxOzOMDE iSpEGUYn',
    'h3kqP0Wz d3Lz-7-L qUHmVrg6 mN_9KN2y N_ohNwqF hQw16jvJ jdJiNXlK IJFsisp7 E-Oj4G4- eilPYfy5 h2qP9aks yvj6XxgT',
    // RFC 7515, appendix A.1 (and RFC 7517, A.3); RFC 7520, sections 3.5 and 3.6.
    'yOzJNhoF c-x0RYBZ LNbxAFbQ',
    // AES-256 of NIST SP 800-38A; the documentation of Flask, FastAPI and Fernet.
    'uTxyt0vI paqXb-CT TQ-N7EUV y-s2Lx-m',
    // MD5 and SHA-256 of nothing and of "password"; the UUIDs of examples.
    'MtKuA7i2 Xfbg4nYT qU_W9knX c2Qcmfdx mGwNyVbc o6nh7Zcy',
  ].flatMap((prefixes) => prefixes.split(' ')),
)

/** Whether a secret is one of them, as bytes or as text in hex or base64, whichever of the two its source has. */
export function isPublished(secret: Uint8Array): boolean {
  const asText = Buffer.from(Buffer.from(secret).toString('base64url'))
  return [secret, asText, ...decoded(secret)].some((bytes) => PUBLISHED.has(fingerprint(bytes)))
}

function fingerprint(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'base64url').slice(0, 8)
}

/**
 * What every secret holds at least, in bytes: 256 bits, so that no key derived from it can be guessed (RFC 8725, 3.5).
 */
export const LEAST_BYTES = 32

/** Fewer different bytes than this are few, unless the secret is so long that they make up for it. */
const LEAST_VARIETY = 8
/** In bits: almost what 8 different bytes give the shortest secret. */
const LEAST_INFORMATION = 90
/** How many bytes of the shortest secret neither repeat others nor come out of a list. */
const LEAST_NEW = 24
/** The same of a longer one, as a part of it. */
const LEAST_NEW_PART = 0.6
/** Of a longer secret, nothing beyond is looked at, in bytes. */
const ENOUGH = 512
/** What a repetition costs: where it begins, and how long it is. */
const COPY_COST = 2
/** The part of a text that is letters and digits where the rest only stands between words. */
const MOSTLY = 0.75
const SHORTEST_COPY = 3
/** Letters as they are written to look complicated. */
const DISGUISES: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
}

const PATTERN = 'repeats itself or follows a pattern'
const PLACEHOLDER = 'is a well-known placeholder'

/**
 * Why a secret would not protect anything, or undefined if nothing is wrong with it.
 * The secret itself is not in the answer.
 */
export function weakness(secret: Uint8Array): string | undefined {
  if (isPublished(secret)) return 'is published in documentation, so everyone has it'
  if (secret.length < LEAST_BYTES) {
    const text = lettersOf(secret)
    return text !== '' && (hasPhrase(text) || isMadeOfWords(text))
      ? PLACEHOLDER
      : `has ${secret.length} bytes and needs at least ${LEAST_BYTES}`
  }
  for (const view of [secret, ...decoded(secret)].map((bytes) => bytes.subarray(0, ENOUGH))) {
    const text = lettersOf(view)
    if (isMonotonous(view) || hasPeriod(view)) return PATTERN
    if (hasPhrase(text)) return PLACEHOLDER
    if (isMadeOfWords(text)) return isCopied(text, sequenceAt) ? PATTERN : PLACEHOLDER
    if (isPhraseOfSamples(view)) return PLACEHOLDER
  }
  return undefined
}

/** One letter a byte, and capitals as small ones: what was typed with the shift key held down is the same idea. */
function lettersOf(secret: Uint8Array): string {
  return Buffer.from(secret).toString('latin1').toLowerCase()
}

/** Few different bytes (`aaaa`), or few different steps from byte to byte (`abcd`). */
function isMonotonous(secret: Uint8Array): boolean {
  const steps = new Int16Array(secret.length - 1)
  for (let index = 1; index < secret.length; index++) steps[index - 1] = (secret[index] ?? 0) - (secret[index - 1] ?? 0)
  return isPoor(secret) || isPoor(steps)
}

/** Whether few values make up what is there (Shannon's entropy, counted out). */
function isPoor(values: Uint8Array | Int16Array): boolean {
  const counts = new Map<number, number>()
  for (const value of values) {
    counts.set(value, (counts.get(value) ?? 0) + 1)
    if (counts.size >= LEAST_VARIETY) return false
  }
  const bits = [...counts.values()].reduce((sum, count) => sum + count * Math.log2(values.length / count), 0)
  return bits < LEAST_INFORMATION
}

/** One piece said again and again. */
function hasPeriod(secret: Uint8Array): boolean {
  for (let period = 1; period <= secret.length / 2; period++) {
    if (secret[period] === secret[0] && secret.every((byte, index) => byte === secret[index % period])) return true
  }
  return false
}

/** Between other words, as whole words only: of a passphrase, one may end in what another one begins with. */
function hasPhrase(text: string): boolean {
  const letters = text.replace(/[^a-z0-9]/g, '')
  const found = PHRASES.filter((phrase) => letters.includes(phrase))
  if (!/[a-z][^a-z0-9]+[a-z]/.test(text)) return found.length > 0
  return found.some((phrase) => new RegExp(`(?<![a-z])${[...phrase].join('[^a-z0-9]*')}s?(?![a-z])`).test(text))
}

function isMadeOfWords(text: string): boolean {
  const plain = text.replace(/[013457@$]/g, (letter) => DISGUISES[letter] ?? letter).replace(/[^a-z0-9]/g, '')
  const isProse = plain.length > MOSTLY * text.length
  return isCopied(text, listedAt) || (isProse && isCopied(plain, listedAt))
}

/**
 * Whether a text is listed words and numbers from its beginning to its end, at least four, by what stands between them
 * or by their capitals: `my-secret-session-key-2026`. Random words are in so short a list now and then, and never all.
 */
function isPhraseOfSamples(secret: Uint8Array): boolean {
  const pieces = Buffer.from(secret)
    .toString('latin1')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[^A-Za-z0-9@$]+/)
    .filter((piece) => piece !== '')
  // Of bytes that are no text, a few may be letters.
  if (pieces.join('').length < MOSTLY * secret.length) return false
  if (pieces.length < 4 || pieces.every((piece) => /^\d+$/.test(piece))) return false
  return pieces.every((piece) => /^\d{1,10}$/.test(piece) || isListedWord(piece))
}

function isListedWord(piece: string): boolean {
  const plain = piece.toLowerCase().replace(/\d{1,4}$/, '')
  const undisguised = piece.toLowerCase().replace(/[013457@$]/g, (letter) => DISGUISES[letter] ?? letter)
  return [plain, undisguised].some((word) => SMALL_WORDS.has(word) || (word !== '' && wordAt(word, 0) === word.length))
}

function listedAt(text: string, index: number): number {
  return Math.max(sequenceAt(text, index), wordAt(text, index))
}

/**
 * Whether little of a text is new: what comes again, and what a list has, counts as two letters however long it is.
 * Such lists are what guessing begins with.
 */
function isCopied(text: string, knownAt: (text: string, index: number) => number): boolean {
  const least = Math.max(LEAST_NEW_PART * text.length, text.length < LEAST_BYTES ? 0 : LEAST_NEW)
  let added = 0
  for (let index = 0; index < text.length && added < least; ) {
    const copy = Math.max(repeated(text, index), knownAt(text, index))
    added += copy > COPY_COST ? COPY_COST : 1
    index += Math.max(1, copy)
  }
  return added < least
}

/** How many letters from `index` on stand before it already; 0 if fewer than the shortest copy. */
function repeated(text: string, index: number): number {
  let length = SHORTEST_COPY
  while (index + length <= text.length && text.indexOf(text.slice(index, index + length)) + length <= index) length++
  return length === SHORTEST_COPY ? 0 : length - 1
}
