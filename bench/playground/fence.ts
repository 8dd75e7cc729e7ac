import { isIP } from 'node:net'
import type { Request, RequestHandler } from 'express'

/**
 * Keeps other sites out. A name that its owner lets point to this machine (DNS rebinding) is refused, and a form
 * or script of another origin may not press a button here.
 *
 * @param names beside localhost and addresses, by which the playground may be called
 */
export function fence(names: readonly string[]): RequestHandler {
  return (req, res, next) => {
    const refusal = !isOurs(req, names)
      ? 'not by this name'
      : isFromElsewhere(req)
        ? 'not from another site'
        : undefined
    if (refusal === undefined) next()
    else res.status(403).type('text').send(`The playground is for its own page on this machine, ${refusal}.\n`)
  }
}

function isOurs(req: Request, names: readonly string[]): boolean {
  const name = (req.headers.host ?? '')
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase()
  return name === 'localhost' || name.endsWith('.localhost') || isIP(name) !== 0 || names.includes(name)
}

/** Browsers say from where a request comes, older ones only in `Origin`. What is no browser says neither. */
function isFromElsewhere({ method, headers }: Request): boolean {
  if (method === 'GET' || method === 'HEAD') return false
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  const { origin, host } = headers
  return origin !== undefined && origin.replace(/^https?:\/\//, '') !== host
}
