import { type Deed, ODD } from './deeds.js'
import { bytes, count } from './page/html.js'
import type { Pending, Seen, Side } from './state.js'

/** One side of a step: what was found before and after it, and what it took. */
export interface Account {
  readonly before: Seen
  readonly after: Seen
  readonly side: Side
}

/** What a step was about, where that is not seen in the data. */
export interface About {
  readonly kind?: Pending['kind'] | 'thief' | 'broken' | undefined
  /** Of a race: who wrote. */
  readonly fields?: readonly string[]
  readonly asked?: NonNullable<Deed['about']>['asked']
}

type Says = (ours: Account, theirs: Account, about: About) => (string | false | undefined)[]

/** What a step did differently here and there, and what was lost on both, in plain sentences. */
export function differences(ours: Account, theirs: Account, about: About): string[] {
  const said = [errors, fate, people, data, cookies, weight].flatMap((says) => says(ours, theirs, about))
  return said.filter((sentence) => typeof sentence === 'string')
}

/** Who was told that something went wrong, and what was done in spite of it. */
const errors: Says = (ours, theirs) => {
  const [here, there, status] = [ours.side.error, theirs.side.error, theirs.side.status]
  if (here === undefined && there === undefined) return [status === 0 && 'With express-session no answer came.']
  const said = `With sealed-session the app’s error handler got ${here}, and the browser keeps the cookie that it had.`
  const grown = theirs.after.stored - theirs.before.stored
  const kept = `${bytes(grown)} more in the memory of the server`
  return [
    here === undefined ? 'With sealed-session nothing went wrong.' : said,
    there !== undefined && status === 0
      ? `With express-session it got ${there}, but could not answer any more: the request hung.`
      : there !== undefined
        ? `With express-session it got ${there}.`
        : grown > 0
          ? `With express-session it was kept: ${kept}.`
          : 'With express-session nobody was told of anything, and nothing was kept.',
  ]
}

/** What became of a value that JSON does not hold, as it was found again. */
const fate: Says = (ours, theirs, { asked }) => {
  const { kind = '', path = [] } = asked ?? {}
  const isRefused = ours.side.error !== undefined && theirs.side.error !== undefined
  if (isRefused || !(ODD.has(kind) || kind === 'undefined')) return []
  const name = ODD.has(kind) ? `the ${ODD.get(kind)}` : kind
  const [here, there] = [ours, theirs].map(({ after }) => became(found(after.data, path)))
  if (here === there) return [`On both sides ${name} ${here}: JSON has no such thing.`]
  return [
    ours.side.error === undefined && `With sealed-session ${name} ${here}.`,
    theirs.side.error === undefined && `With express-session ${name} ${there}.`,
  ]
}

function became(value: unknown): string {
  if (value === undefined) return 'was lost'
  if (value === null) return 'became null'
  if (typeof value === 'object') return Object.keys(value).length === 0 ? 'came back as {}' : 'came back as an object'
  return `came back as ${typeof value === 'string' ? 'text' : `a ${typeof value}`}`
}

function found(data: unknown, path: readonly string[]): unknown {
  const inside = (holder: unknown, key: string) => Object.getOwnPropertyDescriptor(Object(holder), key)?.value
  return path.reduce<unknown>(inside, data)
}

/** Who is logged in now, or for whom a thief was taken. */
const people: Says = (ours, theirs, { kind }) => {
  const [here, there] = [ours.after.user, theirs.after.user]
  const hasChanged = here !== ours.before.user || there !== theirs.before.user
  if (kind === 'thief') {
    return here === there
      ? [`On both sides the server took the thief for ${named(here)}.`]
      : [`With sealed-session the thief is ${thief(ours)}, with express-session ${thief(theirs)}.`]
  }
  return here === there
    ? [
        kind === 'late' &&
          here !== undefined &&
          `On both sides the late answer undid the log-out: ${here} is logged in.`,
      ]
    : [hasChanged && `With sealed-session ${named(here)} is logged in, with express-session ${named(there)}.`]
}

function thief({ after }: Account): string {
  return after.user === undefined && after.rejected !== null ? `nobody (${after.rejected})` : named(after.user)
}

function named(user: string | undefined): string {
  return user ?? 'nobody'
}

/** What was lost where it was not the same, and what a race has lost. */
const data: Says = (ours, theirs, { kind, fields = [] }) => {
  if (kind === 'race') return [lost('With sealed-session', ours, fields), lost('With express-session', theirs, fields)]
  const [here, there] = [ours, theirs].map(({ before, after }) => {
    const gone = Object.keys(before.data).filter((key) => !Object.hasOwn(after.data, key))
    return gone.length === 0 ? 'nothing was lost' : `${listed(gone)} gone`
  })
  const why = kind === 'restart' ? ': it ended with the process' : ''
  return [here !== there && `With sealed-session ${here}. With express-session ${there}${why}.`]
}

function lost(where: string, { after }: Account, fields: readonly string[]): string {
  const missing = fields.filter((field) => !Object.hasOwn(after.data, field))
  return missing.length === 0
    ? `${where} nothing was lost: ${listed(fields)} kept.`
    : `${where} ${listed(missing, 'was', 'were')} lost: the last writer did not know of it.`
}

/** Whose cookie was rejected. */
const cookies: Says = (ours, theirs, { kind }) => {
  if (kind === 'thief') return []
  const isRejected = ours.after.rejected !== null && ours.after.rejected !== ours.before.rejected
  const isUnknown = theirs.after.rejected !== null && theirs.before.rejected === null
  const isLost = isUnknown && (kind === 'broken' || kind === 'restart' || isRejected)
  return [
    isRejected && `sealed-session rejects the cookie as ${ours.after.rejected}.`,
    isLost && 'express-session knows no session for the cookie, and does not say why.',
  ]
}

/** What each request carries from now on. */
const weight: Says = (ours, theirs, { kind }) => {
  const [here, there] = [ours.after.bytes, theirs.after.bytes]
  const isSame = here === there || (here === ours.before.bytes && there === theirs.before.bytes)
  if (kind === 'thief' || kind === 'broken' || isSame) return []
  const more = `${count(Math.abs(here - there))} bytes more with ${here > there ? 'sealed' : 'express'}-session`
  const { stored } = theirs.after
  const kept = stored === 0 ? '' : `, and express-session keeps ${count(stored)} bytes on the server`
  return [`Each request now carries ${more}${kept}.`]
}

/** `a is`, `a, b and c are` */
function listed(words: readonly string[], singular = 'is', plural = 'are'): string {
  return `${new Intl.ListFormat('en-GB').format(words)} ${words.length === 1 ? singular : plural}`
}
