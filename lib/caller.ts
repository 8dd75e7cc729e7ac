import { SessionError } from './errors.js'

/*
 * An error's stack begins at the line of the app that caused it. Node prints ten frames, and ours would leave no room
 * for that line.
 */

type Called = (...args: never[]) => unknown
/** An object that has a stack. */
export type Origin = { readonly stack?: unknown }

/** In frames: those of middleware, Express and Node may come before the app's. */
const MAX_FRAMES = 60

/**
 * Runs `act` and returns its result. The stack of a `SessionError` begins at the line that called `called`.
 *
 * @param called a function that is on the stack now
 * @throws what `act` throws
 */
export function onBehalfOf<Value>(called: Called, act: () => Value): Value {
  try {
    return act()
  } catch (error) {
    throw beginAtCaller(error, called)
  }
}

/** The getter or setter of a class, for `onBehalfOf`. */
export function accessorOf(prototype: object, name: string, kind: 'get' | 'set'): Called {
  return Object.getOwnPropertyDescriptor(prototype, name)?.[kind] as Called
}

/**
 * Makes the stack of a `SessionError` begin at the line that called `called`, which is on the stack now. Returns
 * `error`.
 */
export function beginAtCaller<Thrown>(error: Thrown, called: Called): Thrown {
  if (error instanceof SessionError) Error.captureStackTrace(error, called)
  return error
}

/** Keeps the line that called `called`, for an error that `beginAt` gets later. */
export function callerOf(called: Called): Origin {
  const origin = {}
  Error.captureStackTrace(origin, called)
  return origin
}

/** As `callerOf`, with as many frames as may be needed to find the app's own. */
export function deepCallerOf(called: Called): Origin {
  const { stackTraceLimit } = Error
  limitStacks(MAX_FRAMES)
  const origin = callerOf(called)
  limitStacks(stackTraceLimit)
  return origin
}

/** Sets how many frames a stack has, unless the app has frozen `Error` (`node --frozen-intrinsics`). */
export function limitStacks(frames: number): void {
  try {
    Error.stackTraceLimit = frames
  } catch {
    // Stacks stay as long as they are.
  }
}

/** Makes the stack of a warning begin at the first frame of the app that `deepCallerOf` kept, if there is one. */
export function beginInAppAt(warning: Error, origin: Origin): void {
  const frames = framesOf(origin)
  const first = frames.findIndex((frame) => !isForeign(frame))
  if (first !== -1) setFrames(warning, frames.slice(first).slice(0, Error.stackTraceLimit))
}

/** Makes the stack of a `SessionError` begin at the line that `callerOf` kept. Returns `error`. */
export function beginAt<Thrown>(error: Thrown, origin: Origin): Thrown {
  if (error instanceof SessionError) setFrames(error, framesOf(origin))
  return error
}

/**
 * Makes the stack of a failed commit's error begin in the app's own code, past the packages and Node that lead from
 * there to `called`. If no code of the app is on the stack, as in a stream, the stack begins at the caller of `called`.
 *
 * @param called our method of the response, which is on the stack now
 */
export function beginInApp(error: unknown, called: Called): void {
  if (!(error instanceof SessionError)) return
  const frames = framesOf(deepCallerOf(called))
  const first = frames.findIndex((frame) => !isForeign(frame))
  setFrames(error, frames.slice(Math.max(0, first)).slice(0, Error.stackTraceLimit))
}

/** A frame of an installed package, of Node, or of V8 itself. */
function isForeign(frame: string): boolean {
  return /[\\/]node_modules[\\/]|\bnode:|<anonymous>/.test(frame)
}

/** There are none if the app formats stacks in its own way. */
function framesOf({ stack }: Origin): readonly string[] {
  return typeof stack === 'string' ? stack.split('\n').filter((line) => /^\s+at /.test(line)) : []
}

function setFrames(error: Error, frames: readonly string[]): void {
  if (frames.length === 0) return
  const stack = [`${error.name}: ${error.message}`, ...frames].join('\n')
  Object.defineProperty(error, 'stack', { value: stack, writable: true, configurable: true })
}
