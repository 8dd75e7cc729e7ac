import { AsyncLocalStorage, executionAsyncResource } from 'node:async_hooks'
import type { Http2Stream } from 'node:http2'
import { SessionError } from '../errors.js'
import type { SessionNext, SessionRequest, SessionResponse } from '../types.js'
import { isPromise, onFailure } from '../values.js'
import { warnOnce } from '../warnings.js'
import { isPrivate, isTargeted } from './cache.js'
import { type Commit, hasHeadLeft } from './patch.js'

/*
 * Once a commit has failed, two kinds of code use one response. The producer is the code that produces the response
 * that failed, such as a route handler and the streams that it pipes; nothing tells it of the failure, so it goes on
 * writing. The error handler is the code that answers instead.
 */

/**
 * Headers with which the producer describes its body, or has a proxy send another one. They do not describe the error
 * page.
 */
const DESCRIBES_THE_BODY = [
  'accept-ranges',
  'cache-control',
  'content-digest',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-md5',
  'content-range',
  'content-type',
  'etag',
  'expires',
  'last-modified',
  'location',
  'repr-digest',
  'trailer',
  'transfer-encoding',
  'x-accel-redirect',
  'x-lighttpd-send-file',
  'x-sendfile',
]

/** Which of the two runs, after the commit of a response has failed. Whatever it starts inherits this. */
interface Part {
  /** Identifies the response. */
  readonly owner: object
  /** For the producer, the async resource in which the commit failed; for the error handler, undefined. */
  readonly caller: object | undefined
}

const parts = new AsyncLocalStorage<Part>()

/** Resets the status to 500, and removes headers that describe the producer's body. */
export function resetHead(res: SessionResponse): void {
  // The response that socket.io makes for an upgrade cannot list its headers.
  const targeted = typeof res.getHeaderNames === 'function' ? res.getHeaderNames().filter(isTargeted) : []
  for (const name of [...DESCRIBES_THE_BODY, ...targeted]) {
    const value = res.getHeader(name)
    // Removing an absent header tells Node not to add it later: the error page would have no Content-Length.
    if (value !== undefined && !(name === 'cache-control' && isPrivate(value))) res.removeHeader(name)
  }
  res.statusCode = 500
  if (Object.hasOwn(res, 'statusMessage')) res.statusMessage = ''
}

/**
 * Hands a response whose commit has failed to the error handler: that of Express, if `next` leads there; otherwise the
 * app's `onError`; without one, a plain 500 and a warning. `isHandling` and `isProducing` then tell whose code runs.
 *
 * @param owner identifies this response to these two
 */
export function divert(owner: object, res: SessionResponse, commit: Commit, error: unknown): void {
  const express = expressBehind(commit)
  asHandling(owner, () => {
    if (express) express(error)
    else answer(res, commit, error)
  })
  parts.enterWith({ owner, caller: executionAsyncResource() })
}

/**
 * The `next` of the router that a request is in, or undefined without Express, which uses it for its own late errors
 * (`res.render`, `res.sendFile`): the error handlers of a nested router or app come first.
 */
export function nextOf(req: SessionRequest): unknown {
  return (req as { next?: unknown }).next
}

/** Runs `act` as this response's error handler. */
export function asHandling<Result>(owner: object, act: () => Result): Result {
  return parts.run({ owner, caller: undefined }, act)
}

/** Whether this response's error handler has started the code that runs now. */
export function isHandling(owner: object): boolean {
  const part = parts.getStore()
  return part?.owner === owner && part.caller === undefined
}

/**
 * Whether this response's producer has started the code that runs now, after the commit had failed. Up to Node 22, what
 * called the producer keeps its mark, and does not count: it may be a connection that calls an error handler next.
 */
export function isProducing(owner: object): boolean {
  const part = parts.getStore()
  return part?.owner === owner && part.caller !== undefined && part.caller !== executionAsyncResource()
}

/**
 * The `next` that leads to error handlers of Express; undefined without Express, or if it has passed the request on to
 * its host. The `next` of other hosts must not be called twice: one that wraps it in a promise would not notice, and
 * one that takes the next handler off a list would run that of another request.
 */
function expressBehind({ req, next, router }: Commit): SessionNext | undefined {
  const nearest = nextOf(req)
  if (typeof nearest !== 'function') return undefined
  // The request is in a nested router, whose own error handlers come first.
  if (nearest !== router) return nearest as SessionNext
  return next === router || isOfRoute(next, req) ? next : (nearest as SessionNext)
}

/**
 * Whether a `next` is that of a route (`app.get('/', sessions, handler)`), which Express keeps nowhere. It is a
 * declared function of this name; an app that wraps the middleware nearly always passes an arrow function.
 */
function isOfRoute(next: SessionNext, req: SessionRequest): boolean {
  return 'route' in req && req.route !== undefined && next.name === 'next' && Object.hasOwn(next, 'prototype')
}

function answer(res: SessionResponse, { req, onError }: Commit, error: unknown): void {
  if (onError === undefined) {
    warnOnce('SESSION_WARN_UNHANDLED', unhandled(error), codeOf(error))
    refuse(res)
    return
  }
  const failed = () => {
    warnOnce(
      'SESSION_WARN_ON_ERROR',
      'onError failed, so the response is a plain 500, or was cut off if it had begun: catch its errors in onError',
    )
    refuse(res)
  }
  try {
    const answered = onError(error, req, res)
    if (isPromise(answered)) onFailure(answered, failed)
  } catch {
    failed()
  }
}

/** RFC 9113, section 7. */
const INTERNAL_ERROR = 0x2

/**
 * Answers with a plain 500. The response that socket.io makes for an upgrade has only some of the methods; its `end` closes
 * the connection.
 */
export function refuse(res: SessionResponse): void {
  if (hasHeadLeft(res)) {
    // A client must not take half of an answer for all of it, nor wait for the rest.
    const left = res as { readonly writableEnded?: boolean; readonly stream?: Http2Stream; destroy?(): unknown }
    if (left.writableEnded) return
    if (left.stream) left.stream.close(INTERNAL_ERROR)
    else left.destroy?.()
    return
  }
  const answered = res as Partial<Pick<SessionResponse, 'setHeader'>> & {
    writeHead(status: number): void
    end(body: string): void
  }
  // An onError that failed may have set headers that describe its own body.
  if ('getHeader' in res) resetHead(res)
  answered.setHeader?.('Content-Type', 'text/plain; charset=utf-8')
  answered.writeHead(500)
  answered.end('Internal Server Error\n')
}

/** Quotes a `SessionError` only, because the message of any other error may hold session data. */
function unhandled(error: unknown): string {
  const code = codeOf(error)
  const what = code === '' ? '' : ` (${code}: ${(error as Error).message})`
  return (
    `a session could not be sealed, and nothing handles the error${what}, so its response is a plain 500: ` +
    'set onError: (error, req, res) => ... in session()'
  )
}

function codeOf(error: unknown): string {
  return error instanceof SessionError ? error.code : ''
}

/** Warns of a commit that fails while the headers are leaving, when nothing can be answered any more. */
export function warnTooLate(): void {
  warnOnce(
    'SESSION_WARN_LATE',
    'the session was changed while the headers were being sent, and cannot be sealed: change it before the response is sent',
    'while leaving',
  )
}
