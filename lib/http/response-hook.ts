import type { SessionNext, SessionResponse } from '../types.js'
import { warnOnce } from '../warnings.js'
import { divert, isHandling } from './divert.js'
import { Head } from './head.js'

/**
 * Puts what a session comes to into the head that is about to leave, or throws. It may be called again for the same
 * response while the headers have not left, and then adds nothing twice.
 */
export type Commit = (head: Head) => void

type Method = (this: Hooked, ...args: unknown[]) => unknown
interface Hooked extends Record<'writeHead' | 'write' | 'end', Method> {
  flushHeaders?: Method
  readonly headersSent: boolean
  once(event: string, listener: () => void): unknown
  [HOOK]?: ResponseHook
}

const HOOK = Symbol('sealed-session.hook')

/**
 * Calls `commit` once, when the headers of the response are about to leave, whichever way they do. If it throws,
 * nothing of the response leaves and the error goes to `next`: never out of the method that was called, which may
 * run inside of a stream, where nobody would catch it.
 */
export function commitWithHeaders(res: SessionResponse, commit: Commit, next: SessionNext): void {
  const hooked = res as unknown as Hooked
  hooked[HOOK] ??= new ResponseHook(res, hooked)
  hooked[HOOK].commits.push({ commit, next })
}

/**
 * Every way out leads through `writeHead`: Node calls it for the first `write`, for `end` and for `flushHeaders`.
 * By then it cannot turn back, so these commit before they let Node begin. What was patched in after us may still
 * change the session in its own `writeHead`; that is seen when ours is reached, behind it.
 */
class ResponseHook {
  readonly commits: { readonly commit: Commit; readonly next: SessionNext }[] = []
  readonly #res: SessionResponse
  readonly #native: Pick<Hooked, 'writeHead' | 'write' | 'end' | 'flushHeaders'>
  #diverted = false
  /** Inside of a method of ours that has committed. */
  #entered = false

  constructor(res: SessionResponse, hooked: Hooked) {
    this.#res = res
    this.#native = { writeHead: hooked.writeHead, write: hooked.write, end: hooked.end }
    if (hooked.flushHeaders) this.#native.flushHeaders = hooked.flushHeaders
    hooked.writeHead = writeHead
    this.#patchBody(hooked)
  }

  /** Lets a call that may send the headers through, after a commit; false if its response has been diverted. */
  enter(method: 'write' | 'end' | 'flushHeaders', args: unknown[]): { readonly returned: unknown } | false {
    const { headersSent } = this.#res
    if (this.#isProducerDiverted() || !(headersSent || this.#commit(new Head(this.#res)))) return false
    const outer = this.#entered
    this.#entered = !headersSent
    try {
      return { returned: this.#native[method]?.apply(this.#res as unknown as Hooked, args) }
    } finally {
      this.#entered = outer
    }
  }

  /** The same for `writeHead`, whose arguments may hold headers that would replace ours. */
  enterHead(hooked: Hooked, args: unknown[]): void {
    if (this.#isProducerDiverted()) return
    const head = new Head(this.#res, args)
    if (!this.#res.headersSent && !this.#isCommitted(hooked, args) && !this.#commit(head)) return
    this.#native.writeHead.apply(hooked, head.args)
  }

  #isProducerDiverted(): boolean {
    return this.#diverted && !isHandling(this)
  }

  /** Nothing can have changed between the commit and this call: it is Node's own, and comes with a status code only. */
  #isCommitted(hooked: Hooked, args: readonly unknown[]): boolean {
    return this.#entered && args.length === 1 && hooked.writeHead === writeHead
  }

  #commit(head: Head): boolean {
    for (const { commit, next } of this.commits) {
      try {
        commit(head)
      } catch (error) {
        // An error handler was told already; what it answers leaves without the cookie.
        if (this.#diverted) continue
        if (this.#entered) {
          warnTooLate()
          continue
        }
        this.#diverted = true
        // Methods that were patched over ours may believe that the response has ended: the error handler's is new.
        this.#patchBody(this.#res as unknown as Hooked)
        divert(this, this.#res, next, error)
        return false
      }
    }
    return true
  }

  #patchBody(hooked: Hooked): void {
    hooked.write = write
    hooked.end = end
    if (this.#native.flushHeaders) hooked.flushHeaders = flushHeaders
  }
}

function writeHead(this: Hooked, ...args: unknown[]): Hooked {
  this[HOOK]?.enterHead(this, args)
  return this
}

function flushHeaders(this: Hooked): void {
  this[HOOK]?.enter('flushHeaders', [])
}

/** A write that is swallowed reports success, so that a pipe drains to its end and lets go of what it holds. */
function write(this: Hooked, ...args: unknown[]): unknown {
  const call = this[HOOK]?.enter('write', args)
  if (call) return call.returned
  const callback = args.at(-1)
  if (typeof callback === 'function') process.nextTick(callback as () => void)
  return true
}

function end(this: Hooked, ...args: unknown[]): unknown {
  const call = this[HOOK]?.enter('end', args)
  if (call) return call.returned
  const callback = args.at(-1)
  if (typeof callback === 'function') this.once('finish', callback as () => void)
  return this
}

function warnTooLate(): void {
  warnOnce(
    'SESSION_WARN_LATE',
    'a change to the session while the headers were leaving cannot be sealed: make it before the response is sent',
    'while leaving',
  )
}
