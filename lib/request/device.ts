import { epochSeconds } from '../clock.js'
import { clearCookie } from '../cookie/write.js'
import { type Binding, proofOf } from '../device/binding.js'
import { answerDevice, type DeviceAnswer } from '../device/endpoint.js'
import { foreignInitiator, isPage, mayBounce, refreshTo } from '../device/navigation.js'
import type { DeviceSettings } from '../device/settings.js'
import type { OwnAnswer } from '../http/head.js'
import { fetchMetadataOf, headerOf, mountOf, pathOf, securityOf, targetOf } from '../http/request.js'
import type { Settings } from '../options/options.js'
import type { SessionRequest } from '../types.js'
import { warnOnce } from '../warnings.js'
import { type Loaded, load } from './load.js'
import { type RequestCookie, requestCookie } from './request-cookie.js'

/** Where browsers register and refresh, as they see it: below the mount, and where the session's cookie is sent. */
export function endpointOf(req: SessionRequest, { name, device, path }: Settings): string {
  if (device?.path !== undefined) return device.path
  const [mount, scope] = [mountOf(req), path].map((one) => one.replace(/\/$/, '')) as [string, string]
  // Clients choose what matches a pattern, and this goes between quotes.
  const below = (mount.length > scope.length ? mount : scope).replaceAll(/["\\]/g, encodeURIComponent)
  return `${below}/.bound/${name}`
}

/**
 * Answers a request of the browser itself, for the key of its device; undefined for any other. It calls nothing of the
 * app's but a `cookie` function: an error here signs the user out.
 *
 * @throws what the `cookie` function throws
 */
export function answerDeviceRequest(req: SessionRequest, settings: Settings): DeviceAnswer | undefined {
  const { device, name } = settings
  if (device === undefined || req.method !== 'POST' || !isEndpoint(req, settings, device)) return undefined
  const identifier = unquoted(headerOf(req, 'sec-secure-session-id'))
  const proof = unquoted(headerOf(req, 'secure-session-response'))
  if (identifier === undefined && proof === undefined) return undefined
  const scoped = settings.cookieFor(req)
  const cookie = requestCookie(scoped, securityOf(req), settings, req.headers.cookie)
  // Browsers bind nothing without TLS, so this is no browser.
  if (!cookie.security.secure) return undefined
  const now = epochSeconds()
  const quiet = { ...settings, device: undefined, report: () => {} }
  const loaded = load(req.headers.cookie, cookie.names, quiet, now, cookie.former)
  const { profile } = cookie
  const answer = answerDevice(
    { identifier, proof, session: loaded.status === 'valid' ? loaded.claims : undefined },
    {
      settings: device,
      base: name,
      cookie: { name: proofOf(profile.name), suffix: profile.suffix },
      url: endpointOf(req, settings),
      scope: profile.attributes.path,
      absoluteTimeout: settings.timeouts.absolute,
    },
    now,
  )
  const { event } = answer
  if (event) settings.report(() => event)
  return answer
}

function isEndpoint(req: SessionRequest, settings: Settings, { path }: DeviceSettings): boolean {
  const asked = pathOf(req)
  // A proxy has stripped a prefix, which only the app knows.
  return path === undefined ? asked === endpointOf(req, settings) : asked.endsWith(`/.bound/${settings.name}`)
}

/** The draft has a quoted string, and Chromium sends it bare. */
function unquoted(value: string | undefined): string | undefined {
  return value !== undefined && /^".*"$/s.test(value) ? value.slice(1, -1) : value
}

/**
 * A page that loads itself again, in the place of one whose request could not refresh; undefined for any other request.
 *
 * @param loaded what the request brought; it is not asked for unless the request may be answered so
 */
export function bounceOf(
  req: SessionRequest,
  cookie: () => RequestCookie,
  loaded: () => Loaded,
  { device }: Settings,
): OwnAnswer | undefined {
  if (device === undefined || !device.enforce || req.method !== 'GET') return undefined
  const request = fetchMetadataOf(req)
  if (!isPage(request)) return undefined
  const { binding } = loaded() as { readonly binding?: Binding }
  if (binding === undefined || loaded().status !== 'rejected') return undefined
  const isStray = binding.state === 'stray'
  if (!(isStray || binding.state === 'lapsed') || !mayBounce(request, isStray)) return undefined
  const removed = isStray ? cookie().held.map(({ name, suffix }) => clearCookie({ name: proofOf(name), suffix })) : []
  return {
    status: 200,
    headers: [
      ['Cache-Control', 'no-store'],
      ['Content-Type', 'text/html; charset=utf-8'],
      ['Refresh', refreshTo(targetOf(req))],
      ...removed.map((line) => ['Set-Cookie', line] as const),
    ],
    body: '<!doctype html><title></title>',
  }
}

/** Warns once of a host whose pages ask for a session that they cannot refresh. */
export function warnOfInitiator(req: SessionRequest, loaded: Loaded, { device }: Settings): void {
  if (device === undefined || loaded.status !== 'rejected' || loaded.reason !== 'unproven') return
  const host = foreignInitiator(fetchMetadataOf(req), device.initiators)
  if (host === undefined) return
  warnOnce(
    'SESSION_WARN_INITIATOR',
    `pages of ${host} ask for a session that is bound to a device, and cannot prove it: ` +
      `add '${host}' to deviceBound.initiators`,
    host,
  )
}
