import type { SessionNext, SessionRequest, SessionResponse } from '../types.js'
import type { Head } from './head.js'

/** The methods that send a body, or the head before it. */
export type BodyMethod = 'write' | 'end' | 'flushHeaders'

/** A method of a response, with arguments of any kind: callers in JavaScript may pass anything. */
export type ResponseMethod = (this: PatchableResponse, ...args: unknown[]) => unknown

/**
 * A response whose methods can be replaced, which Node's types forbid. Some are optional: the response that socket.io
 * makes for an upgrade lacks them.
 */
export interface PatchableResponse extends Record<'writeHead' | 'write' | 'end', ResponseMethod> {
  flushHeaders?: ResponseMethod
  /** Over HTTP/1, Node calls it when a body begins before the head was sent. */
  _implicitHeader?: ResponseMethod
  on?: ResponseMethod
  addListener?: ResponseMethod
  prependListener?: ResponseMethod
  listeners?(event: string): ((...args: unknown[]) => unknown)[]
  removeListener?(event: string, listener: (...args: unknown[]) => unknown): unknown
  addTrailers?: ResponseMethod
  setTrailer?: ResponseMethod
  /** Of a response of HTTP/2. */
  readonly stream?: { readonly destroyed: boolean; sendTrailers(trailers: object): unknown }
  once?(event: string, listener: (...args: never[]) => void): unknown
  emit?: (event: string, ...args: unknown[]) => unknown
  readonly headersSent: boolean
  readonly destroyed?: boolean
  readonly writableEnded?: boolean
}

/** The methods that a response had before ours. The response that socket.io makes for an upgrade lacks some. */
export type NativeMethods = Readonly<Record<'writeHead' | 'write' | 'end', ResponseMethod>> &
  Readonly<Record<'flushHeaders' | 'on', ResponseMethod | undefined>>

/** What the replaced methods of a response hand their calls to. The producer and the error handler: see divert.ts. */
export interface Hook {
  /** The head has left, or was passed on to code that sends it later. */
  readonly left: boolean
  /** Handles a call of the producer, which may send the head. Returns what the method returns. */
  produce(method: BodyMethod, args: unknown[]): unknown
  /** Handles a call of `writeHead` by the producer, or by Node on its behalf. */
  produceHead(args: unknown[]): void
  /** Handles a call of the error handler. Returns what the method returns. */
  answer(method: BodyMethod, args: unknown[]): unknown
  /** Handles a call of `writeHead` by the error handler. `patched` leads to `produceHead` through all outer patches. */
  answerHead(patched: ResponseMethod, args: unknown[]): void
  /**
   * Whether a call after the takeover is the error handler's: see `Takeover`.
   *
   * @param beginsAnswer whether the call sets the status or a header
   */
  isAnswering(beginsAnswer: boolean): boolean
  /** Handles a head that Node sends by itself after the takeover, because some code called a method older than ours. */
  answerImplicitly(send: () => unknown): unknown
  /** Drops a call of the producer after the takeover. Returns what the method returns. */
  swallow(method: BodyMethod, args: unknown[]): unknown
}

/** Where a response keeps its hook. */
export const HOOK: unique symbol = Symbol('sealed-session.hook')

/** A response that may have a hook. */
export interface Hooked extends PatchableResponse {
  [HOOK]?: Hook
}

/** A response that has its hook, as all have whose methods were replaced. */
type Patched = Required<Pick<Hooked, typeof HOOK>> & Hooked

/** They are the same functions for every response, and find its hook by `this`. */
export const PRODUCER = { writeHead, write, end, flushHeaders } as Record<BodyMethod | 'writeHead', ResponseMethod>

/** Has the methods of a response call its hook as the producer. */
export function patchForProducer(hooked: Hooked): void {
  hooked.writeHead = PRODUCER.writeHead
  hooked.write = PRODUCER.write
  hooked.end = PRODUCER.end
  if (hooked.flushHeaders) hooked.flushHeaders = PRODUCER.flushHeaders
}

/** Gives the error handler methods of its own. The producer may have kept the others. */
export function patchForAnswer(hooked: Hooked, hook: Hook): void {
  const patched = hooked.writeHead
  const methods: Record<BodyMethod | 'writeHead', ResponseMethod> = {
    writeHead: function answerWriteHead(...args) {
      hook.answerHead(patched, args)
      return this
    },
    write: (...args) => hook.answer('write', args),
    end: (...args) => hook.answer('end', args),
    flushHeaders: () => hook.answer('flushHeaders', []),
  }
  for (const [name, method] of Object.entries(methods) as [keyof typeof methods, ResponseMethod][]) {
    if (hooked[name] !== undefined) keepFromProducer(hooked, name, method, hook)
  }
  const { _implicitHeader } = hooked
  if (_implicitHeader === undefined) return
  hooked._implicitHeader = function answerImplicitly(...args) {
    return hook.answerImplicitly(() => _implicitHeader.apply(this, args))
  }
}

/**
 * Makes a method the error handler's, and keeps it so. Packages that patched the response before us restore what they
 * found; the producer's next write would then reach Node after the error page.
 */
function keepFromProducer(hooked: Hooked, name: BodyMethod | 'writeHead', method: ResponseMethod, hook: Hook): void {
  const guarded = (inner: ResponseMethod): ResponseMethod =>
    function answer(...args) {
      if (name === 'writeHead') {
        // Node calls it with the current status, and so does compression when the producer calls `write`.
        const isEcho = args.length === 1 && args[0] === (hooked as { statusCode?: unknown }).statusCode
        return hook.isAnswering(!isEcho) ? inner.apply(this, args) : this
      }
      // A listener that writes after the end of the page is not the error handler.
      const isAnswer = hook.isAnswering(false) && hooked.writableEnded !== true
      return isAnswer ? inner.apply(this, args) : hook.swallow(name, args)
    }
  let current = guarded(method)
  Object.defineProperty(hooked, name, {
    configurable: true,
    enumerable: true,
    get: () => current,
    set(given: ResponseMethod) {
      // A package that patched the response after us may restore the producer's method. Use the handler's instead.
      current = guarded(name !== 'writeHead' && given === PRODUCER[name] ? method : given)
    },
  })
}

/** Whether a method is our own `writeHead`, so that no one has patched it since. */
export function isOurs(method: ResponseMethod): boolean {
  return method === PRODUCER.writeHead
}

/** Whether the head has left. `@fastify/express` puts a `headersSent` of its own on the response, always false. */
export function hasHeadLeft(res: object): boolean {
  const { headersSent, [HOOK]: hook } = res as Partial<Hooked>
  return headersSent === true || hook?.left === true || (Object.hasOwn(res, 'headersSent') && isSentByNode(res))
}

function isSentByNode(res: object): boolean {
  const prototype: object | null = Object.getPrototypeOf(res)
  return prototype !== null && Reflect.get(prototype, 'headersSent', res) === true
}

function writeHead(this: Patched, ...args: unknown[]): Patched {
  this[HOOK].produceHead(args)
  return this
}

function write(this: Patched, ...args: unknown[]): unknown {
  return this[HOOK].produce('write', args)
}

function end(this: Patched, ...args: unknown[]): unknown {
  return this[HOOK].produce('end', args)
}

function flushHeaders(this: Patched): void {
  this[HOOK].produce('flushHeaders', [])
}

/**
 * What `commitWithHeaders` calls when the headers are about to leave: the session of one request and one middleware.
 */
export interface Committer {
  /**
   * Decides whether to keep, write or clear the cookie, and seals the session. It leaves the head as it is, so an error
   * can still be answered. It may be called again before the headers leave: it then commits what has changed since.
   *
   * @param head tells the status of the response
   * @throws {SessionError} if the session cannot be sealed or sent
   */
  commit(head: Head): void
  /** Puts what was committed into the head that leaves now. Another call puts in no line a second time. */
  apply(head: Head): void
  /** Takes the lines out of a head that has not left, and forgets what was committed. */
  withdraw(head: Head): void
}

/** The app's option `onError`: it answers a failed commit where `next` is not that of Express. */
export type OnError = (error: unknown, req: SessionRequest, res: SessionResponse) => unknown

/** A committer, and what `divert` needs to find the error handler if the commit fails. */
export interface Commit {
  readonly committer: Committer
  readonly req: SessionRequest
  /** The `next` that the middleware was called with. */
  readonly next: SessionNext
  /** The `next` of the router that the middleware is mounted in: see `nextOf`. */
  readonly router: unknown
  readonly onError: OnError | undefined
}
