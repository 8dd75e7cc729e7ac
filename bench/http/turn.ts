import type { Child } from './child.js'
import type { Felt, Order } from './load.js'
import type { Usage } from './server.js'

/** What was measured in one turn, by metric. */
export const UNITS = {
  requests: '1/s',
  p50: 'ms',
  p99: 'ms',
  cpu: 'us',
  bytesIn: 'bytes',
  bytesOut: 'bytes',
} as const
export type Metric = keyof typeof UNITS

/** Lets a server be under load for a while. Throws if anything but the expected answer came back. */
export async function turn(server: Child, load: Child, order: Order): Promise<Record<Metric, number>> {
  const before = await server.ask<Usage>({})
  const felt = await load.ask<Felt>(order)
  const after = await server.ask<Usage>({})
  if (felt.problems !== '' || felt.requests === 0) throw new Error(`${order.url}: ${felt.problems || 'no answer'}`)
  const served = after.requests - before.requests
  return {
    requests: felt.requests / felt.seconds,
    p50: felt.p50,
    p99: felt.p99,
    cpu: (after.cpu - before.cpu) / served,
    bytesIn: (after.bytes - before.bytes) / served,
    bytesOut: felt.bytes / felt.requests,
  }
}
