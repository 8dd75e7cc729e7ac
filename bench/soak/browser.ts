import assert from 'node:assert/strict'
import {
  COUNT,
  type Deed,
  fill,
  HALF_COUNT,
  LOG_OUT,
  logIn,
  NOBODY,
  OVERFILL,
  READ,
  REGENERATE,
  SLOW_READ,
  type State,
} from './state.js'
import type { Tally } from './tally.js'
import { type Answer, ask } from './wire.js'

export const COOKIE = '__Host-session'
/** The longest text that is put into a session, so that its cookie fits. */
const LONGEST = 2500

/**
 * A browser that knows what its session must hold. As the server keeps nothing, that follows from the cookie alone: an
 * answer whose cookie was stored has come to pass, and one that got lost has not.
 */
export class Browser {
  readonly #user: string
  readonly #origin: () => string
  readonly #tally: Tally
  readonly #jar = new Map<string, string>()
  #state = NOBODY

  /** @param origin of an instance, another one with each call */
  constructor(user: string, origin: () => string, tally: Tally) {
    this.#user = user
    this.#origin = origin
    this.#tally = tally
  }

  /** The session's cookie. */
  get token(): string | undefined {
    return this.#jar.get(COOKIE)
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
    if (chance < 0.72) return this.#do(fill(Math.trunc(Math.random() * LONGEST), this.#state))
    if (chance < 0.76) return this.#do(REGENERATE)
    if (chance < 0.8) return this.#do(OVERFILL)
    if (chance < 0.84) return this.#do(COUNT, 'early')
    if (chance < 0.88) return this.#do(COUNT, 'late')
    if (chance < 0.91) return this.#do(HALF_COUNT)
    if (chance < 0.94) return this.#together(READ, COUNT, READ)
    if (chance < 0.97) return this.#do(LOG_OUT)
    return this.#together(SLOW_READ, LOG_OUT, COUNT)
  }

  /** In several tabs at once. What comes last is kept, but no answer brings back a session that has ended. */
  async #together(...deeds: readonly Deed[]): Promise<void> {
    this.#tally.count('several tabs at once')
    let loggedOut = false
    await Promise.all(
      deeds.map(async (deed) => {
        await this.#do(deed)
        loggedOut ||= deed === LOG_OUT && this.#state.user === null
      }),
    )
    if (!loggedOut) return
    this.#state = NOBODY
    await this.#do(READ)
  }

  async #do(deed: Deed, hangUp?: 'early' | 'late'): Promise<void> {
    const before = this.#state
    const cookie = [...this.#jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await ask(this.#origin() + deed.path, cookie, hangUp)
    if (answer === undefined) return this.#tally.count('not answered')
    this.#tally.count(`answered, ${deed.path.split('?')[0]?.slice(1)}`)
    const after = deed.comesTo(before)
    const stored = this.#store(answer)
    if (stored) this.#state = after
    this.#check(deed, answer, stored, after)
  }

  /** Whether it brought the session's cookie, or took it away. */
  #store({ setCookies }: Answer): boolean {
    let stored = false
    for (const line of setCookies) {
      const [, name = '', value = '', attributes = ''] = /^([^=]+)=([^;]*)(.*)$/.exec(line) ?? []
      assert(name.length + value.length <= 4096, 'a cookie that no browser keeps')
      if (/; Max-Age=0(?:;|$)/i.test(attributes)) this.#jar.delete(name)
      else this.#jar.set(name, value)
      stored ||= name === COOKIE
    }
    return stored
  }

  #check(deed: Deed, { status, body }: Answer, stored: boolean, after: State): void {
    const what = deed.path.split('?')[0]
    if (status !== (deed === OVERFILL ? 500 : 200)) this.#tally.complain(`${what}: answered ${status}`)
    else if (stored && deed === OVERFILL) this.#tally.complain(`${what}: brought a cookie that cannot fit`)
    else if (deed === OVERFILL) this.#tally.count('did not fit')
    else if (deed.writes && !stored) this.#tally.complain(`${what}: no cookie`)
    else if (body === undefined) this.#tally.count('torn')
    else if (body !== JSON.stringify(after)) this.#tally.complain(`${what}: not what the session must hold`)
  }
}
