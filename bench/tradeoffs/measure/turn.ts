import type { Child } from '../../http/child.js'
import type { Felt } from '../../http/load.js'
import type { Participant } from '../participant.js'
import { changesOf } from './agreement.js'
import type { Instance } from './instance.js'
import type { Order } from './load.js'
import { cpuOf } from './store-usage.js'

export interface Cost extends Felt {
  /** Microseconds per request. */
  readonly cpuApp: number
  /** Undefined where there is no store, or it is not ours to look at. */
  readonly cpuStore: number | undefined
}

/** Lets an app be under load for a while, and looks at what it has cost. */
export async function turn(
  { server }: Participant,
  instance: Instance,
  load: Child,
  path: string,
  order: Pick<Order, 'cookies' | 'until'>,
): Promise<Cost> {
  const look = async () => ({ ...(await instance.usage()), store: server && cpuOf(server.pid) })
  const before = await look()
  const felt = await instance.underLoad(load, path, order)
  const after = await look()
  const served = after.requests - before.requests
  return {
    ...felt,
    cpuApp: (after.cpu - before.cpu) / served,
    cpuStore:
      before.store === undefined || after.store === undefined ? undefined : (after.store - before.store) / served,
  }
}

/**
 * A turn in which every request changes the session: throws unless all changes are kept. Where the session is in the
 * cookie, there is nothing to see in the one that is sent again and again.
 */
export async function turnOfChanges(
  who: Participant,
  instance: Instance,
  load: Child,
  path: string,
  order: Pick<Order, 'cookies' | 'until'>,
): Promise<Cost> {
  const isKeptByServer = who.backend.name === 'memory' || who.backend.server !== undefined
  if (!isKeptByServer) return turn(who, instance, load, path, order)
  const before = await changesOf(instance.url, order.cookies)
  const cost = await turn(who, instance, load, path, order)
  const kept = (await changesOf(instance.url, order.cookies)) - before
  if (kept < cost.requests) throw new Error(`only ${kept} of ${cost.requests} changes were kept`)
  return cost
}
