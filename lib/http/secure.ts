import type { SessionRequest } from '../types.js'

/** Whether it is known how the request came: Express says so, and a TLS socket does. */
export function isSecurityKnown(req: SessionRequest): boolean {
  return typeof (req as { secure?: unknown }).secure === 'boolean' || isSecure(req)
}

/**
 * Whether the request came over HTTPS. Express knows best, since `req.secure` respects `trust proxy`; without it,
 * the socket tells.
 */
export function isSecure(req: SessionRequest): boolean {
  const { secure } = req as { secure?: unknown }
  if (typeof secure === 'boolean') return secure
  return (req.socket as { encrypted?: boolean } | null | undefined)?.encrypted === true
}
