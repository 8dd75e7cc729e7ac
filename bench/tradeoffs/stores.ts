import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  accessSync,
  chownSync,
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { createConnection } from 'mysql2/promise'
import pg from 'pg'
import type { StoreKind } from '../contenders/servers.js'
import { freePort } from '../measure/process.js'
import { isAlive, treeOf } from '../measure/usage.js'

/** A program that keeps sessions for apps: how it is found and started on loopback, with a data folder of its own. */
interface Program {
  /** The environment variable that points at one elsewhere. */
  readonly variable: string
  /** What to do to have it, where it is not found. */
  readonly install: string
  /** Where its program is; undefined if it is not installed. */
  find(): string | undefined
  /** Who runs it, for those that refuse to be run by root; ourselves if it says undefined. */
  user?(): User | undefined
  /** Makes the folder of data, before the first start. */
  prepare?(place: Place): readonly [string, ...string[]]
  arguments(place: Place): readonly string[]
  url(port: number): string
  /** Rejects until the server answers in its own protocol. */
  ping(port: number): Promise<unknown>
  /** That stops it without waiting for its clients. */
  readonly stopSignal?: NodeJS.Signals
}

interface Place {
  readonly program: string
  readonly folder: string
  readonly port: number
}

interface User {
  readonly uid: number
  readonly gid: number
}

const asRoot = (option: readonly string[]) => (process.getuid?.() === 0 ? option : [])
const mysqlUrl = (port: number) => `mysql://app:app@127.0.0.1:${port}/sessions`
const postgresqlUrl = (port: number) => `postgresql://app@127.0.0.1:${port}/postgres`

export const PROGRAMS: Readonly<Record<StoreKind, Program>> = {
  /**
   * As it comes: snapshots from time to time and no log of what was written in between, so that a server that is killed
   * forgets the sessions since its last snapshot. One that is stopped makes a snapshot first.
   */
  redis: {
    variable: 'REDIS_URL',
    install: 'apt-get install redis-server',
    find: () => find(['redis-server', 'valkey-server']),
    arguments: ({ folder, port }) => ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder],
    url: (port) => `redis://127.0.0.1:${port}`,
    ping: (port) => expectAnswer(port, 'PING', '+PONG'),
  },
  /**
   * As it comes, but for its limit of 64 MiB, above which it drops sessions that have not ended: whoever keeps sessions
   * in it must raise that. It keeps nothing on disk, so that every restart forgets all.
   */
  memcached: {
    variable: 'MEMCACHED_URL',
    install: 'apt-get install memcached',
    find: () => find(['memcached']),
    arguments: ({ port }) => [
      ...['--listen', '127.0.0.1', '--port', String(port), '--udp-port', '0', '--memory-limit', '1024'],
      ...asRoot(['--user', 'root']),
    ],
    url: (port) => `memcached://127.0.0.1:${port}`,
    ping: (port) => expectAnswer(port, 'version', 'VERSION'),
  },
  /** As it comes: what it has confirmed is on disk, and so survives that it is killed. */
  mariadb: {
    variable: 'MYSQL_URL',
    install: 'apt-get install mariadb-server',
    find: () => find(['mariadb-install-db']) && find(['mariadbd']),
    prepare({ folder }) {
      writeFileSync(join(folder, 'account.sql'), ACCOUNT)
      const data = `--datadir=${join(folder, 'data')}`
      return [
        find(['mariadb-install-db']) as string,
        '--no-defaults',
        data,
        '--skip-test-db',
        ...asRoot(['--user=root']),
      ]
    },
    arguments: ({ folder, port }) => [
      // The machine's own settings name the folders of the machine's own server.
      '--no-defaults',
      ...[`--datadir=${join(folder, 'data')}`, `--socket=${join(folder, 'socket')}`],
      ...[`--init-file=${join(folder, 'account.sql')}`, '--bind-address=127.0.0.1', `--port=${port}`],
      ...['--character-set-server=utf8mb4', '--skip-name-resolve', ...asRoot(['--user=root'])],
    ],
    url: mysqlUrl,
    async ping(port) {
      const connection = await createConnection(mysqlUrl(port))
      await connection.query('SELECT 1')
      await connection.end()
    },
  },
  /** Debian has none, so it is measured where somebody has one. */
  mongodb: {
    variable: 'MONGODB_URL',
    install: 'it is not started here',
    find: () => undefined,
    arguments: () => [],
    url: () => '',
    ping: async () => {},
  },
  /** As it comes: what it has confirmed is on disk, and so survives that it is killed. */
  postgresql: {
    variable: 'POSTGRESQL_URL',
    install: 'apt-get install postgresql',
    // Not from PATH, where some have a wrapper of the one without the other.
    find: () => find(['postgres'], postgresqlFolders()),
    user: () => asRoot(['postgres', 'nobody']).flatMap((name) => userOf(name) ?? [])[0],
    prepare: ({ program, folder }) => [
      join(dirname(program), 'initdb'),
      ...['--pgdata', join(folder, 'data'), '--username', 'app', '--auth', 'trust', '--encoding', 'UTF8'],
    ],
    arguments: ({ folder, port }) => [
      ...['-D', join(folder, 'data'), '-k', folder, '-p', String(port), '-c', 'listen_addresses=127.0.0.1'],
    ],
    url: postgresqlUrl,
    async ping(port) {
      const client = new pg.Client({ connectionString: postgresqlUrl(port) })
      client.on('error', () => {})
      try {
        await client.connect()
        await client.query('SELECT 1')
      } finally {
        await client.end()
      }
    },
    // SIGTERM waits until the last client has gone.
    stopSignal: 'SIGINT',
  },
}

const ACCOUNT = `
CREATE DATABASE IF NOT EXISTS sessions;
CREATE USER IF NOT EXISTS app@'127.0.0.1' IDENTIFIED BY 'app';
GRANT ALL ON sessions.* TO app@'127.0.0.1';
`

const LONGEST_START = 60_000
const LONGEST_STOP = 30_000
const LAST_LINES = 12

const running = new Set<StoreServer>()

/** A server on loopback that was started by this process, and ends with it. */
export class StoreServer {
  readonly url: string
  /** With its data and its log. */
  readonly #folder: string
  readonly #program: Program
  readonly #place: Place
  readonly #user: User | undefined
  #process: ChildProcess | undefined

  private constructor(program: Program, place: Place, user: User | undefined) {
    this.url = program.url(place.port)
    this.#folder = place.folder
    this.#program = program
    this.#place = place
    this.#user = user
    // However this process ends, other than by being killed itself: no server is left running, and no data lie around.
    if (running.size === 0) process.on('exit', endAll)
    running.add(this)
  }

  static async start(kind: StoreKind): Promise<StoreServer> {
    const recipe = PROGRAMS[kind]
    const program = recipe.find()
    if (program === undefined) throw new Error(`${kind} is not installed: ${recipe.install}`)
    const user = recipe.user?.()
    const folder = mkdtempSync(join(tmpdir(), `tradeoffs-${kind}-`))
    if (user) chownSync(folder, user.uid, user.gid)
    const place = { program, folder, port: await freePort() }
    const server = new StoreServer(recipe, place, user)
    try {
      const [command, ...args] = recipe.prepare?.(place) ?? []
      if (command) await promisify(execFile)(command, args, { ...user, cwd: folder })
      await server.startAgain()
      return server
    } catch (error) {
      await server.end()
      throw error
    }
  }

  /** For CPU and memory. */
  get pid(): number {
    return this.#process?.pid ?? Number.NaN
  }

  get #runs(): boolean {
    return this.#process !== undefined && this.#process.exitCode === null && this.#process.signalCode === null
  }

  /** After `kill` or `stop`, with the same data folder and port. */
  async startAgain(): Promise<void> {
    if (this.#runs) throw new Error(`${this.url} is running`)
    const { program } = this.#place
    const log = openSync(join(this.#folder, 'log'), 'a')
    // In a group of its own, as Ctrl-C is for us: we end it when nobody needs it any more.
    const options = { ...this.#user, cwd: this.#folder, detached: true, stdio: ['ignore', log, log] as const }
    this.#process = spawn(program, this.#program.arguments(this.#place), { ...options, stdio: [...options.stdio] })
    closeSync(log)
    await once(this.#process, 'spawn')
    await this.#answer()
  }

  /** Without a chance to finish anything. */
  async kill(): Promise<void> {
    if (!this.#runs) return
    const exit = once(this.#process as ChildProcess, 'exit')
    const pids = killTree(this.pid)
    await exit
    // Those of PostgreSQL are not our children, and it does not start again while one of them is there.
    while (pids.some(isAlive)) await sleep(5)
  }

  /** As its service is stopped: it may finish what it does, and keep what it keeps. */
  async stop(): Promise<void> {
    if (!this.#runs) return
    const exit = once(this.#process as ChildProcess, 'exit')
    this.#process?.kill(this.#program.stopSignal ?? 'SIGTERM')
    const tooLate = setTimeout(() => this.kill(), LONGEST_STOP)
    await exit
    clearTimeout(tooLate)
  }

  /** Ends it, and removes its data. */
  async end(): Promise<void> {
    await this.kill()
    this.remove()
    running.delete(this)
    if (running.size === 0) process.off('exit', endAll)
  }

  /** As one that was killed a moment ago may still write into its folder. */
  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
  }

  async #answer(): Promise<void> {
    const deadline = performance.now() + LONGEST_START
    const lastLines = () =>
      readFileSync(join(this.#folder, 'log'), 'utf8').trim().split('\n').slice(-LAST_LINES).join('\n')
    for (;;) {
      if (!this.#runs) throw new Error(`${this.#place.program} ended:\n${lastLines()}`)
      try {
        return void (await this.#program.ping(this.#place.port))
      } catch (cause) {
        if (performance.now() > deadline) {
          throw new Error(`${this.#place.program} does not answer:\n${lastLines()}`, { cause })
        }
      }
      await sleep(20)
    }
  }
}

function endAll(): void {
  // Not the servers alone, but also what is still preparing one.
  for (const child of treeOf(process.pid).slice(1)) killTree(child)
  for (const server of running) {
    if (isAlive(server.pid)) killTree(server.pid)
    server.remove()
  }
}

function killTree(pid: number): number[] {
  const pids = treeOf(pid)
  for (const one of pids) {
    try {
      process.kill(one, 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
  }
  return pids
}

/** What an installed server says of its version. */
export function storeVersion(kind: StoreKind): string {
  const program = PROGRAMS[kind].find()
  if (program === undefined) return 'unknown'
  const said = execFileSync(program, ['--version'], { encoding: 'utf8' })
  return /\d+(\.\d+)+/.exec(said)?.[0] ?? said.trim()
}

/** Debian keeps servers where a user's PATH does not lead. */
const SYSTEM = ['/usr/sbin', '/usr/local/sbin', '/sbin']

/** The first of these programs that is in PATH, in one of these folders, or where the system keeps servers. */
function find(names: readonly string[], folders: readonly string[] = []): string | undefined {
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  const places = [...folders, ...path, ...SYSTEM]
  return names.flatMap((name) => places.map((folder) => join(folder, name))).find(isExecutable)
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Where Debian keeps the programs of PostgreSQL, the newest version first. */
function postgresqlFolders(): string[] {
  const root = '/usr/lib/postgresql'
  try {
    const versions = readdirSync(root).sort((a, b) => Number(b) - Number(a))
    return versions.map((version) => join(root, version, 'bin'))
  } catch {
    return []
  }
}

function userOf(name: string): User | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((one) => one.startsWith(`${name}:`))
  const [uid, gid] = line?.split(':').slice(2, 4).map(Number) ?? []
  return uid === undefined || gid === undefined ? undefined : { uid, gid }
}

/** Sends a line, and rejects unless the answer begins as it should. */
async function expectAnswer(port: number, line: string, expected: string): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  try {
    socket.setTimeout(1000, () => socket.destroy(new Error('no answer')))
    socket.write(`${line}\r\n`)
    const [answer] = await once(socket, 'data')
    if (!String(answer).startsWith(expected)) throw new Error(`it answered ${answer}`)
  } finally {
    socket.destroy()
  }
}
