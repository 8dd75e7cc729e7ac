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
  once?(event: string, listener: (...args: never[]) => void): unknown
  emit?(event: string): unknown
  readonly headersSent: boolean
}
