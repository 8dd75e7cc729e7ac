import { once } from 'node:events'
import { type IncomingMessage, type RequestOptions, request as requestOverHttp } from 'node:http'
import { request as requestOverHttps } from 'node:https'
import { isIP } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Request, RequestHandler, Response } from 'express'

/** The cookie that tells browsers apart. It is no part of the session, and no page shows it. */
export const TICKET = 'playground.visitor'

/** Something that the visitor can put right. */
export class Refusal extends Error {
  readonly status: number

  constructor(message: string, status = 400) {
    super(message)
    this.status = status
  }
}

export type Fields = Readonly<Record<string, string>>

export function fieldsOf(req: Request): Fields {
  const entries = Object.entries((req.body ?? {}) as Readonly<Record<string, unknown>>)
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}

export function cookieIn(header: string | undefined, name: string): string | undefined {
  return pairsOf(header).get(name)
}

/** What a browser that sent `header` sends after it was answered with these `Set-Cookie` lines. */
export function cookiesAfter(header: string | undefined, lines: readonly string[]): string | undefined {
  const pairs = pairsOf(header)
  for (const line of lines) {
    const [name, value] = split(line.split(';')[0]?.trim() ?? '')
    if (/;\s*max-age=(0|-\d+)\s*(;|$)/i.test(line)) pairs.delete(name)
    else pairs.set(name, value)
  }
  return pairs.size === 0 ? undefined : [...pairs].map(([name, value]) => `${name}=${value}`).join('; ')
}

/** The values of the `Set-Cookie` lines, without the one that tells browsers apart. */
export function setCookieOf(res: Response): string[] {
  const lines = [res.getHeader('Set-Cookie') ?? []].flat().map(String)
  return lines.filter((line) => !line.startsWith(`${TICKET}=`) && !line.startsWith(`__Host-Http-${TICKET}=`))
}

/** A line as the sessions write it, or one that removes the cookie. */
export function setCookie(isSecure: boolean, name: string, value: string | undefined): string {
  const life = value === undefined ? '; Max-Age=0' : '; Max-Age=604800'
  return `${name}=${value ?? ''}${life}; Path=/; HttpOnly${isSecure ? '; Secure' : ''}; SameSite=Lax`
}

/** The bytes of header lines. Node writes heads in Latin-1: a character is a byte. */
export function lineBytes(name: string, values: readonly (string | undefined)[]): number {
  return values.reduce((sum, value) => sum + (value === undefined ? 0 : name.length + ': '.length + value.length), 0)
}

export interface Asked extends RequestOptions {
  /** What is posted. */
  readonly form?: Fields | undefined
}

/** Sends a request to a server on this machine. */
export async function ask({ form, ...how }: Asked, isSecure: boolean) {
  // The certificate is this server's own, whose name on it may be another than its address.
  const own = { ...how, agent: false, rejectUnauthorized: false }
  const asked = (isSecure ? requestOverHttps : requestOverHttp)(form ? { ...own, method: 'POST' } : own)
  if (form) asked.setHeader('Content-Type', 'application/x-www-form-urlencoded')
  asked.end(new URLSearchParams(form).toString())
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  const { statusCode: status = 0, headers } = response
  return { status, headers, setCookie: headers['set-cookie'] ?? [], body: await text(response) }
}

/** Asks this server again, with other cookies of the same visitor. */
export type AskOwn = (path: string, cookie: string | undefined, how?: Asked) => ReturnType<typeof ask>

function pairsOf(header = ''): Map<string, string> {
  const pairs = header.split(';').map((pair) => pair.trim())
  return new Map(pairs.filter((pair) => pair !== '').map(split))
}

function split(pair: string): [name: string, value: string] {
  const at = pair.indexOf('=')
  return at === -1 ? ['', pair] : [pair.slice(0, at), pair.slice(at + 1)]
}

/**
 * Keeps other sites out. A name that its owner lets point to this machine (DNS rebinding) is refused, and a form
 * or script of another origin may not press a button here.
 *
 * @param names beside localhost and addresses, by which the playground may be called
 */
export function fence(names: readonly string[]): RequestHandler {
  return (req, res, next) => {
    const why = !isOurs(req, names) ? 'not by this name' : isFromElsewhere(req) ? 'not from another site' : undefined
    if (why === undefined) next()
    else res.status(403).type('text').send(`The playground is for its own page on this machine, ${why}.\n`)
  }
}

function isOurs({ headers: { host = '' } }: Request, names: readonly string[]): boolean {
  const name = host.replace(/:\d+$/, '').replaceAll(/[[\]]/g, '').toLowerCase()
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
