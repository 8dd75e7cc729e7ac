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
  for (const one of all) groups.set(said(one), [...(groups.get(said(one)) ?? []), one])
  return [...groups]
}

/** `4,000/s to 14,811/s`, or one figure where all look the same. */
export function ranging(values: readonly number[], print: (value: number) => string): string {
  const [least, most] = [print(Math.min(...values)), print(Math.max(...values))]
  return least === most ? least : `${least} to ${most}`
}

/**
 * How a figure is told beside another. Five words instead of three, so that there is one between "the same" and "twice":
 * noise may move a figure to the next word, but not from one end of a difference to the other.
 */
export const LEVELS = ['less than half', 'somewhat less', 'about the same', 'somewhat more', 'more than twice'] as const
export type Level = (typeof LEVELS)[number]

/** What does not count as a difference. */
export interface Margin {
  /** Up to this ratio, noise explains it. */
  readonly same: number
  /** What does not matter: everything below counts as this much. */
  readonly negligible: number
}

/** The one function that chooses words for figures. */
export function levelOf(value: number, to: number, { same, negligible }: Margin): Level {
  const ratio = Math.max(value, negligible) / Math.max(to, negligible)
  if (ratio > 2) return 'more than twice'
  if (ratio > same) return 'somewhat more'
  if (ratio < 1 / 2) return 'less than half'
  return ratio < 1 / same ? 'somewhat less' : 'about the same'
}

/** Whether one recording may say the one and another the other, without contradicting each other. */
export function compatible(claim: string, other: string): boolean {
  const [one, two] = [claim, other].map((level) => (LEVELS as readonly string[]).indexOf(level)) as [number, number]
  return one === -1 || two === -1 ? claim === other : Math.abs(one - two) <= 1
}
