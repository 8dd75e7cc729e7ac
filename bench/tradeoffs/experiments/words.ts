/** So many of all, without the figure. */
export function inWords(count: number, all: number): 'Everyone' | 'Some' | 'Nobody' {
  if (count === all) return 'Everyone'
  return count === 0 ? 'Nobody' : 'Some'
}

export function times(count: number): string {
  return ['not at all', 'once', 'twice'][count] ?? `${count} times`
}

export function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1)
}
