import { setTimeout as pause } from 'node:timers/promises'

/** Asks again and again until the answer is neither undefined nor false, and fails if that takes too long. */
export async function until<Answer>(
  what: string | (() => string),
  ask: () => Answer | Promise<Answer>,
  deadline = 15_000,
): Promise<Exclude<Awaited<Answer>, undefined | false>> {
  const end = Date.now() + deadline
  for (;;) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer as Exclude<Awaited<Answer>, undefined | false>
    if (Date.now() > end) throw new Error(`waited ${deadline} ms in vain: ${typeof what === 'string' ? what : what()}`)
    await pause(10)
  }
}
