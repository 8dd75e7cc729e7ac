import { createHmac } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { cookieIn, cookiesAfter } from '../jar.js'
import { keyViews } from '../keys.js'
import { PATIENCE, Together } from '../race.js'
import { lineBytes, type Seen, userOf } from '../seen.js'
import type { State } from '../state.js'
import type { Side } from '../view.js'
import { type OtherApp, otherApp } from './app.js'
import { OTHER_COOKIE } from './name.js'

/** Whoever has not answered after so many milliseconds will not. */
const LONGEST_ANSWER = 1000

/** The session in express-session, and its browser: whatever is done to it is a request over HTTP. */
export class OtherSide {
  readonly #state: State
  readonly #app: OtherApp
  readonly #server: Server
  readonly #listening: Promise<string>
  /** What the error handler got last. */
  #error: unknown

  constructor(state: State, patience: number = PATIENCE) {
    this.#state = state
    this.#app = otherApp(new Together(patience), (error) => {
      this.#error = error
    })
    this.rebuild()
    this.#server = createServer(this.#app.app)
    this.#listening = new Promise<string>((resolve, reject) => {
      this.#server.once('error', reject).listen(0, '127.0.0.1', () => {
        resolve(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`)
      })
    })
    // Whoever needs it hears of it there.
    this.#listening.catch(() => {})
    this.#server.unref()
  }

  /** Sessions in the memory of this process. */
  get sessions(): number {
    return Object.keys(this.#app.store.sessions).length
  }

  /** After a change of keys: each key has a secret to sign ids with. */
  rebuild(): void {
    const open = keyViews(this.#state.keys, undefined).filter(({ state }) => state !== 'revoked')
    this.#app.useSecrets(open.map(({ kid }) => this.#secretOf(kid)))
  }

  /** Does the same there, and says what it took. Never throws: what goes wrong there is what is to be seen. */
  async do(path: string, fields: Readonly<Record<string, string>> = {}, hold = 0): Promise<Side> {
    this.#error = undefined
    const { cookie } = this.#state.other
    const response = await this.#fetch(path, cookie, LONGEST_ANSWER + hold, new URLSearchParams(fields))
    const lines = response?.headers.getSetCookie() ?? []
    // Not before it is known what the others have set, of requests that go side by side.
    const after = cookiesAfter(this.#state.other.cookie, lines)
    this.#state.other = { ...this.#state.other, cookie: after }
    return this.#side(response?.status, cookie, lines)
  }

  /** What its browser finds. */
  look(): Promise<{ seen: Seen; side: Side }> {
    return this.lookWith(this.#state.other.cookie)
  }

  /** What somebody finds who sends this cookie. */
  async lookWith(cookie: string | undefined): Promise<{ seen: Seen; side: Side }> {
    this.#error = undefined
    const response = await this.#fetch('/', cookie, LONGEST_ANSWER)
    const answer = (await response?.json().catch(() => undefined)) as { id: string; data: Seen['data'] } | undefined
    const { id = '', data = {} } = answer ?? {}
    const rejected = cookie !== undefined && !cookieIn(cookie, OTHER_COOKIE)?.includes(id) ? 'unknown' : null
    const side = this.#side(response?.status, cookie, response?.headers.getSetCookie() ?? [])
    return { seen: { data, user: userOf(data), rejected, bytes: side.bytesUp, stored: side.bytesStored }, side }
  }

  /** Somebody changes the cookie in its browser. */
  exchangeCookie(change: (cookie: string) => string): void {
    const { cookie, saved } = this.#state.other
    if (cookie !== undefined) this.#state.other = { cookie: change(cookie), saved: saved ?? cookie }
  }

  /** Puts back the cookie from before. */
  restoreCookie(): void {
    const { cookie, saved } = this.#state.other
    this.#state.other = { cookie: saved ?? cookie }
  }

  /** Starts over. */
  forget(): void {
    this.#app.store.clear()
    this.rebuild()
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  async #fetch(path: string, cookie: string | undefined, patience: number, body?: URLSearchParams) {
    const headers: Record<string, string> = cookie === undefined ? {} : { cookie }
    const method = body === undefined ? 'GET' : 'POST'
    const how = { method, headers, redirect: 'manual', signal: AbortSignal.timeout(patience) } as const
    try {
      return await fetch((await this.#listening) + path, body === undefined ? how : { ...how, body })
    } catch {
      return undefined
    }
  }

  #side(status: number | undefined, cookie: string | undefined, setCookie: readonly string[]): Side {
    const { name = 'an error' } = (this.#error ?? {}) as { name?: string }
    return {
      bytesUp: lineBytes('Cookie', [cookie]),
      bytesDown: lineBytes('Set-Cookie', setCookie),
      bytesStored: Buffer.byteLength(Object.values(this.#app.store.sessions).join('')),
      status: status ?? 0,
      error: this.#error === undefined ? undefined : name,
    }
  }

  #secretOf(kid: string): string {
    const key = this.#state.keys.find((jwk) => jwk.kid === kid)
    return createHmac('sha256', key?.k ?? '')
      .update('express-session')
      .digest('base64url')
  }
}
