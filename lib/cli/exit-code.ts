/** How a command ends, for the shell. */
export const EXIT = {
  fine: 0,
  /** The question was understood, and the answer is no. */
  no: 1,
  /** The command was typed wrongly, or was given keys that cannot be used. */
  wrongUse: 2,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
