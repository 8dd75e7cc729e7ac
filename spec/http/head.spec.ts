import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { forbidStoring, keepPrivate, varyByCookie } from '../../lib/http/cache.js'
import { Head } from '../../lib/http/head.js'
import { serving } from '../support/raw.js'

type Any = any

function response(headers: Record<string, unknown> = {}): Any {
  const set = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  return {
    getHeader: (name: string) => set.get(name.toLowerCase()),
    setHeader: (name: string, value: unknown) => set.set(name.toLowerCase(), value),
    getHeaders: () => Object.fromEntries(set),
    getHeaderNames: () => [...set.keys()],
    removeHeader: (name: string) => set.delete(name.toLowerCase()),
  }
}

describe('the head of a response', () => {
  it('has the headers set on the response if writeHead is given none', () => {
    const res = response({ Vary: 'Accept' })
    const head = new Head(res, [200])
    expect(head.get('vary')).toBe('Accept')
    head.set('Vary', 'Cookie')
    expect([res.getHeader('vary'), head.args]).toEqual(['Cookie', [200]])
  })

  it.each([
    ['an object', [200, { 'x-a': '1', VARY: 'Accept' }], [200, { 'x-a': '1', Vary: 'Cookie' }]],
    ['a message and an object', [200, 'OK', { vary: 'Accept' }], [200, 'OK', { Vary: 'Cookie' }]],
    ['no message and an object', [200, undefined, { vary: 'Accept' }], [200, undefined, { Vary: 'Cookie' }]],
    ['a raw array', [200, ['vary', 'Accept', 'x', 'y']], [200, ['x', 'y', 'Vary', 'Cookie']]],
    [
      'an array of pairs',
      [
        200,
        [
          ['vary', 'Accept'],
          ['x', 'y'],
        ],
      ],
      [
        200,
        [
          ['x', 'y'],
          ['Vary', 'Cookie'],
        ],
      ],
    ],
  ])('has the headers that writeHead is given instead of those set on the response: %s', (_form, args, changed) => {
    const before = structuredClone(args)
    const res = response({ Vary: 'Origin' })
    const head = new Head(res, args)
    expect(head.get('Vary')).toBe('Accept')
    head.set('Vary', 'Cookie')
    expect(head.args).toEqual(changed)
    expect(args).toEqual(before)
  })

  it('has all values of a header that was given more than once', () => {
    const raw = ['Set-Cookie', 'a=1', 'set-cookie', ['b=2', 'c=3']]
    expect(new Head(response(), [200, raw]).get('Set-Cookie')).toEqual(['a=1', 'b=2', 'c=3'])
  })

  it('has about the length of what Node sends', async () => {
    let estimate = 0
    const length = await serving(
      (_req, res) => {
        res.setHeader('Content-Type', 'text/plain')
        res.setHeader('Set-Cookie', ['a=1', 'b=2'])
        res.setHeader('Content-Length', 2)
        estimate = new Head(res, [200, { 'X-More': 'more' }]).bytes()
        res.writeHead(200, { 'X-More': 'more' }).end('ok')
      },
      (port) =>
        new Promise<number>((resolve, reject) => {
          const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'))
          socket.on('error', reject)
          socket.once('data', (data) => {
            resolve(data.indexOf('\r\n\r\n') + 4)
            socket.destroy()
          })
        }),
    )
    expect(estimate).toBe(length)
  })

  it('has the headers that writeHead is given in place of the message', () => {
    const head = new Head(response(), [200, { vary: 'Accept' }, undefined])
    expect(head.get('Vary')).toBe('Accept')
    expect(head.args).toEqual([200, { vary: 'Accept' }])
  })

  it.each([[[200, 'OK']], [[200, null]], [[200, 'OK', null]], [[200, undefined]], [[]]])(
    'has the headers set on the response if writeHead is given %j, and gives that on to writeHead',
    (args) => {
      const head = new Head(response({ Vary: 'Accept' }), args)
      head.set('X-A', '1')
      expect([head.get('Vary'), head.get('X-A'), head.args]).toEqual(['Accept', '1', args])
    },
  )

  it('has no value for a header that was given nowhere', () => {
    expect(new Head(response(), [200, { 'x-a': '1' }]).get('Vary')).toBeUndefined()
    expect(new Head(response(), [200, ['x-a', '1', 'vary', undefined]]).get('Vary')).toBeUndefined()
  })

  it('does not add a header to the object that writeHead is given', () => {
    const given = { 'x-a': '1' }
    const head = new Head(response(), [200, given])
    head.set('Vary', 'Cookie')
    expect(head.args[1]).toBe(given)
  })

  it('counts a header that writeHead is given once, and a header without a value not at all', () => {
    const bytes = (set: object, ...args: unknown[]) => new Head(response({ ...set }), args).bytes()
    const empty = bytes({})
    expect(bytes({ 'x-a': '12345' }) - empty).toBe('x-a: 12345\r\n'.length)
    expect(bytes({ 'x-a': '12345' }, 200, { 'X-A': '1' }) - empty).toBe('x-a: 1\r\n'.length)
    expect(bytes({ 'x-a': '12345' }, 200, { 'x-b': '1' }) - empty).toBe('x-a: 12345\r\nx-b: 1\r\n'.length)
    expect(bytes({ 'x-a': undefined })).toBe(empty)
  })

  it('can have a header of the response taken back', () => {
    const removed: string[] = []
    new Head({ ...response(), removeHeader: (name: string) => removed.push(name) }).remove('Set-Cookie')
    expect(removed).toEqual(['Set-Cookie'])
  })

  it('has the length 0 if a response cannot list its headers', () => {
    expect(new Head({ getHeader: () => undefined } as Any).bytes()).toBe(0)
  })
})

describe('caching', () => {
  const vary = (value: unknown) => {
    const head = new Head(response(value === undefined ? {} : { Vary: value }))
    varyByCookie(head)
    return head.get('Vary')
  }
  const control = (value: unknown) => {
    const head = new Head(response(value === undefined ? {} : { 'Cache-Control': value }))
    forbidStoring(head)
    return head.get('Cache-Control')
  }

  it.each([
    [undefined, 'Cookie'],
    ['Accept-Encoding', 'Accept-Encoding, Cookie'],
    [['Accept', 'Origin'], 'Accept, Origin, Cookie'],
    ['X-Cookie', 'X-Cookie, Cookie'],
    ['accept, COOKIE', 'accept, COOKIE'],
    ['Accept ,Cookie', 'Accept ,Cookie'],
    ['Cookie, Accept', 'Cookie, Accept'],
    ['Accept,\t Cookie', 'Accept,\t Cookie'],
    ['', 'Cookie'],
    ['*', '*'],
  ])('of a response from a read session varies by cookie: Vary %j becomes %j', (before, after) => {
    expect(vary(before)).toEqual(after)
  })

  it('of a response from a read session is private, unless the app has set Cache-Control', () => {
    for (const [before, after] of [
      [undefined, 'private'],
      ['public, max-age=60', 'public, max-age=60'],
      // What res.sendFile sets is not what the app has set.
      ['public, max-age=0', 'private, max-age=0'],
    ]) {
      const head = new Head(response(before === undefined ? {} : { 'Cache-Control': before }))
      keepPrivate(head)
      expect(head.get('Cache-Control')).toBe(after)
    }
  })

  it.each([
    ['public, max-age=3600', 'private, max-age=3600'],
    ['public, max-age=31536000, immutable', 'private, max-age=31536000, immutable'],
    ['public, max-age=3600, must-revalidate', 'public, max-age=3600, must-revalidate'],
    ['no-cache', 'no-cache'],
  ])('of a file is private also with the age that the app gave to sendFile: %s', (before, after) => {
    const file = new Head(response({ 'Accept-Ranges': 'bytes', 'Cache-Control': before }))
    keepPrivate(file)
    expect(file.get('Cache-Control')).toBe(after)
    const answer = new Head(response({ 'Last-Modified': 'Thu, 01 Jan 2026 00:00:00 GMT', 'Cache-Control': before }))
    keepPrivate(answer)
    expect(answer.get('Cache-Control')).toBe(before)
  })

  it('of a response from two sessions is forbidden if either is written, and the other only read', () => {
    const ours = new Head(response({}))
    keepPrivate(ours)
    forbidStoring(ours)
    keepPrivate(ours)
    expect(ours.get('Cache-Control')).toBe('no-store')
    const file = new Head(response({ 'Cache-Control': 'public, max-age=0' }))
    keepPrivate(file)
    forbidStoring(file)
    expect(file.get('Cache-Control')).toBe('no-store')
    const ofTheApp = new Head(response({ 'Cache-Control': 'private' }))
    keepPrivate(ofTheApp)
    forbidStoring(ofTheApp)
    expect(ofTheApp.get('Cache-Control')).toBe('private')
  })

  it.each([
    'CDN-Cache-Control',
    'Cloudflare-CDN-Cache-Control',
    'vercel-cdn-cache-control',
    'Akamai-Cache-Control',
    'Own-CDN-Cache-Control',
    'Netlify-CDN-Cache-Control',
    'Surrogate-Control',
    'Edge-Control',
    'X-Accel-Expires',
    'X-LiteSpeed-Cache-Control',
  ])(
    'of a response with a written session is not left to one kind of cache: %s is removed, however it was given',
    (name) => {
      const other = ['X-Other', 'a']
      const given = [
        undefined,
        { [name]: 'max-age=60', 'X-Other': 'a' },
        [name, 'max-age=60', ...other],
        [[name, '60'], other],
      ]
      for (const headers of given) {
        const res = response({ [name]: 'max-age=60' })
        const head = new Head(res, headers === undefined ? [200] : [200, headers])
        forbidStoring(head)
        expect(head.names().map((one) => one.toLowerCase())).not.toContain(name.toLowerCase())
        expect(head.get(name)).toBeUndefined()
        expect(JSON.stringify(head.args)).not.toMatch(/max-age=60|"60"/)
        if (headers !== undefined) expect(head.get('X-Other')).toBe('a')
      }
    },
  )

  it.each([
    [undefined, 'no-store'],
    ['public, max-age=3600', 'no-store'],
    ['no-cache', 'no-store'],
    ['private-ish=1', 'no-store'],
    ['private, max-age=60', 'private, max-age=60'],
    ['No-Store', 'No-Store'],
    ['max-age=60,private', 'max-age=60,private'],
    ['max-age=60, no-store', 'max-age=60, no-store'],
    ['not-private', 'no-store'],
    ['max-age=60, not-private', 'no-store'],
    ['public, max-age=60, community="a, private, b"', 'no-store'],
    ['private="Set-Cookie", max-age=60', 'private="Set-Cookie", max-age=60'],
    ['private="X-User, set-cookie"', 'private="X-User, set-cookie"'],
    ['private="X-User", max-age=60', 'no-store'],
    ['private=X-User', 'no-store'],
  ])('of a response with a written session is forbidden: Cache-Control %j becomes %j', (before, after) => {
    expect(control(before)).toBe(after)
  })
})
