import { createCipheriv } from 'node:crypto'
import { DICEWARE } from './diceware.js'

/** Random bytes that are the same in every run: the key stream of AES-256 in counter mode. */
export class Randomness {
  readonly #cipher
  #stream = Buffer.alloc(0)
  #used = 0

  constructor(seed: number) {
    const key = Buffer.alloc(32)
    key.writeDoubleBE(seed)
    this.#cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16))
  }

  bytes(count: number): Buffer {
    const start = this.#take(count)
    return Buffer.from(this.#stream.subarray(start, start + count))
  }

  /** A whole number below `limit`, each as likely as the others. */
  below(limit: number): number {
    const bound = 2 ** 16 - (2 ** 16 % limit)
    for (;;) {
      const start = this.#take(2)
      const number = this.#stream.readUInt16BE(start)
      if (number < bound) return number % limit
    }
  }

  /** Where the next bytes begin, which nothing else gets. */
  #take(count: number): number {
    if (this.#used + count > this.#stream.length) {
      this.#stream = this.#cipher.update(Buffer.alloc(1 << 16))
      this.#used = 0
    }
    this.#used += count
    return this.#used - count
  }

  of<Item>(items: ArrayLike<Item>): Item {
    return items[this.below(items.length)] as Item
  }

  between(least: number, most: number): number {
    return least + this.below(most - least + 1)
  }

  text(alphabet: string, least: number, most: number = least): string {
    let text = ''
    for (let left = this.between(least, most); left > 0; left--) text += this.of(alphabet)
    return text
  }
}

const DIGITS = '0123456789'
const LOWER = 'abcdefghijklmnopqrstuvwxyz'
const UPPER = LOWER.toUpperCase()
const PRINTABLE = Array.from({ length: 94 }, (_, index) => String.fromCharCode(0x21 + index)).join('')
/** What Bitwarden and LastPass take beside letters and digits. */
const SYMBOLS = '!@#$%^&*'

/** As many as the whole list has that ours is every twelfth word of. */
const WHOLE_LIST = 7776

/** Words that repeat as often as those of the whole list, as generators use it. */
function words(random: Randomness, count: number): string[] {
  const drawn: number[] = []
  while (drawn.length < count) {
    const index = random.below(WHOLE_LIST)
    const isAnother = drawn.some((one) => one !== index && one % DICEWARE.length === index % DICEWARE.length)
    if (!isAnother) drawn.push(index)
  }
  return drawn.map((index) => DICEWARE[index % DICEWARE.length] as string)
}
const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)

function uuid(random: Randomness): string {
  const bytes = random.bytes(16)
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/** The forms in which people make keys, each with a way to make one. */
export const RANDOM_FORMS: Readonly<Record<string, (random: Randomness) => unknown>> = {
  '32 bytes in base64url (sealed-session keygen)': (random) => random.bytes(32).toString('base64url'),
  '48 bytes in base64url': (random) => random.bytes(48).toString('base64url'),
  '64 bytes in base64url': (random) => random.bytes(64).toString('base64url'),
  '32 bytes in base64 (openssl rand -base64 32)': (random) => random.bytes(32).toString('base64'),
  '32 bytes in base64 without padding': (random) => random.bytes(32).toString('base64').replace('=', ''),
  '48 bytes in base64': (random) => random.bytes(48).toString('base64'),
  '64 bytes in base64': (random) => random.bytes(64).toString('base64'),
  '64 bytes in base64 on two lines (openssl rand -base64 64)': (random) =>
    random
      .bytes(64)
      .toString('base64')
      .replace(/^.{64}/, '$&\n'),
  '24 bytes in base64url, 32 characters': (random) => random.bytes(24).toString('base64url'),
  '16 bytes in hex, 32 characters': (random) => random.bytes(16).toString('hex'),
  '32 bytes in hex (openssl rand -hex 32)': (random) => random.bytes(32).toString('hex'),
  '64 bytes in hex': (random) => random.bytes(64).toString('hex'),
  '32 bytes in hex, in capitals': (random) => random.bytes(32).toString('hex').toUpperCase(),
  'two UUIDs in a row': (random) => uuid(random) + uuid(random),
  'one UUID': (random) => uuid(random),
  'nanoid(32) to nanoid(64)': (random) => random.text(`${LOWER}${UPPER}${DIGITS}_-`, 32, 64),
  '32 to 100 printable characters (pwgen -sy, 1Password)': (random) => random.text(PRINTABLE, 32, 100),
  '32 printable characters': (random) => random.text(PRINTABLE, 32),
  '64 printable characters': (random) => random.text(PRINTABLE, 64),
  'letters, digits and !@#$%^&* (Bitwarden, LastPass), 32 to 64': (random) =>
    random.text(`${LOWER}${UPPER}${DIGITS}${SYMBOLS}`, 32, 64),
  'letters and digits, 32 to 64': (random) => random.text(`${LOWER}${UPPER}${DIGITS}`, 32, 64),
  'small letters and digits, 32 to 64': (random) => random.text(`${LOWER}${DIGITS}`, 32, 64),
  'small letters, 40 to 64': (random) => random.text(LOWER, 40, 64),
  'capitals and digits without those that look alike (base32), 52': (random) =>
    random.text('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 52),
  'digits, 60 to 100': (random) => random.text(DIGITS, 60, 100),
  '32 to 64 bytes in a JWK': (random) => ({
    kty: 'oct',
    k: random.bytes(random.between(32, 64)).toString('base64url'),
  }),
  'the JSON text of a JWK Set': (random) =>
    JSON.stringify({ keys: [{ kty: 'oct', k: random.bytes(32).toString('base64url') }] }),
  'eight words with - between': (random) => words(random, 8).join('-'),
  'eight words with blanks between': (random) => words(random, 8).join(' '),
  'eight words with capitals, dots and a digit (1Password, Bitwarden)': (random) =>
    [...words(random, 8).map(capital), random.of(DIGITS)].join('.'),
  'eight words with commas between': (random) => words(random, 8).join(','),
}
