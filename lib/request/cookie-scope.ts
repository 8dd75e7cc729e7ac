import { type CookieProfile, inScope, isSameCookie } from '../cookie/attributes.js'
import { candidates } from '../cookie/header.js'
import { pathOf, placeOf, printable, type Security, trustsProxy, withoutSlashes } from '../http/request.js'
import type { SessionRequest } from '../types.js'
import { warnOnce } from '../warnings.js'
import { hasCome, type RequestCookie } from './request-cookie.js'

/** A request, and the cookie that its response sets. */
interface Scoped {
  readonly req: SessionRequest
  readonly security: Security
  readonly profile: CookieProfile
}

/**
 * Warns, in development, about a session that this browser can never send back: the user would log in again and again.
 * It warns only if that is certain. A browser that sent a cookie of this name can send another.
 */
export function warnOfScope(scoped: Scoped): void {
  if (candidates(scoped.req.headers.cookie, scoped.profile.name).length > 0) return
  warnOfDomain(scoped)
  warnOfSecure(scoped)
  warnOfSite(scoped)
}

/**
 * Whether a request is outside of the cookie's path, where the browser does not send it. A session written there would
 * replace the one below the path. The path that the browser asked for counts.
 */
export function isOutside(req: SessionRequest, path: string, production: boolean): boolean {
  if (path === '/') return false
  const asked = prefixOf(req) + pathOf(req)
  // A client may ask for no path at all (`OPTIONS *`).
  if (pathMatches(asked, path) || !asked.startsWith('/')) return false
  if (!production) warnOfPath(asked, path)
  return true
}

function warnOfPath(asked: string, path: string): void {
  const shorter = withoutSlashes(path)
  const hint = caseDiffers(asked, path) ? ' and paths are case-sensitive' : ''
  const fix = shorter !== '' && pathMatches(asked, shorter) ? shorter : '/'
  warnOnce(
    'SESSION_WARN_SCOPE',
    `there is no session at ${printable(asked)}, where browsers do not send its cookie, as cookie.path is ` +
      `${JSON.stringify(path)}${hint}: ` +
      `use the session below that path only, or set cookie: { path: '${fix}' }. Behind a proxy that takes a prefix ` +
      'away, have it send X-Forwarded-Prefix, and set "trust proxy"',
    path,
  )
}

/** The prefix that a proxy has removed. Only a proxy that Express trusts is believed, as a client can send the header. */
export function prefixOf(req: SessionRequest): string {
  const prefix = req.headers['x-forwarded-prefix']
  return typeof prefix === 'string' && trustsProxy(req) ? withoutSlashes(prefix) : ''
}

function warnOfDomain({ req, profile }: Scoped): void {
  const { domain } = profile.attributes
  const host = hostOf(req)
  if (domain === undefined || host === undefined || domainMatches(host, domain)) return
  // A proxy may use a host name of its own and tell the browser's in a header, even if Express does not trust it.
  if (req.headers['x-forwarded-host'] !== undefined && host === bareHost(req.headers.host)) return
  // Tests use these, whatever the domain is.
  if ((isAddress(host) || isLoopback(host)) && !isBrowser(req)) return
  warnOnce(
    'SESSION_WARN_SCOPE',
    `browsers drop the session's cookie at ${host}, as cookie.domain is ${JSON.stringify(domain)}, ` +
      'which is neither this host nor a domain above it: leave cookie.domain out, or open the page under that domain',
    `domain ${domain} ${host}`,
  )
}

function warnOfSecure({ req, security, profile }: Scoped): void {
  const host = hostOf(req)
  if (!profile.attributes.secure || security.secure || !security.known || host === undefined) return
  // Chrome and Firefox treat these as secure, Safari does not. A proxy that ends TLS says so, even if Express does not
  // trust it.
  if (isLoopback(host) || saysTls(req)) return
  warnOnce(
    'SESSION_WARN_SCOPE',
    `browsers drop the session's cookie at http://${host}, as cookie.secure is true and this is plain HTTP: ` +
      "set cookie: { secure: 'auto' }, or open the page over HTTPS",
    `secure ${host}`,
  )
}

/** RFC 6265bis, section 5.7: what is not SameSite=None is set by a request of the same site, or by a navigation. */
function warnOfSite({ req, profile }: Scoped): void {
  const { sameSite } = profile.attributes
  const { 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': dest } = req.headers
  if (site !== 'cross-site' || sameSite === 'none' || (mode === 'navigate' && !isFrame(dest))) return
  warnOnce(
    'SESSION_WARN_SCOPE',
    `browsers drop the session's cookie when another site asks for it by script or in a frame, as cookie.sameSite is ` +
      `${sameSite ? `'${sameSite}'` : "false, which Chrome takes for 'lax'"} (${placeOf(req)}): ` +
      "ask from the same site (localhost and 127.0.0.1 are two), or set cookie: { sameSite: 'none', secure: true, partitioned: true }",
    `sameSite ${placeOf(req)}`,
  )
}

/** RFC 6265, section 5.1.4. */
function pathMatches(asked: string, path: string): boolean {
  return asked === path || (asked.startsWith(path) && (path.endsWith('/') || asked[path.length] === '/'))
}

function caseDiffers(asked: string, path: string): boolean {
  return pathMatches(asked.toLowerCase(), path.toLowerCase())
}

/** RFC 6265, section 5.1.3, and 5.2.3 for the dot before it. */
function domainMatches(host: string, attribute: string): boolean {
  const domain = attribute.replace(/^\./, '').toLowerCase()
  return host === domain || (host.endsWith(`.${domain}`) && !isAddress(host))
}

/**
 * Lists cookies of ours in other scopes, to be removed by a response that sets or removes today's. A request tells the name
 * of a cookie and not its scope, so the browser may not hold each of them.
 *
 * - former scopes: those whose name came, or `all`, as the browser may not have sent them with this request
 * - if several cookies of today's name came: the one without the domain or with one of the host's domains, and the one in
 *   the other partition
 *
 * @param host of the request
 */
export function leftovers(
  { held, former }: RequestCookie,
  header: string | undefined,
  host: () => string | undefined,
  all: boolean,
): readonly CookieProfile[] {
  const named = former.flatMap(({ profiles }) => profiles).filter((one) => all || hasCome(one, header))
  const others = held
    .filter(({ name }) => candidates(header, name).length > 1)
    .flatMap((profile) => beside(profile, host))
    .filter((other) => !named.some((one) => isSameCookie(one, other)))
  return [...named, ...others]
}

function beside(profile: CookieProfile, host: () => string | undefined): CookieProfile[] {
  const { domain, secure, partitioned } = profile.attributes
  // Browsers refuse a `__Host-` cookie with a domain.
  const isOfHost = profile.name.startsWith('__Host-')
  const domains = domain !== undefined ? [undefined] : isOfHost ? [] : domainsAbove(host())
  return [
    ...domains.map((other) => inScope(profile, { domain: other })),
    // They also refuse one that is Partitioned and not Secure.
    ...(secure ? [inScope(profile, { partitioned: !partitioned })] : []),
  ]
}

/** The most domains that a leftover cookie is removed from. */
const MAX_DOMAINS = 4

/** The domains that a cookie of this host can have: its own name and its parents, at most the four shortest. */
function domainsAbove(host: string | undefined): string[] {
  if (host === undefined || isAddress(host) || isLoopback(host)) return []
  const labels = host.split('.')
  // Browsers refuse cookies for a top-level domain. Clients choose the header, so no more are made than are taken.
  const first = Math.max(0, labels.length - 1 - MAX_DOMAINS)
  return labels.slice(first, -1).map((_, from) => labels.slice(first + from).join('.'))
}

/** In lower case, without the port. Express respects `trust proxy`; undefined where none is said, or none that is one. */
export function hostOf(req: SessionRequest): string | undefined {
  const { hostname, headers } = req as { hostname?: unknown; headers: SessionRequest['headers'] }
  return bareHost(typeof hostname === 'string' ? hostname : (headers[':authority'] ?? headers.host))
}

function bareHost(said: unknown): string | undefined {
  if (typeof said !== 'string') return undefined
  const host = said.toLowerCase().replace(/:\d*$/, '')
  return /^(?:[a-z0-9_-]+\.)*[a-z0-9_-]+$|^\[[0-9a-f:.]+\]$/.test(host) ? host : undefined
}

function isAddress(host: string): boolean {
  return host.startsWith('[') || /^\d+(?:\.\d+){3}$/.test(host)
}

function isLoopback(host: string): boolean {
  return /^(?:.+\.)?localhost$|^127\.|^\[::1\]$/.test(host)
}

function isBrowser({ headers }: SessionRequest): boolean {
  return /^Mozilla\//.test(headers['user-agent'] ?? '')
}

function isFrame(dest: unknown): boolean {
  return ['iframe', 'frame', 'object', 'embed'].includes(String(dest))
}

function saysTls({ headers }: SessionRequest): boolean {
  const said = ['x-forwarded-proto', 'x-forwarded-protocol', 'x-forwarded-ssl', 'x-url-scheme', 'front-end-https']
  return headers['forwarded'] !== undefined || said.some((name) => headers[name] !== undefined)
}
