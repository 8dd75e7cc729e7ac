import { type CookieLine, type HeaderValue, withoutSetCookies, withSetCookies } from '../cookie/header.js'
import type { SessionResponse } from '../types.js'
import { warnOnce } from '../warnings.js'

type Pairs = Record<string, HeaderValue>

const NO_ARGUMENTS: readonly unknown[] = []

/**
 * The head of a response that is about to leave: the headers set on it, overridden by those given to `writeHead`. The
 * latter keep their form, because Node treats an object, a raw array and no headers differently.
 */
export class Head {
  readonly response: SessionResponse
  readonly #before: readonly unknown[]
  #given: unknown

  /** @param args of `writeHead`: status code, optional message (or undefined), optional headers */
  constructor(res: SessionResponse, args: readonly unknown[] = NO_ARGUMENTS) {
    this.response = res
    // Node accepts the headers in place of the message.
    const [code, message, headers] = args
    const given = headers ?? message
    const hasHeaders = typeof given === 'object' && given !== null
    this.#given = hasHeaders ? given : undefined
    this.#before = !hasHeaders ? args : given === message ? [code] : [code, message]
  }

  /** The arguments for `writeHead`. The headers are a copy if they were changed here. */
  get args(): unknown[] {
    return this.#given === undefined ? [...this.#before] : [...this.#before, this.#given]
  }

  /** The status code that is about to leave. */
  get status(): number {
    const [code] = this.#before
    return typeof code === 'number' ? code : this.response.statusCode
  }

  /** The value that will leave. */
  get(name: string): HeaderValue {
    const given = this.#given === undefined ? undefined : this.#findGiven(name)
    return given ?? (this.response.getHeader(name) as HeaderValue)
  }

  /**
   * Sets a header, and replaces the one that `writeHead` was given. An object without it stays as it is, because a
   * wrapper between our `writeHead` and Node's may drop the object (on-headers 1.1 does, after an undefined message).
   */
  set(name: string, value: string | string[]): void {
    const given = this.#given
    if (!Array.isArray(given)) {
      this.response.setHeader(name, value)
      if (given !== undefined && this.#isGiven(name))
        this.#given = { ...withoutKey(given as Pairs, name), [name]: value }
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

  /** The approximate size in bytes over HTTP/1.1, with what Node adds; 0 if the headers cannot be listed. */
  bytes(): number {
    if (typeof this.response.getHeaders !== 'function') return 0
    const set = this.response.getHeaders()
    let sum = STATUS_LINE_AND_WHAT_NODE_ADDS
    for (const name in set) if (this.#given === undefined || !this.#isGiven(name)) sum += lineBytes(name, set[name])
    for (const [name, value] of this.#givenPairs()) sum += lineBytes(name, value)
    return sum
  }

  /** Removes a header of the response, but not of `writeHead`. */
  remove(name: string): void {
    this.response.removeHeader(name)
  }

  /** The names of all headers that can be listed, as they were spelled. */
  names(): string[] {
    const set = typeof this.response.getHeaderNames === 'function' ? this.response.getHeaderNames() : []
    return this.#given === undefined ? set : [...set, ...this.#givenPairs().map(([name]) => String(name))]
  }

  /** Removes a header, also from those given to `writeHead`. */
  drop(name: string): void {
    if (this.response.getHeader(name) !== undefined) this.response.removeHeader(name)
    const given = this.#given
    if (given === undefined || !this.#isGiven(name)) return
    if (!Array.isArray(given)) this.#given = withoutKey(given as Pairs, name)
    else if (Array.isArray(given[0])) this.#given = given.filter(([key]) => !same(key, name))
    else this.#given = pairsOf(given).flatMap((pair) => (same(pair[0], name) ? [] : pair))
  }

  #isGiven(name: string): boolean {
    return this.#given !== undefined && this.#givenPairs().some(([key]) => same(key, name))
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

/** Node writes heads in Latin-1, so each character is one byte. */
function lineBytes(name: string, value: HeaderValue): number {
  if (value === undefined) return 0
  let sum = 0
  for (const one of Array.isArray(value) ? value : [value]) {
    sum += name.length + ': '.length + String(one).length + '\r\n'.length
  }
  return sum
}

/** In a raw header array, names and values alternate. */
function pairsOf(raw: readonly unknown[]): [string, HeaderValue][] {
  return raw.flatMap((name, index) => (index % 2 === 0 ? [[name, raw[index + 1]] as [string, HeaderValue]] : []))
}

function withoutKey(headers: Pairs, name: string): Pairs {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => !same(key, name)))
}

function same(a: unknown, b: string): boolean {
  return String(a).toLowerCase() === b.toLowerCase()
}

/** Adds `Set-Cookie` lines to those of others. */
export function putCookies(head: Head, lines: readonly CookieLine[]): void {
  replace(head, withSetCookies(head.get('Set-Cookie'), lines))
}

/** Removes the lines that `putCookies` has added. */
export function takeCookiesBack(head: Head, lines: readonly CookieLine[]): void {
  if (lines.length > 0) replace(head, withoutSetCookies(head.get('Set-Cookie'), lines))
}

/** Adds an element to a header that is a list, beside those of others. */
export function putElement(head: Head, name: string, element: string): void {
  const others = elementsBeside(head, name, element)
  head.set(name, others.length === 0 ? element : [...others, element])
}

/** Removes an element that `putElement` has added. */
export function takeElementBack(head: Head, name: string, element: string): void {
  const others = elementsBeside(head, name, element)
  if (others.length === 0) head.remove(name)
  else head.set(name, others)
}

function elementsBeside(head: Head, name: string, element: string): string[] {
  return [head.get(name) ?? []]
    .flat()
    .map(String)
    .filter((one) => one !== element)
}

function replace(head: Head, value: string | string[] | undefined): void {
  if (value === undefined) head.remove('Set-Cookie')
  else head.set('Set-Cookie', value)
}

/** Warns once of a head that a proxy refuses by default. Both in bytes. */
export function warnAboutHead(bytes: number, warnAt: number): void {
  if (bytes <= warnAt) return
  warnOnce(
    'SESSION_WARN_HEAD',
    `a response head with a session has about ${bytes} bytes (warnAt is ${warnAt}), and nginx answers 502 above ` +
      '4096 by default: keep less in the session, or raise proxy_buffer_size to 8k',
  )
}
