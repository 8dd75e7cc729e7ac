import type { RequestHandler } from 'express'
import { STYLE_HASH } from './style.js'

const POLICY = [
  "default-src 'none'",
  `style-src '${STYLE_HASH}'`,
  "script-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  // Text becomes markup in one place of the script, which reads the answers of this server.
  "require-trusted-types-for 'script'",
  'trusted-types playground',
].join('; ')

/** Nothing but our own style sheet, script and icon loads, and no other page can frame this one or send its forms away. */
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
