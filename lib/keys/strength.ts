import { hash } from 'node:crypto'
import { PHRASES, SEQUENCES, SMALL_WORDS, WORDS } from './words.js'

/** The bytes that a secret in hex or base64 encodes: encoding does not make weak bytes strong. */
export function decoded(secret: Uint8Array): Buffer[] {
  const text = Buffer.from(secret).toString('latin1')
  if (/^(?:[0-9a-f]{2}){16,}$/i.test(text)) return [Buffer.from(text, 'hex')]
  return /^[\w+/-]{22,}={0,2}$/.test(text) ? [Buffer.from(text, 'base64')] : []
}

/** The least letters of a sequence, and of a listed word. */
const MIN_LENGTH = 4

type Index = Map<string, string[]>

/** Made for the first secret, so that importing the package does not take longer. */
let indexes: { readonly walks: Index; readonly words: Index } | undefined

function indexed(): NonNullable<typeof indexes> {
  if (indexes === undefined) {
    // Maps each run of 4 letters to the rests of sequences that begin with it.
    const walks: Index = new Map()
    for (const sequence of wordsOf(SEQUENCES)) {
      for (let place = 0; place + MIN_LENGTH <= sequence.length; place++) enter(walks, sequence.slice(place))
    }
    // Maps the first 4 letters to words.
    const words: Index = new Map()
    for (const word of wordsOf(WORDS)) enter(words, word)
    indexes = { walks, words }
  }
  return indexes
}

function wordsOf(lines: readonly string[]): string[] {
  return lines.flatMap((line) => line.split(' ').filter((word) => word.length >= MIN_LENGTH))
}

function enter(index: Index, text: string): void {
  const run = text.slice(0, MIN_LENGTH)
  const texts = index.get(run)
  if (texts) texts.push(text)
  else index.set(run, [text])
}

/** How many letters from `index` are part of a sequence; 0 if fewer than 4. */
export function sequenceAt(text: string, index: number): number {
  return longest(indexed().walks.get(text.slice(index, index + MIN_LENGTH)), (walk) => {
    let length = MIN_LENGTH
    while (length < walk.length && text[index + length] === walk[length]) length++
    return length
  })
}

/** The length of the longest listed word that begins at `index`; 0 if there is none. */
export function wordAt(text: string, index: number): number {
  const words = indexed().words.get(text.slice(index, index + MIN_LENGTH))
  return longest(words, (word) => (text.startsWith(word, index) ? word.length : 0))
}

function longest(texts: readonly string[] | undefined, lengthOf: (text: string) => number): number {
  return texts === undefined ? 0 : Math.max(...texts.map(lengthOf))
}

/** Random keys that documentation has published, by the first characters of their SHA-256. Add those of new pages. */
export const PUBLISHED: ReadonlySet<string> = new Set(
  [
    // spec/format.md: the root of the worked example, and the keys derived from it.
    'KMsbr-Om UFMNABVL 9oquAq5x op8VpSI_',
    // spec/vectors: roots, and keys derived from them.
    'xE2nDDnv Cg7GMBNt dbV5Q7RH aylstdX_ _nD2rrt5 kedIhnA3 rn4jeORk _VWfZW5Y ELuYsu_C 4mmaccwO aBJoAgYt znJhzO7_',
    '97EGNRJs qtPzdpct TjxT2om1 hHOS6WeC XJLsjrvS XDyZ64kY rXssS_lK 3QcvErw6 _MbrRqF1 5teSeYuX Dtd6t5gL -SlQ3RG4',
    'KsPLCIbC DVg5dCzq PvVW4ACv 3sGFKp-I tPru-y-W YqxIT431 Iih1N4Wl _dLZr46B 7g7HyeVX z4IkY1zU fxOzOMDE iSpEGUYn',
    'h3kqP0Wz d3Lz-7-L qUHmVrg6 mN_9KN2y N_ohNwqF hQw16jvJ jdJiNXlK IJFsisp7 E-Oj4G4- eilPYfy5 h2qP9aks yvj6XxgT',
    '9KewbFgn cUOtgI75 BmKlDswT 5KSGFk7b nB_lvq1y 4Z_3OqW_ 7vK9aACI Ng58tWf5 A5KaVqIc 3dF1WLfk 1V3PCN_I e6fu3AR3',
    'oMA6Xvoe W-f_M4_B gplD_Ycx hZbCgz62 Cn79y24P JgKXpHZW dWVmvcbn UtLgEgwE GCQvDJns OSnpX9GR x5WZotd4 FfSYXbIK',
    // RFC 7515, appendix A.1 (and RFC 7517, A.3); RFC 7520, sections 3.5 and 3.6.
    'yOzJNhoF c-x0RYBZ LNbxAFbQ',
    // AES-256 of NIST SP 800-38A; the documentation of Flask, FastAPI and Fernet.
    'uTxyt0vI paqXb-CT TQ-N7EUV y-s2Lx-m',
    // MD5 and SHA-256 of nothing and of "password"; the UUIDs of examples.
    'MtKuA7i2 Xfbg4nYT qU_W9knX c2Qcmfdx mGwNyVbc o6nh7Zcy',
  ].flatMap((prefixes) => prefixes.split(' ')),
)

/** Whether a secret is published, as bytes or as text in hex or base64. */
export function isPublished(secret: Uint8Array): boolean {
  const asText = Buffer.from(Buffer.from(secret).toString('base64url'))
  return [secret, asText, ...decoded(secret)].some((bytes) => PUBLISHED.has(fingerprint(bytes)))
}

function fingerprint(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'base64url').slice(0, 8)
}

/** The least bytes of a secret: 256 bits, which nobody can guess (RFC 8725, section 3.5). */
export const MIN_BYTES = 32

/** A secret with fewer different bytes than this needs `MIN_INFORMATION`. */
const MIN_VARIETY = 8
/** In bits, almost what 8 different bytes give the shortest secret. */
const MIN_INFORMATION = 90
/** How many bytes of a secret must neither repeat others nor be in a list. */
const MIN_NEW = 24
/** The same for a longer secret, as a share of it. */
const MIN_NEW_PART = 0.6
/** The most bytes of a secret that are checked. */
const MAX_JUDGED_BYTES = 512
/** What a repetition adds: its place and its length. */
const COPY_COST = 2
/** The least share of letters and digits in prose, where other characters separate words. */
const MOSTLY = 0.75
const MIN_COPY_LENGTH = 3
/** Characters that people write in place of letters. */
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

/** Why a secret is weak, without the secret itself; undefined if it is not. */
export function weakness(secret: Uint8Array): string | undefined {
  if (isPublished(secret)) return 'is published in documentation, so everyone has it'
  if (secret.length < MIN_BYTES) {
    const text = lettersOf(secret)
    return text !== '' && (hasPhrase(text) || isMadeOfWords(text))
      ? PLACEHOLDER
      : `has ${secret.length} bytes and needs at least ${MIN_BYTES}`
  }
  for (const view of [secret, ...decoded(secret)].map((bytes) => bytes.subarray(0, MAX_JUDGED_BYTES))) {
    const text = lettersOf(view)
    if (isMonotonous(view) || hasPeriod(view)) return PATTERN
    if (hasPhrase(text)) return PLACEHOLDER
    if (isMadeOfWords(text)) return isCopied(text, sequenceAt) ? PATTERN : PLACEHOLDER
    if (isPhraseOfSamples(view)) return PLACEHOLDER
  }
  return undefined
}

/** The secret as text, a character for each byte, in lower case: capitals do not make words less likely. */
function lettersOf(secret: Uint8Array): string {
  return Buffer.from(secret).toString('latin1').toLowerCase()
}

/** Whether it has few different bytes (`aaaa`), or few different steps from byte to byte (`abcd`). */
function isMonotonous(secret: Uint8Array): boolean {
  const steps = new Int16Array(secret.length - 1)
  for (let index = 1; index < secret.length; index++) steps[index - 1] = (secret[index] ?? 0) - (secret[index - 1] ?? 0)
  return isPoor(secret) || isPoor(steps)
}

/** Whether the values hold little information (Shannon's entropy, over all of them). */
function isPoor(values: Uint8Array | Int16Array): boolean {
  const counts = new Map<number, number>()
  for (const value of values) {
    counts.set(value, (counts.get(value) ?? 0) + 1)
    if (counts.size >= MIN_VARIETY) return false
  }
  const bits = [...counts.values()].reduce((sum, count) => sum + count * Math.log2(values.length / count), 0)
  return bits < MIN_INFORMATION
}

/** Whether it repeats one piece from its beginning to its end. */
function hasPeriod(secret: Uint8Array): boolean {
  for (let period = 1; period <= secret.length / 2; period++) {
    if (secret[period] === secret[0] && secret.every((byte, index) => byte === secret[index % period])) return true
  }
  return false
}

/** Whether it has a listed phrase. In a passphrase only whole words count, as a phrase may span two of its words. */
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
 * Whether a text is nothing but listed words and numbers, at least four, between separators or capitals:
 * `my-secret-session-key-2026`. Random words are in so short a list now and then, but not all of them.
 */
function isPhraseOfSamples(secret: Uint8Array): boolean {
  const pieces = Buffer.from(secret)
    .toString('latin1')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[^A-Za-z0-9@$]+/)
    .filter((piece) => piece !== '')
  // Random bytes, too, hold a few letters.
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
 * Whether little of a text is new. A repetition, or a part that a list has, counts as two letters, however long it is:
 * guessing begins with such lists.
 */
function isCopied(text: string, knownAt: (text: string, index: number) => number): boolean {
  const least = Math.max(MIN_NEW_PART * text.length, text.length < MIN_BYTES ? 0 : MIN_NEW)
  let added = 0
  for (let index = 0; index < text.length && added < least; ) {
    const copy = Math.max(repeated(text, index), knownAt(text, index))
    added += copy > COPY_COST ? COPY_COST : 1
    index += Math.max(1, copy)
  }
  return added < least
}

/** How many letters from `index` also occur before it; 0 if fewer than the shortest copy. */
function repeated(text: string, index: number): number {
  let length = MIN_COPY_LENGTH
  while (index + length <= text.length && text.indexOf(text.slice(index, index + length)) + length <= index) length++
  return length === MIN_COPY_LENGTH ? 0 : length - 1
}
