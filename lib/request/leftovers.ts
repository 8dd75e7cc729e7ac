import { type CookieProfile, inScope, isSameCookie } from '../cookie/attributes.js'
import { candidates } from '../cookie/read.js'
import { domainsAbove } from './cookie-scope.js'
import { hasCome, type RequestCookie } from './request-cookie.js'

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
