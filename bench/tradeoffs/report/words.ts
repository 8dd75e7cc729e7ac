/** `a, b and c` */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`
}

/** `stillSignedIn` as `still signed in`. */
export function spoken(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[-_]/g, ' ')
    .toLowerCase()
}

export function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1)
}

/** Puts those together of which the same is to be said, in the order of the first of each. */
export function grouped<One, Said>(all: readonly One[], said: (one: One) => Said): [Said, One[]][] {
  const groups = new Map<Said, One[]>()
  for (const one of all) {
    const what = said(one)
    groups.set(what, [...(groups.get(what) ?? []), one])
  }
  return [...groups]
}
