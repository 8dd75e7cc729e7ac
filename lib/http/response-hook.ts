import { beginInApp } from '../caller.js'
import { SessionError } from '../errors.js'
import { behindThisCall } from '../turns.js'
import type { SessionResponse } from '../types.js'
import { warnOnce } from '../warnings.js'
import type { Commit, Committer } from './committer.js'
import { asHandling, divert, resetHead } from './divert.js'
import { Head } from './head.js'
import {
  type BodyMethod,
  HOOK,
  type Hook,
  type Hooked,
  hasHeadLeft,
  isOurs,
  PRODUCER,
  patchForAnswer,
  patchForProducer,
  type ResponseMethod,
} from './patch.js'
import { Takeover } from './takeover.js'

/** Those that a response had before ours; an upgrade's has only some. */
type NativeMethods = Readonly<Record<'writeHead' | 'write' | 'end', ResponseMethod>> &
  Readonly<Record<'flushHeaders' | 'on', ResponseMethod | undefined>>

/**
 * Every way out leads through `writeHead`: Node calls it for the first `write`, for `end` and for `flushHeaders`. By then
 * it cannot turn back, so these have the sessions decided and sealed before they let Node begin. What comes of it is put
 * into the head no sooner than our own `writeHead` is reached, the innermost: whoever stands behind us and keeps heads,
 * such as a cache, must not find a session in one. Others may still change the session in their own `writeHead`; that is
 * seen then, too.
 */
export class ResponseHook implements Hook {
  commits: readonly Commit[] = []
  readonly #res: SessionResponse
  readonly #hooked: Hooked
  readonly #native: NativeMethods
  /** Set once a commit has failed: whose calls the response's methods are, the producer's or the error handler's. */
  #takeover: Takeover | undefined
  /** Whatever begins to send calls `writeHead` as Node does over HTTP/1, and so ours. */
  readonly #leadsToOurs: boolean
  /** What was put in early is taken out again before anybody behind us sees it. */
  #hidden = false
  /** While the headers of an error handler's answer leave: through what, and what they said of its encoding before. */
  #answering: { readonly patched: ResponseMethod; readonly encoding: unknown; reached: boolean } | undefined
  /** From when a commit has failed until the producer's call, in which it did, is over. */
  #failing = false
  /** What was settled last, by a call that has no headers of its own. */
  #head: Head | undefined
  /** Node has sent the head, or somebody before us has it, and will send it. */
  left = false
  /** Node has begun to send what was settled: there is no turning back. Asked only while the headers are not sent. */
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
    this.#leadsToOurs =
      '_implicitHeader' in hooked && !['write', 'end', 'flushHeaders'].some((name) => Object.hasOwn(hooked, name))
    // Before the methods that find it by this: somebody may have made one of them read-only, which ends here.
    hooked[HOOK] = this
    patchForProducer(hooked)
  }

  /** A call of the producer's that may send the headers: through to Node after it was settled, or swallowed. */
  produce(method: BodyMethod, args: unknown[]): unknown {
    if (this.#committing) return this.#refuseWithin(method)
    if (this.#takeover) return this.swallow(method, args)
    return this.#begin(method) ? this.#leave(method, args) : this.swallow(method, args)
  }

  /** The same for `writeHead`, whose arguments may hold headers that would replace ours. */
  produceHead(args: unknown[]): void {
    if (this.#committing) {
      this.#answeredWithin = true
      return
    }
    if (this.#takeover && !this.#takeover.isPassing()) return
    if (this.#answering) this.#answering.reached = true
    this.#dropForeignEncoding()
    if (hasHeadLeft(this.#res)) {
      this.#sendHead(args)
      return
    }
    const committed = this.#isCommitted(args) ? this.#head : undefined
    const head = committed ?? new Head(this.#res, args)
    if (!committed && !this.#commit(head, 'writeHead')) return
    this.#apply(head)
    this.#sendHead(committed ? args : head.args)
  }

  #sendHead(args: unknown[]): void {
    this.#native.writeHead.apply(this.#hooked, args)
    this.left = true
  }

  /** A call of the error handler's. */
  answer(method: BodyMethod, args: unknown[]): unknown {
    if (this.#committing) return this.#refuseWithin(method)
    this.#begin(method)
    return this.#leave(method, args)
  }

  /** The same for `writeHead`, on whose way others may say what they would have done with the producer's body. */
  answerHead(patched: ResponseMethod, args: unknown[]): void {
    const answering = { patched, encoding: new Head(this.#res, args).get('Content-Encoding'), reached: false }
    this.#answering = answering
    try {
      patched.apply(this.#hooked, args)
      // Who keeps the head back, as @polka/compression does, would send it with a body that it does not get to see.
      if (!answering.reached) this.produceHead(args)
    } finally {
      this.#answering = undefined
    }
  }

  /**
   * Somebody before us who passes the answer on later, in a turn in which it cannot be recognized (hijackresponse does),
   * calls Node's `write`: without a head, the body would be on the wire alone. While the call that failed is not over, it
   * is of the producer: those behind us call this, too.
   */
  answerImplicitly(send: () => unknown): unknown {
    return this.#leadsToOurs || this.#failing ? send() : asHandling(this, send)
  }

  isAnswering(beginsAnswer: boolean): boolean {
    if (this.#takeover === undefined) return false
    return beginsAnswer ? this.#takeover.isPassingHead() : this.#takeover.isPassing()
  }

  swallow(method: BodyMethod, args: unknown[]): unknown {
    return this.#committing ? this.#refuseWithin(method) : this.#takeover?.swallow(method, args)
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

  /** Settles what is about to leave, unless it has left. Returns whether it may. */
  #begin(method: BodyMethod): boolean {
    if (hasHeadLeft(this.#res)) return true
    const head = new Head(this.#res)
    this.#head = head
    if (!this.#commit(head, method)) return false
    if (!this.#leadsToOurs) this.#applyEarly(head)
    return true
  }

  /**
   * Whoever has patched the response before us may know a `writeHead` of before ours and call that (@polka/compression
   * does), and a response of another kind may call none. If ours is reached all the same, then through those behind us.
   */
  #applyEarly(head: Head): void {
    this.#apply(head)
    const { writeHead } = this.#hooked
    if (this.#hidden || this.#takeover || isOurs(writeHead)) return
    this.#hidden = true
    const hide = () => this.#withdraw(new Head(this.#res))
    this.#hooked.writeHead = function hidden(...args) {
      hide()
      return writeHead.apply(this, args)
    }
  }

  #leave(method: BodyMethod, args: unknown[]): unknown {
    this.#leaving = !hasHeadLeft(this.#res)
    try {
      // Somebody before us may pass the call on later; until then there is still no turning back.
      return this.#native[method]?.apply(this.#hooked, args)
    } catch (error) {
      this.#leaving = false
      throw error
    }
  }

  /** Nothing can have changed since it was settled: the call is Node's own, and comes with a status code only. */
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

  #apply(head: Head): void {
    for (const { committer } of this.commits) committer.apply(head)
  }

  #withdraw(head: Head): void {
    for (const { committer } of this.commits) committer.withdraw(head)
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
  #takeOver(commit: Commit, error: unknown): void {
    const hooked = this.#hooked
    resetHead(this.#res)
    this.#takeover = new Takeover(this, hooked, this.#native.on)
    patchForAnswer(hooked, this)
    this.#failing = true
    behindThisCall(() => {
      this.#failing = false
    })
    divert(this, this.#res, commit, error)
  }
}

function warnTooLate(): void {
  warnOnce(
    'SESSION_WARN_LATE',
    'a change to the session while the headers were leaving cannot be sealed: make it before the response is sent',
    'while leaving',
  )
}
