import { describe, expect, it } from 'vitest'
import { pathOf, placeOf } from '../../lib/http/request.js'

type Any = any

describe('the place of a request, for warnings', () => {
  it.each<[string, object, string]>([
    [
      'its method and route',
      { method: 'POST', originalUrl: '/users/7', route: { path: '/users/:id' } },
      'POST /users/:id',
    ],
    [
      'its route below where the router is mounted',
      { method: 'GET', baseUrl: '/shop', route: { path: '/cart' } },
      'GET /shop/cart',
    ],
    [
      'where the router is mounted, for its own path',
      { method: 'GET', baseUrl: '/shop', route: { path: '/' } },
      'GET /shop',
    ],
    [
      'its path, where the route is a pattern',
      { method: 'GET', originalUrl: '/a?b=c', route: { path: /a/ } },
      'GET /a',
    ],
    ['its path without Express', { method: 'GET', url: '/a?token=s3cr3t' }, 'GET /a'],
    ['its path where the whole URL was sent', { method: 'GET', url: 'http://a.test/b?c=d' }, 'GET /b'],
    [
      'its path as it is, where that has a URL in it',
      { method: 'GET', url: '/to/http://a.test/b' },
      'GET /to/http://a.test/b',
    ],
    ['the root, where that is the route', { method: 'GET', baseUrl: '', route: { path: '/' } }, 'GET /'],
    ['that of a GET where no method is said', { url: '/a' }, 'GET /a'],
    ['the root where a URL has no path', { method: 'GET', url: 'http://a.test' }, 'GET /'],
  ])('is %s', (_what, req, place) => {
    expect(placeOf(req as Any)).toBe(place)
  })

  it('is one short line of a log', () => {
    expect(placeOf({ method: 'GET', url: `/\n\u00e9${'x'.repeat(200)}` } as Any)).toBe(`GET /??${'x'.repeat(97)}...`)
    expect(placeOf({ method: 'GET', url: `/${'x'.repeat(99)}` } as Any)).toBe(`GET /${'x'.repeat(99)}`)
  })
})

describe('the path of a request', () => {
  it('is what the browser asked for, wherever a router is mounted', () => {
    expect(pathOf({ originalUrl: '/shop/cart?a=b', url: '/cart?a=b' } as Any)).toBe('/shop/cart')
  })
})
