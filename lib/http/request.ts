import type { FetchMetadata } from '../device/navigation.js'
import type { SessionRequest } from '../types.js'

/** Whether a request came over HTTPS. */
export interface Security {
  /** True for HTTPS. */
  readonly secure: boolean
  /** Whether `secure` is certain. It is not without Express and TLS: a proxy in front may have ended TLS. */
  readonly known: boolean
}

/** Whether a request came over HTTPS: by `req.secure` of Express, which respects `trust proxy`, or by the socket. */
export function securityOf(req: SessionRequest): Security {
  const { secure } = req as { secure?: unknown }
  if (typeof secure === 'boolean') return { secure, known: true }
  const encrypted = (req.socket as { encrypted?: boolean } | null | undefined)?.encrypted === true
  return { secure: encrypted, known: encrypted }
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
