import { type CookieLine, type HeaderValue, withoutSetCookies, withSetCookies } from '../cookie/write.js'
import type { SessionResponse } from '../types.js'
import { warnOnce } from '../warnings.js'

type Pairs = Record<string, HeaderValue>

const NO_ARGUMENTS: readonly unknown[] = []

/**
 * The head of a response that is about to leave: the headers set on the response, and over them those that were
 * given to `writeHead`, which win. What `writeHead` was given keeps its form, because Node treats a raw array, an
 * object and no headers at all differently, and a header that is set meanwhile changes which of these applies.
 */
export class Head {
  readonly #res: SessionResponse
  readonly #before: readonly unknown[]
  #given: unknown

  /** @param args of `writeHead`: status code, perhaps a message (also undefined), perhaps headers */
  constructor(res: SessionResponse, args: readonly unknown[] = NO_ARGUMENTS) {
    this.#res = res
    // As Node reads them: the headers may stand where the message would be, with nothing behind them.
    const [code, message, headers] = args
    const given = headers ?? message
    const hasHeaders = typeof given === 'object' && given !== null
    this.#given = hasHeaders ? given : undefined
    this.#before = !hasHeaders ? args : given === message ? [code] : [code, message]
  }

  /** The arguments for `writeHead`. The headers are a copy if anything was set in them. */
  get args(): unknown[] {
    return this.#given === undefined ? [...this.#before] : [...this.#before, this.#given]
  }

  /** The status code that is about to leave. */
  get status(): number {
    const [code] = this.#before
    return typeof code === 'number' ? code : this.#res.statusCode
  }

  get(name: string): HeaderValue {
    const given = this.#given === undefined ? undefined : this.#findGiven(name)
    return given ?? (this.#res.getHeader(name) as HeaderValue)
  }

  /**
   * Sets a header, and replaces it where `writeHead` was given one. An object is only replaced in, because a wrapper
   * inside of ours may drop what `writeHead` is given (on-headers 1.1 does, after an undefined message).
   */
  set(name: string, value: string | string[]): void {
    const given = this.#given
    if (!Array.isArray(given)) {
      this.#res.setHeader(name, value)
      if (given && this.#isGiven(name)) this.#given = { ...withoutKey(given as Pairs, name), [name]: value }
    } else if (Array.isArray(given[0])) {
      this.#given = [...given.filter(([key]) => !same(key, name)), [name, value]]
    } else {
      this.#given = [
        ...pairsOf(given)
          .filter(([key]) => !same(key, name))
          .flat(1),
        name,
        value,
      ]
    }
  }

  /** About how many bytes the head takes on the wire over HTTP/1.1, with what Node adds to it. */
  bytes(): number {
    if (typeof this.#res.getHeaders !== 'function') return 0
    const set = this.#res.getHeaders()
    let sum = STATUS_LINE_AND_WHAT_NODE_ADDS
    for (const name in set) if (!this.#isGiven(name)) sum += lineBytes(name, set[name])
    for (const [name, value] of this.#givenPairs()) sum += lineBytes(name, value)
    return sum
  }

  /** Takes a header of the response back. */
  remove(name: string): void {
    this.#res.removeHeader(name)
  }

  /** The names of all headers, as they were given. A response that cannot list its own has none of them here. */
  names(): string[] {
    const set = typeof this.#res.getHeaderNames === 'function' ? this.#res.getHeaderNames() : []
    return [...set, ...this.#givenPairs().map(([name]) => String(name))]
  }

  /** Takes a header out, whoever has set it. */
  drop(name: string): void {
    if (this.#res.getHeader(name) !== undefined) this.#res.removeHeader(name)
    const given = this.#given
    if (given === undefined || !this.#isGiven(name)) return
    if (!Array.isArray(given)) this.#given = withoutKey(given as Pairs, name)
    else if (Array.isArray(given[0])) this.#given = given.filter(([key]) => !same(key, name))
    else this.#given = pairsOf(given).flatMap((pair) => (same(pair[0], name) ? [] : pair))
  }

  #isGiven(name: string): boolean {
    return this.#givenPairs().some(([key]) => same(key, name))
  }

  #findGiven(name: string): HeaderValue {
    const values = this.#givenPairs().flatMap(([key, value]) => (same(key, name) ? [value ?? []].flat() : []))
    return values.length > 1 ? values.map(String) : values[0]
  }

  #givenPairs(): [string, HeaderValue][] {
    const given = this.#given
    if (given === undefined) return []
    if (!Array.isArray(given)) return Object.entries(given as Pairs)
    return Array.isArray(given[0]) ? given : pairsOf(given)
  }
}

const STATUS_LINE_AND_WHAT_NODE_ADDS = [
  'HTTP/1.1 200 OK',
  'Date: Thu, 01 Jan 1970 00:00:00 GMT',
  'Connection: keep-alive',
  'Keep-Alive: timeout=5',
  '\r\n',
].join('\r\n').length

/** The bytes of a header's lines. Node writes heads in Latin-1: a character is a byte. */
function lineBytes(name: string, value: HeaderValue): number {
  if (value === undefined) return 0
  const values = Array.isArray(value) ? value : [value]
  return values.reduce((sum, one) => sum + name.length + ': '.length + String(one).length + '\r\n'.length, 0)
}

/** Names and values of a raw header array, which alternate. */
function pairsOf(raw: readonly unknown[]): [string, HeaderValue][] {
  return raw.flatMap((name, index) => (index % 2 === 0 ? [[name, raw[index + 1]] as [string, HeaderValue]] : []))
}

function withoutKey(headers: Pairs, name: string): Pairs {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => !same(key, name)))
}

/** Header names are case-insensitive (RFC 9110, section 5.1). */
function same(a: unknown, b: string): boolean {
  return String(a).toLowerCase() === b.toLowerCase()
}

/** Puts `Set-Cookie` lines of ours beside everybody else's. */
export function putCookies(head: Head, lines: readonly CookieLine[]): void {
  replace(head, withSetCookies(head.get('Set-Cookie'), lines))
}

/** Takes our lines out of a head that they were put in. */
export function takeCookiesBack(head: Head, lines: readonly CookieLine[]): void {
  if (lines.length > 0) replace(head, withoutSetCookies(head.get('Set-Cookie'), lines))
}

function replace(head: Head, value: string | string[] | undefined): void {
  if (value === undefined) head.remove('Set-Cookie')
  else head.set('Set-Cookie', value)
}

/** Warns, once per process, of a response head that a proxy with its default settings would refuse. */
export function warnAboutHead(bytes: number, warnAt: number): void {
  if (bytes <= warnAt) return
  warnOnce(
    'SESSION_WARN_HEAD',
    `a response head with a session has about ${bytes} bytes (warnAt is ${warnAt}), and nginx answers 502 above ` +
      '4096 by default: keep less in the session, or raise proxy_buffer_size to 8k',
  )
}
