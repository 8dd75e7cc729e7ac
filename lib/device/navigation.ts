/** The headers of a request that say what it is for. Browsers set them, and no script can. */
export interface FetchMetadata {
  readonly method: string
  /** `Sec-Fetch-Mode`. */
  readonly mode: string | undefined
  /** `Sec-Fetch-Dest`. */
  readonly dest: string | undefined
  /** `Sec-Fetch-Site`. */
  readonly site: string | undefined
  /** `Sec-Purpose`, such as `prefetch`. */
  readonly purpose: string | undefined
  readonly origin: string | undefined
}

/** Whether a request loads a page into a tab, and not ahead of time. */
export function isPage({ mode, dest, purpose }: FetchMetadata): boolean {
  return mode === 'navigate' && dest === 'document' && purpose === undefined
}

/**
 * Whether a response that begins a session offers to bind it: the browser must be one that could, and able to refresh
 * later. Of a page's own GETs, several at once may each begin a session, and each offer costs a key.
 *
 * @param initiators hosts of the same site whose pages may cause a refresh
 */
export function mayOffer(request: FetchMetadata, initiators: readonly string[]): boolean {
  const { method, mode, site, purpose, origin } = request
  if (isPage(request)) return true
  if (mode === undefined || purpose !== undefined || method === 'GET' || method === 'HEAD') return false
  return site === 'same-origin' || (origin !== undefined && initiators.includes(hostOf(origin)))
}

/**
 * Whether the pages of another host have sent a request that cannot refresh: by a script, a form or a frame. A link can: its page
 * loads itself again. Returns that host.
 *
 * @param referer `Referer`: what a frame or an image loads has no `Origin`
 */
export function foreignInitiator(
  request: FetchMetadata,
  referer: string | undefined,
  initiators: readonly string[],
): string | undefined {
  const { method, site, origin, purpose } = request
  if (site !== 'same-site' || purpose !== undefined || (method === 'GET' && isPage(request))) return undefined
  const host = hostOf(origin ?? referer ?? '')
  return host === '' || initiators.includes(host) ? undefined : host
}

/**
 * Whether a request comes from a host that is listed, and that the browser knows to be of another site. Returns that host.
 * Only the browser knows what a site is, and which host it has asked.
 *
 * @param referer `Referer`: a link has no `Origin`
 */
export function listedStranger(
  { site, origin }: FetchMetadata,
  referer: string | undefined,
  initiators: readonly string[],
): string | undefined {
  return site === 'cross-site' ? initiators.find((host) => host === hostOf(origin ?? referer ?? '')) : undefined
}

/**
 * Whether to answer with a page that loads itself again. A link from elsewhere does not refresh; a page's own reload does.
 * It does not loop: the reload comes from the same origin, and the stray cookie is gone by then. Where another host may
 * have set it again, `bounceOf` gives no such page.
 */
export function mayBounce(request: FetchMetadata, isStray: boolean): boolean {
  const { method, site } = request
  return method === 'GET' && isPage(request) && (isStray || site === 'cross-site' || site === 'same-site')
}

/**
 * The value of `Refresh` for such a page. With the query only, it leads to the same path behind a proxy that strips a
 * prefix, and to no other host. Without a URL, Chromium leaves a blank page if the address has a fragment.
 *
 * @param target the request's target, as it came
 */
export function refreshTo(target: string): string {
  const query = target.indexOf('?')
  // An app may have rewritten it to what a header cannot hold, and what has no UTF-8 either.
  const asked = query === -1 ? '' : target.slice(query + 1).replaceAll(/\p{Cs}/gu, '\ufffd')
  return `0;url=?${asked.replaceAll(/[^\x21-\x7e]/gu, encodeURIComponent)}`
}

/** In characters (RFC 1035, section 2.3.4). Clients can send more, which a warning would repeat. */
const MAX_HOST = 253

/** A port is no part of a site; `null`, what is no URL and what no name can be have no host. */
function hostOf(address: string): string {
  const host = URL.canParse(address) ? new URL(address).hostname : ''
  return host.length > MAX_HOST ? '' : host
}

/** Why a browser sends no proof (Device Bound Session Credentials, section 9.4). */
const SKIP_REASONS = ['server_error', 'unreachable', 'quota_exceeded'] as const

/**
 * What a browser says about a proof that it could not make; undefined if it is none of the three reasons. Chromium puts
 * the session's identifier behind the reason, as a parameter.
 *
 * @param header `Secure-Session-Skipped`, which anybody can send
 */
export function skipReasonIn(header: string | undefined): { skipped: (typeof SKIP_REASONS)[number] } | undefined {
  const skipped = SKIP_REASONS.find((reason) => header?.split(/[;,]/, 1)[0] === reason)
  return skipped && { skipped }
}
