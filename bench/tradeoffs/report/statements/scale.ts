/**
 * How a figure is told beside another. Five words instead of three, so that there is one between "the same" and "more":
 * noise may move a figure to the next word, but not from one end of a difference to the other.
 */
export const LEVELS = ['clearly less', 'somewhat less', 'about the same', 'somewhat more', 'clearly more'] as const
export type Level = (typeof LEVELS)[number]

/** How far one figure must be from the other for a word, as a ratio. */
export interface Tolerance {
  /** Below this, it is about the same. */
  readonly same: number
  /** From this on, it is clearly more or less. */
  readonly clear: number
  /** What does not matter: everything below counts as this much. */
  readonly negligible: number
}

export function levelOf(value: number, to: number, { same, clear, negligible }: Tolerance): Level {
  const ratio = Math.max(value, negligible) / Math.max(to, negligible)
  if (ratio >= clear) return 'clearly more'
  if (ratio > same) return 'somewhat more'
  if (ratio <= 1 / clear) return 'clearly less'
  return ratio < 1 / same ? 'somewhat less' : 'about the same'
}

/** Whether one recording may say the one and another the other, without contradicting each other. */
export function compatible(claim: string, other: string): boolean {
  const [one, two] = [claim, other].map((level) => (LEVELS as readonly string[]).indexOf(level)) as [number, number]
  if (one === -1 || two === -1) return claim === other
  return Math.abs(one - two) <= 1
}

/** On a scale of which more is better. */
export function turned(level: Level): Level {
  return LEVELS[LEVELS.length - 1 - LEVELS.indexOf(level)] as Level
}
