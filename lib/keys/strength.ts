import { decoded } from './encoded.js'
import { sequenceAt, wordAt } from './listed.js'
import { isPublished } from './published.js'
import { PHRASES, SMALL_WORDS } from './words.js'

/** What every secret holds at least, in bytes: 256 bits, so that no key derived from it can be guessed (RFC 8725, 3.5). */
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
