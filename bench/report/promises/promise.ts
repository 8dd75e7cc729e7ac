import { type Print, short, times } from '../numbers.js'

/** A target that was set before the results were recorded. */
export interface Promised {
  readonly promise: string
  readonly target: string
  readonly meets: (value: number) => boolean
  readonly print: Print
  /** Every figure that it is measured by, and all must meet it. */
  readonly lines: readonly Line[]
}

/** Figures of one kind, with what tells them apart. */
export interface Line {
  readonly label: string
  readonly figures: readonly (readonly [label: string, value: number | undefined])[]
}

export const OURS = 'sealed-session'

export function atMost(target: number): Pick<Promised, 'target' | 'meets' | 'print'> {
  const meets = (value: number) => value <= target
  return { target: `at most ${times(target)}`, meets, print: exactEnough(meets, '×') }
}

export function atLeast(target: number): Pick<Promised, 'target' | 'meets' | 'print'> {
  const meets = (value: number) => value >= target
  return { target: `at least ${times(target)}`, meets, print: exactEnough(meets, '×') }
}

/** Rounding must not make a figure look as if it met its target, or failed it. */
export function exactEnough(meets: Promised['meets'], unit: string): Print {
  return (value) => `${meets(value) === meets(Number(value.toFixed(2))) ? short(value) : value.toFixed(4)}${unit}`
}
