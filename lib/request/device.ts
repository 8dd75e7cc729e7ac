import { epochSeconds } from '../clock.js'
import type { CookieProfile } from '../cookie/attributes.js'
import { type CookieLine, clearCookie } from '../cookie/header.js'
import { type Binding, endpointEnd, proofOf } from '../device/binding.js'
import { answerDevice, type DeviceAnswer } from '../device/endpoint.js'
import {
  type FetchMetadata,
  foreignInitiator,
  listedStranger,
  mayBounce,
  mayOffer,
  refreshTo,
} from '../device/navigation.js'
import { type DeviceSettings, offerChallenge } from '../device/tokens.js'
import type { OwnAnswer } from '../http/own-answer.js'
import { fetchMetadataOf, headerOf, mountOf, pathOf, securityOf, targetOf, withoutSlashes } from '../http/request.js'
import type { Settings } from '../options/options.js'
import type { SessionRecord } from '../session/record.js'
import type { SessionRequest } from '../types.js'
import { warnOnce } from '../warnings.js'
import { prefixOf } from './cookie-scope.js'
import { type Loaded, load } from './load.js'
import { hasCome, type RequestCookie, requestCookie } from './request-cookie.js'
import type { Sealable } from './seal-session.js'

/**
 * Where browsers register and refresh, as they see it: below the mount, and where the session's cookie is sent.
 *
 * @param mount the path that the middleware is mounted at, as `mountOf` tells when it is called
 * @param scope the cookie's path
 */
export function endpointOf(mount: string, scope: string, { name, device }: Settings): string {
  if (device?.path !== undefined) return device.path
  const [mounted, sent] = [withoutSlashes(mount), withoutSlashes(scope)]
  // Clients choose what matches a pattern. This goes between quotes, and Chromium resolves escapes in it before it asks: what would
  // lead to another host, as /%2Fhost would, leads nowhere.
  const below = (mounted.length > sent.length ? mounted : sent)
    .replace(/^\/+/, '/')
    .replaceAll(/["\\]/g, encodeURIComponent)
    .replaceAll(/%(?:[01]\w|2[35ef]|3f|5c|7f)/gi, '-')
  return below + endpointEnd(name)
}

/**
 * Answers a request of the browser itself, for the key of its device; undefined for any other. It calls nothing of the
 * app's but a `cookie` function: an error here signs the user out.
 *
 * @throws what the `cookie` function throws
 */
export function answerDeviceRequest(req: SessionRequest, settings: Settings): DeviceAnswer | undefined {
  const { device, name } = settings
  if (device === undefined || req.method !== 'POST') return undefined
  const asked = pathOf(req)
  if (!asked.endsWith(endpointEnd(name))) return undefined
  const identifier = unquoted(headerOf(req, 'sec-secure-session-id'))
  const proof = unquoted(headerOf(req, 'secure-session-response'))
  if (identifier === undefined && proof === undefined) return undefined
  const cookie = requestCookie(settings.cookieFor(req), securityOf(req), settings, req.headers.cookie)
  const { name: full, suffix, attributes } = cookie.profile
  const url = endpointOf(mountOf(req), attributes.path, settings)
  // With a path of its own, a proxy has stripped a prefix, which only the app knows. Without TLS, browsers bind nothing.
  if (!attributes.secure || (device.path === undefined && prefixOf(req) + asked !== url)) return undefined
  const now = epochSeconds()
  // Neither the schema of another version of the app nor what the endpoint itself asks for is to be found here.
  const quiet = { ...settings, device: undefined, schema: undefined, report: () => {} }
  const loaded = load(req.headers.cookie, cookie.names, quiet, now, cookie.former)
  const answer = answerDevice(
    { identifier, proof, sessions: loaded.status === 'valid' ? [loaded.claims, ...loaded.others] : [] },
    {
      ...{ settings: device, base: name, url },
      cookie: { name: proofOf(full), suffix },
      scope: attributes.path,
      absoluteTimeout: settings.timeouts.absolute,
    },
    now,
  )
  const { event } = answer
  if (event) settings.report(() => event)
  return answer
}

/** The draft has a quoted string, and Chromium sends it bare. */
function unquoted(value: string | undefined): string | undefined {
  return value !== undefined && /^".*"$/s.test(value) ? value.slice(1, -1) : value
}

/**
 * A page that loads itself again, in the place of one whose request could not refresh; undefined for any other request.
 *
 * @param load returns what the request brought. It is called only for pages that may be answered so
 */
export function bounceOf(req: SessionRequest, load: () => Loaded, settings: Settings): OwnAnswer | undefined {
  const { device, name } = settings
  if (device === undefined || !device.enforce || req.method !== 'GET') return undefined
  const request = fetchMetadataOf(req)
  const bringsProof = req.headers.cookie?.includes(`${proofOf(name)}=`) === true
  if (!mayBounce(request, bringsProof)) return undefined
  const profile = profileOf(req, settings)
  if (profile === undefined) return undefined
  const loaded = load()
  if (loaded.status !== 'rejected') return undefined
  const { state } = loaded.binding ?? {}
  const isStray = state === 'stray'
  if (!(isStray || state === 'lapsed') || !mayBounce(request, isStray)) return undefined
  // Where other hosts may have set the proof or the session, both may come again, and this page would not end.
  const names = [profile, ...(loaded.from?.profiles ?? [])].map(({ name }) => name)
  const isPlantable = names.some((one) => !one.startsWith('__Host-'))
  if (isStray && request.site === 'same-origin' && isPlantable) return undefined
  const proof = { name: proofOf(profile.name), suffix: profile.suffix }
  return {
    status: 200,
    headers: [
      ['Cache-Control', 'no-store'],
      ['Content-Type', 'text/html; charset=utf-8'],
      ['Refresh', refreshTo(targetOf(req))],
      ...(isStray ? [['Set-Cookie', clearCookie(proof)] as const] : []),
    ],
    body: '<!doctype html><title></title>',
  }
}

/** The request's cookie. Undefined where the app's `cookie` function throws: it may not be asked for the session at all. */
function profileOf(req: SessionRequest, settings: Settings): CookieProfile | undefined {
  try {
    return requestCookie(settings.cookieFor(req), securityOf(req), settings, req.headers.cookie).profile
  } catch {
    return undefined
  }
}

/**
 * Warns once of a host whose pages ask for a session that they cannot refresh, and of one that is listed and of another
 * site: the refresh that a link from there causes comes without a session of `SameSite=Lax`, and ends the key.
 */
export function warnOfInitiator(req: SessionRequest, loaded: Loaded, settings: Settings): void {
  const { device } = settings
  if (device === undefined) return
  const { initiators } = device
  const reason = loaded.status === 'valid' ? loaded.refusal : loaded.status === 'rejected' ? loaded.reason : undefined
  const isUnproven = reason === 'unproven'
  if (!isUnproven && initiators.length === 0) return
  const [request, referer] = [fetchMetadataOf(req), headerOf(req, 'referer')]
  const host = isUnproven ? foreignInitiator(request, referer, initiators) : undefined
  if (host !== undefined) {
    warnOnce(
      'SESSION_WARN_INITIATOR',
      `pages of ${host} ask for a session that is bound to a device, and cannot prove it: ` +
        `if ${host} is yours, add '${host}' to deviceBound.initiators`,
      host,
    )
  }
  const stranger = listedStranger(request, referer, initiators)
  if (stranger === undefined || profileOf(req, settings)?.attributes.sameSite === 'none') return
  warnOnce(
    'SESSION_WARN_INITIATOR',
    `links from ${stranger}, which is of another site, sign users out: ` +
      `remove '${stranger}' from deviceBound.initiators`,
    stranger,
  )
}

/**
 * The device's key that a session names when it is written. One that stands in the place of another gets its key, so that
 * nobody with copied cookies can trade them for a session that is not bound: not even as long as none is refused.
 */
export function deviceKeyOf({ received }: SessionRecord, binding: Binding | undefined): string | undefined {
  return binding && (received?.claims.dev ?? binding.dev)
}

/**
 * Offers to bind a session that the request did not bring, in the value of a header. Once only: a thief of an unbound one must
 * not be offered a key.
 *
 * @param device what the request is for, and the path of the endpoint, as the browser sees it
 * @param now seconds since the epoch
 */
export function offerOf(
  { record, dev }: Sealable,
  { profile }: RequestCookie,
  settings: DeviceSettings,
  device: { readonly request: FetchMetadata; readonly url: string },
  now: number,
): string | undefined {
  if (record.received !== undefined || dev !== undefined || !profile.attributes.secure) return undefined
  if (!mayOffer(device.request, settings.initiators)) return undefined
  const challenge = offerChallenge(record.sid, settings, now)
  return challenge && `(ES256);path="${device.url}";challenge="${challenge}"`
}

/** Removes the proofs that the request has brought. */
export function proofRemovals({ held }: RequestCookie, header: string | undefined): CookieLine[] {
  return held
    .map(({ name, suffix }) => ({ name: proofOf(name), suffix }))
    .filter((one) => hasCome(one, header))
    .map((one) => ({ name: one.name, line: clearCookie(one) }))
}
