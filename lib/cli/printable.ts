/** Control characters, those that change the direction of text, and the two line ends of Unicode. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/gu
const LONGEST = 60

/** Text of a stranger's as a terminal may show it: nothing in it moves the cursor or fakes another line. */
export function printable(text: string): string {
  const escaped = text.replace(UNSEEN, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
  return escaped.length > LONGEST ? `${escaped.slice(0, LONGEST)}...` : escaped
}
