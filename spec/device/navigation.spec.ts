import { describe, expect, it } from 'vitest'
import {
  type FetchMetadata,
  foreignInitiator,
  isPage,
  mayBounce,
  mayOffer,
  refreshTo,
  skipReasonIn,
} from '../../lib/device/navigation.js'

const request = (given: Partial<FetchMetadata> = {}): FetchMetadata => ({
  method: 'GET',
  mode: 'navigate',
  dest: 'document',
  site: 'none',
  purpose: undefined,
  origin: undefined,
  ...given,
})
const fetched = (given: Partial<FetchMetadata> = {}) =>
  request({ method: 'POST', mode: 'cors', dest: 'empty', site: 'same-origin', origin: 'https://example.com', ...given })

describe('a page', () => {
  it('is what is loaded into a tab', () => {
    expect(isPage(request())).toBe(true)
  })

  it.each<[string, Partial<FetchMetadata>]>([
    ['a frame', { dest: 'iframe' }],
    ['what is loaded ahead of time', { purpose: 'prefetch' }],
    ['what a script fetches', { mode: 'cors', dest: 'empty' }],
    ['a request of an old browser', { mode: undefined, dest: undefined }],
  ])('is not %s', (_what, given) => {
    expect(isPage(request(given))).toBe(false)
  })
})

describe('a response that begins a session offers to bind it', () => {
  it.each<[string, FetchMetadata]>([
    ['a page', request()],
    ['a page that another site has posted', request({ method: 'POST', site: 'cross-site' })],
    ["a page's own POST", fetched()],
    ["a page's own DELETE", fetched({ method: 'DELETE' })],
    [
      'a POST from the page of a host that is listed',
      fetched({ site: 'same-site', origin: 'https://app.example.com:8443' }),
    ],
  ])('to %s', (_what, one) => {
    expect(mayOffer(one, ['app.example.com'])).toBe(true)
  })

  it.each<[string, FetchMetadata]>([
    ["a page's own GET", fetched({ method: 'GET' })],
    ["a page's own HEAD", fetched({ method: 'HEAD' })],
    ['a POST of a program that is no browser', fetched({ mode: undefined, site: undefined, origin: undefined })],
    ['a POST ahead of time', fetched({ purpose: 'prefetch' })],
    ['a POST from the page of another host', fetched({ site: 'same-site', origin: 'https://other.example.com' })],
    ['a POST from another site', fetched({ site: 'cross-site', origin: 'https://evil.example' })],
    ['a POST of an origin that is hidden', fetched({ site: 'cross-site', origin: 'null' })],
    ['what is loaded ahead of time', request({ purpose: 'prefetch' })],
  ])('not to %s', (_what, one) => {
    expect(mayOffer(one, ['app.example.com'])).toBe(false)
  })
})

describe('a page that loads itself again', () => {
  it.each<[string, FetchMetadata, boolean]>([
    ['a link from another site', request({ site: 'cross-site' }), false],
    ['a link from another host of the site', request({ site: 'same-site' }), false],
    ['a typed address with a stray proof', request({ site: 'none' }), true],
    ['a reload with a stray proof', request({ site: 'same-origin' }), true],
  ])('answers %s', (_what, one, isStray) => {
    expect(mayBounce(one, isStray)).toBe(true)
  })

  it.each<[string, FetchMetadata, boolean]>([
    ['its own reload, which would be a loop', request({ site: 'same-origin' }), false],
    ['a typed address, for which browsers refresh', request({ site: 'none' }), false],
    ['a POST, whose body would be lost', request({ method: 'POST', site: 'cross-site' }), true],
    ['a frame', request({ dest: 'iframe', site: 'cross-site' }), true],
    ['what a script fetches', fetched({ method: 'GET', site: 'same-site' }), true],
  ])('does not answer %s', (_what, one, isStray) => {
    expect(mayBounce(one, isStray)).toBe(false)
  })

  it.each([
    ['/', '0;url=?'],
    ['/shop?a=1&b=2', '0;url=?a=1&b=2'],
    ['/shop?next=//evil.example', '0;url=?next=//evil.example'],
    ['//evil.example/?a', '0;url=?a'],
    ['/?a\r\nSet-Cookie: b', '0;url=?a%0D%0ASet-Cookie:%20b'],
  ])('leads from %s to the same path on the same host', (target, value) => {
    expect(refreshTo(target)).toBe(value)
  })
})

describe('the pages of another host', () => {
  it('are told by the origin of what they fetch', () => {
    const one = fetched({ site: 'same-site', origin: 'https://app.example.com' })
    expect(foreignInitiator(one, [])).toBe('app.example.com')
    expect(foreignInitiator(one, ['app.example.com'])).toBeUndefined()
  })

  it.each<[string, FetchMetadata]>([
    ['a page', request({ site: 'cross-site' })],
    ["a page's own requests", fetched()],
    ['requests without an origin', fetched({ site: 'same-site', origin: undefined })],
    ['those of a hidden origin', fetched({ site: 'same-site', origin: 'null' })],
  ])('are not %s', (_what, one) => {
    expect(foreignInitiator(one, [])).toBeUndefined()
  })
})

describe('what a browser says of a proof that it could not make', () => {
  it.each([
    ['server_error', 'server_error'],
    ['quota_exceeded;session_identifier="a;b"', 'quota_exceeded'],
    ['unreachable, quota_exceeded', 'unreachable'],
  ])('is understood: %s', (header, skipped) => {
    expect(skipReasonIn(header)).toEqual({ skipped })
  })

  it.each([undefined, '', 'other', ' server_error', 'server_errors', ';server_error', '__proto__'])(
    'is nothing else: %s',
    (header) => {
      expect(skipReasonIn(header)).toBeUndefined()
    },
  )
})
