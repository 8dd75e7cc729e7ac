import type { Backend, RunningServer } from '../backend.js'
import { AppProcess } from './actors/app-process.js'
import { Balancer } from './actors/balancer.js'
import { addressIn, TcpProxy, through } from './actors/tcp-proxy.js'
import type { Settings } from './app/settings.js'

export interface Store {
  readonly url: string
  /** Undefined where it is not ours to stop. */
  readonly server: RunningServer | undefined
}

interface Closable {
  close(): Promise<void>
}

/** One backend, and what experiments with it have started; all of it ends with the scene. */
export class Scene {
  readonly backend: Backend
  readonly store: Store | undefined
  /** How many people take part, so that counts mean something. */
  readonly people: number
  readonly #apps: Promise<AppProcess>[] = []
  readonly #others: Closable[] = []
  #shared: Promise<AppProcess> | undefined

  constructor(backend: Backend, store: Store | undefined, people: number) {
    this.backend = backend
    this.store = store
    this.people = people
  }

  /** The instance of those experiments that do it no harm. */
  shared(): Promise<AppProcess> {
    this.#shared ??= this.start()
    return this.#shared
  }

  start(settings: Omit<Settings, 'backend'> = {}): Promise<AppProcess> {
    const url = this.store && { url: this.store.url }
    const app = AppProcess.start({ backend: this.backend.name, ...url, ...settings })
    this.#apps.push(app)
    return app
  }

  async balancer(apps: readonly AppProcess[]): Promise<Balancer> {
    const balancer = await Balancer.before(apps.map(({ origin }) => origin))
    this.#others.push(balancer)
    return balancer
  }

  /** Between an app that is given this URL and the store; undefined where that cannot be. */
  async proxy(url: string): Promise<{ proxy: TcpProxy; url: string } | undefined> {
    const address = addressIn(url)
    if (!address) return undefined
    const proxy = await TcpProxy.to(address.host, address.port)
    this.#others.push(proxy)
    return { proxy, url: through(url, proxy.port) }
  }

  async end(): Promise<void> {
    // Those that are still starting, too.
    await Promise.allSettled(this.#apps.map(async (app) => (await app).kill()))
    await Promise.all(this.#others.map((one) => one.close()))
  }
}
