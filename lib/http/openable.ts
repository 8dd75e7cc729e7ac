import { SessionError } from '../errors.js'
import type { FetchHeaders, OpenableRequest, SessionRequest } from '../types.js'
import { type Security, securityOf } from './request.js'

/** What was given to `open`, as far as a session is concerned. */
export interface OpenedRequest {
  /** The `Cookie` header. */
  readonly cookie: string | undefined
  readonly security: Security
  /** For a `cookie` function: always something with headers. */
  readonly req: SessionRequest
}

/** As they come: what a caller in JavaScript gives can be anything. */
interface Given {
  readonly headers?: unknown
  readonly multiValueHeaders?: unknown
  readonly cookies?: unknown
  readonly socket?: unknown
  readonly secure?: unknown
  readonly url?: unknown
}

/**
 * Reads what was given to `open`: requests and headers of every kind, of whichever implementation. What has no headers
 * is a mistake, which must not pass for a visitor without a session.
 *
 * @throws {SessionError} `ERR_SESSION_OPTIONS` for anything else
 */
export function openedRequest(given: OpenableRequest): OpenedRequest {
  if (isFetchHeaders(given)) return openedRequest({ headers: given })
  const request: Given = isObject(given) && kindOf(given) !== '[object Response]' ? given : {}
  // Those of a load balancer or of API Gateway's version 1 have every value of a header here, and the last one in
  // `headers`, if that is there at all.
  const headers = isFields(request.multiValueHeaders) ? request.multiValueHeaders : request.headers
  if (!isFetchHeaders(headers) && !isFields(headers)) throw notOpenable(given)
  const cookie = isFetchHeaders(headers) ? textOf(headers.get('cookie')) : textOf(fieldsNamedCookie(headers))
  return { cookie: cookie ?? eventCookies(request), security: securityFrom(request), req: given as SessionRequest }
}

/** Under any spelling: names of headers are case-insensitive (RFC 9110, section 5.1). Node has them in lower case. */
function fieldsNamedCookie(fields: Readonly<Record<string, unknown>>): unknown {
  if (Object.hasOwn(fields, 'cookie')) return fields['cookie']
  return Object.keys(fields).flatMap((name) => (name.toLowerCase() === 'cookie' ? (fields[name] ?? []) : []))
}

/** One header of what may have come as several (RFC 6265, section 5.4, and RFC 9113, section 8.2.3). */
function textOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined
  if (typeof value === 'string') return value
  if (!Array.isArray(value) || !value.every((one) => typeof one === 'string')) {
    throw invalid('the cookie header that open was given is no text: give { headers: { cookie } } as it came')
  }
  return value.length === 0 ? undefined : value.join('; ')
}

/** Version 2 of API Gateway's events has the cookies beside the headers. An object of parsed ones is another thing. */
function eventCookies({ cookies }: Given): string | undefined {
  return Array.isArray(cookies) ? textOf(cookies) : undefined
}

/**
 * Node's requests tell by themselves. Of others only a yes counts: behind a proxy that ends TLS a Fetch Request has an
 * `http:` URL, and a socket.io handshake is not `secure`.
 */
function securityFrom(request: Given): Security {
  if (isObject(request.socket)) return securityOf(request as SessionRequest)
  const secure = request.secure === true || (typeof request.url === 'string' && /^https:/i.test(request.url))
  return { secure, known: secure }
}

/** By their name, or by what they can do, as there are many implementations. */
function isFetchHeaders(value: unknown): value is FetchHeaders {
  if (!isObject(value) || 'headers' in value) return false
  const { get, getAll, set, append, setHeader } = value as Readonly<Record<string, unknown>>
  if (typeof get !== 'function') return false
  const kind = kindOf(value)
  if (kind !== '[object Object]') return kind.includes('Headers')
  // Jars of cookies and contexts of frameworks have a getAll, or a set without append; a response has setHeader.
  return getAll === undefined && setHeader === undefined && (set === undefined || append !== undefined)
}

/** A plain object. A Map, or a promise that nobody has awaited, would look like headers without a cookie. */
function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return isObject(value) && kindOf(value) === '[object Object]'
}

function kindOf(value: object): string {
  return Object.prototype.toString.call(value)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function notOpenable(given: unknown): SessionError {
  return invalid(
    `open was given ${named(given)} without the headers of a request: ` +
      'give the request, its Headers, or { headers: { cookie } }',
  )
}

function named(given: unknown): string {
  if (given === null || given === undefined) return String(given)
  if (Array.isArray(given)) return 'an array'
  return isObject(given) ? 'an object' : `a ${typeof given}`
}

function invalid(message: string): SessionError {
  return new SessionError('ERR_SESSION_OPTIONS', message)
}
