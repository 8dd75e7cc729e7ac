import type express from 'express'
import request from 'supertest'
import type { SessionRequest } from '../../lib/types.js'
import { setCookies } from '../support/browser.js'

type Any = any

/** A request with this Cookie header, as far as a reader looks at it. */
export function asking(cookie?: string): SessionRequest {
  return { headers: cookie === undefined ? {} : { cookie } } as Any
}

/** The cookies that an app sets in answer to `GET /`, by name. */
export async function cookiesOf(app: express.Express, cookie = ''): Promise<Map<string, string>> {
  const response = await request(app).get('/').set('Cookie', cookie)
  if (response.status !== 200) throw new Error(`the app answered ${response.status}: ${response.text}`)
  return new Map(
    setCookies(response).map((line) => {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      return [name, value]
    }),
  )
}

/** A Cookie header of these cookies. */
export function headerOf(cookies: Iterable<readonly [string, string]>): string {
  return [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
}

/** The text with the character at a place, counted from the end if negative, replaced by another. */
export function altered(text: string, place: number): string {
  const index = place < 0 ? text.length + place : place
  return `${text.slice(0, index)}${text[index] === 'A' ? 'B' : 'A'}${text.slice(index + 1)}`
}

/** The object of JSON that no literal makes: a member of its own with the name `__proto__`. */
export const HOSTILE_JSON = '{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}},"user":"Ada"}'
