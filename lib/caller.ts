import { SessionError } from './errors.js'

/*
 * Where an error begins: at the line of the app. Nobody can do anything about our own frames, and of the ten that Node
 * prints they would leave none for the line that was wrong.
 */

type Called = (...args: never[]) => unknown
/** What a stack was written into. */
type Origin = { readonly stack?: unknown }

/** How deep the app's own frame may lie below a failed commit: middleware, Express and Node come before it. */
const DEEPEST = 60

/**
 * Does what the app called `called` for. A `SessionError` that comes of it begins at the line of that call.
 *
 * @throws what `act` throws
 */
export function onBehalfOf<Value>(called: Called, act: () => Value): Value {
  try {
    return act()
  } catch (error) {
    throw beginAtCaller(error, called)
  }
}

/** A getter or setter of a class, to be given for what the app called. */
export function accessorOf(prototype: object, name: string, kind: 'get' | 'set'): Called {
  return Object.getOwnPropertyDescriptor(prototype, name)?.[kind] as Called
}

/** Lets a `SessionError` begin at the line that called `called`, which is on the stack now. Returns what it was given. */
export function beginAtCaller<Thrown>(error: Thrown, called: Called): Thrown {
  if (error instanceof SessionError) Error.captureStackTrace(error, called)
  return error
}

/**
 * The line that called `called`, kept for an error that comes later and elsewhere.
 *
 * @returns for `beginAt`
 */
export function callerOf(called: Called): Origin {
  const origin = {}
  Error.captureStackTrace(origin, called)
  return origin
}

/** Lets a `SessionError` begin where `callerOf` was asked. Returns what it was given. */
export function beginAt<Thrown>(error: Thrown, origin: Origin): Thrown {
  if (error instanceof SessionError) setFrames(error, framesOf(origin))
  return error
}

/**
 * Lets the error of a failed commit begin in the app's own code: what a handler called leads there through packages
 * and through Node. If none of the app's own code is on the stack, as behind a stream, it keeps what there is.
 *
 * @param called our method of the response, on the stack now
 */
export function beginInApp(error: unknown, called: Called): void {
  if (!(error instanceof SessionError)) return
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = DEEPEST
  const frames = framesOf(callerOf(called))
  Error.stackTraceLimit = stackTraceLimit
  const first = frames.findIndex((frame) => !isForeign(frame))
  setFrames(error, frames.slice(Math.max(0, first)).slice(0, stackTraceLimit))
}

/** A frame of an installed package, of Node, or of V8 itself. */
function isForeign(frame: string): boolean {
  return /[\\/]node_modules[\\/]|\bnode:|<anonymous>/.test(frame)
}

/** An app may have stacks formatted in its own way, and then they stay as they are. */
function framesOf({ stack }: Origin): readonly string[] {
  return typeof stack === 'string' ? stack.split('\n').filter((line) => /^\s+at /.test(line)) : []
}

function setFrames(error: SessionError, frames: readonly string[]): void {
  if (frames.length === 0) return
  const stack = [`${error.name}: ${error.message}`, ...frames].join('\n')
  Object.defineProperty(error, 'stack', { value: stack, writable: true, configurable: true })
}
