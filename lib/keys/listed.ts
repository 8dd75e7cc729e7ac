import { SEQUENCES, WORDS } from './words.js'

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
