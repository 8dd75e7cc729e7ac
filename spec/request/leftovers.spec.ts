import { describe, expect, it, vi } from 'vitest'
import type { SessionOptions } from '../../lib/index.js'
import { sealedSession } from '../../lib/migrate/index.js'
import { settingsFrom } from '../../lib/options/options.js'
import { leftovers } from '../../lib/request/cookie-scope.js'
import { requestCookie } from '../../lib/request/request-cookie.js'
import { SECRET } from '../support/secrets.js'

/** The domains of the cookies that are removed where two of our name came. */
function domainsOf(host: string | undefined, cookie: SessionOptions['cookie'] = {}, secure = false) {
  const settings = settingsFrom({ keys: SECRET, cookie })
  const { overHttps, overHttp } = settings.cookieFor(undefined)
  const { name } = secure ? overHttps : overHttp
  const header = `${name}=1; ${name}=2`
  const ours = requestCookie(settings.cookieFor(undefined), { secure, known: true }, settings, header)
  const left = leftovers(ours, header, () => host, false)
  return left.filter(({ attributes }) => !attributes.partitioned).map(({ attributes }) => attributes.domain)
}

describe('the domains in which a cookie of the host may be left', () => {
  it('are those of the host and above it, but for a top-level domain, and four at the most', () => {
    expect(domainsOf('www.example.com')).toEqual(['www.example.com', 'example.com'])
    expect(domainsOf('example.com')).toEqual(['example.com'])
    expect(domainsOf('a.b.c.d.example.com')).toEqual([
      ...['b.c.d.example.com', 'c.d.example.com'],
      ...['d.example.com', 'example.com'],
    ])
  })

  it('are no more than are taken, however long the host is that a client sends', () => {
    const host = `${'a.'.repeat(2000)}example.com`
    const join = vi.spyOn(Array.prototype, 'join')
    const domains = domainsOf(host)
    const joined = join.mock.contexts.filter((labels) => (labels as unknown[]).includes('example')).length
    expect([domains.length, joined]).toEqual([4, 4])
  })

  it.each([undefined, 'localhost', 'shop.localhost', 'intranet', '127.0.0.1', '10.1.2.3', '[::1]'])(
    'are none where a browser takes none, as at %s',
    (host) => {
      expect(domainsOf(host)).toEqual([])
    },
  )

  it('are none for a name that no cookie with a domain can have', () => {
    expect(domainsOf('www.example.com', {}, true)).toEqual([])
    expect(domainsOf('www.example.com', { prefix: false }, true)).toEqual(['www.example.com', 'example.com'])
  })

  it('are none, but that of the host alone, where ours has a domain', () => {
    expect(domainsOf('www.example.com', { domain: 'example.com' })).toEqual([undefined])
  })
})

describe('cookies of former scopes', () => {
  const settings = settingsFrom({
    keys: SECRET,
    migrateFrom: [sealedSession({ name: 'old', path: '/app' }), sealedSession({ path: '/app' })],
  })
  const left = (header: string | undefined, all = false) => {
    const ours = requestCookie(settings.cookieFor(undefined), { secure: false, known: true }, settings, header)
    return leftovers(ours, header, () => undefined, all).map(({ name, attributes }) => `${name} ${attributes.path}`)
  }

  it('may be left where their name came, which may be that of today', () => {
    expect(left(undefined)).toEqual([])
    expect(left('old=1')).toEqual(['old /app'])
    expect(left('session=1')).toEqual(['session /app'])
    expect(left('old.seen=1; session.ended=2')).toEqual([])
  })

  it('may all be left where a session ends, as the browser may not have sent them', () => {
    expect(left(undefined, true)).toEqual(['old /app', 'session /app'])
  })
})
