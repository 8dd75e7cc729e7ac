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

/** The methods that a response had before ours. The response that socket.io makes for an upgrade lacks some. */
type NativeMethods = Readonly<Record<'writeHead' | 'write' | 'end', ResponseMethod>> &
  Readonly<Record<'flushHeaders' | 'on', ResponseMethod | undefined>>

/**
 * Commits the sessions of one response before its head leaves.
 *
 * Every head leaves through `writeHead`: Node calls it for the first `write`, for `end` and for `flushHeaders`. At that
 * point Node can no longer stop, so our `write`, `end` and `flushHeaders` commit before they call Node. The cookies go
 * into the head only when our own `writeHead` is reached, the innermost one: a package that was mounted after us and
 * keeps heads, such as a cache, must not find a session in one. Such a package may still change the session in its own
 * `writeHead`, so ours commits again.
 */
export class ResponseHook implements Hook {
  /** What is to be committed, in the order in which the middlewares were called. */
  commits: readonly Commit[] = []
  readonly #res: SessionResponse
  readonly #hooked: Hooked
  readonly #native: NativeMethods
  /** Set once a commit has failed. It tells the calls of the producer from those of the error handler. */
  #takeover: Takeover | undefined
  /** The response is Node's own, of HTTP/1, so that each of its methods calls our `writeHead`. */
  readonly #leadsToOurs: boolean
  /** The response has the `writeHead` of `#applyEarly`, which hides the cookies from packages mounted after us. */
  #hidden = false
  /**
   * Set while the error handler calls `writeHead`: the outermost patch, and `Content-Encoding` before any patch ran.
   */
  #answering: { readonly patched: ResponseMethod; readonly encoding: unknown; reached: boolean } | undefined
  /** The call of the producer in which a commit failed is not over yet. */
  #failing = false
  /** The head of the last commit by a method other than `writeHead`. */
  #head: Head | undefined
  /** The head was passed to the `writeHead` that the response had before ours. */
  left = false
  /** Node has begun to send what was committed, and cannot stop. Read only while the headers are not sent. */
  #leaving = false
  /** A commit is running. It may run code of the app, such as a getter or a `toJSON`. */
  #committing = false
  /** Code of the app has tried to answer the request during a commit. */
  #answeredWithin = false

  constructor(res: SessionResponse, hooked: Hooked) {
    this.#res = res
    this.#hooked = hooked
    const { writeHead, write, end, flushHeaders, on } = hooked
    this.#native = { writeHead, write, end, flushHeaders, on }
    this.#leadsToOurs =
      '_implicitHeader' in hooked && !['write', 'end', 'flushHeaders'].some((name) => Object.hasOwn(hooked, name))
    // The methods need it, so it comes first. If one of them is read-only, the next line throws.
    hooked[HOOK] = this
    patchForProducer(hooked)
  }

  /** Commits and passes the call on to Node, or swallows it if the commit fails or has failed. */
  produce(method: BodyMethod, args: unknown[]): unknown {
    if (this.#committing) return this.#refuseWithin(method)
    if (this.#takeover) return this.swallow(method, args)
    return this.#begin(method) ? this.#leave(method, args) : this.swallow(method, args)
  }

  /** Does the same for `writeHead`, whose arguments may hold headers that would replace ours. */
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

  /** Commits once more, because the error handler may have mended the session, and passes the call on to Node. */
  answer(method: BodyMethod, args: unknown[]): unknown {
    if (this.#committing) return this.#refuseWithin(method)
    this.#begin(method)
    return this.#leave(method, args)
  }

  /** Does the same for `writeHead`. Outer patches may set headers there that describe the producer's body. */
  answerHead(patched: ResponseMethod, args: unknown[]): void {
    const answering = { patched, encoding: new Head(this.#res, args).get('Content-Encoding'), reached: false }
    this.#answering = answering
    try {
      patched.apply(this.#hooked, args)
      // A patch that holds the head back, as @polka/compression does, waits for a body that it does not get to see.
      if (!answering.reached) this.produceHead(args)
    } finally {
      this.#answering = undefined
    }
  }

  /**
   * A package that patched the response before us may pass the answer on later and call Node's `write` itself, as
   * hijackresponse does. Nothing ties that turn to the error handler, so this does: the body would leave without a
   * head. During the call that failed it is the producer's, because packages mounted after us get here as well.
   */
  answerImplicitly(send: () => unknown): unknown {
    return this.#leadsToOurs || this.#failing ? send() : asHandling(this, send)
  }

  /** Asks the takeover whose call it is. Before a takeover, every call is the producer's. */
  isAnswering(beginsAnswer: boolean): boolean {
    if (this.#takeover === undefined) return false
    return beginsAnswer ? this.#takeover.isPassingHead() : this.#takeover.isPassing()
  }

  /** Drops a call of the producer, as `Takeover` does. */
  swallow(method: BodyMethod, args: unknown[]): unknown {
    return this.#committing ? this.#refuseWithin(method) : this.#takeover?.swallow(method, args)
  }

  /**
   * Removes the `Content-Encoding` that compression sets as the head leaves: it does not see the error handler's body.
   */
  #dropForeignEncoding(): void {
    if (this.#answering === undefined || this.#answering.encoding !== undefined) return
    this.#res.removeHeader('Content-Encoding')
  }

  /** Refuses a call during a commit, which would commit without end. `#commitOnce` then fails the commit. */
  #refuseWithin(method: BodyMethod): unknown {
    this.#answeredWithin = true
    return method === 'write' ? true : method === 'end' ? this.#hooked : undefined
  }

  /** Commits, unless the head has left. Returns whether the call may go on to Node. */
  #begin(method: BodyMethod): boolean {
    if (hasHeadLeft(this.#res)) return true
    const head = new Head(this.#res)
    this.#head = head
    if (!this.#commit(head, method)) return false
    if (!this.#leadsToOurs) this.#applyEarly(head)
    return true
  }

  /**
   * Puts the cookies into the head at once, for responses that may not call our `writeHead`: a package that patched the
   * response before us may call the one that it found (@polka/compression does), and responses of other kinds may call
   * none. If a package that was mounted after us has patched `writeHead`, the cookies are hidden from it.
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
      // A package that patched the response before us may pass the call on later. The commit stays final until then.
      return this.#native[method]?.apply(this.#hooked, args)
    } catch (error) {
      this.#leaving = false
      throw error
    }
  }

  /** Whether Node itself calls `writeHead`, with a status code only, so that nothing has changed since the commit. */
  #isCommitted(args: readonly unknown[]): boolean {
    return this.#leaving && args.length === 1 && isOurs(this.#answering?.patched ?? this.#hooked.writeHead)
  }

  /** Commits every session. Returns false if a commit has failed and the error handler has the response now. */
  #commit(head: Head, method: keyof typeof PRODUCER): boolean {
    for (const commit of this.commits) {
      try {
        this.#commitOnce(commit.committer, head)
      } catch (error) {
        // The error handler knows of a failure already. Its answer leaves without this cookie.
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
    // Serialized again for the error page, the session would answer once more.
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
   * Gives the response to the error handler, with methods of its own. Its `write` and `end` lead past the patches of
   * other packages, which may take the response for ended. Whoever has kept our first methods calls as the producer.
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
