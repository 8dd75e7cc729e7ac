export type BodyMethod = 'write' | 'end' | 'flushHeaders'

export type ResponseMethod = (this: PatchableResponse, ...args: unknown[]) => unknown

/**
 * A response as something whose methods can be replaced. Node's types forbid that, and an upgrade's response, which
 * socket.io makes, has only some of them.
 */
export interface PatchableResponse extends Record<'writeHead' | 'write' | 'end', ResponseMethod> {
  flushHeaders?: ResponseMethod
  /** Node calls it where a body begins whose head was not sent, over HTTP/1. */
  _implicitHeader?: ResponseMethod
  on?: ResponseMethod
  addListener?: ResponseMethod
  prependListener?: ResponseMethod
  listeners?(event: string): ((...args: unknown[]) => unknown)[]
  removeListener?(event: string, listener: (...args: unknown[]) => unknown): unknown
  once?(event: string, listener: (...args: never[]) => void): unknown
  emit?: (event: string, ...args: unknown[]) => unknown
  readonly headersSent: boolean
  readonly writableEnded?: boolean
}

/** What a response's methods hand their calls to. */
export interface Hook {
  /** The head has left, or was handed on to whoever sends it. */
  readonly left: boolean
  produce(method: BodyMethod, args: unknown[]): unknown
  produceHead(args: unknown[]): void
  answer(method: BodyMethod, args: unknown[]): unknown
  /** `patched` leads through what others have patched over ours to `produceHead`. */
  answerHead(patched: ResponseMethod, args: unknown[]): void
  /**
   * Whether a call that is made now, after the takeover, is the error handler's: see `Takeover`.
   *
   * @param beginsAnswer it sets the status or a header
   */
  isAnswering(beginsAnswer: boolean): boolean
  /** Node sends a head by itself, after the takeover, as somebody has called a method of before ours. */
  answerImplicitly(send: () => unknown): unknown
  /** Takes a call of the producer's, after the takeover, for done. */
  swallow(method: BodyMethod, args: unknown[]): unknown
}

export const HOOK: unique symbol = Symbol('sealed-session.hook')

export interface Hooked extends PatchableResponse {
  [HOOK]?: Hook
}

/** A response that was given its hook before its methods were replaced. */
type Patched = Required<Pick<Hooked, typeof HOOK>> & Hooked

/** Our methods in the place of Node's: the same functions for every response, which they find by `this`. */
export const PRODUCER = { writeHead, write, end, flushHeaders } as Record<BodyMethod | 'writeHead', ResponseMethod>

export function patchForProducer(hooked: Hooked): void {
  hooked.writeHead = PRODUCER.writeHead
  hooked.write = PRODUCER.write
  hooked.end = PRODUCER.end
  if (hooked.flushHeaders) hooked.flushHeaders = PRODUCER.flushHeaders
}

/** Gives an error handler methods of its own, other than those that the producer may have kept. */
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
 * Makes a method the error handler's, whoever replaces it: wrappers of before us put back what they had found, and what
 * the producer still writes would go past us, to Node, behind the end of the error page.
 */
function keepFromProducer(hooked: Hooked, name: BodyMethod | 'writeHead', method: ResponseMethod, hook: Hook): void {
  const guarded = (inner: ResponseMethod): ResponseMethod =>
    function answer(...args) {
      if (name === 'writeHead') {
        // Node calls it with the status that is there, and so does compression for a producer's \`write\`.
        const isEcho = args.length === 1 && args[0] === (hooked as { statusCode?: unknown }).statusCode
        return hook.isAnswering(!isEcho) ? inner.apply(this, args) : this
      }
      // Whoever listens for its end, and writes then, is not the one who has ended it.
      const isAnswer = hook.isAnswering(false) && hooked.writableEnded !== true
      return isAnswer ? inner.apply(this, args) : hook.swallow(name, args)
    }
  let current = guarded(method)
  Object.defineProperty(hooked, name, {
    configurable: true,
    enumerable: true,
    get: () => current,
    set(given: ResponseMethod) {
      // Whoever stands behind us puts back our own, by which the producer is known: it is the error handler's instead.
      current = guarded(name !== 'writeHead' && given === PRODUCER[name] ? method : given)
    },
  })
}

/** Whether this is our own `writeHead`, over which nobody has patched another. */
export function isOurs(method: ResponseMethod): boolean {
  return method === PRODUCER.writeHead
}

/** Whether the head of a response has left, also where a host says that it never does, as `@fastify/express` has it. */
export function hasHeadLeft(res: object): boolean {
  const { headersSent, [HOOK]: hook } = res as Partial<Hooked>
  return headersSent === true || hook?.left === true || (Object.hasOwn(res, 'headersSent') && isSentByNode(res))
}

/** What Node says, where a host has put a property of its own over it. */
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
