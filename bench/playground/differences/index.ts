import type { Account, Compared } from './compared.js'
import { cookies } from './cookies.js'
import { data } from './data.js'
import { errors } from './errors.js'
import { fate } from './fate.js'
import { people } from './people.js'

/** What a step did differently here and there, and what was lost on both, in plain sentences. */
export function differences(ours: Account, theirs: Account, about: Compared['about']): string[] {
  const compared = { ours, theirs, about }
  return [...errors(compared), ...fate(compared), ...people(compared), ...data(compared), ...cookies(compared)]
}
