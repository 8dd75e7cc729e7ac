import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type Express, type Request } from 'express'
import session, { KeyRing, type RootJwk, type Session } from '../../../lib/index.js'
import type { Sealing } from '../../../lib/token/key.js'
import { START } from '../../support/clock.js'
import { ABSOLUTE, type Act, IDLE } from './model.js'

/** Keys by number: a journey must go the same way when it is tried again. */
export function jwk(number: number): RootJwk {
  const k = createHash('sha256').update(`key ${number}`).digest('base64url')
  return { kty: 'oct', kid: `key-${number}`, k }
}

interface Kept {
  readonly value: string
  /** Milliseconds since the epoch. */
  readonly until: number
}

/** A response that is held back until `finish`. */
export interface Pending {
  /** Lets the app go on, and returns the cookies that its response sets. */
  finish(act: Act): Promise<string[]>
  /** What the app found when the request came. */
  readonly found: string | null
}

/** The real middleware in a real server, and a browser with what it keeps. */
export class World {
  readonly jar = new Map<string, Kept>()
  #app: Express | undefined
  #server: Server | undefined
  #origin = ''
  #next = 0
  readonly #held = new Map<number, { arrive(found: string | null): void; readonly go: Promise<Act> }>()

  async start(): Promise<void> {
    this.#server = createServer((req, res) => this.#app?.(req, res)).listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    this.#origin = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  stop(): void {
    this.#server?.close()
    this.#server?.closeAllConnections()
  }

  /** A new process with these keys, and this way to seal: nothing is left of the one before. */
  restart(active: number, revoked: ReadonlySet<number>, sealing: Sealing): void {
    const keys = Array.from({ length: active + 1 }, (_, number) => ({
      ...jwk(number),
      // The newest seals: the one whose time came last.
      nbf: START - 1_000_000 + number,
      ...(revoked.has(number) && { revoked: true }),
    }))
    const app = express()
    const timeouts = { idleTimeout: IDLE * 1000, absoluteTimeout: ABSOLUTE * 1000 }
    app.use(session({ keys: KeyRing.from({ keys }), ...timeouts, ...sealing }))
    app.get('/:act', async (req, res) => {
      const { act, value = '' } = { act: req.params.act, value: String(req.query['value'] ?? '') }
      const found = act === 'nothing' ? null : perform(req, { does: act, value } as Act)
      res.json(await found)
    })
    app.post('/slow/:number', async (req, res) => {
      const held = this.#held.get(Number(req.params.number))
      held?.arrive(valueIn(req))
      res.json(await perform(req, (await held?.go) ?? { does: 'nothing' }))
    })
    this.#app = app
  }

  /** One request with its response. Returns what the app found, and what the response sets. */
  async request(act: Act, cookies = this.cookies()): Promise<{ found: string | null; lines: string[] }> {
    const value = 'value' in act ? `?value=${act.value}` : ''
    const response = await fetch(`${this.#origin}/${encodeURIComponent(act.does)}${value}`, {
      headers: { cookie: cookies },
    })
    return { found: (await response.json()) as string | null, lines: response.headers.getSetCookie() }
  }

  /** A request whose response is still under way. */
  async begin(): Promise<Pending> {
    const number = this.#next++
    let go: (act: Act) => void = () => {}
    const goes = new Promise<Act>((resolve) => (go = resolve))
    const arrived = new Promise<string | null>((arrive) => this.#held.set(number, { arrive, go: goes }))
    const answer = fetch(`${this.#origin}/slow/${number}`, { method: 'POST', headers: { cookie: this.cookies() } })
    answer.catch(() => {})
    const found = await arrived
    return {
      found,
      finish: async (act) => {
        go(act)
        const response = await answer
        await response.arrayBuffer()
        return response.headers.getSetCookie()
      },
    }
  }

  /** What the browser sends now. */
  cookies(): string {
    const living = [...this.jar].filter(([, { until }]) => until > Date.now())
    return living.map(([name, { value }]) => `${name}=${value}`).join('; ')
  }

  /** The browser keeps what a response sets. */
  keep(lines: readonly string[]): void {
    for (const line of lines) {
      const [, name = '', value = '', maxAge = ''] = /^([^=]+)=([^;]*); Max-Age=(\d+)/.exec(line) ?? []
      if (maxAge === '0') this.jar.delete(name)
      else this.jar.set(name, { value, until: Date.now() + Number(maxAge) * 1000 })
    }
  }
}

function valueIn(req: Request): string | null {
  return (req.session as Session<{ value: string }>).value ?? null
}

/** Does what the request asks, and answers what was found before. */
async function perform(req: Request, act: Act): Promise<string | null> {
  if (act.does === 'nothing') return null
  const found = valueIn(req)
  if (act.does === 'log out') req.session = null as never
  if (act.does === 'log in') await req.session.regenerate()
  if (act.does === 'log in' || act.does === 'write') Object.assign(req.session, { value: act.value })
  return found
}
