import { REPOSITORY } from '../../support/script.js'
import { freePort } from './ports.js'
import { type Running, start } from './processes.js'

/** What an app process is told in its environment; see spec/system/app.ts. */
export interface AppSettings {
  readonly SESSION_KEYS?: string
  /** Loaded again every second, in the place of SESSION_KEYS. */
  readonly KEYS_FILE?: string
  readonly NODE_ENV?: 'production' | 'development'
  readonly TRUST_PROXY?: '1'
  readonly CACHE_CONTROL?: 'off'
  /** The option `deviceBound`, as JSON. */
  readonly DEVICE_BOUND?: string
  /** Bytes. */
  readonly WARN_AT?: string
}

/** A process with the app, which keeps its port when it is restarted. */
export class App {
  readonly port: number
  #settings: AppSettings
  #process: Running

  private constructor(port: number, settings: AppSettings, process: Running) {
    this.port = port
    this.#settings = settings
    this.#process = process
  }

  static async start(settings: AppSettings): Promise<App> {
    const port = await freePort()
    return new App(port, settings, await startApp(port, settings))
  }

  get pid(): number {
    return this.#process.pid
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** What it has said on standard error. */
  said(): string {
    return this.#process.said()
  }

  /** Without a chance to finish anything. */
  async kill(): Promise<void> {
    await this.#process.end('SIGKILL')
  }

  /** As a deployment does it: the old process finishes what it has begun, then a new one takes its place. */
  async restart(settings: AppSettings = this.#settings): Promise<void> {
    await this.#process.end('SIGTERM')
    this.#settings = settings
    this.#process = await startApp(this.port, settings)
  }
}

export function startApps(count: number, settings: AppSettings): Promise<App[]> {
  return Promise.all(Array.from({ length: count }, () => App.start(settings)))
}

/**
 * Replaces the processes one by one.
 *
 * @param settings of each in turn; where there are fewer, the last are for all that follow, and without any, nothing changes
 */
export async function rollingRestart(apps: readonly App[], settings: readonly AppSettings[] = []): Promise<void> {
  for (const [index, app] of apps.entries()) await app.restart(settings[index] ?? settings.at(-1))
}

function startApp(port: number, settings: AppSettings): Promise<Running> {
  const env = { NODE_ENV: 'development', ...settings, PATH: process.env['PATH'], PORT: String(port) }
  return start(process.execPath, ['--import', 'tsx', 'spec/system/app.ts'], [port], { cwd: REPOSITORY, env })
}
