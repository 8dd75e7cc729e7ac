import type { FetchMetadata } from '../device/navigation.js'
import { invalid, type SessionError } from '../errors.js'
import type { FetchHeaders, OpenableRequest, SessionRequest } from '../types.js'
import { isObject } from '../values.js'

/** Whether a request came over HTTPS. */
export interface Security {
  /** True for HTTPS. */
  readonly secure: boolean
  /** Whether `secure` is certain. It is not without Express and TLS: a proxy in front may have ended TLS. */
  readonly known: boolean
  /** The request of Express that says so. */
  readonly by?: SessionRequest | undefined
}

/** Whether a request came over HTTPS: by `req.secure` of Express, which respects `trust proxy`, or by the socket. */
export function securityOf(req: SessionRequest): Security {
  const { secure } = req as { secure?: unknown }
  if (typeof secure === 'boolean') return { secure, known: true, by: req }
  const encrypted = (req.socket as { encrypted?: boolean } | null | undefined)?.encrypted === true
  return { secure: encrypted, known: encrypted }
}

/** What `app.get` of Express is asked. */
interface Express {
  get?(setting: string): unknown
}

/** A setting of the Express app that a request came to; undefined without Express. */
function settingOf(req: SessionRequest, name: 'trust proxy' | 'trust proxy fn'): unknown {
  const { app } = req as { readonly app?: Express }
  return typeof app?.get === 'function' ? app.get(name) : undefined
}

/** Whether Express trusts what sent the request as a proxy, and so believes what it says of the browser. */
export function trustsProxy(req: SessionRequest): boolean {
  const trusts = settingOf(req, 'trust proxy fn')
  return typeof trusts === 'function' && Boolean(trusts(req.socket?.remoteAddress, 0))
}

/** Why Express takes a request for plain HTTP, as far as the app's `trust proxy` and the proxy's header tell. */
export type PlainReason = 'untrusted' | 'other-proxy' | 'number-as-text' | 'no-header' | 'http'

export function whyPlain(req: SessionRequest): PlainReason {
  if (trustsProxy(req)) return req.headers['x-forwarded-proto'] === undefined ? 'no-header' : 'http'
  const setting = settingOf(req, 'trust proxy')
  if (typeof setting === 'string' && /^\s*\d+\s*$/.test(setting)) return 'number-as-text'
  return setting === undefined || setting === false || setting === 0 ? 'untrusted' : 'other-proxy'
}

/** What a browser says that a request is for. */
export function fetchMetadataOf(req: SessionRequest): FetchMetadata {
  return {
    method: req.method ?? 'GET',
    mode: headerOf(req, 'sec-fetch-mode'),
    dest: headerOf(req, 'sec-fetch-dest'),
    site: headerOf(req, 'sec-fetch-site'),
    purpose: headerOf(req, 'sec-purpose'),
    origin: headerOf(req, 'origin'),
  }
}

/** A header of a request as text; undefined if there is none. */
export function headerOf({ headers }: SessionRequest, name: string): string | undefined {
  const value: unknown = headers[name]
  return typeof value === 'string' ? value : undefined
}

/** A path without the slashes at its end. Clients choose paths, and a regular expression would look at each slash for long. */
export function withoutSlashes(path: string): string {
  let end = path.length
  while (path[end - 1] === '/') end--
  return path.slice(0, end)
}

/** The path that Express has mounted a router at, as the request has it; empty without one. */
export function mountOf(req: SessionRequest): string {
  const { baseUrl } = req as Routed
  return typeof baseUrl === 'string' ? baseUrl : ''
}

/** What the browser asked for, with the query. */
export function targetOf(req: SessionRequest): string {
  const { originalUrl, url } = req as Routed
  return typeof originalUrl === 'string' ? originalUrl : (url ?? '')
}

/** In characters. */
const MAX_PATH = 100

/**
 * The method and path of a request, for warnings: `POST /login`. A route of Express is its pattern (`/users/:id`), so
 * that it is one place. Never the query, which may hold secrets.
 */
export function placeOf(req: SessionRequest): string {
  const { method = 'GET', route, baseUrl } = req as Routed
  if (typeof route?.path !== 'string') return `${method} ${printable(pathOf(req))}`
  const mounted = typeof baseUrl === 'string' ? baseUrl : ''
  return `${method} ${printable(route.path === '/' && mounted !== '' ? mounted : mounted + route.path)}`
}

/** The path that the browser asked for, without the query; at least `/`. */
export function pathOf(req: SessionRequest): string {
  // A client may send the whole URL (RFC 9112, section 3.2.2).
  return (
    targetOf(req)
      .replace(/^https?:\/\/[^/?#]*/i, '')
      .replace(/[?#].*$/s, '') || '/'
  )
}

interface Routed {
  readonly method?: string
  readonly url?: string
  readonly originalUrl?: unknown
  readonly baseUrl?: unknown
  readonly route?: { readonly path?: unknown }
}

/** A path as one line of a log: clients choose paths. */
export function printable(path: string): string {
  const text = path.replaceAll(/[^\x21-\x7e]/g, '?')
  return text.length > MAX_PATH ? `${text.slice(0, MAX_PATH)}...` : text
}

/** What serverless-http adds to a request. */
interface Invoked {
  readonly apiGateway?: {
    readonly event?: { readonly requestContext?: { readonly elb?: unknown }; readonly multiValueHeaders?: unknown }
  }
}

/**
 * Whether the response can carry only one cookie: an Application Load Balancer without multi-value headers accepts one
 * line of each header, and serverless-http sends none if there are several.
 */
export function carriesOneCookie(req: SessionRequest): boolean {
  const event = (req as Invoked).apiGateway?.event
  return event?.requestContext?.elb !== undefined && event.multiValueHeaders === undefined
}

/** What `open` needs of the request that it was given. */
export interface OpenedRequest {
  /** The `Cookie` header; undefined if there is none. */
  readonly cookie: string | undefined
  /** Whether the request came over HTTPS. */
  readonly security: Security
  /** What a `cookie` function is called with. It has headers, but may be something else than a request of Node's. */
  readonly req: SessionRequest
}

/** The members that may be read. A caller in JavaScript can give a value of any type. */
interface Given {
  readonly headers?: unknown
  readonly multiValueHeaders?: unknown
  readonly cookies?: unknown
  readonly socket?: unknown
  readonly secure?: unknown
  readonly url?: unknown
}

/**
 * Reads the `Cookie` header out of what `open` was given.
 *
 * @throws {SessionError} `ERR_SESSION_OPTIONS` if it has no headers, as this must not look like a visitor without a
 *   session, or if its `Cookie` header is not text
 */
export function openedRequest(given: OpenableRequest): OpenedRequest {
  if (isFetchHeaders(given)) return openedRequest({ headers: given })
  const request: Given = isObject(given) && kindOf(given) !== '[object Response]' ? given : {}
  // Events of a load balancer and of API Gateway, version 1, have all values of a header here. Their `headers` have the
  // last value only, or are absent.
  const headers = isFields(request.multiValueHeaders) ? request.multiValueHeaders : request.headers
  if (!isFetchHeaders(headers) && !isFields(headers)) throw notOpenable(given)
  const cookie = isFetchHeaders(headers) ? textOf(headers.get('cookie')) : textOf(fieldsNamedCookie(headers))
  return { cookie: cookie ?? eventCookies(request), security: securityFrom(request), req: given as SessionRequest }
}

/** Header names are case-insensitive (RFC 9110, section 5.1). */
function fieldsNamedCookie(fields: Readonly<Record<string, unknown>>): unknown {
  if (Object.hasOwn(fields, 'cookie')) return fields['cookie']
  return Object.keys(fields).flatMap((name) => (name.toLowerCase() === 'cookie' ? (fields[name] ?? []) : []))
}

/** Joins the values of a header that came as several (RFC 6265, section 5.4; RFC 9113, section 8.2.3). */
function textOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined
  if (typeof value === 'string') return value
  if (!Array.isArray(value) || !value.every((one) => typeof one === 'string')) {
    throw invalid('open() was given a Cookie header that is not text: give { headers: { cookie } } as it came')
  }
  return value.length === 0 ? undefined : value.join('; ')
}

/** API Gateway, version 2, has the cookies beside the headers. An object of parsed cookies is ignored. */
function eventCookies({ cookies }: Given): string | undefined {
  return Array.isArray(cookies) ? textOf(cookies) : undefined
}

/**
 * Requests of Node's tell by their socket. Any other is certain only if it says yes: behind a proxy that ends TLS, a
 * Fetch Request has an `http:` URL and a socket.io handshake is not `secure`.
 */
function securityFrom(request: Given): Security {
  if (isObject(request.socket)) return securityOf(request as SessionRequest)
  const secure = request.secure === true || (typeof request.url === 'string' && /^https:/i.test(request.url))
  return { secure, known: secure }
}

/** Recognizes `Headers` by name, or by methods: there are many implementations. */
function isFetchHeaders(value: unknown): value is FetchHeaders {
  if (!isObject(value) || 'headers' in value) return false
  const { get, getAll, set, append, setHeader } = value
  if (typeof get !== 'function') return false
  const kind = kindOf(value)
  if (kind !== '[object Object]') return kind.includes('Headers')
  // Cookie jars and the contexts of frameworks have getAll, or set without append. A response has setHeader.
  return getAll === undefined && setHeader === undefined && (set === undefined || append !== undefined)
}

/** A Map, or a promise without `await`, must not pass for headers without a cookie. */
function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return isObject(value) && kindOf(value) === '[object Object]'
}

function kindOf(value: object): string {
  return Object.prototype.toString.call(value)
}

function notOpenable(given: unknown): SessionError {
  return invalid(
    `open() was given ${named(given)} without the headers of a request: ` +
      'give the request, its Headers, or { headers: { cookie } }',
  )
}

function named(given: unknown): string {
  if (given === null || given === undefined) return String(given)
  if (Array.isArray(given)) return 'an array'
  return isObject(given) ? 'an object' : `a ${typeof given}`
}
