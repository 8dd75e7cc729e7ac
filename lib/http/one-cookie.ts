import type { SessionRequest } from '../types.js'

/** What serverless-http puts on a request. */
interface Invoked {
  readonly apiGateway?: {
    readonly event?: { readonly requestContext?: { readonly elb?: unknown }; readonly multiValueHeaders?: unknown }
  }
}

/**
 * Whether the response can carry one cookie only: an Application Load Balancer whose multi-value headers are off takes
 * one line of a kind, and serverless-http, where there are several, sends none.
 */
export function carriesOneCookie(req: SessionRequest): boolean {
  const event = (req as Invoked).apiGateway?.event
  return event?.requestContext?.elb !== undefined && event.multiValueHeaders === undefined
}
