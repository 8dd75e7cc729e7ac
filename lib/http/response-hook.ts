import { beginInApp } from '../caller.js'
import { behindThisCall, nextTick } from '../clock.js'
import { SessionError } from '../errors.js'
import type { SessionRequest, SessionResponse } from '../types.js'
import { asHandling, divert, nextOf, resetHead, warnTooLate } from './divert.js'
import { Head } from './head.js'
import {
  type BodyMethod,
  type Commit,
  type Committer,
  HOOK,
  type Hook,
  type Hooked,
  hasHeadLeft,
  isOurs,
  type NativeMethods,
  PRODUCER,
  patchForAnswer,
  patchForProducer,
  type ResponseMethod,
} from './patch.js'
import { Takeover } from './takeover.js'

/**
 * Makes `committer` commit when the headers of the response are about to leave, by whichever method. If a commit fails,
 * nothing of the response leaves, and `divert` hands the error to the error handler. The method that was called does
 * not throw: it may run inside a stream, where no code would catch the error.
 *
 * @param commit the committer, the middleware's `next`, and the app's `onError`
 */
export function commitWithHeaders(
  req: SessionRequest,
  res: SessionResponse,
  { committer, next, onError }: Pick<Commit, 'committer' | 'next' | 'onError'>,
): void {
  const hooked = res as unknown as Hooked
  if (!canSend(req, hooked)) {
    hooked[HOOK] = NEVER
    return
  }
  const hook = hooked[HOOK] instanceof ResponseHook ? hooked[HOOK] : new ResponseHook(res, hooked)
  hook.commits = [...hook.commits, { committer, next, onError, req, router: nextOf(req) }]
}

/**
 * Whether the headers of this response can leave. After the handshake of a WebSocket, the response has no methods
 * (`sessions(req, {}, next)`), or by express-ws no connection.
 */
function canSend(req: SessionRequest, res: Hooked): boolean {
  if (typeof res.writeHead !== 'function') return false
  return !((req as { upgrade?: unknown }).upgrade === true && '_implicitHeader' in res)
}

/** Of a response that sends no headers. */
const NEVER = { left: true } as Hook

/**
 * Commits the sessions of one response before its head leaves. Every head leaves through `writeHead`: Node calls it for
 * the first `write`, for `end` and for `flushHeaders`. As Node cannot stop by then, our `write`, `end` and
 * `flushHeaders` commit before they call Node's. The cookies go into the head in our `writeHead`, the innermost one: a
 * package that was mounted after us and keeps heads, such as a cache, must not find a session in one. It may change the
 * session in its own `writeHead`, so ours commits again.
 */
class ResponseHook implements Hook {
  commits: readonly Commit[] = []
  readonly #res: SessionResponse
  readonly #hooked: Hooked
  readonly #native: NativeMethods
  /** Set once a commit has failed. */
  #takeover: Takeover | undefined
  /** Each method of the response calls our `writeHead`, as those of Node's do over HTTP/1. */
  readonly #leadsToOurs: boolean
  /** `#applyEarly` hides the cookies from packages mounted after us. */
  #hidden = false
  /** Set while the error handler calls `writeHead`: through what, and the `Content-Encoding` before it. */
  #answering: { readonly patched: ResponseMethod; readonly encoding: unknown; reached: boolean } | undefined
  /** The call in which a commit failed is not over yet. */
  #failing = false
  /** The head of the last commit by a method other than `writeHead`. */
  #head: Head | undefined
  /** The head was passed on, to Node or to code that sends it later. */
  left = false
  /** Node sends what was committed, and cannot stop. Read only before the headers are sent. */
  #leaving = false
  /** A commit runs, and with it perhaps code of the app: a getter or a `toJSON`. */
  #committing = false
  /** Such code has tried to answer the request. */
  #answeredWithin = false

  constructor(res: SessionResponse, hooked: Hooked) {
    this.#res = res
    this.#hooked = hooked
    const { writeHead, write, end, flushHeaders, on } = hooked
    this.#native = { writeHead, write, end, flushHeaders, on }
    const isPatched =
      Object.hasOwn(hooked, 'write') || Object.hasOwn(hooked, 'end') || Object.hasOwn(hooked, 'flushHeaders')
    this.#leadsToOurs = '_implicitHeader' in hooked && !isPatched
    // The methods need it, so it comes first. If one of them is read-only, the next line throws.
    hooked[HOOK] = this
    patchForProducer(hooked)
  }

  /** Commits and calls Node, or swallows the call if a commit has failed. */
  produce(method: BodyMethod, args: unknown[]): unknown {
    if (this.#committing) return this.#refuseWithin(method)
    if (this.#takeover) return this.swallow(method, args)
    if (hasHeadLeft(this.#res)) return this.#pass(method, args)
    return this.#begin(method) ? this.#leave(method, args) : this.swallow(method, args)
  }

  /** The same for `writeHead`, whose arguments may hold headers that would replace ours. */
  produceHead(args: unknown[]): void {
    if (this.#committing) {
      this.#answeredWithin = true
      return
    }
    if (this.#takeover && !this.#takeover.isPassing()) return
    if (this.#answering) {
      this.#answering.reached = true
      // compression sets it as the head leaves, but does not see the error handler's body.
      if (this.#answering.encoding === undefined) this.#res.removeHeader('Content-Encoding')
    }
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

  /** Commits what the error handler has mended, and calls Node. */
  answer(method: BodyMethod, args: unknown[]): unknown {
    if (this.#committing) return this.#refuseWithin(method)
    if (hasHeadLeft(this.#res)) return this.#pass(method, args)
    this.#begin(method)
    return this.#leave(method, args)
  }

  /** The same for `writeHead`, in which outer patches may describe the producer's body. */
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
   * A package that patched the response before us may pass the answer on later, by Node's own `write` (hijackresponse
   * does). Without this, the body would leave without a head. During the call that failed it is the producer's, because
   * packages mounted after us get here as well.
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

  /** A call during a commit would commit without end. `#commitOnce` fails the commit for it. */
  #refuseWithin(method: BodyMethod): unknown {
    this.#answeredWithin = true
    return method === 'write' ? true : method === 'end' ? this.#hooked : undefined
  }

  /** Commits. Returns whether Node may be called. */
  #begin(method: BodyMethod): boolean {
    const head = new Head(this.#res)
    this.#head = head
    if (!this.#commit(head, method)) return false
    if (!this.#leadsToOurs) this.#applyEarly(head)
    return true
  }

  /**
   * Puts the cookies into the head at once, in case our `writeHead` is not called: a package that patched the response
   * before us may call the one that it found (@polka/compression does), and other kinds of responses call none. They
   * are hidden again from the `writeHead` of packages mounted after us.
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
    this.#leaving = true
    try {
      // A package that patched the response before us may pass the call on later. The commit stays final until then.
      return this.#pass(method, args)
    } catch (error) {
      this.#leaving = false
      throw error
    }
  }

  #pass(method: BodyMethod, args: unknown[]): unknown {
    return this.#native[method]?.apply(this.#hooked, args)
  }

  /** Node itself calls `writeHead`, with a status code only: nothing has changed since the commit. */
  #isCommitted(args: readonly unknown[]): boolean {
    return this.#leaving && args.length === 1 && isOurs(this.#answering?.patched ?? this.#hooked.writeHead)
  }

  /** Returns false once the error handler has the response. */
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
   * Gives the response to the error handler, with methods of its own. They lead past the patches of other packages,
   * which may take the response for ended. Code that has kept our first methods is the producer.
   */
  #takeOver(commit: Commit, error: unknown): void {
    const hooked = this.#hooked
    resetHead(this.#res)
    this.#takeover = new Takeover(this, commit.req, hooked, this.#native.on)
    patchForAnswer(hooked, this)
    this.#failing = true
    behindThisCall(() => {
      this.#failing = false
    })
    divert(this, this.#res, commit, error)
  }
}

/** Calls `look` when the response has ended, in a later turn if it has already. It may be called twice. */
export function onEnd(res: SessionResponse, look: () => void): void {
  // The response that socket.io makes for an upgrade emits no events.
  if (typeof res.once !== 'function') return
  if (res.writableEnded) {
    nextTick(look)
    return
  }
  res.once('finish', look)
  res.once('close', look)
}
