/** `4,093` */
export function count(number: number): string {
  return number.toLocaleString('en')
}

/** `a, b and c` */
export function listed(words: readonly string[]): string {
  const last = words.at(-1)
  return words.length < 2 ? (last ?? '') : `${words.slice(0, -1).join(', ')} and ${last}`
}
