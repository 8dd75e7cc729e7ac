import type { Recording } from '../measure/recording.js'
import { type Facts, value } from './select.js'

/** CPU of a request through the middleware, in microseconds. */
export interface Cost {
  readonly request: number | undefined
  /** On top of the same request without a middleware. */
  readonly added: number | undefined
}

/** @param shape any, if the step was measured with one only */
export function costOf(
  recording: Recording | undefined,
  contender: string,
  { step, shape }: { step: string; shape?: string | undefined },
): Cost {
  const facts = shape === undefined ? { step } : { step, shape }
  const request = value(recording, { contender, metric: 'cpu', ...facts })
  const nothing = withoutMiddleware(recording, facts)
  return { request, added: request === undefined || nothing === undefined ? undefined : request - nothing }
}

/** As near as it was measured: it does not depend on the shape, and hardly on the step. */
function withoutMiddleware(recording: Recording | undefined, facts: Facts): number | undefined {
  const nearest = [facts, { step: facts['step'] }, {}]
  const costs = nearest.map((one) => value(recording, { contender: 'nothing', metric: 'cpu', ...one }))
  return costs.find((cost) => cost !== undefined)
}

/** What an app does with its session; every other step of the benchmark is a cookie that is rejected. */
export function isRejection(step: string): boolean {
  return step.startsWith('rejected')
}
