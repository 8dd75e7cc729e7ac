import { afterEach, describe, expect, it, vi } from 'vitest'
import { nextOf, resetHead } from '../../lib/http/divert.js'
import { Head, putCookies, takeCookiesBack } from '../../lib/http/head.js'
import { carriesOneCookie } from '../../lib/http/request.js'
import { commitWithHeaders, onEnd } from '../../lib/http/response-hook.js'
import { catchWarnings } from '../support/warnings.js'

type Any = any

const warnings = catchWarnings()
afterEach(() => vi.restoreAllMocks())

/** A response that notes what reaches Node, with as many of Node's methods as are wanted. */
function response(without: readonly string[] = [], headers: Record<string, unknown> = {}) {
  const set = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  const calls: unknown[][] = []
  const listeners = new Map<string, (...args: Any[]) => void>()
  const res: Any = {
    statusCode: 200,
    headersSent: false,
    calls,
    listened: listeners,
    getHeader: (name: string) => set.get(name.toLowerCase()),
    setHeader: (name: string, value: unknown) => set.set(name.toLowerCase(), value),
    removeHeader: (name: string) => void set.delete(name.toLowerCase()),
    getHeaders: () => Object.fromEntries(set),
    writeHead(...args: unknown[]) {
      calls.push(['writeHead', ...args])
      res.headersSent = true
    },
    write: (...args: unknown[]) => through('write', args),
    end: (...args: unknown[]) => through('end', args),
    flushHeaders: (...args: unknown[]) => through('flushHeaders', args),
    on: (event: string, listener: () => void) => listeners.set(event, listener),
    once: (event: string, listener: () => void) => listeners.set(event, listener),
    emit: (event: string) => calls.push(['emit', event]),
  }
  function through(method: string, args: unknown[]) {
    calls.push([method, ...args])
    if (!res.headersSent) res.writeHead(res.statusCode)
    return true
  }
  for (const name of without) delete res[name]
  return res
}

const fine = () => vi.fn<(head: Head) => void>()
const failing = () =>
  vi.fn<(head: Head) => void>(() => {
    throw new Error('does not fit')
  })

/** On a request of Express, unless the response has another: with the `next` of its router. */
function commitWith(res: Any, commit: (head: Head) => void, next: (error?: unknown) => void = () => {}, more = {}) {
  const committer = { commit, apply: () => {}, withdraw: () => {}, ...more }
  commitWithHeaders(res.req ?? { next }, res, { committer, next, onError: undefined, ...more })
}

describe('a commit', () => {
  it.each([
    ['end', ['page']],
    ['write', ['page']],
    ['flushHeaders', []],
  ] as const)('comes once before %s, which reaches Node as it was called', (method, args) => {
    const res = response()
    const commit = fine()
    commitWith(res, commit)
    res[method](...args)
    expect(commit).toHaveBeenCalledTimes(1)
    expect(res.calls).toEqual([
      [method, ...args],
      ['writeHead', 200],
    ])
  })

  it('comes before writeHead, and not again after it', () => {
    const res = response()
    const commit = fine()
    commitWith(res, commit)
    res.writeHead(200, { 'x-a': '1' })
    res.end('page')
    res.writeHead(200)
    expect(commit).toHaveBeenCalledTimes(1)
  })

  it('comes again if another package has patched writeHead after us, and may have changed the session in it', () => {
    const res = response()
    const commit = fine()
    commitWith(res, commit)
    const { writeHead } = res
    res.writeHead = (...args: unknown[]) => writeHead.apply(res, args)
    res.end('page')
    expect(commit).toHaveBeenCalledTimes(2)
  })

  it('comes again if a package that patched before us sends a head of its own, which would replace ours', () => {
    const res = response()
    res.end = () => res.writeHead(200, { 'Set-Cookie': 'theirs=1' })
    const commit = fine()
    const apply = (head: Head) => putCookies(head, [{ name: 'ours', line: 'ours=1' }])
    commitWith(res, commit, undefined, { apply })
    res.end('page')
    expect(commit).toHaveBeenCalledTimes(2)
    expect(res.calls.at(-1)).toEqual(['writeHead', 200, { 'Set-Cookie': ['theirs=1', 'ours=1'] }])
  })

  it('comes again after Node has refused what was to be sent', () => {
    const res = response()
    const refused = new TypeError('a chunk is no number')
    const { write } = res
    res.write = () => {
      throw refused
    }
    const commit = fine()
    commitWith(res, commit)
    expect(() => res.write(7)).toThrow(refused)
    expect(commit).toHaveBeenCalledTimes(1)
    res.writeHead(500)
    expect(commit).toHaveBeenCalledTimes(2)
    expect(write).toBeTypeOf('function')
  })

  it('is a warning and not an error if it fails while the headers are leaving', () => {
    const res = response()
    const next = vi.fn()
    let times = 0
    commitWith(
      res,
      () => {
        if (++times === 2) throw new Error('does not fit any more')
      },
      next,
    )
    const { writeHead } = res
    res.writeHead = (...args: unknown[]) => writeHead.apply(res, args)
    res.end('page')
    expect([next.mock.calls, res.calls.at(-1)]).toEqual([[], ['writeHead', 200]])
    expect(warnings.codes()).toEqual(['SESSION_WARN_LATE'])
    expect(warnings.messages()[0]).toMatch(
      /was changed while the headers were being sent, and cannot be sealed: change it before/,
    )
  })

  it('gives a response no method that it did not have', () => {
    const res = response(['flushHeaders', 'on'])
    commitWith(res, failing())
    res.end('page')
    expect(['flushHeaders' in res, 'on' in res]).toEqual([false, false])
  })
})

describe('a commit that fails', () => {
  it.each(['end', 'write', 'flushHeaders'] as const)('keeps a call of %s from Node, and tells the app', (method) => {
    const res = response()
    const next = vi.fn()
    commitWith(res, failing(), next)
    res[method]('page')
    expect(next).toHaveBeenCalledTimes(1)
    expect(res.calls).toEqual([])
  })

  it('leaves the producer no way to send a head', () => {
    const res = response()
    commitWith(res, failing())
    res.write('page')
    expect(res.writeHead(200)).toBe(res)
    expect(res.flushHeaders()).toBeUndefined()
    expect(res.calls).toEqual([])
  })

  it.each([
    ['end', ['sorry']],
    ['write', ['sorry']],
    ['flushHeaders', []],
  ] as const)('leaves the error handler its own %s', (method, args) => {
    const res = response()
    commitWith(res, failing(), () => res[method](...args))
    res.end('page')
    expect(res.calls).toEqual([
      [method, ...args],
      ['writeHead', 500],
    ])
  })

  it('is not tried again for what the error handler sends after its head', () => {
    const res = response()
    const commit = failing()
    commitWith(res, commit, () => {
      res.write('so')
      res.write('rry')
      res.end()
    })
    res.end('page')
    // For the producer, and before the first of the answer.
    expect(commit).toHaveBeenCalledTimes(2)
  })

  it('removes a header that describes the body even if its value looks like a word of Cache-Control', () => {
    const res = response([], { 'content-language': 'private', 'cache-control': 'private', etag: 'no-store' })
    resetHead(res)
    expect(res.getHeaders()).toEqual({ 'cache-control': 'private' })
  })
})

describe('the Content-Encoding that a compressing patch sets on an answer that it does not see', () => {
  /** As compression does: it sets the header as the headers leave, in a writeHead of its own over ours. */
  function compressing(res: Any) {
    const { writeHead } = res
    res.writeHead = (...args: unknown[]) => {
      res.setHeader('Content-Encoding', 'gzip')
      return writeHead.apply(res, args)
    }
  }

  it('does not leave', () => {
    const res = response()
    commitWith(res, failing(), () => res.end('sorry'))
    compressing(res)
    res.end('page')
    expect(res.getHeader('content-encoding')).toBeUndefined()
  })

  it('leaves if the error handler has set one itself', () => {
    const res = response()
    commitWith(res, failing(), () => {
      res.setHeader('Content-Encoding', 'br')
      res.end('sorry')
    })
    res.end('page')
    expect(res.getHeader('content-encoding')).toBe('br')
  })

  it('is kept for a head that another package sends later', () => {
    const res = response()
    // Somebody before us passes the end on later.
    res.end = () => {}
    commitWith(res, failing(), () => {
      res.end('sorry')
      res.setHeader('Content-Encoding', 'br')
      res.writeHead(503)
    })
    res.end('page')
    expect([res.getHeader('content-encoding'), res.calls]).toEqual(['br', [['writeHead', 503]]])
  })
})

describe('a producer that goes on after its response was taken over', () => {
  function takenOver(without: readonly string[] = [], res = response(without)) {
    commitWith(res, failing())
    res.flushHeaders?.()
    if (without.includes('flushHeaders')) res.write('page')
    return res
  }

  it('may write 256 times, and then has to wait as for a client that has gone away', () => {
    const [drainedBefore, drained] = [vi.fn(), vi.fn()]
    const before = response()
    Object.assign(before, { listeners: () => [drainedBefore], removeListener: vi.fn() })
    const res = takenOver([], before)
    res.on('drain', drained)
    const answers = Array.from({ length: 300 }, () => res.write('more'))
    expect([answers.indexOf(false), answers.filter(Boolean).length]).toEqual([256, 256])
    expect([res.listened.has('drain'), res.removeListener.mock.calls]).toEqual([false, [['drain', drainedBefore]]])
  })

  it('has its callbacks called, whichever argument they are', async () => {
    const res = takenOver()
    const [afterChunk, afterEncoding, afterEnd] = [vi.fn(), vi.fn(), vi.fn()]
    res.write('more', afterChunk)
    res.write('more', 'utf8', afterEncoding)
    expect(afterChunk).not.toHaveBeenCalled()
    res.end('more', 'utf8', afterEnd)
    expect(res.listened.get('finish')).toBe(afterEnd)
    await new Promise((resolve) => setImmediate(resolve))
    expect([afterChunk, afterEncoding].map(({ mock }) => mock.calls.length)).toEqual([1, 1])
  })

  it('does no harm to a response that has only the methods that socket.io gives an upgrade', async () => {
    const res = takenOver(['flushHeaders', 'on', 'once', 'emit'])
    for (let times = 0; times < 300; times++) res.write('more')
    expect(() => res.end('more', () => {})).not.toThrow()
    await new Promise((resolve) => setImmediate(resolve))
    expect(res.calls).toEqual([])
  })

  it('has its source destroyed if that is paused, and no other source', () => {
    const res = takenOver()
    const letGo = res.listened.get('unpipe')
    const destroy = vi.fn()
    for (const source of [{}, { destroy }, { isPaused: () => false, destroy }, { isPaused: () => true }]) letGo(source)
    expect(destroy).not.toHaveBeenCalled()
    letGo({ isPaused: () => true, destroy })
    expect(destroy).toHaveBeenCalledTimes(1)
  })

  it('goes on listening through the patches of others, while the error handler listens to the response itself', () => {
    const res = response()
    const patched = vi.fn()
    let listen = () => {}
    commitWith(res, failing(), () => {
      res.on('drain', listen)
    })
    res.on = patched
    listen = vi.fn()
    res.end('page')
    expect([patched.mock.calls, res.listened.get('drain')]).toEqual([[], listen])
    res.on('pipe', listen)
    res.on('drain', listen)
    expect(patched.mock.calls).toEqual([['pipe', listen]])
  })

  it('cannot change the head, even of a response that lacks some of the methods', () => {
    const res = response()
    commitWith(res, failing())
    res.write('page')
    expect(res.setHeader('X-Late', '1')).toBe(res)
    expect([res.getHeader('x-late'), 'appendHeader' in res, 'setHeaders' in res]).toEqual([undefined, false, false])
  })
})

describe('a Set-Cookie line that was put into the head', () => {
  const line = { name: 'session', line: 'session=token; Path=/' }

  it('is taken back, and the header with it if it was the only one', () => {
    const res = response()
    const head = new Head(res, [200])
    putCookies(head, [line])
    expect(res.getHeader('set-cookie')).toBe(line.line)
    takeCookiesBack(head, [line])
    expect(res.getHeaders()).toStrictEqual({})
  })

  it('is not looked for if there is none', () => {
    const head = { get: vi.fn(), set: vi.fn(), remove: vi.fn() }
    takeCookiesBack(head as unknown as Head, [])
    for (const method of Object.values(head)) expect(method).not.toHaveBeenCalled()
  })

  it('is taken back from among the lines of others', () => {
    const res = response([], { 'set-cookie': ['a=1', line.line, 'b=2'] })
    takeCookiesBack(new Head(res, [200]), [line])
    expect(res.getHeader('Set-Cookie')).toEqual(['a=1', 'b=2'])
  })

  it('leaves a single line of others as a string when it is taken back, as some serverless adapters lose an array of one', () => {
    const res = response([], { 'set-cookie': ['a=1', line.line] })
    takeCookiesBack(new Head(res, [200]), [line])
    expect(res.getHeader('Set-Cookie')).toBe('a=1')
  })
})

describe('the error handler of a failed commit', () => {
  /** Declared, and of this name, as that of Express's routes. */
  const declared = () => vi.fn(() => {}) as Any
  function nextOfRoute() {
    const heard = vi.fn()
    function next(error?: unknown) {
      heard(error)
    }
    return { heard, next }
  }

  /** Who hears of it: the `next` of the middleware, that of the router it stands in, and that of a nested one. */
  function heardWith(req: Any, { own = declared(), mounted = req.next as Any, nested = mounted as Any } = {}) {
    const res = response()
    const request = { ...req, next: mounted }
    res.req = request
    commitWith(res, failing(), own)
    request.next = nested
    res.end('page')
    return { res, own }
  }

  it('is that of the router of Express in which the middleware is mounted', () => {
    const router = vi.fn()
    heardWith({ next: router }, { own: router })
    expect(router).toHaveBeenCalledTimes(1)
  })

  it('is that of a nested router if the request has got there', () => {
    const [router, nested] = [vi.fn(), vi.fn()]
    heardWith({ next: router }, { own: router, nested })
    expect([router, nested].map(({ mock }) => mock.calls.length)).toEqual([0, 1])
  })

  it('is that of the route of Express in which the middleware is mounted', () => {
    const { heard, next } = nextOfRoute()
    const router = vi.fn()
    heardWith({ next: router, route: {} }, { own: next })
    expect([heard, router].map(({ mock }) => mock.calls.length)).toEqual([1, 0])
  })

  it.each([
    ['a function of the app, outside of a route', {}, () => nextOfRoute()],
    [
      'an arrow function of the app, in a route',
      { route: {} },
      () => {
        const heard = vi.fn()
        const next = (error?: unknown) => heard(error)
        return { heard, next }
      },
    ],
  ])('is that of the router of Express if the next of the middleware is %s', (_which, req, make) => {
    const { heard, next } = make()
    const router = vi.fn()
    heardWith({ ...req, next: router }, { own: next })
    expect([heard, router].map(({ mock }) => mock.calls.length)).toEqual([0, 1])
  })

  it.each([
    ['there is no Express', undefined],
    ['Express has passed the request on to its host', vi.fn()],
  ])('is a plain 500, with a warning that says what to do, if %s', (_which, mounted) => {
    const { res, own } = heardWith({}, { mounted, nested: null })
    expect(own).not.toHaveBeenCalled()
    expect(res.calls).toEqual([
      ['writeHead', 500],
      ['end', 'Internal Server Error\n'],
    ])
    expect(warnings.codes()).toEqual(['SESSION_WARN_UNHANDLED'])
    expect(warnings.messages()[0]).toBe(
      'a session could not be sealed, and nothing handles the error, so its response is a plain 500: set onError: (error, req, res) => ... in session()',
    )
  })

  it('is onError if there is one, and it gets the request and the response', () => {
    const res = response()
    const req: Any = {}
    res.req = req
    const onError = vi.fn((_error, _req, response: Any) => response.end('sorry'))
    commitWith(res, failing(), () => {}, { onError })
    res.end('page')
    expect(onError.mock.calls).toEqual([[new Error('does not fit'), req, res]])
    expect(res.calls).toEqual([
      ['end', 'sorry'],
      ['writeHead', 500],
    ])
    expect(warnings.codes()).toEqual([])
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('no template')
      },
    ],
    ['rejects', () => Promise.reject(new Error('no template'))],
  ])('is a plain 500 if onError %s', async (_how, onError) => {
    const res = response()
    res.req = {}
    commitWith(res, failing(), () => {}, { onError })
    res.end('page')
    await new Promise((resolve) => setImmediate(resolve))
    expect(res.calls).toEqual([
      ['writeHead', 500],
      ['end', 'Internal Server Error\n'],
    ])
    expect(warnings.messages()).toEqual([
      'onError failed, so the response is a plain 500, or was cut off if it had begun: catch its errors in onError',
    ])
  })

  it('does not touch a head that has left when onError fails', async () => {
    const res = response()
    res.req = {}
    res.destroy = vi.fn()
    const onError = async () => {
      res.end('sorry')
      res.writableEnded = true
      throw new Error('too late')
    }
    commitWith(res, failing(), () => {}, { onError })
    res.end('page')
    await new Promise((resolve) => setImmediate(resolve))
    expect(res.calls).toEqual([
      ['end', 'sorry'],
      ['writeHead', 500],
    ])
    expect(res.destroy).not.toHaveBeenCalled()
  })
})

describe('the end of a response', () => {
  it.each(['finish', 'close'])('is reported by the event "%s"', (event) => {
    const res = response()
    const look = vi.fn()
    onEnd(res, look)
    expect(look).not.toHaveBeenCalled()
    res.listened.get(event)()
    expect(look).toHaveBeenCalledOnce()
  })

  it('is reported in a later turn if it has come already', async () => {
    const res = response()
    res.writableEnded = true
    const look = vi.fn()
    onEnd(res, look)
    expect(look).not.toHaveBeenCalled()
    await new Promise(process.nextTick)
    expect(look).toHaveBeenCalledOnce()
  })

  it('is not waited for if a response emits no events', () => {
    expect(() => onEnd(response(['once']), () => {})).not.toThrow()
  })
})

describe('a response that carries one cookie only', () => {
  const of = (event?: object) => carriesOneCookie({ apiGateway: { event } } as Any)

  it('is that of a load balancer whose multi-value headers are off', () => {
    expect(of({ requestContext: { elb: {} } })).toBe(true)
    expect(of({ requestContext: { elb: {} }, multiValueHeaders: {} })).toBe(false)
  })

  it('is not that of any other host', () => {
    expect([of({ requestContext: {} }), of({}), of(), carriesOneCookie({} as Any)]).toEqual(Array(4).fill(false))
  })
})

describe('the next of the router that a request is in', () => {
  it('is on the request, and undefined without Express', () => {
    const next = () => {}
    expect([nextOf({ next } as Any), nextOf({} as Any)]).toEqual([next, undefined])
  })
})
