import type { RequestHandler, Response } from 'express'
import type { Html } from './html.js'
import { STYLE_HASH } from './style.js'

const POLICY = [
  "default-src 'none'",
  `style-src '${STYLE_HASH}'`,
  'img-src data:',
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ')

/** Nothing but our own style sheet and icon loads, and no other page can frame this one or send its forms away. */
export const securityHeaders: RequestHandler = (_req, res, next) => {
  res.set({
    'Content-Security-Policy': POLICY,
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
  })
  next()
}

/** Sends a page. It shows a session and its cookie, so nobody may store it. */
export function respond(res: Response, status: number, page: Html): void {
  res.status(status).set('Cache-Control', 'no-store').type('html').send(page.text)
}
