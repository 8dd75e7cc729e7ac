import Keygrip from 'keygrip'
import type { Sealer } from './sealer.js'
import { NAME, SECRET } from './secrets.js'

const keygrip = new Keygrip([SECRET])
const SIGNATURE = `; ${NAME}.sig=`

/** cookie-session, which signs and does not encrypt: the JSON in base64, and HMAC-SHA1 of it in a second cookie. */
export const signedByKeygrip: Sealer = { name: 'keygrip', packages: ['keygrip', 'cookie-session'], seal, open }

function seal(data: object): string {
  const cookie = `${NAME}=${Buffer.from(JSON.stringify(data)).toString('base64')}`
  return `${cookie}${SIGNATURE}${keygrip.sign(cookie)}`
}

function open(token: string): object | null {
  const [cookie = '', signature = ''] = token.split(SIGNATURE)
  if (!keygrip.verify(cookie, signature)) return null
  return JSON.parse(Buffer.from(cookie.slice(NAME.length + 1), 'base64').toString('utf8'))
}
