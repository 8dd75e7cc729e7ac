import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type Express, type Request } from 'express'
import session, { KeyRing, type RootJwk, type Session } from '../../../lib/index.js'
import { sealedSession } from '../../../lib/migrate/index.js'
import type { Sealing } from '../../../lib/token/key.js'
import { START } from '../../support/clock.js'
import { ABSOLUTE, type Act, IDLE, PATHS, type Process, VALIDATE_EVERY } from './model.js'

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

/** What the app found when the request came. */
export interface Finding {
  readonly found: string | null
  /** Why it found no session where a cookie came. */
  readonly rejected: string | null
}

/** A response, and what the app found. */
export interface Answer extends Finding {
  /** Its `Set-Cookie` lines. */
  readonly lines: readonly string[]
  /** Whether a cache may store it. */
  readonly isStored: boolean
}

/** A response that is held back until `finish`. */
export interface Pending {
  /** Lets the app go on. */
  finish(act: Act): Promise<Answer>
  readonly finding: Finding
}

const NOTHING_FOUND: Finding = { found: null, rejected: null }
/** Requests that do not count as use. */
const polls = new WeakSet<object>()

/** The real middleware in a real server, and a browser with what it keeps. */
export class World {
  /** Cookies by path and name. */
  readonly jar = new Map<string, Kept>()
  /** Whoever has this value is no longer let in. */
  refused: string | null = null
  #app: Express | undefined
  #server: Server | undefined
  #origin = ''
  #next = 0
  readonly #held = new Map<number, { arrive(finding: Finding): void; readonly go: Promise<Act> }>()

  async start(): Promise<void> {
    // A machine that is busy for five seconds must not cut a connection that is kept open.
    this.#server = createServer({ keepAliveTimeout: 600_000 }, (req, res) => this.#app?.(req, res)).listen(
      0,
      '127.0.0.1',
    )
    await once(this.#server, 'listening')
    this.#origin = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/app`
  }

  stop(): void {
    this.#server?.close()
    this.#server?.closeAllConnections()
  }

  /** A new process with these keys, and this way to seal: nothing is left of the one before. */
  restart({ keys: { active, revoked }, path, knowsFormer, validates }: Process, sealing: Sealing): void {
    const keys = Array.from({ length: active + 1 }, (_, number) => ({
      ...jwk(number),
      // The newest seals: the one whose time came last.
      nbf: START - 1_000_000 + number,
      ...(revoked.has(number) && { revoked: true }),
    }))
    const app = express()
    app.use(
      session<{ value: string }>({
        keys: KeyRing.from({ keys }),
        idleTimeout: IDLE * 1000,
        absoluteTimeout: ABSOLUTE * 1000,
        cookie: { path },
        migrateFrom: knowsFormer ? [sealedSession({ path: path === '/' ? '/app' : '/' })] : [],
        slide: (req) => !polls.has(req),
        ...(validates && { validate: ({ value }) => value !== this.refused, validateEvery: VALIDATE_EVERY * 1000 }),
        ...sealing,
      }),
    )
    app.get('/app/:act', async (req, res) => {
      const { act, value = '' } = { act: req.params.act, value: String(req.query['value'] ?? '') }
      const finding = act === 'nothing' ? NOTHING_FOUND : findingIn(req)
      await perform(req, { does: act, value } as Act)
      res.json(finding)
    })
    app.post('/app/slow/:number', async (req, res) => {
      const held = this.#held.get(Number(req.params.number))
      const finding = findingIn(req)
      held?.arrive(finding)
      await perform(req, (await held?.go) ?? { does: 'nothing' })
      res.json(finding)
    })
    this.#app = app
  }

  /** One request with its response. */
  async request(act: Act, cookies = this.cookies()): Promise<Answer> {
    const value = 'value' in act ? `?value=${act.value}` : ''
    const url = `${this.#origin}/${encodeURIComponent(act.does)}${value}`
    return answerOf(await fetch(url, { headers: { cookie: cookies } }))
  }

  /** A request whose response is still under way. */
  async begin(): Promise<Pending> {
    const number = this.#next++
    let go: (act: Act) => void = () => {}
    const goes = new Promise<Act>((resolve) => (go = resolve))
    const arrived = new Promise<Finding>((arrive) => this.#held.set(number, { arrive, go: goes }))
    const answer = fetch(`${this.#origin}/slow/${number}`, { method: 'POST', headers: { cookie: this.cookies() } })
    answer.catch(() => {})
    const finding = await arrived
    return {
      finding,
      finish: async (act) => {
        go(act)
        return answerOf(await answer)
      },
    }
  }

  /** What the browser sends now: what it keeps for a longer path comes first (RFC 6265, section 5.4). */
  cookies(): string {
    return PATHS.flatMap((path) =>
      [...this.jar].flatMap(([key, { value, until }]) => {
        const [where, name] = key.split(' ')
        return where === path && until > Date.now() ? [`${name}=${value}`] : []
      }),
    ).join('; ')
  }

  /** What it keeps of sessions themselves, and of their ends. */
  cookiesOfSession(): string {
    return JSON.stringify([...this.jar].filter(([key]) => !key.endsWith('.seen')).sort())
  }

  /** The browser keeps what a response sets. */
  keep(lines: readonly string[]): void {
    for (const line of lines) {
      const [, name, value, maxAge, path] = /^([^=]+)=([^;]*); Max-Age=(\d+);.* Path=([^;]+)/.exec(line) ?? []
      if (name === undefined || value === undefined) throw new Error(`no line that the middleware writes: ${line}`)
      const key = `${path} ${name}`
      if (maxAge === '0') this.jar.delete(key)
      else this.jar.set(key, { value, until: Date.now() + Number(maxAge) * 1000 })
    }
  }
}

async function answerOf(response: Response): Promise<Answer> {
  const finding = (await response.json()) as Finding
  const isStored = !/no-store/.test(response.headers.get('cache-control') ?? '')
  return { ...finding, lines: response.headers.getSetCookie(), isStored }
}

function findingIn(req: Request): Finding {
  const { value = null, rejected = null } = req.session as Session<{ value?: string }>
  return { found: value, rejected }
}

/** Does what the request asks. */
async function perform(req: Request, act: Act): Promise<void> {
  if (act.does === 'nothing') return
  if (act.does === 'poll') polls.add(req)
  if (act.does === 'touch') req.session.touch()
  if (act.does === 'empty') req.session = {} as never
  if (act.does === 'log out') req.session = null as never
  if (act.does === 'log in') await req.session.regenerate()
  if (act.does === 'log in' || act.does === 'write') Object.assign(req.session, { value: act.value })
}
