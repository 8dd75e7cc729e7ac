import { AsyncLocalStorage, executionAsyncResource } from 'node:async_hooks'
import { SessionError } from '../errors.js'
import { isPromise } from '../promise.js'
import type { SessionNext, SessionRequest, SessionResponse } from '../types.js'
import { warnOnce } from '../warnings.js'
import { isPrivate } from './cache.js'
import type { Commit } from './committer.js'
import { hasHeadLeft } from './patch.js'

/** What the producer said about the body that it did not get to send. An error page is none of it. */
const DESCRIBES_THE_BODY = [
  'accept-ranges',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-range',
  'content-type',
  'etag',
  'expires',
  'last-modified',
  'location',
  'trailer',
  'transfer-encoding',
]

/** On whose behalf code runs, and what it has started, once the commit of a response has failed. */
interface Part {
  /** Stands for the response. */
  readonly owner: object
  /** Of the producer: what called it. undefined for the error handler. */
  readonly caller: object | undefined
}

const parts = new AsyncLocalStorage<Part>()

/** Takes back what the producer said of its response: an error page starts from the status 500. */
export function resetHead(res: SessionResponse): void {
  for (const name of DESCRIBES_THE_BODY) {
    const value = res.getHeader(name)
    // Removing a header that is not there tells Node not to add it: the error page would go without a length.
    if (value !== undefined && !(name === 'cache-control' && isPrivate(value))) res.removeHeader(name)
  }
  res.statusCode = 500
  if (Object.hasOwn(res, 'statusMessage')) res.statusMessage = ''
}

/**
 * Hands a response that could not be committed to whoever handles the app's errors: Express, where it stands behind the
 * middleware; the app's `onError` where it does not; or ourselves, with a plain 500. The producer knows nothing of it
 * and goes on writing: `isHandling` and `isProducing` tell the two apart.
 *
 * @param owner stands for this response, and is what these are asked with
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
 * The `next` of the router that a request is in. Express keeps it on the request, and uses it itself for what fails
 * later (`res.render`, `res.sendFile`): the error handlers of a nested router or app come first.
 */
export function nextOf(req: SessionRequest): unknown {
  return (req as { next?: unknown }).next
}

/** Runs `act` as if the error handler did that this response was diverted to. */
export function asHandling<Result>(owner: object, act: () => Result): Result {
  return parts.run({ owner, caller: undefined }, act)
}

/** Whether the error handler that this response was diverted to has started the code that runs now. */
export function isHandling(owner: object): boolean {
  const part = parts.getStore()
  return part?.owner === owner && part.caller === undefined
}

/**
 * Whether the producer of this response has started the code that runs now, after its commit had failed. Up to Node 22,
 * what called the producer keeps its mark; it may be a connection that calls an error handler next.
 */
export function isProducing(owner: object): boolean {
  const part = parts.getStore()
  return part?.owner === owner && part.caller !== undefined && part.caller !== executionAsyncResource()
}

/**
 * The `next` that leads to error handlers of Express, or undefined where there is none, or where Express has passed the
 * request on to what it stands in. Everybody else's `next` was called once, and may be called once only: a host that
 * made a promise of it hears nothing more, and one that takes the next handler off a list runs that of another request.
 */
function expressBehind({ req, next, router }: Commit): SessionNext | undefined {
  const nearest = nextOf(req)
  if (typeof nearest !== 'function') return undefined
  // In a router inside of that in which the middleware stands; its own error handlers come first.
  if (nearest !== router) return nearest as SessionNext
  return next === router || isOfRoute(next, req) ? next : (nearest as SessionNext)
}

/**
 * Whether a `next` is that of a route (`app.get('/', sessions, handler)`), which Express does not keep anywhere. Its own
 * is a declared function of this name; what an app wraps around the middleware is an arrow function nearly always.
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
      'onError has thrown, so the response is a plain 500, or ends where it was: mend it',
    )
    refuse(res)
  }
  try {
    const answered = onError(error, req, res)
    if (isPromise(answered)) answered.then(undefined, failed)
  } catch {
    failed()
  }
}

/** An upgrade's response, which socket.io makes, has only some methods, and closes the connection at its end. */
function refuse(res: SessionResponse): void {
  if (hasHeadLeft(res)) {
    // Half of an answer must not look like a whole one, nor wait for the rest for ever.
    const left = res as { readonly writableEnded?: boolean; destroy?(): unknown }
    if (!left.writableEnded) left.destroy?.()
    return
  }
  const answered = res as Partial<Pick<SessionResponse, 'setHeader'>> & {
    writeHead(status: number): void
    end(body: string): void
  }
  // Of an onError that has failed, as of the producer.
  if ('getHeader' in res) resetHead(res)
  answered.setHeader?.('Content-Type', 'text/plain; charset=utf-8')
  answered.writeHead(500)
  answered.end('Internal Server Error\n')
}

/** Of other errors than ours, the message may hold anything. */
function unhandled(error: unknown): string {
  const code = codeOf(error)
  const what = code === '' ? '' : ` (${code}: ${(error as Error).message})`
  return (
    `a session could not be sealed, and nothing handles the error${what}: its response is a plain 500. ` +
    'Keep less in the session, or answer it yourself: session({ onError: (error, req, res) => ... })'
  )
}

function codeOf(error: unknown): string {
  return error instanceof SessionError ? error.code : ''
}
