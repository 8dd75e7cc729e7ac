import { logIn, logOut } from './account.js'
import { grow, remove, set } from './data.js'
import type { Plan } from './deed.js'

/** What can be done to a session, by path. The other side has the same. */
export const DEEDS: Readonly<Record<string, Plan>> = {
  '/log-in': logIn,
  '/log-out': logOut,
  '/set': set,
  '/remove': remove,
  '/grow': grow,
}
