import type { Rejection } from '../../../lib/index.js'

/** Why a cookie does not open, in plain words. */
export const REJECTIONS: Readonly<Record<Rejection, string>> = {
  malformed: 'It is not a token of this format: something is missing or was added, so there is nothing to decrypt.',
  'too-long': 'It is longer than any cookie that the server writes, so nothing of it was decoded.',
  'missing-key':
    'The key that its header names is not on the ring: it was revoked or dropped, or another server made it.',
  tampered: 'The tag does not fit the rest: a character was changed, or the cookie was sealed for another name.',
  future: 'It says that it was sealed in the future: the clocks of two servers are apart.',
  absolute: 'The session is older than any session may become, however often it was used.',
  idle: 'The session was not used for too long.',
  expired: 'The end that was sealed into it has passed.',
  ended: 'This session was logged out in this browser, and a late response brought its cookie back. The guard saw it.',
  schema: 'The cookie itself is fine, but its data have another shape than this version of the app expects.',
  unproven: 'The session is bound to a device, and nothing proved that the request came from there.',
  unbound: 'The session is bound to no device, and its time without one is over.',
  invalidated: 'The cookie itself is fine, but the app was asked (validate) and said that this session may not go on.',
}
