import type { Express } from 'express'
import request, { type Response, type Test } from 'supertest'

/** The `Set-Cookie` lines of a response. */
export function setCookies(response: Response): string[] {
  return [(response.headers as Record<string, string | string[] | undefined>)['set-cookie'] ?? []].flat()
}

/**
 * A browser as far as cookies go, with a jar that can be looked into: what is in it is sent, what is set is stored,
 * what has no time left is dropped. Attributes such as Secure are left to the browsers' own tests.
 */
export class Browser {
  readonly jar = new Map<string, string>()
  readonly #app: Express

  constructor(app: Express) {
    this.#app = app
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.#send(request(this.#app).get(path), headers)
  }

  post(path: string, body: object = {}, headers: Record<string, string> = {}): Promise<Response> {
    return this.#send(request(this.#app).post(path).send(body), headers)
  }

  async #send(test: Test, headers: Record<string, string>): Promise<Response> {
    const cookies = [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await test.set(cookies === '' ? headers : { Cookie: cookies, ...headers })
    for (const line of setCookies(response)) this.#store(line)
    return response
  }

  #store(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    if (/; Max-Age=0(?:;|$)|; Expires=Thu, 01 Jan 1970 /i.test(line)) this.jar.delete(name)
    else this.jar.set(name, value)
  }
}
