import type { Response } from 'express'

/** What nginx takes by default of a response head, in bytes (`proxy_buffer_size`). */
const NGINX = 4096

/** What stands on the wire around the headers that are set before anything is done: the answer to a form. */
const REST = [
  'HTTP/1.1 303 See Other',
  'Location: /',
  'Content-Length: 0',
  'Vary: Cookie',
  'Cache-Control: no-store',
  'Date: Thu, 01 Jan 1970 00:00:00 GMT',
  'Connection: close',
]
const LEAST_ATTRIBUTES = 'Max-Age=604800; Path=/; HttpOnly; SameSite=Lax'
/** Headers that differ from answer to answer, and those of a page. */
const OF_THIS_ANSWER = new Set([
  'cache-control',
  'content-length',
  'content-type',
  'location',
  'set-cookie',
  'transfer-encoding',
  'vary',
])

/**
 * The bytes of name and value from which on nginx, with what it is set to by default, answers 502 in the place of
 * the playground: the cookie leaves in the answer to a form, as HTTP/1.0 is answered.
 *
 * @param name of the cookie, whose prefix tells that it is Secure
 */
export function nginxLimit(res: Response, name: string): number {
  const attributes = name.startsWith('__Host-') ? `${LEAST_ATTRIBUTES}; Secure` : LEAST_ATTRIBUTES
  const headers = Object.entries(res.getHeaders()).filter(([header]) => !OF_THIS_ANSWER.has(header))
  const lines = [
    ...REST,
    ...headers.map(([header, value]) => `${header}: ${value}`),
    `Set-Cookie: =; ${attributes}`,
    '',
  ]
  return NGINX + 1 - lines.reduce((sum, line) => sum + line.length + '\r\n'.length, 0)
}
