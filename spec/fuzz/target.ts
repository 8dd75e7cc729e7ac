import type fc from 'fast-check'
import { stopped } from './clock.js'

/** Something that takes hostile input, and what must hold whatever the input is. */
export interface Target<Input = unknown> {
  readonly name: string
  readonly inputs: fc.Arbitrary<Input>
  /** Outcomes that many inputs must have led to: a fuzzer that never gets there says nothing. */
  readonly reached: readonly string[]
  /**
   * What the input came to: `opened`, a reason of rejection, a code. The clock stands at `NOW`.
   *
   * @throws if the contract does not hold
   */
  check(input: Input): string | Promise<string>
}

/** Its type is lost on purpose: who runs targets does not care what they take. */
export function target<Input>(of: Target<Input>): Target {
  const { check } = of as Target as Target<unknown>
  return { ...(of as Target as Target<unknown>), check: (input) => stopped(() => check(input)) }
}

const PROTOTYPE = Object.getOwnPropertyNames(Object.prototype).join()

/** @throws if an input has put something on the prototype of every object */
export function assertPrototypeIsClean(): void {
  if (Object.getOwnPropertyNames(Object.prototype).join() !== PROTOTYPE) throw new Error('Object.prototype was changed')
}
