import assert from 'node:assert/strict'
import { Agent } from 'node:http'
import { Jar, type Sent, send } from '../measure/browser.js'

/** What was done in a soak, and what went wrong. */
export class Tally {
  readonly done: Record<string, number> = {}
  /** What was not as it must be, in words, without anything of a session: those that came first. */
  readonly wrongs: string[] = []
  wrong = 0

  count(what: string): void {
    this.done[what] = (this.done[what] ?? 0) + 1
  }

  complain(what: string): void {
    this.wrong++
    if (this.wrongs.length < 20) this.wrongs.push(what)
  }
}

/** What a session holds, and so what the app answers. */
export interface State {
  readonly user: string | null
  readonly count: number
  /** How long a text it carries. */
  readonly filling: number
}

export const NOBODY: State = { user: null, count: 0, filling: 0 }

/** What may be asked of the app, and what comes of it. */
interface Deed {
  readonly path: string
  /** Whether the answer must bring a cookie. */
  readonly writes: boolean
  readonly comesTo: (before: State) => State
}

const same = (before: State) => before
const counted = (before: State) => ({ ...before, count: before.count + 1 })

export const READ: Deed = { path: '/read', writes: false, comesTo: same }
export const COUNT: Deed = { path: '/count', writes: true, comesTo: counted }
const SLOW_READ: Deed = { ...READ, path: '/read?after=20' }
/** The body of its answer never ends. */
const HALF_COUNT: Deed = { ...COUNT, path: '/count?half=1' }
const REGENERATE: Deed = { path: '/regenerate', writes: true, comesTo: same }
const LOG_OUT: Deed = { path: '/logout', writes: true, comesTo: () => NOBODY }
/** A session that does not fit. The app answers 500, and the one of before stays. */
const OVERFILL: Deed = { path: '/fill?bytes=5000', writes: false, comesTo: same }

function logIn(user: string): Deed {
  return { path: `/login?user=${user}`, writes: true, comesTo: () => ({ ...NOBODY, user }) }
}

/**
 * Only another text than before is a change, and only a change is written. Never an empty one: this model does not know
 * a session without a text from one with an empty text, and to put the second in place of the first is a change.
 *
 * @param bytes at least 1
 */
function fill(bytes: number, { filling }: State): Deed {
  const comesTo = (before: State) => ({ ...before, filling: bytes })
  return { path: `/fill?bytes=${bytes}`, writes: bytes !== filling, comesTo }
}

export const COOKIE = '__Host-Http-session'
/** The longest text that is put into a session, so that its cookie fits. */
const LONGEST = 2500
/** Milliseconds after which nobody waits any longer. */
const PATIENCE = 20_000

const agent = new Agent({ keepAlive: true })

/** Asks as a proxy does that has taken the request over HTTPS. */
export function ask(url: string, cookie: string, hangUp?: 'early' | 'late'): Promise<Sent> {
  const headers = { 'x-forwarded-proto': 'https', ...(cookie === '' ? {} : { cookie }) }
  return send(url, { headers, agent, hangUp, signal: AbortSignal.timeout(PATIENCE) })
}

export function hangUpAll(): void {
  agent.destroy()
}

/**
 * A browser that knows what its session must hold. As the server keeps nothing, that follows from the cookie alone: an
 * answer whose cookie was stored has come to pass, and one that got lost has not.
 */
export class Browser {
  readonly #user: string
  readonly #origin: () => string
  readonly #tally: Tally
  readonly #jar = new Jar()
  #state = NOBODY
  /** A log-out has come to pass, whatever has come after it. */
  #loggedOut = false
  /** How many answers have come. */
  answered = 0
  /** What was done last, to tell of when something is wrong. */
  #last: string[] = []

  /** @param origin of an instance, another one with each call */
  constructor(user: string, origin: () => string, tally: Tally) {
    this.#user = user
    this.#origin = origin
    this.#tally = tally
  }

  /** The session's cookie. */
  get token(): string | undefined {
    return this.#jar.value(COOKIE)
  }

  /** The key that it is sealed with (RFC 7516, section 4.1.6). */
  get kid(): string | undefined {
    const header = this.token?.split('.')[0]
    return header === undefined ? undefined : JSON.parse(Buffer.from(header, 'base64url').toString()).kid
  }

  async logIn(): Promise<void> {
    while (this.#state.user === null) await this.#do(logIn(this.#user))
  }

  /** @param chance in [0, 1): which of the things that people do */
  async act(chance: number): Promise<void> {
    if (this.#state.user === null) return this.#do(logIn(this.#user))
    if (chance < 0.4) return this.#do(READ)
    if (chance < 0.64) return this.#do(COUNT)
    if (chance < 0.72) return this.#do(fill(1 + Math.trunc(Math.random() * LONGEST), this.#state))
    if (chance < 0.76) return this.#do(REGENERATE)
    if (chance < 0.8) return this.#do(OVERFILL)
    if (chance < 0.84) return this.#do(COUNT, 'early')
    if (chance < 0.88) return this.#do(COUNT, 'late')
    if (chance < 0.91) return this.#do(HALF_COUNT)
    if (chance < 0.94) return this.#together(READ, COUNT, READ)
    if (chance < 0.97) return this.#do(LOG_OUT)
    return this.#together(SLOW_READ, LOG_OUT, COUNT)
  }

  /** Counts until there is an answer, and so has the cookie sealed with the key of now: a read leaves it as it is. */
  async renew(): Promise<void> {
    const { answered } = this
    while (this.answered === answered) await this.#do(COUNT)
  }

  /** In several tabs at once. What comes last is kept, but no answer brings back a session that has ended. */
  async #together(...deeds: readonly Deed[]): Promise<void> {
    this.#tally.count('several tabs at once')
    this.#loggedOut = false
    await Promise.all(deeds.map((deed) => this.#do(deed)))
    if (!this.#loggedOut) return
    this.#state = NOBODY
    await this.#do(READ)
  }

  async #do(deed: Deed, hangUp?: 'early' | 'late'): Promise<void> {
    const before = this.#state
    const answer = await ask(this.#origin() + deed.path, this.#jar.pairs.join('; '), hangUp)
    if (answer.status === 0) return this.#tally.count('not answered')
    this.answered++
    this.#tally.count(`answered, ${deed.path.split('?')[0]?.slice(1)}`)
    for (const line of answer.setCookies) assert(this.#jar.take(line), 'a cookie that no browser keeps')
    const after = deed.comesTo(before)
    // It brought the session's cookie, or took it away.
    const stored = answer.setCookies.some((line) => line.startsWith(`${COOKIE}=`))
    if (stored) this.#state = after
    if (stored && deed === LOG_OUT) this.#loggedOut = true
    this.#last = [...this.#last.slice(-5), deed.path + (stored ? ' (stored)' : '')]
    const wrong = this.#check(deed, answer, stored, after)
    if (wrong) this.#complain(wrong)
  }

  /** Each loss is told once: the browser begins anew. */
  #complain(wrong: string): void {
    this.#tally.complain(`${wrong}, after ${this.#last.join(', ').replaceAll(/user=[\w-]+/g, 'user')}`)
    this.#jar.clear()
    this.#state = NOBODY
  }

  /** What is not as it must be, in words. */
  #check(deed: Deed, { status, body }: Sent, stored: boolean, after: State): string | undefined {
    if (status !== (deed === OVERFILL ? 500 : 200)) return `answered ${status}`
    if (deed === OVERFILL) {
      this.#tally.count('did not fit')
      return stored ? 'a cookie for a session that cannot fit' : undefined
    }
    if (deed.writes && !stored) return 'no cookie'
    if (!deed.writes && stored) return 'a cookie of a session that was only read'
    if (body === undefined) this.#tally.count('torn')
    else if (body !== JSON.stringify(after)) {
      const is: State = JSON.parse(body)
      const others = (['user', 'count', 'filling'] as const).filter((name) => is[name] !== after[name])
      const told = others.map((name) => `${name} ${is[name] ? 'another' : 'none'}`)
      return `not what the session must hold: ${told.join(', ')}`
    }
    return undefined
  }
}
