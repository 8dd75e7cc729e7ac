import { type Profiler, Session } from 'node:inspector/promises'

/** Microseconds between two looks. */
const INTERVAL = 100
const OPENSSL = /^(CipherBase|SecretKeyGenerateJob|Hmac|Hash|update|final|digest|setAAD|setAuthTag|getAuthTag)$/
const TEXT = /^(base64url(Write|Slice)|base64(Write|Slice)|utf8(Write|Slice)|latin1Slice|byteLengthUtf8|isUtf8)$/

/** What cookie-session is made of. Any other package here is one of Express. */
const COOKIE_SESSION = /^(cookie-session|cookies|keygrip|tsscmp|on-headers)$/

/** Everything by what it is part of, or only our own code by its functions. */
export type PlacesBy = 'parts' | 'functions'

/** Microseconds of a request by where they were spent: a folder of lib, OpenSSL, garbage collection, ... */
export type Places = Readonly<Record<string, number>>

/** V8's sampling profiler, on this process. What JSON takes, V8 counts to its callers. */
export class Profiling {
  readonly #inspector = new Session()

  async start(): Promise<void> {
    this.#inspector.connect()
    await this.#inspector.post('Profiler.enable')
    await this.#inspector.post('Profiler.setSamplingInterval', { interval: INTERVAL })
    await this.#inspector.post('Profiler.start')
  }

  /** @param requests so many were served, to tell what each has cost; `by` as in `PlacesBy` */
  async stop(requests: number, by: PlacesBy = 'parts'): Promise<Places> {
    const { profile } = await this.#inspector.post('Profiler.stop')
    this.#inspector.disconnect()
    return placesOf(profile, requests, by === 'parts' ? placeOf : functionOf)
  }
}

type Frame = Pick<Profiler.ProfileNode['callFrame'], 'functionName' | 'url'>

function placesOf(
  { nodes, samples = [], timeDeltas = [] }: Profiler.Profile,
  requests: number,
  nameOf: (frame: Frame) => string | undefined,
): Places {
  const places = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]))
  const found: Record<string, number> = {}
  for (const [index, id] of samples.entries()) {
    const place = places.get(id)
    if (place !== undefined) found[place] = (found[place] ?? 0) + (timeDeltas[index] ?? 0) / requests
  }
  return found
}

/** Undefined where nothing was done. */
function placeOf({ functionName, url }: Frame): string | undefined {
  if (functionName === '(idle)') return undefined
  if (functionName === '(garbage collector)') return 'garbage collection'
  if (url.includes('internal/crypto') || (url === '' && OPENSSL.test(functionName))) return 'OpenSSL'
  if (url.includes('internal/buffer') || url === 'node:buffer' || TEXT.test(functionName)) return 'base64url, UTF-8'
  if (/^(parseJson|stringify)$/.test(functionName)) return 'JSON'
  const [, name] = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*\/node_modules\/)/.exec(url) ?? []
  if (name !== undefined) return COOKIE_SESSION.test(name) ? 'cookie-session' : 'Express'
  const [, room] = /\/lib\/(\w+)/.exec(url) ?? []
  if (room !== undefined) return `lib/${room}`
  if (url.includes('/dist/')) return 'sealed-session'
  return url.includes('/bench/') ? 'bench' : 'Node'
}

function functionOf({ functionName, url }: Frame): string | undefined {
  return url.includes('/dist/') ? functionName : undefined
}
