import type { SessionResponse } from '../types.js'
import { forbidStoring, varyByCookie } from './cache.js'
import { Head, putCookies } from './head.js'

/** An answer that the middleware gives by itself. */
export interface OwnAnswer {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

/**
 * Answers a request that the app does not get to see. No cache may keep the answer, whatever middleware in front has said
 * of the app's: a page that loads itself again would be everybody's.
 */
export function send(res: SessionResponse, { status, headers, body }: OwnAnswer): void {
  const head = new Head(res)
  for (const [name, value] of headers) {
    // Middleware in front may have set cookies.
    if (name === 'Set-Cookie') putCookies(head, [{ name: value.slice(0, value.indexOf('=')), line: value }])
    else head.set(name, value)
  }
  varyByCookie(head)
  forbidStoring(head)
  res.statusCode = status
  res.end(body)
}
