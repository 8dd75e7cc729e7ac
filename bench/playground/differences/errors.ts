import type { Account, Compared } from './compared.js'
import { count } from './words.js'

/** Who was told that something went wrong, and what was done in spite of it. */
export function errors({ ours, theirs }: Compared): string[] {
  const [here, there] = [ours.side.error, theirs.side.error]
  if (here === undefined && there === undefined)
    return theirs.side.status === 0 ? ['With express-session no answer came.'] : []
  return [hereSaid(here), thereSaid(theirs)]
}

function hereSaid(error: string | undefined): string {
  if (error === undefined) return 'With sealed-session nothing went wrong.'
  return `With sealed-session the app’s error handler got ${error}, and the browser keeps the cookie that it had.`
}

function thereSaid({ before, after, side }: Account): string {
  if (side.error !== undefined && side.status === 0) {
    return `With express-session it got ${side.error}, but could not answer any more: the request hung.`
  }
  if (side.error !== undefined) return `With express-session it got ${side.error}.`
  const grown = after.stored - before.stored
  if (grown > 0)
    return `With express-session it was kept: ${count(grown)} ${grown === 1 ? 'byte' : 'bytes'} more in the memory of the server.`
  return 'With express-session nobody was told of anything, and nothing was kept.'
}
