import { setTimeout as sleep } from 'node:timers/promises'
import { CONTENDERS, type Contender } from '../../contenders/servers.js'
import { Browser } from '../../measure/browser.js'
import { type Child, startServer } from '../../measure/process.js'
import { type TcpProxy, tcpProxy } from '../../measure/tcp-proxy.js'
import type { Participant } from '../measure.js'
import type { BackendName, Experiment } from '../outcome.js'
import type { StoreServer } from '../stores.js'
import type { Settings } from './app.js'
import { type Balancer, balancerBefore } from './balancer.js'

/** What one experiment found out about one backend. */
type Finding = Pick<Experiment, 'verdict' | 'happened' | 'facts'>

/** Tries something in a scene. Throws only where it could not be tried at all. No sentence has a figure that a second
 * run would change. */
export type Trial = (scene: Scene) => Promise<Finding>

export function finding(facts: Finding['facts'], verdict: Finding['verdict'], happened: string): Finding {
  return { verdict, happened, facts }
}

export const noStore: Finding = finding({}, 'none', 'There is no store.')
export const notOurs: Finding = finding({}, 'none', 'Not tried: the server is not ours to stop.')
export const notProxied: Finding = finding(
  {},
  'none',
  'Not tried: the address of the server cannot be led through a proxy of ours.',
)

/** As a deployment does; what is still under way after a while is cut off. */
export async function stop(app: Child): Promise<void> {
  await app.stop('SIGTERM', 3_000)
}

/** Waits until so many requests are held in an app, or lets go of them. */
export async function control(app: Child, what: `arrived?count=${number}` | 'release'): Promise<void> {
  const { ok } = await fetch(`${app.origin}/control/${what}`, { method: 'POST', signal: AbortSignal.timeout(20_000) })
  if (!ok) throw new Error(`the app cannot do ${what}`)
}

/** One backend, and what experiments with it have started; all of it ends with the scene. */
export class Scene {
  readonly backend: BackendName
  /** Its server, undefined where it is not ours to stop. */
  readonly store: { readonly url: string; readonly server: StoreServer | undefined } | undefined
  /** How many people take part, so that counts mean something. */
  readonly people: number
  readonly #apps: Promise<Child>[] = []
  readonly #others: { close(): Promise<unknown> }[] = []
  #shared: Promise<Child> | undefined

  constructor({ name, url, server }: Participant, people: number) {
    this.backend = name
    this.store = url === undefined ? undefined : { url, server }
    this.people = people
  }

  get isExpressSession(): boolean {
    return (CONTENDERS[this.backend] as Contender).packages.includes('express-session')
  }

  /** The instance of those experiments that do it no harm. */
  shared(): Promise<Child> {
    this.#shared ??= this.start()
    return this.#shared
  }

  start(settings: Omit<Settings, 'backend'> = {}): Promise<Child> {
    const all: Settings = { backend: this.backend, ...(this.store && { url: this.store.url }), ...settings }
    const app = startServer(new URL('app.js', import.meta.url), [JSON.stringify(all)])
    this.#apps.push(app)
    return app
  }

  async balancer(apps: readonly Child[]): Promise<Balancer> {
    const balancer = await balancerBefore(apps.map(({ origin }) => origin))
    this.#others.push(balancer)
    return balancer
  }

  /** Between an app that is given this URL and the store; undefined where that cannot be. */
  async proxy(url: string): Promise<{ proxy: TcpProxy; url: string } | undefined> {
    const address = addressIn(url)
    if (!address) return undefined
    const proxy = await tcpProxy(address)
    this.#others.push(proxy)
    return { proxy, url: through(url, proxy.port) }
  }

  async end(): Promise<void> {
    // Those that are still starting, too.
    await Promise.allSettled(this.#apps.map(async (app) => (await app).stop('SIGKILL')))
    await Promise.all(this.#others.map((one) => one.close()))
  }
}

/** For URLs that name no port. */
const PORTS: Readonly<Record<string, number>> = {
  'redis:': 6379,
  'memcached:': 11211,
  'mysql:': 3306,
  'mongodb:': 27017,
  'postgres:': 5432,
  'postgresql:': 5432,
}

/** Undefined for several hosts, for what only DNS knows, and for TLS, whose certificate would not be for loopback. */
function addressIn(url: string): { host: string; port: number } | undefined {
  if (!URL.canParse(url)) return undefined
  const { protocol, hostname, port } = new URL(url)
  const standard = PORTS[protocol]
  return standard && hostname ? { host: hostname, port: Number(port || standard) } : undefined
}

/** The same store by way of a port on loopback. */
function through(url: string, port: number): string {
  const proxied = new URL(url)
  proxied.host = `127.0.0.1:${port}`
  // Or the driver would ask the members of a replica set for their own addresses, and go there.
  if (proxied.protocol === 'mongodb:') proxied.searchParams.set('directConnection', 'true')
  return proxied.href
}

/** How long an app may take to notice that its store is back, and a single attempt, in milliseconds. */
const [LONGEST_RECOVERY, ATTEMPT] = [15_000, 2_000]

/** Milliseconds until somebody new can sign in; undefined if that takes too long. */
export async function recovery(origin: string): Promise<number | undefined> {
  const begin = performance.now()
  while (performance.now() - begin < LONGEST_RECOVERY) {
    const visitor = new Browser(origin)
    const written = await visitor.post('/write?name=here&value=yes', ATTEMPT)
    const read = await visitor.get('/read', ATTEMPT)
    visitor.close()
    if (written.status === 200 && read.body.includes('yes')) return performance.now() - begin
    await sleep(100)
  }
  return undefined
}

/** So many of all, without the figure. */
export function inWords(count: number, all: number): 'Everyone' | 'Some' | 'Nobody' {
  if (count === all) return 'Everyone'
  return count === 0 ? 'Nobody' : 'Some'
}
