import { setCookie } from '../cookie/header.js'
import type { DeviceEvent } from '../events.js'
import { hashSessionId } from '../token/claims.js'
import { ENDPOINTS } from './binding.js'
import { isSignedBy, readProof } from './proof.js'
import {
  challengedAt,
  type DeviceSettings,
  offeredSession,
  proofCookie,
  readIdentifier,
  refreshChallenge,
  registeredAt,
  sessionIdentifier,
} from './tokens.js'

/** A session as the endpoint sees it. */
export interface BroughtSession {
  readonly sid: string
  /** The thumbprint of the key that it is bound to. */
  readonly dev?: string | undefined
}

/** What the browser sends to the endpoint. */
export interface DeviceRequest {
  /** `Sec-Secure-Session-Id`: there with a refresh only. */
  readonly identifier: string | undefined
  /** `Secure-Session-Response`. */
  readonly proof: string | undefined
  /** The sessions that the request brought and that are accepted, without asking for a proof: the newest first. */
  readonly sessions: readonly BroughtSession[]
}

/** What the answers are made of. */
export interface DeviceContext {
  readonly settings: DeviceSettings
  /** The cookie's base name, for events. */
  readonly base: string
  /** Name and attributes of the proof cookie, as `Set-Cookie` has them. */
  readonly cookie: { readonly name: string; readonly suffix: string }
  /** The path of the endpoint, as the browser sees it. */
  readonly url: string
  /** The path below which the session's cookie is sent. */
  readonly scope: string
  /** Seconds until a session ends that begins now. */
  readonly absoluteTimeout: number
}

/** The answer of the endpoint. Its body is JSON, or empty. */
export interface DeviceAnswer {
  readonly status: 200 | 400 | 403 | 503
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
  readonly event: DeviceEvent | undefined
}

/** Why registering or refreshing failed. */
export type DeviceRefusal = 'malformed' | 'challenge' | 'signature' | 'session' | 'identifier'

/**
 * Answers a registration or a refresh (Device Bound Session Credentials, sections 8.7 and 8.8). It writes no session, and
 * asks neither `validate` nor a database: a failure here signs the user out.
 *
 * @param now seconds since the epoch
 */
export function answerDevice(request: DeviceRequest, context: DeviceContext, now: number): DeviceAnswer {
  return request.identifier === undefined
    ? register(request, context, now)
    : refresh(request.identifier, request, context, now)
}

/** Takes a key for the session that the challenge names. Any answer but 200 leaves that session unbound. */
function register({ proof: text, sessions }: DeviceRequest, context: DeviceContext, now: number): DeviceAnswer {
  const { settings, base } = context
  const refuse = (reason: DeviceRefusal) => answer(400, [], '', refused(base, 'register', reason))
  const proof = text === undefined ? undefined : readProof(text)
  if (proof?.key === undefined) return refuse('malformed')
  const { key } = proof
  const sid = offeredSession(proof.challenge, settings, now)
  if (sid === undefined) return refuse('challenge')
  if (!isSignedBy(proof, key)) return refuse('signature')
  // A log-in that another site has posted here registers without cookies. A session that comes must be the one; other
  // hosts may have planted others.
  const session = sessions.find((one) => one.sid === sid) ?? sessions[0]
  const isOther = session && (session.sid !== sid || (session.dev !== undefined && session.dev !== key.thumbprint))
  if (isOther) return refuse('session')
  const identifier = sessionIdentifier(sid, key, now + context.absoluteTimeout, settings, now)
  const challenge = refreshChallenge(sid, key.thumbprint, settings.proofTimeout, settings, now)
  if (identifier === undefined || challenge === undefined) return unavailable()
  const headers = [
    ['Content-Type', 'application/json'],
    // With it, the first refresh takes one request instead of two.
    ['Secure-Session-Challenge', challengeHeader(challenge, identifier)],
  ] as const
  return answer(200, headers, JSON.stringify(instructions(identifier, context)), {
    type: 'registered',
    name: base,
    session: hashSessionId(sid),
  })
}

/** What the browser keeps: when to refresh, where, and by which cookie it knows that it need not. */
function instructions(identifier: string, { settings, cookie, url, scope }: DeviceContext): object {
  const { initiators } = settings
  const endpoints = new Set([ENDPOINTS, url.slice(0, url.lastIndexOf('/'))])
  return {
    session_identifier: identifier,
    refresh_url: url,
    scope: {
      include_site: false,
      // The last rule that fits decides. Refreshes of two sessions would wait for each other, and no page of the host would load.
      scope_specification: [
        ...(scope === '/' ? [] : [{ type: 'exclude', path: '/' } as const, { type: 'include', path: scope } as const]),
        ...[...endpoints].map((path) => ({ type: 'exclude', path }) as const),
      ],
    },
    // Chromium refuses a cookie with a priority here, and registers nothing.
    credentials: [{ type: 'cookie', name: cookie.name, attributes: cookie.suffix.replace(/^; |; Priority=\w+/g, '') }],
    ...(initiators.length > 0 && { allowed_refresh_initiators: initiators }),
  }
}

/** Sets the proof cookie if the key has signed a challenge that is still young. */
function refresh(text: string, request: DeviceRequest, context: DeviceContext, now: number): DeviceAnswer {
  const { settings, base, cookie } = context
  const { proofTimeout } = settings
  const end = (reason: DeviceRefusal) =>
    answer(200, [['Content-Type', 'application/json']], '{"continue":false}', refused(base, 'refresh', reason))
  const identifier = readIdentifier(text)
  if (identifier === undefined) return end('identifier')
  const { thumbprint } = identifier.key
  // A session that names no key yet has only the link to say that this key was offered to it.
  const sinceOf = ({ sid, dev }: BroughtSession) =>
    dev === undefined ? registeredAt(identifier, sid, settings, now) : undefined
  const session = request.sessions.find((one) => one.dev === thumbprint || sinceOf(one) !== undefined)
  if (session === undefined) return end('session')
  const { sid } = session
  const since = sinceOf(session)
  const proof = request.proof === undefined ? undefined : readProof(request.proof)
  if (request.proof !== undefined && proof === undefined) return end('malformed')
  const challenged = proof && challengedAt(proof.challenge, thumbprint, settings, now)
  const about = { name: base, session: hashSessionId(sid) }
  if (proof === undefined || challenged === undefined) {
    const challenge = refreshChallenge(sid, thumbprint, proofTimeout, settings, now)
    if (challenge === undefined) return unavailable()
    const header = ['Secure-Session-Challenge', challengeHeader(challenge, text)] as const
    return answer(403, [header], '', { type: 'challenged', ...about })
  }
  if (!isSignedBy(proof, identifier.key)) return end('signature')
  const proved = { sid, dev: thumbprint, since: since ?? challenged }
  const made = proofCookie(proved, challenged, proofTimeout, settings, now)
  if (made === undefined) return unavailable()
  const line = setCookie(cookie, made.value, made.maxAge)
  return answer(200, [['Set-Cookie', line]], '', { type: 'proved', ...about })
}

function answer(
  status: DeviceAnswer['status'],
  headers: DeviceAnswer['headers'],
  body: string,
  event: DeviceEvent | undefined,
): DeviceAnswer {
  return { status, headers: [['Cache-Control', 'no-store'], ...headers], body, event }
}

/** No key may seal. The browser keeps its key, and tries again later. */
function unavailable(): DeviceAnswer {
  return answer(503, [], '', undefined)
}

function refused(name: string, step: 'register' | 'refresh', reason: DeviceRefusal): DeviceEvent {
  return { type: 'device-refused', name, step, reason }
}

/** Both are tokens, or a key and a token: neither needs an escape (RFC 8941, section 3.3.3). */
function challengeHeader(challenge: string, identifier: string): string {
  return `"${challenge}";id="${identifier}"`
}
