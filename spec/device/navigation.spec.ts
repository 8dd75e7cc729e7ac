import { describe, expect, it } from 'vitest'
import {
  type FetchMetadata,
  foreignInitiator,
  isPage,
  listedStranger,
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

describe('what no browser sends', () => {
  it('is no page: a document that is not navigated to', () => {
    expect(isPage(request({ mode: 'no-cors' }))).toBe(false)
  })

  it('is offered nothing: a POST of its own page without a mode', () => {
    const own = request({ method: 'POST', dest: undefined, site: 'same-origin' })
    expect(mayOffer({ ...own, mode: 'cors' }, [])).toBe(true)
    expect(mayOffer({ ...own, mode: undefined }, [])).toBe(false)
  })
})

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
    ['/?q=\u00e9\u{1f600}', '0;url=?q=%C3%A9%F0%9F%98%80'],
    ['/?half=\ud83d', '0;url=?half=%EF%BF%BD'],
  ])('leads from %s to the same path on the same host', (target, value) => {
    expect(refreshTo(target)).toBe(value)
  })
})

describe('the pages of another host', () => {
  const ORIGIN = 'https://app.example.com'
  const frame = request({ site: 'same-site', dest: 'iframe' })

  it.each<[string, FetchMetadata, string | undefined]>([
    ['the origin of what they fetch', fetched({ site: 'same-site', origin: ORIGIN }), 'https://www.example.com/'],
    ['that of a form', request({ site: 'same-site', method: 'POST', origin: ORIGIN }), undefined],
    ['the referrer of a frame', frame, `${ORIGIN}/page`],
    ['the referrer of an image', request({ site: 'same-site', mode: 'no-cors', dest: 'image' }), `${ORIGIN}/page`],
  ])('are told by %s', (_what, one, referer) => {
    expect(foreignInitiator(one, referer, [])).toBe('app.example.com')
    expect(foreignInitiator(one, referer, ['app.example.com'])).toBeUndefined()
  })

  it.each<[string, FetchMetadata]>([
    ['a link, as its page loads itself again', request({ site: 'same-site' })],
    ['what is loaded ahead of time', request({ site: 'same-site', dest: 'iframe', purpose: 'prefetch' })],
    ['those of another site', request({ site: 'cross-site', dest: 'iframe' })],
    ["a page's own requests", fetched()],
    ['those of a hidden origin', fetched({ site: 'same-site', origin: 'null' })],
  ])('are not %s', (_what, one) => {
    expect(foreignInitiator(one, `${ORIGIN}/`, [])).toBeUndefined()
  })

  it('are told as long as a name can be', () => {
    const of = (length: number) => `${'a.'.repeat(length / 2)}b`.slice(-length)
    const asked = (host: string) => foreignInitiator(frame, `https://${host}/page`, [])
    expect([asked(of(253)), asked(of(254)), asked(of(255))]).toEqual([of(253), undefined, undefined])
  })

  it('are not requests without origin and referrer', () => {
    expect(foreignInitiator(frame, undefined, [])).toBeUndefined()
    expect(foreignInitiator(frame, 'about:blank', [])).toBeUndefined()
  })
})

describe('a listed host of another site', () => {
  const initiators = ['app.example.org']

  it.each<[string, FetchMetadata, string | undefined]>([
    ['the origin', fetched({ site: 'cross-site', origin: 'https://app.example.org:8443' }), undefined],
    ['the referrer of a link', request({ site: 'cross-site' }), 'https://app.example.org/page'],
  ])('is told by %s', (_what, one, referer) => {
    expect(listedStranger(one, referer, initiators)).toBe('app.example.org')
    expect(listedStranger(one, referer, [])).toBeUndefined()
    expect(listedStranger({ ...one, site: 'same-site' }, referer, initiators)).toBeUndefined()
  })

  it('is not told without origin and referrer', () => {
    expect(listedStranger(request({ site: 'cross-site' }), undefined, initiators)).toBeUndefined()
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
