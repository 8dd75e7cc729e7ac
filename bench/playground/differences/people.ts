import type { Compared } from './compared.js'

/** Who is logged in now. */
export function people({ ours, theirs, about: { kind } }: Compared): string[] {
  const [here, there] = [ours.after.user, theirs.after.user]
  const hasChanged = here !== ours.before.user || there !== theirs.before.user
  if (kind === 'thief') return here === there ? [`On both sides the server took the thief for ${named(here)}.`] : []
  if (here !== there)
    return hasChanged ? [`With sealed-session ${named(here)} is logged in, with express-session ${named(there)}.`] : []
  if (kind === 'late' && here !== undefined)
    return [`On both sides the late answer undid the log-out: ${here} is logged in.`]
  return []
}

/** Of a user, if there is one. */
export function named(user: string | undefined): string {
  return user ?? 'nobody'
}
