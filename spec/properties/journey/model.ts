/** What the contract says, without a cookie, a key or a cipher: sections 5 to 7 of the format and the README as code. */

/** Seconds. */
export const IDLE = 600
export const ABSOLUTE = 3000
const SKEW = 60
const MOST_ENDED = 4

/** What a token would say. */
export interface Held {
  readonly sid: number
  readonly sat: number
  readonly iat: number
  readonly exp: number
  readonly key: number
  readonly value: string
}

/** What the guard would say: sessions that have ended, each until when that matters, the last one first. */
export type Guard = readonly { readonly sid: number; readonly end: number }[]

/** What a browser holds. */
export interface Jar {
  readonly held: Held | undefined
  readonly guard: Guard
  /** Until when the browser keeps each of them. */
  readonly heldUntil: number
  readonly guardUntil: number
}

export const EMPTY: Jar = { held: undefined, guard: [], heldUntil: 0, guardUntil: 0 }

/** Keys in the order in which they were made: the last one seals, all open that are not revoked. */
export interface Keys {
  readonly active: number
  readonly revoked: ReadonlySet<number>
}

/** What a request has sent, as far as it is kept by the browser at that time. */
export function sent(jar: Jar, now: number): Jar {
  return {
    ...jar,
    held: jar.heldUntil > now ? jar.held : undefined,
    guard: jar.guardUntil > now ? jar.guard : [],
  }
}

/** The session that the app finds; `ended` is one that the guard names, which a late response has brought back. */
export function opened(jar: Jar, keys: Keys, now: number): Held | 'ended' | undefined {
  const held = accepted(jar, keys, now)
  return held && jar.guard.some(({ sid, end }) => sid === held.sid && end > now) ? 'ended' : held
}

function accepted({ held }: Jar, keys: Keys, now: number): Held | undefined {
  if (held === undefined || keys.revoked.has(held.key)) return undefined
  if (held.iat > now + SKEW || held.sat > now + SKEW) return undefined
  if (held.sat + ABSOLUTE <= now || held.iat + IDLE <= now || held.exp <= now) return undefined
  return held
}

/** What an app does with the session in one request. */
export type Act =
  | { readonly does: 'nothing' }
  | { readonly does: 'read' }
  | { readonly does: 'write'; readonly value: string }
  | { readonly does: 'log in'; readonly value: string }
  | { readonly does: 'log out' }

/** What changes in the browser when the response arrives: undefined where there is no `Set-Cookie`. */
export interface Change {
  readonly held?: { readonly to: Held | undefined }
  readonly guard?: { readonly to: Guard }
}

/** What the response carries: the session as it was opened, and the clock and the keys as they are when it leaves. */
export function answered(
  opened: Held | 'ended' | undefined,
  was: Jar,
  act: Act,
  keys: Keys,
  { accessed, now }: { readonly accessed: number; readonly now: number },
  newSid: () => number,
): Change {
  const found = opened === 'ended' ? undefined : opened
  switch (act.does) {
    case 'nothing':
      return {}
    case 'log out':
      return { held: { to: undefined }, ...guardAgainst(found, was.guard, now) }
    case 'log in':
      return { held: { to: fresh(newSid(), now, act.value, keys, now) }, ...guardAgainst(found, was.guard, now) }
    case 'write':
      // It began when the app first asked for it.
      if (found === undefined) return { held: { to: fresh(newSid(), accessed, act.value, keys, now) } }
      if (found.value !== act.value) return { held: { to: sealed({ ...found, value: act.value }, keys, now) } }
      return slid(found, keys, now)
    case 'read':
      if (opened === 'ended') return { held: { to: undefined } }
      return found === undefined ? {} : slid(found, keys, now)
  }
}

/** A session that was used moves its end when half of the idle time has passed, and to the key that seals. */
function slid(found: Held, keys: Keys, now: number): Change {
  const due = (now - found.iat) * 2 > IDLE && endOf(found.sat, now) > found.exp
  return due || found.key !== keys.active ? { held: { to: sealed(found, keys, now) } } : {}
}

function fresh(sid: number, sat: number, value: string, keys: Keys, now: number): Held {
  return sealed({ sid, sat, value }, keys, now)
}

function sealed({ sid, sat, value }: Pick<Held, 'sid' | 'sat' | 'value'>, keys: Keys, now: number): Held {
  return { sid, sat, value, iat: now, exp: endOf(sat, now), key: keys.active }
}

function endOf(sat: number, now: number): number {
  return Math.min(now + IDLE, sat + ABSOLUTE)
}

function guardAgainst(found: Held | undefined, guard: Guard, now: number): Change {
  if (found === undefined) return {}
  const earlier = guard.filter(({ sid, end }) => sid !== found.sid && end > now).slice(0, MOST_ENDED - 1)
  return { guard: { to: [{ sid: found.sid, end: found.sat + ABSOLUTE }, ...earlier] } }
}

/** The browser when the response has arrived. */
export function received(jar: Jar, { held, guard }: Change, now: number): Jar {
  // Max-Age: from here on, as long as it was to be when the response left.
  const heldUntil = held?.to ? now + (held.to.exp - held.to.iat) : jar.heldUntil
  const longest = Math.max(0, ...(guard?.to ?? []).map(({ end }) => end))
  return {
    held: held ? held.to : jar.held,
    heldUntil,
    guard: guard ? guard.to : jar.guard,
    guardUntil: guard ? longest : jar.guardUntil,
  }
}
