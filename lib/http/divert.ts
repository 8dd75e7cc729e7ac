import { AsyncLocalStorage } from 'node:async_hooks'
import type { SessionNext, SessionResponse } from '../types.js'
import { isPrivate } from './cache.js'
import { refuseHandshake } from './handshake.js'

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

/** Whose error is being handled, in everything that an error handler does, later and asynchronously too. */
const handling = new AsyncLocalStorage<object>()

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
 * Gives a response that could not be committed to the app's error handler. The producer knows nothing of it and
 * goes on writing; what it writes is told from what the error handler writes by `isHandling`.
 *
 * @param owner stands for this response, and is what `isHandling` is asked with
 */
export function divert(owner: object, res: SessionResponse, next: SessionNext, error: unknown): void {
  handling.run(owner, () => {
    next(error)
    refuseHandshake(res)
  })
}

/**
 * The `next` of the router that a request is in. Express keeps it on the request, and uses it itself for what fails
 * later (`res.render`, `res.sendFile`): the error handlers of a nested router or app come first.
 */
export function nextOf(res: SessionResponse): unknown {
  return (res.req as { next?: unknown } | undefined)?.next
}

/** Whether the code that runs now was started by the error handler that this response was diverted to. */
export function isHandling(owner: object): boolean {
  return handling.getStore() === owner
}
