import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chownSync,
  closeSync,
  existsSync,
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
import { CONTENDERS, type StoreKind } from '../contenders/servers.js'
import { freePort } from '../measure/process.js'
import { isAlive, treeOf } from '../measure/usage.js'

interface Place {
  readonly program: string
  readonly folder: string
  readonly port: number
}

/** A program that keeps sessions for apps: how it is found and started on loopback, with a data folder of its own. */
interface Program {
  /** The environment variable that points at one elsewhere. */
  readonly variable: string
  /** What to do to have it, where it is not found. */
  readonly install: string
  /** Where its program is; undefined if it is not installed. */
  find(): string | undefined
  /** Users of whom one runs it, if it refuses to be run by root. */
  readonly notRoot?: readonly string[]
  /** Makes the folder of data, before the first start. */
  prepare?(place: Place): readonly [string, ...string[]]
  arguments(place: Place): readonly string[]
  url(port: number): string
  /** Rejects until the server answers. */
  ping(url: string): Promise<unknown>
  /** That stops it without waiting for its clients. */
  readonly stopSignal?: NodeJS.Signals
}

const isRoot = process.getuid?.() === 0
const LOOPBACK = '127.0.0.1'

export const PROGRAMS: Readonly<Record<StoreKind, Program>> = {
  /**
   * As it comes: snapshots from time to time and no log of what was written in between, so that a server that is killed
   * forgets the sessions since its last snapshot. One that is stopped makes a snapshot first.
   */
  redis: {
    variable: 'REDIS_URL',
    install: 'apt-get install redis-server',
    find: () => find('redis-server') ?? find('valkey-server'),
    arguments: ({ folder, port }) => ['--bind', LOOPBACK, '--port', String(port), '--dir', folder],
    url: (port) => `redis://${LOOPBACK}:${port}`,
    ping: accepts,
  },
  /**
   * As it comes, but for its limit of 64 MiB, above which it drops sessions that have not ended: whoever keeps sessions
   * in it must raise that. It keeps nothing on disk, so that every restart forgets all.
   */
  memcached: {
    variable: 'MEMCACHED_URL',
    install: 'apt-get install memcached',
    find: () => find('memcached'),
    arguments: ({ port }) => [
      ...['--listen', LOOPBACK, '--port', String(port), '--udp-port', '0', '--memory-limit', '1024'],
      ...(isRoot ? ['--user', 'root'] : []),
    ],
    url: (port) => `memcached://${LOOPBACK}:${port}`,
    ping: accepts,
  },
  /** As it comes: what it has confirmed is on disk, and so survives that it is killed. */
  mariadb: {
    variable: 'MYSQL_URL',
    install: 'apt-get install mariadb-server',
    find: () => find('mariadb-install-db') && find('mariadbd'),
    prepare({ folder }) {
      writeFileSync(join(folder, 'account.sql'), ACCOUNT)
      return [find('mariadb-install-db') as string, ...mariadbOptions(folder), '--skip-test-db']
    },
    arguments: ({ folder, port }) => [
      ...mariadbOptions(folder),
      ...[`--socket=${join(folder, 'socket')}`, `--init-file=${join(folder, 'account.sql')}`, `--port=${port}`],
      ...[`--bind-address=${LOOPBACK}`, '--character-set-server=utf8mb4', '--skip-name-resolve'],
    ],
    url: (port) => `mysql://app:app@${LOOPBACK}:${port}/sessions`,
    ping: async (url) => (await CONTENDERS.mysql.open(url)).close?.(),
  },
  /** Debian has none, so it is measured where somebody has one. */
  mongodb: {
    variable: 'MONGODB_URL',
    install: 'it is not started here',
    find: () => undefined,
    arguments: () => [],
    url: () => '',
    ping: accepts,
  },
  /** As it comes: what it has confirmed is on disk, and so survives that it is killed. */
  postgresql: {
    variable: 'POSTGRESQL_URL',
    install: 'apt-get install postgresql',
    // Where Debian has it, and not from PATH, where some have a wrapper of the one without the other.
    find() {
      const root = '/usr/lib/postgresql'
      const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : []
      return versions.map((version) => join(root, version, 'bin/postgres')).find((file) => existsSync(file))
    },
    notRoot: ['postgres', 'nobody'],
    prepare: ({ program, folder }) => [
      join(dirname(program), 'initdb'),
      ...['--pgdata', join(folder, 'data'), '--username', 'app', '--auth', 'trust', '--encoding', 'UTF8'],
    ],
    arguments: ({ folder, port }) => [
      ...['-D', join(folder, 'data'), '-k', folder, '-p', String(port), '-c', `listen_addresses=${LOOPBACK}`],
    ],
    url: (port) => `postgresql://app@${LOOPBACK}:${port}/postgres`,
    ping: async (url) => (await CONTENDERS.postgresql.open(url)).close?.(),
    // SIGTERM waits until the last client has gone.
    stopSignal: 'SIGINT',
  },
}

const ACCOUNT = `
CREATE DATABASE IF NOT EXISTS sessions;
CREATE USER IF NOT EXISTS app@'${LOOPBACK}' IDENTIFIED BY 'app';
GRANT ALL ON sessions.* TO app@'${LOOPBACK}';
`

/** The machine's own settings name the folders of the machine's own server. */
function mariadbOptions(folder: string): string[] {
  return ['--no-defaults', `--datadir=${join(folder, 'data')}`, ...(isRoot ? ['--user=root'] : [])]
}

/** In PATH, or where Debian keeps servers, to which a user's PATH does not lead. */
function find(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/sbin']
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file))
}

async function accepts(url: string): Promise<void> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  socket.destroy()
}

/** What an installed server says of its version. */
export function storeVersion(kind: StoreKind): string {
  const said = execFileSync(PROGRAMS[kind].find() ?? '', ['--version'], { encoding: 'utf8' })
  return /\d+(\.\d+)+/.exec(said)?.[0] ?? said.trim()
}

const LONGEST_START = 60_000
const LONGEST_STOP = 30_000

/** A server on loopback that was started by this process, and ends with it. */
export interface StoreServer {
  readonly url: string
  /** For CPU and memory. */
  pid(): number
  /** Without a chance to finish anything. */
  kill(): Promise<void>
  /** As its service is stopped: it may finish what it does, and keep what it keeps. */
  stop(): Promise<void>
  /** After `kill` or `stop`, with the same data folder and port. */
  startAgain(): Promise<void>
  /** Ends it, and removes its data. */
  end(): Promise<void>
}

/** Folders of servers that have not been ended. */
const folders = new Set<string>()

export async function startStore(kind: StoreKind): Promise<StoreServer> {
  const recipe = PROGRAMS[kind]
  const folder = mkdtempSync(join(tmpdir(), `tradeoffs-${kind}-`))
  const place = { program: recipe.find() ?? '', folder, port: await freePort() }
  const url = recipe.url(place.port)
  const user = isRoot && recipe.notRoot ? userOf(recipe.notRoot) : undefined
  let server: ChildProcess | undefined
  const runs = () => server !== undefined && server.exitCode === null && server.signalCode === null
  const kill = async () => {
    if (server === undefined || !runs()) return
    const exit = once(server, 'exit')
    const pids = killTree(server.pid ?? Number.NaN)
    await exit
    // Those of PostgreSQL are not our children, and it does not start again while one of them is there.
    while (pids.some(isAlive)) await sleep(5)
  }
  const startAgain = async () => {
    const log = openSync(join(folder, 'log'), 'a')
    // In a group of its own, as Ctrl-C is for us: we end it when nobody needs it any more.
    const options = { ...user, cwd: folder, detached: true }
    server = spawn(place.program, recipe.arguments(place), { ...options, stdio: ['ignore', log, log] })
    closeSync(log)
    await once(server, 'spawn')
    const deadline = performance.now() + LONGEST_START
    for (;;) {
      try {
        return void (await recipe.ping(url))
      } catch (cause) {
        if (!runs() || performance.now() > deadline) {
          const lines = readFileSync(join(folder, 'log'), 'utf8').trim().split('\n').slice(-12)
          throw new Error(`${place.program} does not answer:\n${lines.join('\n')}`, { cause })
        }
      }
      await sleep(20)
    }
  }
  const stop = async () => {
    if (server === undefined || !runs()) return
    const exit = once(server, 'exit')
    server.kill(recipe.stopSignal ?? 'SIGTERM')
    const tooLate = setTimeout(kill, LONGEST_STOP)
    await exit
    clearTimeout(tooLate)
  }
  const end = async () => {
    await kill()
    remove(folder)
    folders.delete(folder)
    if (folders.size === 0) process.off('exit', endAll)
  }
  // However this process ends, other than by being killed itself: no server is left running, and no data lie around.
  if (folders.size === 0) process.on('exit', endAll)
  folders.add(folder)
  try {
    if (user) chownSync(folder, user.uid, user.gid)
    const [command, ...args] = recipe.prepare?.(place) ?? []
    if (command) await promisify(execFile)(command, args, { ...user, cwd: folder })
    await startAgain()
  } catch (error) {
    await end()
    throw error
  }
  return { url, pid: () => server?.pid ?? Number.NaN, kill, stop, startAgain, end }
}

/** Not the servers alone, but also what is still preparing one. */
function endAll(): void {
  for (const child of treeOf(process.pid).slice(1)) killTree(child)
  for (const folder of folders) remove(folder)
}

/** As one that was killed a moment ago may still write into its folder. */
function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
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

function userOf(names: readonly string[]): { uid: number; gid: number } | undefined {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
  const line = names.flatMap((name) => lines.find((one) => one.startsWith(`${name}:`)) ?? [])[0]
  const [uid, gid] = line?.split(':').slice(2, 4).map(Number) ?? []
  return uid === undefined || gid === undefined ? undefined : { uid, gid }
}
