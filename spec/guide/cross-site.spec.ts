import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { everyBlockRan, examplesOf } from '../support/examples.js'
import { REPOSITORY } from '../support/script.js'

const pages = examplesOf('spec/guide/cross-site.md')

/** Who asks: which cookies a browser sends then (RFC 6265bis, section 5.8.3). */
const SENT = {
  'the same site': ['Strict', 'Lax', 'None'],
  'a link elsewhere': ['Lax', 'None'],
  'a form elsewhere': ['None'],
} as const

/** A browser that knows `SameSite` and `Path`, and takes `localhost` for secure, as Chrome and Firefox do. */
class Visitor {
  readonly #kept = new Map<string, { value: string; sameSite: string; path: string }>()
  readonly #origin: string

  constructor(origin: string) {
    this.#origin = origin
  }

  async ask(from: keyof typeof SENT, path: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.#kept]
      .filter(([, kept]) => (SENT[from] as readonly string[]).includes(kept.sameSite) && path.startsWith(kept.path))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ')
    const headers = { ...(init.headers as Record<string, string>), cookie }
    const response = await fetch(this.#origin + path, { redirect: 'manual', ...init, headers })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = '', attributes = ''] = /^([^=]+)=([^;]*)(.*)$/.exec(line) ?? []
      const [, sameSite = ''] = /; SameSite=(\w+)/.exec(attributes) ?? []
      const [, at = '/'] = /; Path=([^;]+)/.exec(attributes) ?? []
      if (attributes.includes('Max-Age=0;')) this.#kept.delete(name)
      else this.#kept.set(name, { value, sameSite, path: at })
    }
    return response
  }

  async json(from: keyof typeof SENT, path: string): Promise<unknown> {
    return (await this.ask(from, path)).json()
  }
}

describe('the page of other origins and sites', () => {
  it('lets a front end on another origin of the site log in and read, and no other origin', async () => {
    symlinkSync(join(REPOSITORY, 'node_modules/cors'), join(pages.folder, 'node_modules/cors'))
    await pages.serve(pages.fileOf('A front end on another origin'), async (origin) => {
      const visitor = new Visitor(origin)
      const allowed = { Origin: 'http://localhost:5173' }
      const login = await visitor.ask('the same site', '/login/Ada', { method: 'POST', headers: allowed })
      expect(login.headers.get('Access-Control-Allow-Origin')).toBe(allowed.Origin)
      expect(login.headers.get('Access-Control-Allow-Credentials')).toBe('true')
      expect(await visitor.json('the same site', '/me')).toEqual({ user: 'Ada' })

      const foreign = await visitor.ask('the same site', '/me', { headers: { Origin: 'https://evil.example' } })
      expect(foreign.headers.get('Access-Control-Allow-Origin')).toBeNull()
      const preflight = await visitor.ask('the same site', '/me', {
        method: 'OPTIONS',
        headers: { ...allowed, 'Access-Control-Request-Method': 'PUT' },
      })
      expect([preflight.status, preflight.headers.getSetCookie()]).toEqual([204, []])
    })
  })

  it('signs in by a form that another site posts, and refuses one that nobody began', async () => {
    const provider = { PROVIDER: 'https://provider.example' }
    const file = pages.fileOf('A sign-in that posts back')
    const verifies = 'export const verifiedUser = async ({ token }) => /^signed:(.+)$/.exec(token)[1]\n'
    writeFileSync(join(pages.folder, 'provider.js'), verifies)
    const begin = async (visitor: Visitor) => {
      const login = await visitor.ask('the same site', '/sso/login')
      expect(login.headers.getSetCookie()).toEqual([expect.stringMatching(/; Path=\/sso; .*; SameSite=None$/)])
      const asked = new URL(login.headers.get('Location') ?? '')
      expect([asked.origin, asked.searchParams.get('response_mode')]).toEqual([provider.PROVIDER, 'form_post'])
      return asked.searchParams.get('state') ?? ''
    }
    const post = (visitor: Visitor, state: string) =>
      visitor.ask('a form elsewhere', '/sso/callback', {
        method: 'POST',
        body: new URLSearchParams({ state, token: 'signed:Ada', user: 'Eve' }),
      })
    await pages.serve(
      file,
      async (origin) => {
        const visitor = new Visitor(origin)
        const state = await begin(visitor)
        const signedIn = await post(visitor, state)
        expect([signedIn.status, signedIn.headers.get('Location')]).toEqual([303, '/'])
        expect(await visitor.json('a link elsewhere', '/')).toEqual({ user: 'Ada', basket: null })
        expect((await post(visitor, state)).status).toBe(403)
        expect((await post(new Visitor(origin), state)).status).toBe(403)
        const other = new Visitor(origin)
        await begin(other)
        expect((await post(other, state)).status).toBe(403)
        expect(await other.json('the same site', '/')).toEqual({ user: null, basket: null })
      },
      provider,
    )
  })

  it('opens a Strict session for a link elsewhere at the second request, which the page itself makes', async () => {
    await pages.serve(pages.fileOf('Links from mail under SameSite=Strict'), async (origin) => {
      const visitor = new Visitor(origin)
      await visitor.ask('the same site', '/login/Ada')
      const elsewhere = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Dest': 'document' }
      const first = await visitor.ask('a link elsewhere', '/', { headers: elsewhere })
      expect(await first.text()).toContain('<meta http-equiv="refresh" content="0">')
      expect([first.headers.get('Cache-Control'), first.headers.getSetCookie()]).toEqual(['no-store', []])
      const own = { 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Dest': 'document' }
      expect(await (await visitor.ask('the same site', '/', { headers: own })).text()).toBe('Hello, Ada')
    })
  })
})

everyBlockRan(pages)
