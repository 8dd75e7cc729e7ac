import { beginInApp } from '../caller.js'
import { SessionError } from '../errors.js'
import type { SessionNext, SessionResponse } from '../types.js'
import { warnOnce } from '../warnings.js'
import type { Commit, Committer } from './committer.js'
import { divert, nextOf, resetHead } from './divert.js'
import { Head } from './head.js'
import { type Hook, type Hooked, isOurs, PRODUCER, patchForAnswer, patchForProducer } from './patch.js'
import type { BodyMethod, ResponseMethod } from './patchable.js'
import { Takeover } from './takeover.js'

/** Those that a response had before ours; an upgrade's has only some. */
type NativeMethods = Readonly<Record<'writeHead' | 'write' | 'end', ResponseMethod>> &
  Readonly<Record<'flushHeaders' | 'on', ResponseMethod | undefined>>

/**
 * Every way out leads through `writeHead`: Node calls it for the first `write`, for `end` and for `flushHeaders`.
 * By then it cannot turn back, so these commit before they let Node begin. What was patched in after us may still
 * change the session in its own `writeHead`; that is seen when ours is reached, behind it.
 */
export class ResponseHook implements Hook {
  commits: readonly Commit[] = []
  readonly #res: SessionResponse
  readonly #hooked: Hooked
  readonly #native: NativeMethods
  /** Set once a commit has failed: whose calls the response's methods are, the producer's or the error handler's. */
  #takeover: Takeover | undefined
  /** While the headers of an error handler's answer leave: through what, and what they said of its encoding before. */
  #answering: { readonly patched: ResponseMethod; readonly encoding: unknown } | undefined
  /** Node has begun to send what was committed: there is no turning back. Asked only while the headers are not sent. */
  #leaving = false
  /** While the sessions are looked at, which may run code of the app: a getter, or a `toJSON`. */
  #committing = false
  /** Such code has answered the request, in the middle of its own commit. */
  #answeredWithin = false

  constructor(res: SessionResponse, hooked: Hooked) {
    this.#res = res
    this.#hooked = hooked
    const { writeHead, write, end, flushHeaders, on } = hooked
    this.#native = { writeHead, write, end, flushHeaders, on }
    patchForProducer(hooked)
  }

  /** A call of the producer's that may send the headers: through to Node after a commit, or swallowed. */
  produce(method: BodyMethod, args: unknown[]): unknown {
    if (this.#committing) return this.#refuseWithin(method)
    if (this.#takeover) return this.#swallow(method, args)
    const { headersSent } = this.#res
    if (headersSent || this.#commit(new Head(this.#res), method)) return this.#leave(method, args, headersSent)
    return this.#swallow(method, args)
  }

  /** The same for `writeHead`, whose arguments may hold headers that would replace ours. */
  produceHead(args: unknown[]): void {
    if (this.#committing) {
      this.#answeredWithin = true
      return
    }
    if (this.#takeover && !this.#takeover.isPassing()) return
    this.#dropForeignEncoding()
    if (this.#res.headersSent || this.#isCommitted(args)) {
      this.#native.writeHead.apply(this.#hooked, args)
      return
    }
    const head = new Head(this.#res, args)
    if (this.#commit(head, 'writeHead')) this.#native.writeHead.apply(this.#hooked, head.args)
  }

  /** A call after the takeover, whoever makes it. */
  answer(method: BodyMethod, args: unknown[]): unknown {
    if (this.#committing) return this.#refuseWithin(method)
    if (this.#takeover && !this.#takeover.isPassing()) return this.#swallow(method, args)
    const { headersSent } = this.#res
    if (headersSent) return this.#leave(method, args, headersSent)
    this.#commit(new Head(this.#res), method)
    return this.#leave(method, args, headersSent)
  }

  /** The same for `writeHead`, on whose way others may say what they would have done with the producer's body. */
  answerHead(patched: ResponseMethod, args: unknown[]): void {
    this.#answering = { patched, encoding: new Head(this.#res, args).get('Content-Encoding') }
    try {
      patched.apply(this.#hooked, args)
    } finally {
      this.#answering = undefined
    }
  }

  /** compression says that it compresses as the headers leave, and does not see the body of an error handler. */
  #dropForeignEncoding(): void {
    if (this.#answering === undefined || this.#answering.encoding !== undefined) return
    this.#res.removeHeader('Content-Encoding')
  }

  /** A call that would commit what is being committed, again and again. The commit it came from fails for it. */
  #refuseWithin(method: BodyMethod): unknown {
    this.#answeredWithin = true
    return method === 'write' ? true : method === 'end' ? this.#hooked : undefined
  }

  #swallow(method: BodyMethod, args: unknown[]): unknown {
    return this.#takeover?.swallow(method, args)
  }

  #leave(method: BodyMethod, args: unknown[], headersSent: boolean): unknown {
    this.#leaving = !headersSent
    try {
      // Somebody before us may pass the call on later; until then there is still no turning back.
      return this.#native[method]?.apply(this.#hooked, args)
    } catch (error) {
      this.#leaving = false
      throw error
    }
  }

  /** Nothing can have changed between the commit and this call: it is Node's own, and comes with a status code only. */
  #isCommitted(args: readonly unknown[]): boolean {
    return this.#leaving && args.length === 1 && isOurs(this.#answering?.patched ?? this.#hooked.writeHead)
  }

  #commit(head: Head, method: keyof typeof PRODUCER): boolean {
    for (const commit of this.commits) {
      try {
        this.#commitOnce(commit.committer, head)
      } catch (error) {
        // An error handler was told already; what it answers leaves without the cookie.
        if (this.#takeover) {
          commit.committer.withdraw(head)
          continue
        }
        if (this.#leaving) {
          warnTooLate()
          continue
        }
        beginInApp(error, PRODUCER[method])
        this.#takeOver(commit, error)
        return false
      }
    }
    return true
  }

  #commitOnce(committer: Committer, head: Head): void {
    // Asked once more, for the error page, such code would answer into that.
    if (!this.#answeredWithin) {
      this.#committing = true
      try {
        committer.commit(head)
      } finally {
        this.#committing = false
      }
    }
    if (!this.#answeredWithin) return
    committer.withdraw(head)
    throw new SessionError(
      'ERR_SESSION_UNSERIALIZABLE',
      'the session has a getter or toJSON that answers the request while it is serialized: store plain data',
    )
  }

  /**
   * From here on the response is the error handler's. It gets methods of its own, under what others have patched over
   * ours: those may believe that the response has ended, and what they have kept of ours is the producer's.
   */
  #takeOver({ next, router }: Commit, error: unknown): void {
    const hooked = this.#hooked
    const nearest = nextOf(this.#res)
    resetHead(this.#res)
    this.#takeover = new Takeover(this, hooked, this.#native.on)
    patchForAnswer(hooked)
    // In the router in which the middleware stands, its own is the nearest: it may stand in a route.
    divert(
      this,
      this.#res,
      typeof nearest === 'function' && nearest !== router ? (nearest as SessionNext) : next,
      error,
    )
  }
}

function warnTooLate(): void {
  warnOnce(
    'SESSION_WARN_LATE',
    'a change to the session while the headers were leaving cannot be sealed: make it before the response is sent',
    'while leaving',
  )
}
