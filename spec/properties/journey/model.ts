/** What the contract says, without a cookie, a key or a cipher: sections 5 to 7 of the format and the README as code. */

/** Seconds. */
export const IDLE = 600
export const ABSOLUTE = 3000
export const VALIDATE_EVERY = 200
const SKEW = 60
const MAX_ENDED = 4

/** What the token of a session would say. */
export interface Held {
  readonly sid: number
  readonly sat: number
  readonly iat: number
  readonly chk: number | undefined
  readonly key: number
  readonly value: string
}

/** What its companion would say: when the session was last used and checked. */
export type Seen = Omit<Held, 'value'>

/** What the guard would say: sessions that have ended, each until when that matters, the last one first. */
export interface Guard {
  readonly key: number
  readonly ended: Ended
}

type Ended = readonly { readonly sid: number; readonly end: number }[]

/** A cookie, and until when the browser keeps it. */
interface Kept<Content> {
  readonly to: Content
  readonly until: number
}

/** The three cookies of one path. */
export interface Shelf {
  readonly held?: Kept<Held> | undefined
  readonly seen?: Kept<Seen> | undefined
  readonly guard?: Kept<Guard> | undefined
}

/** The paths that the app has had for its cookies, in the order in which a browser sends what it keeps. */
export const PATHS = ['/app', '/'] as const
export type Path = (typeof PATHS)[number]

/** What a browser holds. */
export type Jar = Readonly<Record<Path, Shelf>>

export const EMPTY: Jar = { '/app': {}, '/': {} }

/** Keys in the order in which they were made: the last one seals, all open that are not revoked. */
export interface Keys {
  readonly active: number
  readonly revoked: ReadonlySet<number>
}

/** The process that a request comes to. */
export interface Process {
  readonly keys: Keys
  /** Where it sets its cookies. */
  readonly path: Path
  /** It has been told that it set them elsewhere before. */
  readonly knowsFormer: boolean
  /** Whether it asks `validate`. */
  readonly validates: boolean
}

/** What a request has sent, as far as it is kept by the browser at that time. */
export function sent(jar: Jar, now: number): Jar {
  const living = <Content>(kept: Kept<Content> | undefined) => (kept && kept.until > now ? kept : undefined)
  const shelf = ({ held, seen, guard }: Shelf) => ({ held: living(held), seen: living(seen), guard: living(guard) })
  return { '/app': shelf(jar['/app']), '/': shelf(jar['/']) }
}

type Reason = 'missing-key' | 'future' | 'absolute' | 'idle' | 'ended' | 'invalidated'

/** What a request has brought. */
export interface Opened {
  readonly found: Found | undefined
  /** Why what came was not accepted, if it was not. */
  readonly rejected: Reason | null
  /** `validate` was asked about it. */
  readonly asked: boolean
  /** Where none goes on: those that were idle, which an end ends as well, and others that have ended in this browser. */
  readonly idle?: { readonly held: readonly Held[]; readonly ended: Ended } | undefined
}

/** A session that goes on. */
interface Found extends Held {
  readonly lastUse: number
  readonly lastCheck: number | undefined
  /** The last check, if one was made for this request. */
  readonly checked: number | undefined
  /** Other sessions that have ended in this browser, and others that were accepted. */
  readonly ended: Ended
  readonly others: readonly Held[]
}

/** The session that the app finds: of those that are accepted, the one that was written last. */
export function opened(jar: Jar, process: Process, now: number, refused: string | null): Opened {
  const all = PATHS.flatMap((path) => jar[path].held?.to ?? [])
  const ended = endedIn(jar, process.keys, now)
  const outcomes = all.map((held) => ({ held, reason: rejected(held, jar, process, ended, now) }))
  const accepted = outcomes.flatMap(({ held, reason }) => (reason === undefined ? [held] : []))
  const held = newest(accepted, ({ iat }) => iat)
  if (held === undefined) {
    // When it was sealed cannot be read without the key.
    const last = newest(outcomes, ({ held, reason }) => (reason === 'missing-key' ? -1 : held.iat))
    const [first] = others(outcomes, 'idle')
    const idle = first && { held: others(outcomes, 'idle'), ended: named(ended, outcomes) }
    return { found: undefined, rejected: last?.reason ?? null, asked: false, idle }
  }
  const { lastUse, lastCheck } = activityOf(held, jar, process, now)
  const asked = process.validates && isDueForCheck(lastCheck, now)
  if (asked && held.value === refused) return { found: undefined, rejected: 'invalidated', asked }
  const beside = others(outcomes, 'idle', undefined).filter(({ sid }) => sid !== held.sid)
  const first = named(ended, outcomes)
  const found = { ...held, lastUse, lastCheck, checked: asked ? now : lastCheck, ended: first, others: beside }
  return { found, rejected: null, asked }
}

interface Outcome {
  readonly held: Held
  readonly reason: Reason | undefined
}

function others(outcomes: readonly Outcome[], ...reasons: readonly (Reason | undefined)[]): readonly Held[] {
  return outcomes.filter(({ reason }) => reasons.includes(reason)).map(({ held }) => held)
}

/** Those whose cookies are still there come first. */
function named(ended: Ended, outcomes: readonly Outcome[]): Ended {
  const returned = others(outcomes, 'ended').map(({ sid }) => sid)
  const isReturned = ({ sid }: { readonly sid: number }) => returned.includes(sid)
  return [...ended.filter(isReturned), ...ended.filter((one) => !isReturned(one))]
}

function newest<Value>(values: readonly Value[], timeOf: (value: Value) => number): Value | undefined {
  return values.reduce<Value | undefined>((a, b) => (a === undefined || timeOf(b) > timeOf(a) ? b : a), undefined)
}

function rejected(held: Held, jar: Jar, process: Process, ended: Ended, now: number): Reason | undefined {
  if (process.keys.revoked.has(held.key)) return 'missing-key'
  if (held.iat > now + SKEW || held.sat > now + SKEW) return 'future'
  if (held.sat + ABSOLUTE <= now) return 'absolute'
  if (activityOf(held, jar, process, now).lastUse + IDLE <= now) return 'idle'
  return ended.some(({ sid }) => sid === held.sid) ? 'ended' : undefined
}

/** By the token alone where that settles the question, and by the newest companion of the session otherwise. */
function activityOf({ sid, iat, chk }: Held, jar: Jar, { keys, validates }: Process, now: number) {
  const isAhead = (time: number) => time > now + SKEW
  const ownCheck = chk === undefined || isAhead(chk) ? undefined : chk
  if (now - iat < IDLE / 10 && !(validates && isDueForCheck(ownCheck, now)))
    return { lastUse: iat, lastCheck: ownCheck }
  const companions = PATHS.flatMap((path) => jar[path].seen?.to ?? []).filter(
    (seen) => seen.sid === sid && !keys.revoked.has(seen.key),
  )
  const uses = companions.map((seen) => seen.iat).filter((time) => !isAhead(time))
  const checks = [ownCheck, ...companions.map((seen) => seen.chk)].flatMap((time) =>
    time === undefined || isAhead(time) ? [] : [time],
  )
  return { lastUse: Math.max(iat, ...uses), lastCheck: checks.length === 0 ? undefined : Math.max(...checks) }
}

function isDueForCheck(lastCheck: number | undefined, now: number): boolean {
  return lastCheck === undefined || now - lastCheck >= VALIDATE_EVERY
}

function endedIn(jar: Jar, { revoked }: Keys, now: number): Ended {
  const guards = PATHS.flatMap((path) => jar[path].guard?.to ?? []).filter(({ key }) => !revoked.has(key))
  const named = guards.flatMap(({ ended }) => ended).filter(({ end }) => end > now)
  return [...new Map(named.map(({ sid, end }) => [sid, end]))].map(([sid, end]) => ({ sid, end }))
}

/** What an app does with the session in one request. */
export type Act =
  | { readonly does: 'nothing' }
  | { readonly does: 'read' }
  /** A read that does not count as use. */
  | { readonly does: 'poll' }
  | { readonly does: 'touch' }
  | { readonly does: 'write'; readonly value: string }
  | { readonly does: 'empty' }
  | { readonly does: 'log in'; readonly value: string }
  | { readonly does: 'log out' }

/** Whether it changes nothing, whatever it finds. */
export function onlyReads({ does }: Act): boolean {
  return does === 'nothing' || does === 'read' || does === 'poll' || does === 'touch'
}

/** What changes in the browser when the response arrives: undefined where there is no `Set-Cookie`. */
export interface Change {
  readonly path: Path
  readonly held?: { readonly to: Held | undefined }
  readonly seen?: { readonly to: Seen | undefined }
  readonly guard?: { readonly to: Guard }
  /** The session below the other path is removed, and what else. */
  readonly left?: Left
}

interface Left {
  readonly seen: boolean
  readonly guard: boolean
}

/** Seconds since the epoch. */
interface Times {
  /** When the app first asked for the session. */
  readonly accessed: number
  /** When the response leaves. */
  readonly now: number
}

/** What the response carries: the session as it was opened, and the clock as it is when the response leaves. */
export function answered(
  opened: Opened,
  was: Jar,
  act: Act,
  process: Process,
  times: Times,
  newSid: () => number,
): Change {
  const change = answeredHere(opened, was, act, process, times, newSid)
  const came = (what: keyof Shelf) => PATHS.some((path) => was[path][what])
  // What is ended is removed everywhere; what is written takes the place of what came, and nobody knows from where that is.
  const leaves = change.held !== undefined && (change.held.to === undefined || came('held'))
  if (!process.knowsFormer || !leaves) return change
  return { ...change, left: { seen: came('seen'), guard: change.guard !== undefined && came('guard') } }
}

function answeredHere(
  { found, asked, idle }: Opened,
  was: Jar,
  act: Act,
  process: Process,
  { accessed, now }: Times,
  newSid: () => number,
): Change {
  const { path, keys } = process
  const key = keys.active
  // There is no more to remove than has come.
  const unseen = PATHS.some((one) => was[one].seen) ? { seen: { to: undefined } } : {}
  const begun = (sat: number, value: string): Held => ({ sid: newSid(), sat, iat: now, chk: undefined, key, value })
  switch (act.does) {
    case 'log out':
      return { path, held: { to: undefined }, ...unseen, ...guardAgainst(found ?? leftBehind(idle), key) }
    case 'log in':
      return { path, held: { to: begun(now, act.value) }, ...unseen, ...guardAgainst(found ?? leftBehind(idle), key) }
    case 'empty':
      // It has not ended: a late response may fill it again.
      return found === undefined ? { path } : { path, held: { to: undefined }, ...unseen }
    case 'write': {
      // It began when the app first asked for it.
      if (found === undefined) return { path, held: { to: begun(accessed, act.value) }, ...unseen }
      const { sid, sat, checked } = found
      if (found.value === act.value) return { path, ...renewed(found, isDue(found, now), key, now) }
      return { path, held: { to: { sid, sat, iat: now, chk: checked, key, value: act.value } } }
    }
    case 'nothing':
      // To ask about a session is to use it.
      if (found === undefined || !asked) return { path }
      return { path, ...renewed(found, isDue(found, now), key, now) }
    case 'read':
      return found === undefined ? { path } : { path, ...renewed(found, isDue(found, now), key, now) }
    case 'poll':
      return found === undefined ? { path } : { path, ...renewed(found, false, key, now) }
    case 'touch':
      return found === undefined ? { path } : { path, ...renewed(found, true, key, now) }
  }
}

/** Whether its last use is to be kept: a tenth of the idle time has passed since, and its end would move. */
function isDue({ sat, lastUse }: Found, now: number): boolean {
  const endOf = (use: number) => Math.min(use + IDLE, sat + ABSOLUTE)
  return (now - lastUse) * 10 >= IDLE && endOf(now) > endOf(lastUse)
}

/** A use and a check are kept in the companion, and nowhere else. */
function renewed({ sid, sat, lastUse, lastCheck, checked }: Found, used: boolean, key: number, now: number) {
  if (!used && checked === lastCheck) return {}
  return { seen: { to: { sid, sat, iat: used ? now : lastUse, chk: checked, key } } }
}

/** Names every session that was accepted, and what was named before as far as there is room. */
type Ending = Pick<Found, 'sid' | 'sat' | 'ended' | 'others'>

function leftBehind(idle: Opened['idle']): Ending | undefined {
  const [first, ...others] = idle?.held ?? []
  return first && { sid: first.sid, sat: first.sat, ended: idle?.ended ?? [], others }
}

function guardAgainst(found: Ending | undefined, key: number): { guard?: { to: Guard } } {
  if (found === undefined) return {}
  const [first, ...others] = [found, ...found.others].map(({ sid, sat }) => ({ sid, end: sat + ABSOLUTE }))
  const rest = [...others, ...found.ended].slice(0, MAX_ENDED - 1)
  // The guard's own end is that of the one that ended last.
  const end = Math.max(...[first, ...rest].map((one) => one?.end ?? 0))
  return { guard: { to: { key, ended: [{ sid: found.sid, end }, ...rest] } } }
}

/** The browser when the response has arrived, at the time at which it left. */
export function received(jar: Jar, { path, held, seen, guard, left }: Change, now: number): Jar {
  const shelf = jar[path]
  const other = path === '/' ? '/app' : '/'
  const { seen: seenThere, guard: guardThere } = jar[other]
  const kept = <Content>(to: Content | undefined, until: number) =>
    to === undefined || until <= now ? undefined : { to, until }
  return {
    ...jar,
    ...(left && {
      [other]: { seen: left.seen ? undefined : seenThere, guard: left.guard ? undefined : guardThere },
    }),
    [path]: {
      held: held ? kept(held.to, (held.to?.sat ?? 0) + ABSOLUTE) : shelf.held,
      seen: seen ? kept(seen.to, (seen.to?.sat ?? 0) + ABSOLUTE) : shelf.seen,
      guard: guard ? kept(guard.to, Math.max(...guard.to.ended.map(({ end }) => end))) : shelf.guard,
    },
  }
}
