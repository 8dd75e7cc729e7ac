import type { Account, Compared } from './compared.js'
import { named } from './people.js'
import { count } from './words.js'

/** What became of the cookies, and what each request carries from now on. */
export function cookies(compared: Compared): string[] {
  return [...rejections(compared), ...weight(compared)]
}

function rejections({ ours, theirs, about: { kind } }: Compared): string[] {
  const { after, before } = ours
  if (kind === 'thief') {
    return after.user === theirs.after.user
      ? []
      : [`With sealed-session the thief is ${thief(ours)}, with express-session ${thief(theirs)}.`]
  }
  const here = after.rejected !== null && after.rejected !== before.rejected
  const there = theirs.after.rejected !== null && theirs.before.rejected === null
  const said = here ? [`sealed-session rejects the cookie as ${after.rejected}.`] : []
  const isLost = there && (kind === 'broken' || kind === 'restart' || here)
  return isLost ? [...said, 'express-session knows no session for the cookie, and does not say why.'] : said
}

function thief({ after }: Account): string {
  return after.user === undefined && after.rejected !== null ? `nobody (${after.rejected})` : named(after.user)
}

function weight({ ours, theirs, about: { kind } }: Compared): string[] {
  const [here, there] = [ours.after.bytes, theirs.after.bytes]
  const isSame = here === ours.before.bytes && there === theirs.before.bytes
  if (kind === 'thief' || kind === 'broken' || isSame || here === there) return []
  const more = `${count(Math.abs(here - there))} bytes more with ${here > there ? 'sealed-session' : 'express-session'}`
  return [`Each request now carries ${more}${kept(theirs)}.`]
}

function kept({ after: { stored } }: Account): string {
  return stored === 0 ? '' : `, and express-session keeps ${count(stored)} bytes on the server`
}
