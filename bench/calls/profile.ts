/**
 * Where the time of a request that reads its session goes, in microseconds of V8's sampling profiler: without a server,
 * where sealed-session's is told by the folder of lib, and over HTTP with Express 5, beside cookie-session. What JSON
 * takes, V8 counts to its callers: `JSON` are those of lib that do nothing else, and on the floor it is in `bench`.
 */
import { contenders, exchange, floorServe, read, signedIn, untouched } from '../contenders/exchange.js'
import type { Name } from '../contenders/servers.js'
import { SECRET } from '../contenders/settings.js'
import { Instance } from '../http/instance.js'
import '../measure/options.js'
import { printTable } from '../measure/print.js'
import { Child } from '../measure/process.js'
import { type Places, type PlacesBy, Profiling } from '../measure/profile.js'
import { sessionData } from '../measure/session-data.js'
import { quick } from '../measure/turns.js'

process.env['NODE_ENV'] = 'production'
const REQUESTS = quick ? 1000 : 100_000
const SERVED = ['nothing', 'floor', 'sealed-session', 'cookie-session'] as const satisfies readonly Name[]
/** Seconds under load, after as many that do not count. */
const SECONDS = quick ? 0.2 : 5

const { nothing, 'sealed-session': ours } = contenders([SECRET])
for (const shape of ['flat', 'nested'] as const) {
  const columns: Record<string, Places> = {}
  for (const [name, serve] of Object.entries({ nothing, floor: floorServe(true), 'sealed-session': ours })) {
    const cookie = await signedIn(serve, sessionData(shape, 1024))
    const reads = name === 'floor' ? floorServe(false) : serve
    const handler = name === 'nothing' ? untouched : read
    const rounds = async (times: number) => {
      for (let round = 0; round < times; round += 1) await exchange(reads, handler, cookie)
    }
    await rounds(REQUESTS / 10)
    const profiling = new Profiling()
    await profiling.start()
    await rounds(REQUESTS)
    columns[name] = await profiling.stop(REQUESTS)
  }
  print(`A request that reads a session of 1 KB (${shape}), in µs`, columns, 'sealed-session')
}

const load = new Child(new URL('../http/load.js', import.meta.url))
try {
  const columns: Record<string, Places> = {}
  for (const name of SERVED) columns[name] = await served(name)
  print('The same over HTTP with Express 5, in µs', columns, 'nothing')
  const functions = Object.entries(await served('sealed-session', 'functions')).sort(
    ([, one], [, other]) => other - one,
  )
  print("sealed-session's own functions, over HTTP", { µs: Object.fromEntries(functions.slice(0, 12)) }, 'µs')
} finally {
  await load.stop()
}

async function served(name: Name, by: PlacesBy = 'parts'): Promise<Places> {
  const instance = await Instance.start(name, 5)
  try {
    const order = { cookies: await instance.signInMany(16, 1024), until: { duration: SECONDS } }
    await instance.turn(load, '/read', order)
    return await instance.profiled(() => instance.turn(load, '/read', order), by)
  } finally {
    await instance.stop()
  }
}

/** @param first the column whose largest figures come first */
function print(title: string, columns: Readonly<Record<string, Places>>, first: string): void {
  const all = Object.values(columns)
  const places = [...new Set(all.flatMap((column) => Object.keys(column)))]
  const rows = places.toSorted((one, other) => (columns[first]?.[other] ?? 0) - (columns[first]?.[one] ?? 0))
  const sums = all.map((column) => Object.values(column).reduce((sum, time) => sum + time, 0))
  printTable(
    title,
    ['where', ...Object.keys(columns)],
    [
      ...rows.map((place) => [place, ...all.map((column) => (column[place] ?? 0).toFixed(2))]),
      ['all', ...sums.map((sum) => sum.toFixed(2))],
    ],
  )
}
