import type { BodyMethod, PatchableResponse } from './patchable.js'

/** What a response's methods hand their calls to. */
export interface Hook {
  produce(method: BodyMethod, args: unknown[]): unknown
  produceHead(args: unknown[]): void
  answer(method: BodyMethod, args: unknown[]): unknown
}

export const HOOK: unique symbol = Symbol('sealed-session.hook')

export interface Hooked extends PatchableResponse {
  [HOOK]?: Hook
}

/** Puts our methods in the place of Node's. They are the same functions for every response, which they find by `this`. */
export function patchForProducer(hooked: Hooked): void {
  hooked.writeHead = writeHead
  hooked.write = write
  hooked.end = end
  if (hooked.flushHeaders) hooked.flushHeaders = flushHeaders
}

/** Gives an error handler methods of its own, other than those that the producer may have kept. */
export function patchForAnswer(hooked: Hooked): void {
  hooked.write = answerWrite
  hooked.end = answerEnd
  if (hooked.flushHeaders) hooked.flushHeaders = answerFlushHeaders
}

/** Whether nobody has patched `writeHead` over ours. */
export function isOutermost(hooked: Hooked): boolean {
  return hooked.writeHead === writeHead
}

function writeHead(this: Hooked, ...args: unknown[]): Hooked {
  this[HOOK]?.produceHead(args)
  return this
}

function write(this: Hooked, ...args: unknown[]): unknown {
  return this[HOOK]?.produce('write', args)
}

function end(this: Hooked, ...args: unknown[]): unknown {
  return this[HOOK]?.produce('end', args)
}

function flushHeaders(this: Hooked): void {
  this[HOOK]?.produce('flushHeaders', [])
}

function answerWrite(this: Hooked, ...args: unknown[]): unknown {
  return this[HOOK]?.answer('write', args)
}

function answerEnd(this: Hooked, ...args: unknown[]): unknown {
  return this[HOOK]?.answer('end', args)
}

function answerFlushHeaders(this: Hooked): void {
  this[HOOK]?.answer('flushHeaders', [])
}
