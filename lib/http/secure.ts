import type { SessionRequest } from '../types.js'

/** How a request came, as far as it tells. */
export interface Security {
  readonly secure: boolean
  /** Whether the answer is certain: a proxy may have taken in over TLS what comes without Express. */
  readonly known: boolean
}

/**
 * Whether the request came over HTTPS. Express knows best, since `req.secure` respects `trust proxy`; without it,
 * the socket tells.
 */
export function securityOf(req: SessionRequest): Security {
  const { secure } = req as { secure?: unknown }
  if (typeof secure === 'boolean') return { secure, known: true }
  const encrypted = (req.socket as { encrypted?: boolean } | null | undefined)?.encrypted === true
  return { secure: encrypted, known: encrypted }
}
