import { floor as sealer } from '../sealers/floor.js'
import type { Serve } from './exchange.js'

/**
 * What no middleware that encrypts can go below: the floor of sealing and opening, and one header line. It knows no
 * timeouts, notices no change, and is told whether the session is to be written.
 */
export function floor(writes: boolean): Serve {
  return (req, res, handler) => {
    const { cookie = '' } = req.headers
    req.session = cookie === '' ? {} : open(cookie.slice('session='.length))
    handler(req)
    if (writes)
      res.setHeader('Set-Cookie', `session=${seal(req.session)}; Max-Age=86400; Path=/; HttpOnly; SameSite=Lax`)
    res.end('ok')
  }
}

const seal = sealer.seal as (data: object) => string
const open = sealer.open as (token: string) => Record<string, unknown>
