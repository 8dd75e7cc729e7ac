import type { BodyMethod, PatchableResponse, ResponseMethod } from './patchable.js'

/** What a response's methods hand their calls to. */
export interface Hook {
  produce(method: BodyMethod, args: unknown[]): unknown
  produceHead(args: unknown[]): void
  answer(method: BodyMethod, args: unknown[]): unknown
  /** `patched` leads through what others have patched over ours to `produceHead`. */
  answerHead(patched: ResponseMethod, args: unknown[]): void
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
export function patchForAnswer(hooked: Hooked): void {
  hooked.write = answerWrite as ResponseMethod
  hooked.end = answerEnd as ResponseMethod
  if (hooked.flushHeaders) hooked.flushHeaders = answerFlushHeaders as ResponseMethod
  const patched = hooked.writeHead
  hooked.writeHead = function answerWriteHead(this: Patched, ...args: unknown[]) {
    this[HOOK].answerHead(patched, args)
    return this
  } as ResponseMethod
}

/** Whether this is our own `writeHead`, over which nobody has patched another. */
export function isOurs(method: ResponseMethod): boolean {
  return method === PRODUCER.writeHead
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

function answerWrite(this: Patched, ...args: unknown[]): unknown {
  return this[HOOK].answer('write', args)
}

function answerEnd(this: Patched, ...args: unknown[]): unknown {
  return this[HOOK].answer('end', args)
}

function answerFlushHeaders(this: Patched): void {
  this[HOOK].answer('flushHeaders', [])
}
