/**
 * Where the time of a request that reads its session goes, in microseconds of V8's sampling profiler: with no middleware,
 * on the floor, and with sealed-session, whose time is told by the folder of lib. What JSON takes, V8 counts to its
 * callers: `JSON` are those of lib that do nothing else, and on the floor it is in `bench`.
 */
import { type Profiler, Session } from 'node:inspector/promises'
import { contenders, exchange, floorServe, read, type Serve, signedIn } from '../contenders/exchange.js'
import { SECRET } from '../contenders/settings.js'
import { printTable } from '../measure/print.js'
import { sessionData } from '../measure/session-data.js'

process.env['NODE_ENV'] = 'production'
const REQUESTS = 100_000
const INTERVAL = 100
const OPENSSL = /^(CipherBase|SecretKeyGenerateJob|update|final|setAAD|setAuthTag|getAuthTag)$/
const TEXT = /^(base64url(Write|Slice)|utf8(Write|Slice)|latin1Slice|byteLengthUtf8|isUtf8)$/

const inspector = new Session()
inspector.connect()
await inspector.post('Profiler.enable')
await inspector.post('Profiler.setSamplingInterval', { interval: INTERVAL })
const { nothing, 'sealed-session': ours } = contenders([SECRET])
for (const shape of ['flat', 'nested'] as const) {
  const columns: Record<string, Map<string, number>> = {}
  for (const [name, serve] of Object.entries({ nothing, floor: floorServe(true), 'sealed-session': ours })) {
    const cookie = await signedIn(serve, sessionData(shape, 1024))
    const reads = name === 'floor' ? floorServe(false) : serve
    await rounds(reads, cookie, REQUESTS / 10)
    await inspector.post('Profiler.start')
    await rounds(reads, cookie, REQUESTS)
    columns[name] = shares((await inspector.post('Profiler.stop')).profile)
  }
  const costs = (place: string) => Object.values(columns).map((column) => column.get(place) ?? 0)
  const places = [...new Set(Object.values(columns).flatMap((column) => [...column.keys()]))]
  const rows = places.toSorted((one, other) => (costs(other).at(-1) ?? 0) - (costs(one).at(-1) ?? 0))
  printTable(
    `A request that reads a session of 1 KB (${shape}), in µs`,
    ['where', ...Object.keys(columns)],
    rows.map((place) => [place, ...costs(place).map((cost) => cost.toFixed(2))]),
  )
}

async function rounds(serve: Serve, cookie: string, times: number): Promise<void> {
  for (let round = 0; round < times; round += 1) await exchange(serve, read, cookie)
}

/** Microseconds of a request, by where they were spent. */
function shares({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Map<string, number> {
  const places = new Map(nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]))
  const found = new Map<string, number>()
  for (const [index, id] of samples.entries()) {
    const place = places.get(id) ?? ''
    found.set(place, (found.get(place) ?? 0) + (timeDeltas[index] ?? 0) / REQUESTS)
  }
  return found
}

function placeOf({ functionName, url }: { functionName: string; url: string }): string {
  if (functionName === '(garbage collector)') return 'garbage collection'
  if (url.includes('internal/crypto') || (url === '' && OPENSSL.test(functionName))) return 'OpenSSL'
  if (url.includes('internal/buffer') || url === 'node:buffer' || TEXT.test(functionName)) return 'base64url, UTF-8'
  if (/^(parseJson|stringify)$/.test(functionName)) return 'JSON'
  const [, room] = /\/lib\/(\w+)/.exec(url) ?? []
  if (room !== undefined) return `lib/${room}`
  return url.includes('/bench/') ? 'bench' : 'Node'
}
