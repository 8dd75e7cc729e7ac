import type { SessionRequest } from '../types.js'

/** How a request came, as far as it tells. */
export interface Security {
  readonly secure: boolean
  /** Whether the answer is certain: a proxy may have taken in over TLS what comes without Express. */
  readonly known: boolean
}

/**
 * Whether the request came over HTTPS. Express knows best, since `req.secure` respects `trust proxy`; without it,
 * the socket tells.
 */
export function securityOf(req: SessionRequest): Security {
  const { secure } = req as { secure?: unknown }
  if (typeof secure === 'boolean') return { secure, known: true }
  const encrypted = (req.socket as { encrypted?: boolean } | null | undefined)?.encrypted === true
  return { secure: encrypted, known: encrypted }
}

/** A line of a log is not the place for the whole of what a client can send. */
const LONGEST = 100

/**
 * The method and path of a request, for warnings: `POST /login`. By the route where Express has found one
 * (`/users/:id`), so that it is one place for all who visit it. Never the query, which may hold anything.
 */
export function placeOf(req: SessionRequest): string {
  const { method = 'GET', route, baseUrl } = req as Routed
  if (typeof route?.path !== 'string') return `${method} ${printable(pathOf(req))}`
  const mounted = typeof baseUrl === 'string' ? baseUrl : ''
  return `${method} ${printable(route.path === '/' && mounted !== '' ? mounted : mounted + route.path)}`
}

/** The path that the browser asked for, as it sent it, without the query. */
export function pathOf(req: SessionRequest): string {
  const { originalUrl, url } = req as Routed
  const target = typeof originalUrl === 'string' ? originalUrl : (url ?? '')
  // A client may send the whole URL (RFC 9112, section 3.2.2).
  return target.replace(/^https?:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '') || '/'
}

interface Routed {
  readonly method?: string
  readonly url?: string
  readonly originalUrl?: unknown
  readonly baseUrl?: unknown
  readonly route?: { readonly path?: unknown }
}

/** Clients choose paths, and a message is one line of a log. */
export function printable(path: string): string {
  const text = path.replaceAll(/[^\x21-\x7e]/g, '?')
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text
}

/** What serverless-http puts on a request. */
interface Invoked {
  readonly apiGateway?: {
    readonly event?: { readonly requestContext?: { readonly elb?: unknown }; readonly multiValueHeaders?: unknown }
  }
}

/**
 * Whether the response can carry one cookie only: an Application Load Balancer whose multi-value headers are off takes
 * one line of a kind, and serverless-http, where there are several, sends none.
 */
export function carriesOneCookie(req: SessionRequest): boolean {
  const event = (req as Invoked).apiGateway?.event
  return event?.requestContext?.elb !== undefined && event.multiValueHeaders === undefined
}
