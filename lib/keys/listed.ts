import { SEQUENCES, WORDS } from './words.js'

/** No sequence that is shorter is one, and no listed word is. */
const SHORTEST = 4

/** By each run of 4 letters in a sequence, the rests of sequences that begin with it. */
const WALKS = new Map<string, string[]>()
/** By its first 4 letters. */
const BEGINNINGS = new Map<string, string[]>()

for (const sequence of SEQUENCES) {
  for (let place = 0; place + SHORTEST <= sequence.length; place++) enter(WALKS, sequence.slice(place))
}
for (const word of WORDS) enter(BEGINNINGS, word)

function enter(index: Map<string, string[]>, text: string): void {
  const run = text.slice(0, SHORTEST)
  index.set(run, [...(index.get(run) ?? []), text])
}

/** How many letters from `index` on are a part of a sequence; 0 if fewer than 4. */
export function sequenceAt(text: string, index: number): number {
  return longest(WALKS.get(text.slice(index, index + SHORTEST)), (walk) => {
    let length = SHORTEST
    while (length < walk.length && text[index + length] === walk[length]) length++
    return length
  })
}

/** How many letters from `index` on are the longest listed word, and a whole one; 0 if there is none. */
export function wordAt(text: string, index: number): number {
  const words = BEGINNINGS.get(text.slice(index, index + SHORTEST))
  return longest(words, (word) => (text.startsWith(word, index) ? word.length : 0))
}

function longest(texts: readonly string[] | undefined, lengthOf: (text: string) => number): number {
  return texts === undefined ? 0 : Math.max(...texts.map(lengthOf))
}
